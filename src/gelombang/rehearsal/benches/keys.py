"""A database full of people, to rotate its keys: they register as everybody does."""

import asyncio
from datetime import datetime

import asyncpg

from gelombang.frontdoor.tables import SUBMISSIONS, SubmissionRow, statement
from gelombang.kit.ids import receipt_for, uuid7
from gelombang.kit.indexing import blind_index
from gelombang.kit.sealing import Keyring, seal

BATCH = 5_000
WAIT_SECONDS = 600.0
REGISTERED = "SELECT count(*) FROM registration_facts"


async def register(
    url: str, *, count: int, keyring: Keyring, receipt_key: bytes, now: datetime, real_now: datetime
) -> None:
    """Write submissions of `count` people into the intake, by the front door's own statement."""
    connection = await asyncpg.connect(url)
    try:
        for start in range(0, count, BATCH):
            rows = [
                _submission(each, keyring, receipt_key, now=now, real_now=real_now)
                for each in range(start, min(count, start + BATCH))
            ]
            await connection.execute(statement(SUBMISSIONS.insert), *SUBMISSIONS.columns(rows))
    finally:
        await connection.close()


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


async def wait_for_people(url: str, *, count: int) -> None:
    """Until the worker has admitted everybody. Raises TimeoutError."""
    connection = await asyncpg.connect(url)
    try:
        async with asyncio.timeout(WAIT_SECONDS):
            while await connection.fetchval(REGISTERED) < count:  # noqa: ASYNC110 - no one tells
                await asyncio.sleep(0.5)
    finally:
        await connection.close()
