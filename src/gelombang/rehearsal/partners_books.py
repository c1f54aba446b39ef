"""What the payment partners' own books say in the end: every payment once."""

import json
from collections.abc import Sequence
from dataclasses import dataclass

from gelombang.rehearsal.seeding import SeedingFailed
from gelombang.rehearsal.wire import Pool, prepare

_OK = 200


@dataclass(frozen=True, slots=True)
class PartnersBooks:
    """The sums over the books of all payment partners; amounts in rupiah."""

    payments: int
    amount: int
    booked_twice: int
    pending: int
    refused: int
    """References under which nothing was paid and nothing will be."""


async def read_books(pool: Pool, partners: Sequence[str]) -> PartnersBooks:
    """Add up what each partner booked. Raises SeedingFailed when one does not tell."""
    totals = [await _totals(pool, partner) for partner in partners]
    return PartnersBooks(
        payments=sum(each["payments"] for each in totals),
        amount=sum(each["amount"] for each in totals),
        booked_twice=sum(each["booked_twice"] for each in totals),
        pending=sum(each["pending"] for each in totals),
        refused=sum(each["refused"] for each in totals),
    )


async def _totals(pool: Pool, partner: str) -> dict[str, int]:
    path = f"/{partner}/_admin/totals"
    answer = await pool.call(prepare("GET", path, host=pool.host, headers={}))
    if answer.status != _OK:
        raise SeedingFailed(f"{partner} does not show its books: {answer.status}")
    found: dict[str, int] = json.loads(answer.body)
    return found
