"""Admit submissions, confirm addresses, send and check codes, change contacts, end sign-ins."""

from gelombang.journey.registration.actions.admitting import admit, confirm
from gelombang.journey.registration.actions.consenting import (
    give as give_consent,
    withdraw as withdraw_consent,
)
from gelombang.journey.registration.actions.contacting import (
    apply_due_changes,
    ask_email,
    cancel_changes,
    prove,
)
from gelombang.journey.registration.actions.phoning import ask_phone
from gelombang.journey.registration.actions.sessions import (
    end_other_sign_ins,
    end_sign_in,
    forget_sessions,
    forget_sign_ins,
    open_sign_in,
    see_sign_in,
)
from gelombang.journey.registration.actions.signing_in import (
    forget_codes,
    next_code,
    send_code,
    send_code_to,
    sign_in,
)

__all__ = [
    "admit",
    "apply_due_changes",
    "ask_email",
    "ask_phone",
    "cancel_changes",
    "confirm",
    "end_other_sign_ins",
    "end_sign_in",
    "forget_codes",
    "forget_sessions",
    "forget_sign_ins",
    "give_consent",
    "next_code",
    "open_sign_in",
    "prove",
    "see_sign_in",
    "send_code",
    "send_code_to",
    "sign_in",
    "withdraw_consent",
]
