"""Visitors of the door: counted by day, told to the database, kept while it is away."""

from datetime import UTC, date, datetime, timedelta

import psycopg
import pytest

from gelombang.frontdoor.line import Line
from gelombang.frontdoor.visitors import Visitors, day_of, day_salt
from gelombang.kit import sketch

NOON = datetime(2020, 4, 20, 5, tzinfo=UTC)
NOWHERE = "postgresql://nobody:nothing@127.0.0.1:9/nowhere"


def made(url: str, keyring) -> Visitors:
    line = Line(url, name="visitors-test", connect_seconds=2)
    return Visitors(keyring, line=line, now=lambda: NOON)


@pytest.fixture
def rows(programme_url):
    def read(day: date) -> list[int]:
        with psycopg.connect(programme_url) as connection:
            found = connection.execute(
                "SELECT registers FROM visitor_sketch WHERE day = %s ORDER BY id", [day]
            ).fetchall()
        return [sketch.estimate(bytes(each)) for (each,) in found]

    return read


def test_a_day_begins_at_midnight_in_jakarta():
    assert day_of(datetime(2020, 4, 19, 16, 59, tzinfo=UTC)) == date(2020, 4, 19)
    assert day_of(datetime(2020, 4, 19, 17, tzinfo=UTC)) == date(2020, 4, 20)


def test_each_day_has_a_salt_of_its_own(keyring):
    days = [date(2020, 4, 1) + timedelta(days=n) for n in range(30)]
    assert len({day_salt(keyring, day) for day in days}) == 30


async def test_yesterdays_hashes_are_not_todays(keyring):
    visitors = made(NOWHERE, keyring)
    for number in range(500):
        visitors.note(f"10.0.{number // 250}.{number % 250}", "Firefox", now=NOON)
    today = bytes(visitors._registers)
    for number in range(500):
        at = NOON + timedelta(days=1)
        visitors.note(f"10.0.{number // 250}.{number % 250}", "Firefox", now=at)
    tomorrow = bytes(visitors._registers)
    both = sketch.estimate(sketch.merged([today, tomorrow]))
    assert both == pytest.approx(1000, rel=0.06)  # nobody is recognised


async def test_visitors_are_told_and_a_later_row_holds_all_of_them(programme_url, keyring, rows):
    visitors = made(programme_url, keyring)
    day = date(2021, 1, 1)
    at = datetime(2021, 1, 1, 5, tzinfo=UTC)
    visitors.note("10.0.0.1", "Firefox", now=at)
    await visitors.tell()
    visitors.note("10.0.0.1", "Firefox", now=at)
    await visitors.tell()  # nothing changed: no row
    visitors.note("10.0.0.1", "Chrome", now=at)
    visitors.note("10.0.0.2", "Firefox", now=at)
    visitors.note("10.0.0.9", "Firefox", now=at + timedelta(days=1))
    await visitors.close()
    assert rows(day) == [1, 3]
    assert rows(day + timedelta(days=1)) == [1]


async def test_while_the_database_is_away_they_are_kept(programme_url, keyring, rows, caplog):
    visitors = made(NOWHERE, keyring)
    visitors.note("10.0.0.1", "Firefox", now=datetime(2021, 2, 1, 5, tzinfo=UTC))
    await visitors.tell()
    assert "visitors are told later" in caplog.text
    assert "10.0.0.1" not in caplog.text
    visitors._line = Line(programme_url, name="visitors-test", connect_seconds=2)
    await visitors.close()
    assert rows(date(2021, 2, 1)) == [1]
