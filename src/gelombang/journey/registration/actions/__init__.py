"""Admit submissions, confirm addresses, send and check codes."""

from gelombang.journey.registration.actions.admitting import admit, confirm
from gelombang.journey.registration.actions.signing_in import (
    forget_codes,
    next_code,
    send_code,
    sign_in,
)

__all__ = ["admit", "confirm", "forget_codes", "next_code", "send_code", "sign_in"]
