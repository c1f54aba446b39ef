"""What payouts book, and taking back those that certainly were not carried out."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from gelombang import store
from gelombang.journey.disbursement.actions.instalments import hold_back
from gelombang.journey.disbursement.paying import Reason
from gelombang.journey.disbursement.rules import HeldBack, HeldReason, PayoutState
from gelombang.records.ledger import actions as ledger
from gelombang.records.ledger.rules import (
    Transfer,
    TransferKind,
    clearing_of,
    due_to,
    external_of,
    float_of,
    paid_to,
)

PACKAGE = "gelombang.journey.disbursement"
HOLDING: Mapping[Reason, HeldReason] = {
    Reason.ACCOUNT: HeldReason.ACCOUNT_REFUSED,
    Reason.LIMIT: HeldReason.LIMIT,
    Reason.AWARD_ENDED: HeldReason.AWARD_ENDED,
    Reason.CERTIFICATE_REVOKED: HeldReason.CERTIFICATE_REVOKED,
}
"""Why an instalment is held, by why the attempt to pay it came to nothing."""

Row = dict[str, Any]
"""A payout with id, state, reference, partner, amount, instalment, account and award."""


def statement(name: str) -> str:
    """The SQL of this name beside the package."""
    return store.statement(PACKAGE, name)


def float_lock(partner: str) -> str:
    """The name of the lock under which a partner's float is promised to payouts."""
    return f"disbursement.float:{partner}"


def reserve(row: Row) -> Transfer:
    """Owed → on its way, before the partner hears of it."""
    return Transfer(
        debit=due_to(row["award_id"]),
        credit=clearing_of(row["partner"]),
        amount=row["amount"],
        kind=TransferKind.PAYOUT_RESERVE,
        reference=f"payout_reserve:{row['reference']}",
    )


def post(row: Row) -> tuple[Transfer, Transfer]:
    """On its way → arrived, and out of the partner's float."""
    return (
        Transfer(
            debit=clearing_of(row["partner"]),
            credit=paid_to(row["award_id"]),
            amount=row["amount"],
            kind=TransferKind.PAYOUT_POST,
            reference=f"payout_post:{row['reference']}",
            resolves=f"payout_reserve:{row['reference']}",
        ),
        _float_out(row),
    )


def void(row: Row) -> Transfer:
    """On its way → owed again."""
    return Transfer(
        debit=clearing_of(row["partner"]),
        credit=due_to(row["award_id"]),
        amount=row["amount"],
        kind=TransferKind.PAYOUT_VOID,
        reference=f"payout_void:{row['reference']}",
        resolves=f"payout_reserve:{row['reference']}",
    )


def late(row: Row) -> tuple[Transfer, Transfer]:
    """Owed → arrived: success was reported after the reservation had been voided."""
    return (
        Transfer(
            debit=due_to(row["award_id"]),
            credit=paid_to(row["award_id"]),
            amount=row["amount"],
            kind=TransferKind.LATE_PAID,
            reference=f"late_paid:{row['reference']}",
        ),
        _float_out(row),
    )


def _float_out(row: Row) -> Transfer:
    return Transfer(
        debit=float_of(row["partner"]),
        credit=external_of(row["partner"]),
        amount=row["amount"],
        kind=TransferKind.FLOAT_OUT,
        reference=f"float_out:{row['reference']}",
    )


def recall(rows: Sequence[Row], *, now: datetime) -> int:
    """Take back locked payouts that certainly were not carried out; how many.

    Each row says `why`. What never left is stopped; what the partner did not take has failed, and
    its reservation is voided. The instalments are owed again, or held where the reason says so.
    """
    store.transaction_required()
    if not rows:
        return 0
    left = [row for row in rows if row["state"] == PayoutState.UNKNOWN]
    ledger.transfer(transfers=[void(row) for row in left], now=now)
    store.execute(
        statement("recall"),
        {
            "ids": [row["id"] for row in rows],
            "whys": [str(row["why"]) for row in rows],
            "now": now,
        },
    )
    owe_again([(row, Reason(row["why"])) for row in rows], now=now)
    return len(rows)


def owe_again(failed: Sequence[tuple[Row, Reason]], *, now: datetime) -> None:
    """Payouts that came to nothing, with the reason: their instalments are due, or held for it."""
    if not failed:
        return
    store.execute(
        statement("owe_again"), {"ids": sorted(row["instalment_id"] for row, _ in failed)}
    )
    hold_back(
        held=[
            HeldBack(row["instalment_id"], HOLDING[why], row["account_id"])
            for row, why in failed
            if why in HOLDING
        ],
        now=now,
    )
