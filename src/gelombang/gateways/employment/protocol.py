"""What we ask the employment insurer and what it can answer, free of its wire format."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Protocol

from gelombang.kit.nik import Sex

BANDS = (
    "0-2.5JT", "2.5-3.5JT", "3.5-4.5JT", "4.5-5.5JT", "5.5-6.5JT", "6.5-7.5JT", "7.5-8.5JT",
    "8.5-12.5JT", "12.5-20.5JT", ">20.5JT",
)  # fmt: skip
"""The insurer's salary bands, in millions of rupiah a month."""
_UPPER_ENDS = (2_500_000, 3_500_000, 4_500_000, 5_500_000, 6_500_000, 7_500_000, 8_500_000,
               12_500_000, 20_500_000)  # fmt: skip


def band_of(rupiah: int) -> str:
    """The band of a monthly wage; a wage on a border belongs to the lower band."""
    if rupiah < 0:
        raise ValueError("a wage is not negative")
    place = sum(rupiah > end for end in _UPPER_ENDS)
    return BANDS[place]


@dataclass(frozen=True, slots=True, repr=False)
class Employee:
    """Whom we ask about, as the person stated. Never shown: its repr is the class name."""

    nik: str
    name: str
    sex: Sex
    birth_date: date


@dataclass(frozen=True, slots=True)
class Membership:
    """The insurer knows the person: how each element compares, and what it holds.

    `agrees` is None where the insurer has nothing to compare with.
    """

    agrees: Mapping[str, bool | None]  # by our names of elements
    salary_band: str | None
    check_id: str  # the insurer's, for questions about this answer
    answer_sha256: str


@dataclass(frozen=True, slots=True)
class NoMembership:
    """The insurer knows nobody of this NIK."""

    answer_sha256: str


class EmploymentInsurer(Protocol):
    """The insurer as the programme sees it."""

    async def score(self, about: Employee, *, month: date) -> Membership | NoMembership:
        """Compare what somebody stated, for the wages of a month.

        Raises QuotaSpent, OurFault, WrongPerson, Throttled, or Outage when it did not answer as
        agreed.
        """
