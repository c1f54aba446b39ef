"""Link accounts, plan instalments, let them fall due; make, check, release, settle payouts."""

from gelombang.journey.disbursement.actions.accounts import (
    claim_account_questions,
    record_account_answers,
    state_account,
)
from gelombang.journey.disbursement.actions.batches import (
    approve_batch,
    finish_batches,
    fund_float,
    make_batch,
    release_batch,
    stop_batch,
    take_back,
)
from gelombang.journey.disbursement.actions.instalments import (
    fall_due,
    hold_back,
    plan,
    rouse_rechecked,
)
from gelombang.journey.disbursement.actions.payouts import ask_again, record_replies
from gelombang.journey.disbursement.actions.sending import (
    ToEnquire,
    ToPay,
    claim_enquiries,
    claim_payouts,
    unlease,
)

__all__ = [
    "ToEnquire",
    "ToPay",
    "approve_batch",
    "ask_again",
    "claim_account_questions",
    "claim_enquiries",
    "claim_payouts",
    "fall_due",
    "finish_batches",
    "fund_float",
    "hold_back",
    "make_batch",
    "plan",
    "record_account_answers",
    "record_replies",
    "release_batch",
    "rouse_rechecked",
    "state_account",
    "stop_batch",
    "take_back",
    "unlease",
]
