"""People whose identity waits for the civil registry, and what its honest fake knows of them.

Arguments: the database, the fakes' address, how many people, and how many more wait behind them.
They are written in sets, as registration and the identity pages would leave them one by one; no
package of ours writes the tables of two steps like that.
"""

import json
import sys
from collections.abc import Iterator, Sequence
from datetime import UTC, date, datetime, timedelta
from typing import Any
from urllib.request import Request, urlopen
from uuid import UUID, uuid4

import psycopg

from gelombang.kit.indexing import blind_index
from gelombang.kit.sealing import Keyring, seal
from gelombang.settings.environment import load

PORTION = 2_000
REFUTED_EVERY = 16  # one in so many is known by another name
_PEOPLE = "COPY people_person (id, email_sealed, email_index, language, enrolled_at) FROM STDIN"
_STATED = """COPY verification_identity (
    person_id, version, state, nik_sealed, family_card_sealed, name_sealed, sex_sealed,
    birth_place_sealed, birth_date_sealed, province_sealed, person_index, nomination_index,
    lifetime_index, family_card_index, area, submitted_at
) FROM STDIN"""
_DUE = """-- The civil registry is asked about every statement, the first one first.
INSERT INTO verification_check (identity_id, kind, state, due_at, attempts)
SELECT id, 'civil_registry', 'due', now() - interval '1 hour' + id * interval '1 ms', 0
FROM verification_identity"""
_BACKLOG = """
-- People who stated the same as the first one, due after everybody else: a long queue. Whoever of
-- them is asked about is asked about twice, as the fake sees it, and nobody measures them.
WITH first AS (
    SELECT * FROM verification_identity ORDER BY id LIMIT 1
), person AS (
    INSERT INTO people_person (id, email_sealed, email_index, language, enrolled_at)
    SELECT gen_random_uuid(), NULL,
        substring(first.family_card_index FROM 1 FOR length(first.family_card_index) - 8)
            || int8send(number), 'id', now()
    FROM first CROSS JOIN generate_series(1, %(people)s) AS number
    RETURNING id
), stated AS (
    INSERT INTO verification_identity (
        person_id, version, state, nik_sealed, family_card_sealed, name_sealed, sex_sealed,
        birth_place_sealed, birth_date_sealed, province_sealed, person_index, nomination_index,
        lifetime_index, family_card_index, area, submitted_at
    )
    SELECT person.id, 1, 'pending', first.nik_sealed, first.family_card_sealed, first.name_sealed,
        first.sex_sealed, first.birth_place_sealed, first.birth_date_sealed, first.province_sealed,
        first.person_index, first.nomination_index, first.lifetime_index, first.family_card_index,
        '', now()
    FROM person CROSS JOIN first
    RETURNING id
)
INSERT INTO verification_check (identity_id, kind, state, due_at, attempts)
SELECT id, 'civil_registry', 'due', now() - interval '1 second', 0 FROM stated"""


def seed(url: str, keyring: Keyring, fakes_url: str, people: int) -> None:
    """People with due checks, in the database and in the civil registry's books."""
    with psycopg.connect(url) as connection:
        for start in range(0, people, PORTION):
            numbers = range(start, min(start + PORTION, people))
            _write(connection, keyring, [(uuid4(), number) for number in numbers])
            lines = "\n".join(json.dumps(_known(number)) for number in numbers)
            _send(f"{fakes_url}/dukcapil/_admin/people", lines.encode())
        connection.execute(_DUE)


def _write(
    connection: psycopg.Connection[Any], keyring: Keyring, people: Sequence[tuple[UUID, int]]
) -> None:
    at = datetime.now(UTC)
    with connection.cursor() as cursor:
        with cursor.copy(_PEOPLE) as copy:
            for person_id, number in people:
                email = f"orang{number}@example.id"
                sealed = seal(keyring, email, purpose="email")
                index = blind_index(keyring, email, purpose="email")
                copy.write_row((person_id, sealed, index, "id", at))
        with cursor.copy(_STATED) as copy:
            for person_id, number in people:
                copy.write_row((person_id, 1, "pending", *_statement(keyring, number), "", at))


def _statement(keyring: Keyring, number: int) -> Iterator[bytes]:
    stated = _stated(number)
    for purpose in (
        "nik", "family_card", "name", "sex", "birth_place", "birth_date", "province",
    ):  # fmt: skip
        yield seal(keyring, stated[purpose], purpose=purpose)
    for purpose in ("person", "nomination", "lifetime"):
        yield blind_index(keyring, stated["nik"], purpose=purpose)
    yield blind_index(keyring, stated["family_card"], purpose="family_card")


def _stated(number: int) -> dict[str, str]:
    born = date(1980, 1, 1) + timedelta(days=number % 9_000)
    return {
        "nik": f"31740117{number:08d}", "family_card": f"31740101{number:08d}",
        "name": f"WARGA PERCOBAAN {_spelt(number)}", "sex": ("male", "female")[number % 2],
        "birth_place": "JAKARTA PUSAT", "birth_date": born.isoformat(), "province": "31",
    }  # fmt: skip


def _spelt(number: int) -> str:
    return "".join(chr(ord("A") + int(digit)) for digit in f"{number:08d}")


def _known(number: int) -> dict[str, str]:
    record = _stated(number)
    record["family_card_no"] = record.pop("family_card")
    if number % REFUTED_EVERY == 0:
        record["name"] = "ORANG LAIN SAMA SEKALI"
    return record


def seed_backlog(url: str, backlog: int) -> None:
    """A queue behind them."""
    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute(_BACKLOG, {"people": backlog})
        connection.execute("VACUUM ANALYZE")


def _send(url: str, body: bytes) -> None:
    with urlopen(Request(url, data=body), timeout=60) as answer:
        answer.read()


def main() -> None:
    """Seed what the arguments say."""
    url, fakes_url, people, backlog = sys.argv[1:]
    seed(url, load().keyring, fakes_url, int(people))
    if int(backlog):
        seed_backlog(url, int(backlog))


if __name__ == "__main__":
    main()
