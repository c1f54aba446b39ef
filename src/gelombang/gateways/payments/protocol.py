"""What we ask a payment partner and what it can answer, free of its wire format.

Amounts are whole rupiah. `at` is virtual time. Only `Paid` and `Refused` are final.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Protocol

WALLETS = ("gopay", "ovo", "linkaja")
BANKS = ("bni",)
PARTNERS = WALLETS + BANKS
LONGEST_REFERENCE = 35
_REFERENCE = re.compile(r"[A-Za-z0-9-]{1,35}")


@dataclass(frozen=True, slots=True)
class AccountFound:
    """An account of this partner, as services 15 and 37 describe it."""

    holder_name: str = field(repr=False)
    is_active: bool
    most_incoming: int | None
    """Rupiah that the account may still take this month; None when the partner does not tell."""
    code: str
    answer_sha256: str


@dataclass(frozen=True, slots=True)
class AccountUnknown:
    """Final: this partner keeps no such account."""

    code: str
    answer_sha256: str


@dataclass(frozen=True, slots=True)
class Instruction:
    """One payment to one account under a reference that never changes (money.md rule 1)."""

    reference: str
    """At most 35 characters of `[A-Za-z0-9-]`."""
    account_no: str = field(repr=False)
    """A wallet's is a mobile number as the kit writes it (`+62…`); a bank's is digits."""
    holder_name: str = field(repr=False)
    amount: int
    note: str
    at: datetime

    def __post_init__(self) -> None:
        """Refuse what no partner may ever see. Raises ValueError."""
        _check(self.reference, self.amount)


@dataclass(frozen=True, slots=True)
class Enquiry:
    """What became of a payment that was sent, or perhaps was not."""

    reference: str
    amount: int
    at: datetime

    def __post_init__(self) -> None:
        """Refuse what no partner may ever see. Raises ValueError."""
        _check(self.reference, self.amount)


def _check(reference: str, amount: int) -> None:
    if not _REFERENCE.fullmatch(reference):
        raise ValueError("a reference is 1 to 35 characters of [A-Za-z0-9-]")
    if amount <= 0:
        raise ValueError("a payment is of one rupiah or more")


class RefusalReason(StrEnum):
    """Why a partner will never carry a payment out."""

    ACCOUNT = "account"
    """The account is invalid, closed, dormant or inactive."""
    LIMIT = "limit"
    """The account may not take so much (403xx23, 403xx02)."""
    OTHER = "other"
    """Anything else that is final."""


@dataclass(frozen=True, slots=True)
class Paid:
    """Final: the partner says that the money arrived."""

    partner_ref: str
    amount: int
    """As the partner's answer says it: the caller compares it with its own."""
    code: str
    answer_sha256: str


@dataclass(frozen=True, slots=True)
class Refused:
    """Final: nothing was paid and nothing will be."""

    reason: RefusalReason
    code: str
    answer_sha256: str


@dataclass(frozen=True, slots=True)
class InProgress:
    """The partner knows the reference, but has no final answer yet: enquire later."""

    code: str
    answer_sha256: str


@dataclass(frozen=True, slots=True)
class NotFound:
    """The partner knows no such reference: never sent, once its grace period is over."""

    code: str
    answer_sha256: str


@dataclass(frozen=True, slots=True)
class NotNow:
    """Certainly not executed; may be sent again with the same reference."""

    code: str
    """Empty when the partner could not even be reached, or gave us no token."""
    answer_sha256: str
    """Empty when there was no answer."""


@dataclass(frozen=True, slots=True)
class NoFunds:
    """Certainly not executed: our float at the partner is empty (403xx14)."""

    code: str
    answer_sha256: str


@dataclass(frozen=True, slots=True)
class Unanswered:
    """Time-out, 5xx, cut or unreadable: the result is unknown (money.md rule 2)."""

    why: str
    """In our own words; never a word of the partner."""


class PaymentPartner(Protocol):
    """One payment partner as the programme sees it."""

    @property
    def code(self) -> str:
        """Which of PARTNERS it is."""

    async def inquire(self, *, account_no: str, at: datetime) -> AccountFound | AccountUnknown:
        """Whose account it is (service 15 or 37).

        Raises Outage when the partner did not answer as agreed, OurFault when we are to blame.
        """

    async def pay(
        self, instruction: Instruction
    ) -> Paid | Refused | InProgress | NotNow | NoFunds | Unanswered:
        """Pay (service 17 or 38).

        Raises OurFault only when it is certain that nothing was executed.
        """

    async def enquire(self, asked: Enquiry) -> Paid | Refused | InProgress | NotFound | Unanswered:
        """What became of a payment (service 36 or 39).

        Raises OurFault when the partner refuses to tell us because of our own doing.
        """
