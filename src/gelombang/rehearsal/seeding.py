"""Telling the invented partners who exists, through their own admin pages."""

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import islice
from typing import Any

from gelombang.rehearsal import books
from gelombang.rehearsal.population import Population
from gelombang.rehearsal.winners import Winner
from gelombang.rehearsal.wire import Pool, prepare

_ROWS = 5000
_OK = range(200, 300)


class SeedingFailed(Exception):
    """What a rehearsal needs beforehand could not be made."""


async def fill_books(pool: Pool, population: Population) -> dict[str, int]:
    """Write the books of all partners; rows by partner. Raises SeedingFailed."""
    rows = {
        "dukcapil": books.civil_registry_book(population),
        "pendidikan": books.education_book(population),
        "bansos": books.social_aid_book(population),
    }
    return {fake: await fill_book(pool, fake, book) for fake, book in rows.items()}


async def fill_payment_books(pool: Pool, winners: Sequence[Winner]) -> dict[str, int]:
    """Open the winners' accounts at the payment partners; rows by partner. Raises SeedingFailed."""
    rows = books.payment_books(winners)
    return {partner: await open_accounts(pool, partner, listed) for partner, listed in rows.items()}


async def open_accounts(pool: Pool, partner: str, accounts: Sequence[Mapping[str, Any]]) -> int:
    """Open accounts at one payment partner, or replace them. Raises SeedingFailed."""
    for start in range(0, len(accounts), _ROWS):
        request = prepare(
            "PUT", f"/{partner}/_admin/accounts", host=pool.host,
            headers={"Content-Type": "application/json"},
            body=json.dumps(accounts[start : start + _ROWS]).encode(),
        )  # fmt: skip
        answer = await pool.call(request)
        if answer.status not in _OK:
            raise SeedingFailed(f"{partner} answered {answer.status}: {answer.body[:200]!r}")
    return len(accounts)


async def fill_book(pool: Pool, fake: str, book: Iterator[dict[str, Any]]) -> int:
    """Write one partner's book; how many rows. Raises SeedingFailed."""
    written = 0
    while part := list(islice(book, _ROWS)):
        request = prepare(
            "POST", f"/{fake}/_admin/people", host=pool.host,
            headers={"Content-Type": "application/x-ndjson"}, body=_ndjson(part),
        )  # fmt: skip
        answer = await pool.call(request)
        if answer.status not in _OK:
            raise SeedingFailed(f"{fake} answered {answer.status}: {answer.body[:200]!r}")
        written += len(part)
    return written


def _ndjson(rows: Iterable[Mapping[str, Any]]) -> bytes:
    return "".join(json.dumps(row, ensure_ascii=False) + "\n" for row in rows).encode()
