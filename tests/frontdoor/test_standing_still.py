"""A database that stands still: it neither answers nor hangs up."""

import asyncio
import json
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from uuid import uuid4

import psycopg
import pytest
from tests.frontdoor.conftest import IN_WAVE_TWO
from tests.frontdoor.standing import (
    fresh_email,
    fresh_key,
    fresh_proof,
    load_programme,
    set_controls,
    standing_door,
    wait_until,
)

from gelombang.frontdoor.calendar import Calendar
from gelombang.frontdoor.config import DoorConfig, DoorLimits
from gelombang.frontdoor.core import Match, Request, Response
from gelombang.frontdoor.door import Door
from gelombang.frontdoor.line import Away, Line
from gelombang.frontdoor.tables import SUBMISSIONS
from gelombang.frontdoor.writer import Intake
from gelombang.kit.ids import receipt_for
from gelombang.kit.indexing import blind_index
from gelombang.kit.sealing import Keyring
from gelombang.kit.tokens import confirm_token, door_pass

SOON = 60  # seconds, where a machine with other work needs a moment


@pytest.fixture(scope="module")
def still_url(postgres_server) -> str:
    url = postgres_server.copy_template("still")
    load_programme(url)
    return url


@contextmanager
def locked(url: str, *tables: str) -> Iterator[None]:
    """Whoever touches one of the tables waits, for as long as this lasts."""
    with psycopg.connect(url) as connection:
        connection.execute(f"LOCK TABLE {', '.join(tables)} IN ACCESS EXCLUSIVE MODE")
        yield


@asynccontextmanager
async def in_process_door(url: str, keyring: Keyring, place: Path) -> AsyncIterator[Door]:
    """A door that waits for a commit as long as it takes."""
    limits = DoorLimits(commit_seconds=3600)
    door = Door(
        DoorConfig(url, keyring, "http://localhost", place / "public" / "funnel.json",
                   access_log=False, limits=limits)
    )  # fmt: skip
    await door.start()
    try:
        yield door
    finally:
        await door.stop()


async def sent(door: Door, path: str, *, content: object, **headers: str) -> Response:
    """The answer to a document that a machine sends."""
    found = door.find("POST", path)
    assert isinstance(found, Match)
    named = {"content-type": "application/json", "idempotency-key": fresh_key(), **headers}
    body = json.dumps(content).encode()
    request = Request("POST", path, headers=named, body=body, argument=found.argument,
                      now=IN_WAVE_TWO, real_now=datetime.now(UTC), client="127.0.0.1")  # fmt: skip
    async with asyncio.timeout(SOON):
        return await door.answer(found, request)


async def registers(door: Door) -> Response:
    content = {"email": fresh_email(), "altcha": fresh_proof()}
    return await sent(door, "/api/v1/registrations", content=content)


async def joins(door: Door) -> Response:
    until = datetime.now(UTC) + timedelta(minutes=30)
    token = door_pass(door.config.keyring, person_id=uuid4(), expires_at=until)
    path = "/api/v1/waves/PKJ-2020-W02/entries"
    return await sent(door, path, content={}, authorization=f"Bearer {token}")


async def confirms(door: Door) -> Response:
    ring = door.config.keyring
    receipt = receipt_for(key=door.config.receipt_key, idempotency_key=fresh_key())
    index = blind_index(ring, fresh_email(), purpose="email")
    ends = datetime.now(UTC).replace(microsecond=0) + timedelta(days=1)
    token = confirm_token(ring, receipt=receipt, email_index=index, expires_at=ends)
    return await sent(door, f"/konfirmasi/{token}", content={})


def test_tallies_that_cannot_be_told_do_not_keep_the_calendar_from_being_read(still_url, scratch):
    with standing_door(still_url, at=IN_WAVE_TWO, place=scratch / "still") as door:
        assert door.get("/daftar").status == 200
        with locked(still_url, "door_tally"):
            set_controls(still_url, paused=True)
            wait_until(lambda: door.get("/daftar").status == 429, seconds=SOON)
            set_controls(still_url)
            wait_until(lambda: door.get("/daftar").status == 200, seconds=SOON)


