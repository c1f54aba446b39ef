"""Telling the invented partners who exists, through their own admin pages."""

import json
from collections.abc import Iterable, Iterator, Mapping
from itertools import islice
from typing import Any

from gelombang.rehearsal import books
from gelombang.rehearsal.population import Population
from gelombang.rehearsal.wire import Pool, prepare

_ROWS = 5000
_OK = range(200, 300)


class SeedingFailed(Exception):
    """An invented partner did not take its book."""


async def fill_books(pool: Pool, population: Population) -> dict[str, int]:
    """Write the books of all partners; rows by partner. Raises SeedingFailed."""
    rows = {
        "dukcapil": books.civil_registry_book(population),
        "pendidikan": books.education_book(population),
        "bansos": books.social_aid_book(population),
    }
    return {fake: await _fill(pool, fake, book) for fake, book in rows.items()}


async def _fill(pool: Pool, fake: str, book: Iterator[dict[str, Any]]) -> int:
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
