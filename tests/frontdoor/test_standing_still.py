"""A database that stands still: it neither answers nor hangs up."""

import asyncio
from collections.abc import Iterator
from contextlib import contextmanager

import psycopg
import pytest
from tests.frontdoor.conftest import IN_WAVE_TWO
from tests.frontdoor.standing import load_programme, set_controls, standing_door, wait_until

from gelombang.frontdoor.calendar import Calendar
from gelombang.frontdoor.line import Line

SOON = 60  # seconds, where a machine with other work needs a moment


@pytest.fixture(scope="module")
def still_url(postgres_server) -> str:
    url = postgres_server.copy_template("still")
    load_programme(url)
    return url


@contextmanager
def locked(url: str, table: str) -> Iterator[None]:
    """Whoever touches the table waits, for as long as this lasts."""
    with psycopg.connect(url) as connection:
        connection.execute(f"LOCK TABLE {table} IN ACCESS EXCLUSIVE MODE")
        yield


def test_tallies_that_cannot_be_told_do_not_keep_the_calendar_from_being_read(still_url, scratch):
    with standing_door(still_url, at=IN_WAVE_TWO, place=scratch / "still") as door:
        assert door.get("/daftar").status == 200
        with locked(still_url, "door_tally"):
            set_controls(still_url, paused=True)
            wait_until(lambda: door.get("/daftar").status == 429, seconds=SOON)
            set_controls(still_url)
            wait_until(lambda: door.get("/daftar").status == 200, seconds=SOON)


async def test_a_look_that_takes_long_is_noticed_before_it_is_given_up(still_url):
    calendar = Calendar(line=Line(still_url, name="tests", connect_seconds=3))
    try:
        await calendar.look()
        assert calendar.answers
        with locked(still_url, "programme_doorcontrol"), calendar.timed():
            look = asyncio.create_task(calendar.look())
            while calendar.answers and not look.done():  # noqa: ASYNC110 it has no event
                await asyncio.sleep(0.05)
            assert not look.done()
            assert calendar.reachable
            await look
        assert not calendar.reachable
        await calendar.look()
        assert calendar.answers
    finally:
        await calendar.close()
