"""A database full of people, to rotate its keys: they register as everybody does."""

import time
from collections.abc import Sequence
from contextlib import suppress
from datetime import datetime

import psycopg

from gelombang.frontdoor.tables import SubmissionRow
from gelombang.kit.ids import receipt_for, uuid7
from gelombang.kit.indexing import blind_index
from gelombang.kit.sealing import Keyring, seal

BATCH = 5_000
WAIT_SECONDS = 600.0
INSERT = (
    "COPY registration_submission (idempotency_key, receipt, email_sealed, email_index,"
    " phone_sealed, phone_index, language, received_at, real_at) FROM STDIN"
)


def register(
    url: str, *, count: int, keyring: Keyring, receipt_key: bytes, now: datetime, real_now: datetime
) -> None:
    """Write the submissions of `count` people into the intake, as front doors do."""
    with psycopg.connect(url) as connection:
        for start in range(0, count, BATCH):
            numbers = range(start, min(count, start + BATCH))
            rows = [
                _submission(each, keyring, receipt_key, now=now, real_now=real_now)
                for each in numbers
            ]
            _write(connection, rows)


def _write(connection: psycopg.Connection, rows: Sequence[SubmissionRow]) -> None:
    with connection.cursor().copy(INSERT) as copy:
        for row in rows:
            copy.write_row(row[:9])
    connection.commit()


def _submission(
    number: int, keyring: Keyring, receipt_key: bytes, *, now: datetime, real_now: datetime
) -> SubmissionRow:
    key, email, phone = str(uuid7()), f"orang{number}@example.id", f"+62811{number:08d}"
    return SubmissionRow(
        idempotency_key=key,
        receipt=receipt_for(key=receipt_key, idempotency_key=key),
        email_sealed=seal(keyring, email, purpose="email"),
        email_index=blind_index(keyring, email, purpose="email"),
        phone_sealed=seal(keyring, phone, purpose="phone"),
        phone_index=blind_index(keyring, phone, purpose="phone"),
        language="id",
        received_at=now,
        real_at=real_now,
    )


def wait_for_people(url: str, *, count: int) -> None:
    """Until the worker has admitted everybody. Raises TimeoutError."""
    until = time.monotonic() + WAIT_SECONDS
    while True:
        with suppress(psycopg.OperationalError), psycopg.connect(url) as connection:
            row = connection.execute("SELECT count(*) FROM people_person").fetchone()
            if row and row[0] >= count:
                return
        if time.monotonic() > until:
            raise TimeoutError("the submissions were never admitted")
        time.sleep(0.5)