INTAKES = ("registration_submission", "email_confirmation", "wave_entry_request")


@pytest.mark.parametrize("send", [registers, joins, confirms])
async def test_nobody_who_sends_waits_for_a_database_that_stands_still(
    still_url, keyring, scratch, send
):
    async with in_process_door(still_url, keyring, scratch / "sending") as door:
        assert (await send(door)).status in (200, 201)
        with locked(still_url, *INTAKES, "programme_doorcontrol"):
            early = await send(door)  # sent before anybody knew
            late = await send(door)
            assert (early.status, late.status) == (429, 429)
            assert door.desk.stands_still()
        async with asyncio.timeout(SOON):
            while (await send(door)).status == 429:  # noqa: ASYNC110 it has no event
                await asyncio.sleep(0.2)


@pytest.mark.parametrize("send", [registers, joins])
async def test_who_tries_again_in_an_outage_is_not_called_too_fast(
    still_url, keyring, scratch, send
):
    set_controls(still_url, address_per_minute=20)
    async with in_process_door(still_url, keyring, scratch / "again") as door:
        with locked(still_url, *INTAKES, "programme_doorcontrol"):
            assert (await send(door)).status == 429
            again = [await send(door) for _ in range(30)]
        assert {each.status for each in again} == {429}
        assert "paced" not in {each.outcome for each in again}
        async with asyncio.timeout(SOON):
            while (answer := await send(door)).status == 429:
                assert answer.outcome != "paced"
                await asyncio.sleep(0.2)
    set_controls(still_url)


async def test_who_sends_is_not_turned_away_while_rows_are_committed(still_url, keyring, scratch):
    async with in_process_door(still_url, keyring, scratch / "late") as door:
        with locked(still_url, "programme_doorcontrol"):
            async with asyncio.timeout(SOON):
                while door.desk.calendar.answers:
                    assert (await registers(door)).status == 201
            assert not door.desk.stands_still()
            assert (await registers(door)).status == 201


async def test_a_look_that_takes_long_is_noticed_before_it_is_given_up(still_url):
    calendar = Calendar(line=Line(still_url, name="tests", connect_seconds=3))
    noted: list[bool] = []
    try:
        await calendar.look()
        assert calendar.answers
        with (
            locked(still_url, "programme_doorcontrol"),
            calendar.timed(lambda: noted.append(calendar.answers)),
        ):
            look = asyncio.create_task(calendar.look())
            while calendar.answers and not look.done():  # noqa: ASYNC110 it has no event
                await asyncio.sleep(0.05)
            assert not look.done()
            assert calendar.reachable
            await look
        assert noted
        assert not any(noted)
        assert not calendar.reachable
        await calendar.look()
        assert calendar.answers
    finally:
        await calendar.close()


async def test_between_two_looks_it_is_heard_whether_the_database_answers(still_url):
    calendar = Calendar(line=Line(still_url, name="tests", connect_seconds=3))
    unheard = Calendar(line=Line("postgresql://nobody@127.0.0.1:1/none", name="tests",
                                 connect_seconds=1))  # fmt: skip
    try:
        await calendar.listen()
        assert not calendar.reachable, "that it is there is found out by a look"
        await calendar.look()
        await calendar.listen()
        assert calendar.answers
        unheard.reachable = True
        await unheard.listen()
        assert not unheard.reachable
    finally:
        await calendar.close()
        await unheard.close()


async def test_a_question_that_failed_is_owed_no_answer_so_that_others_ask_again(keyring):
    away = Line("postgresql://nobody@127.0.0.1:1/none", name="tests", connect_seconds=1)
    intake = Intake(SUBMISSIONS, line=away, limits=DoorLimits(), keyring=keyring)
    with pytest.raises(Away):
        await intake._fetch("SELECT 1")
    assert intake.silent_seconds == 0
    await intake.close()
