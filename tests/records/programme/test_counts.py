"""The front door's counts go after a week; the last word about each queue stays."""

from datetime import UTC, datetime, timedelta

import pytest
from django.db import connection

from gelombang.records.programme import actions

pytestmark = pytest.mark.usefixtures("database_url")
NOW = datetime(2026, 11, 27, 12, tzinfo=UTC)


def rows(sql: str, *params) -> list[tuple]:
    with connection.cursor() as cursor:
        cursor.execute(sql, params)
        return cursor.fetchall() if cursor.description else []


def plant(*, days: int, subject: str = "registration") -> None:
    second = int((NOW - timedelta(days=days)).timestamp())
    rows("INSERT INTO queue_tally (subject, second, issued) VALUES (%s, %s, 5)", subject, second)
    rows("INSERT INTO queue_call (subject, tick, watermark_us, called) VALUES (%s, %s, %s, 5)",
         subject, second, second * 1_000_000)  # fmt: skip
    rows("INSERT INTO door_tally (process, at, offered, accepted, ticketed, shed, paced, refused,"
         " queue_depth, batches, rows, commit_ms, latency)"
         " VALUES ('a:1', %s, 1, 1, 0, 0, 0, 0, 0, 1, 1, 1, '{}')",
         NOW - timedelta(days=days))  # fmt: skip


def counted() -> tuple[int, int, int]:
    tables = ("door_tally", "queue_tally", "queue_call")
    return tuple(rows(f"SELECT count(*) FROM {table}")[0][0] for table in tables)


def test_what_is_older_than_a_week_goes_and_the_last_call_of_a_queue_stays():
    for days in (30, 20, 8, 6, 0):
        plant(days=days)
    for days in (30, 20):
        plant(days=days, subject="PKJ-2020-W01")
    assert actions.forget_counts(real_now=NOW) == 5 + 5 + 4
    assert counted() == (2, 2, 3)
    [(left,)] = rows("SELECT max(tick) FROM queue_call WHERE subject = 'PKJ-2020-W01'")
    assert left == int((NOW - timedelta(days=20)).timestamp())
    assert actions.forget_counts(real_now=NOW) == 0


def test_a_bounded_set_goes_at_a_time():
    for _ in range(3):
        plant(days=9)
        rows("DELETE FROM queue_call")
    assert actions.forget_counts(real_now=NOW, limit=2) == 4
    assert actions.forget_counts(real_now=NOW, limit=2) == 2
