"""Group commit: neighbours do not suffer, repetitions are recognised, and late is never stored."""

import asyncio
from dataclasses import replace
from datetime import UTC, datetime

import asyncpg
import psycopg
import pytest
from tests.frontdoor.standing import fresh_key

from gelombang.frontdoor.config import DoorLimits
from gelombang.frontdoor.line import Away, Line
from gelombang.frontdoor.tables import SUBMISSIONS, SubmissionRow
from gelombang.frontdoor.writer import Intake, Outcome, QueueFull

AT = datetime(2020, 4, 19, tzinfo=UTC)
LIMITS = DoorLimits()


def row(**more) -> SubmissionRow:
    key = more.pop("idempotency_key", None) or fresh_key()
    plain = SubmissionRow(key, f"receipt-of-{key}", b"sealed", b"index", None, None, "id", AT, AT)
    return plain._replace(**more)


@pytest.fixture
async def make(database_url, keyring):
    """Makes ways into the table of submissions, closed at the end."""
    made = []

    def intake(limits=LIMITS) -> Intake:
        line = Line(database_url, name="tests", connect_seconds=3)
        made.append(Intake(SUBMISSIONS, line=line, limits=limits, keyring=keyring))
        return made[-1]

    yield intake
    for each in made:
        await each.close()


def stored(url) -> list[str]:
    with psycopg.connect(url) as connection:
        sql = "SELECT idempotency_key FROM registration_submission ORDER BY id"
        return [key for (key,) in connection.execute(sql).fetchall()]


POISONS = {
    "refused by the server": {"language": "too long"},
    "a byte that no text has": {"proof": "nul \x00 byte"},
    "refused by the driver": {"email_sealed": "text instead of bytes"},
    "nothing where something must be": {"email_index": None},
}


@pytest.mark.parametrize("poison", POISONS)
async def test_a_poisoned_row_does_not_fail_its_neighbours(make, database_url, poison, caplog):
    intake = make()
    rows = [row() for _ in range(40)]
    rows[17] = row(**POISONS[poison])
    outcomes = await asyncio.gather(*(intake.store(each) for each in rows))
    assert outcomes[17] is Outcome.REFUSED
    assert set(outcomes[:17] + outcomes[18:]) == {Outcome.STORED}
    assert stored(database_url) == [each[0] for each in rows if each is not rows[17]]
    assert "a row cannot be stored" in caplog.text
    assert "index" not in caplog.text
    assert await intake.store(row()) is Outcome.STORED


async def test_two_of_one_key_in_one_batch_are_told_apart(make, database_url):
    intake, first = make(), row()
    other = first._replace(email_index=b"another")
    outcomes = await asyncio.gather(*(intake.store(each) for each in (first, first, other)))
    assert outcomes == [Outcome.KNOWN, Outcome.KNOWN, Outcome.REUSED]
    assert stored(database_url) == [first[0]]


async def test_two_doors_store_one_key_once(make, database_url):
    one, two, same = make(), make(), row()
    outcomes = await asyncio.gather(*(each.store(same) for each in (one, two) * 50))
    assert set(outcomes) <= {Outcome.STORED, Outcome.KNOWN}
    assert stored(database_url) == [same[0]]


async def test_recalling_stores_nothing(make, database_url):
    intake, known = make(), row()
    await intake.store(known)
    assert await intake.recall(known) is Outcome.KNOWN
    assert await intake.recall(known._replace(phone_index=b"x")) is Outcome.REUSED
    assert await intake.recall(row()) is Outcome.ABSENT
    assert len(stored(database_url)) == 1


async def test_a_full_queue_takes_nothing_in(make, database_url):
    intake = make(replace(LIMITS, queue=5))
    answers = await asyncio.gather(*(intake.store(row()) for _ in range(20)),
                                   return_exceptions=True)  # fmt: skip
    full = [each for each in answers if isinstance(each, QueueFull)]
    assert len(full) == 15
    assert len(stored(database_url)) == 5


async def test_a_commit_that_comes_too_late_is_not_acknowledged(make, database_url):
    intake, late = make(replace(LIMITS, commit_seconds=0.5)), row()
    blocker = await asyncpg.connect(database_url)
    try:
        await blocker.execute("BEGIN; LOCK TABLE registration_submission IN EXCLUSIVE MODE")
        answers = await asyncio.gather(*(intake.store(each) for each in (late, row(), row())),
                                       return_exceptions=True)  # fmt: skip
        assert {type(each) for each in answers} == {Away}
        await blocker.execute("ROLLBACK")
    finally:
        await blocker.close()
    assert await intake.store(late) in {Outcome.STORED, Outcome.KNOWN}
    assert stored(database_url).count(late[0]) == 1


async def test_a_connection_cut_under_the_writer_is_mended(make, database_url):
    intake = make()
    await intake.store(row())
    with psycopg.connect(database_url, autocommit=True) as connection:
        connection.execute(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name='tests'"
        )
    outcomes = await asyncio.gather(*(intake.store(row()) for _ in range(10)))
    assert set(outcomes) == {Outcome.STORED}
    assert len(stored(database_url)) == 11


async def test_a_small_batch_goes_as_soon_as_it_has_company(make, database_url):
    intake = make(replace(LIMITS, company=5, company_seconds=60))
    first = [asyncio.create_task(intake.store(row())) for _ in range(4)]
    await asyncio.wait(first, timeout=0.3)
    assert stored(database_url) == []
    async with asyncio.timeout(10):
        assert await intake.store(row()) is Outcome.STORED
        assert set(await asyncio.gather(*first)) == {Outcome.STORED}


async def test_a_small_batch_does_not_wait_for_ever(make):
    intake = make(replace(LIMITS, company=5, company_seconds=0.05))
    async with asyncio.timeout(10):
        assert await intake.store(row()) is Outcome.STORED
