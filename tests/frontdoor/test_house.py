"""Front door and house on one listener: who answers what, how many are inside, how much goes in."""

import asyncio
import base64
import json
from dataclasses import dataclass, field, replace
from pathlib import Path

import pytest

from gelombang.frontdoor.asgi import application
from gelombang.frontdoor.config import DoorConfig, DoorLimits
from gelombang.kit.sealing import Keyring

NOWHERE = "postgresql://nobody:nothing@127.0.0.1:9/nowhere"
KEY = base64.b64decode("AQIDBAUGBwgJCgsMDQ4PEBESExQVFhcYGRobHB0eHyA=")
RING = Keyring(
    sealing={1: KEY}, sealing_current=1, index={1: KEY}, tokens={1: KEY}, tokens_current=1
)
LIMITS = DoorLimits(house_requests=2, house_queue=1, house_seconds=0.2, house_body_bytes=100,
                    house_upload_bytes=1000, house_answer_seconds=1,
                    calendar_seconds=60, body_seconds=0.3)  # fmt: skip


@dataclass
class Answer:
    status: int = 0
    headers: dict[str, str] = field(default_factory=dict)
    body: bytes = b""


@dataclass
class Rooms:
    """A house of our own that does what its paths say, and counts who is inside."""

    inside: int = 0
    most_inside: int = 0
    gate: asyncio.Event = field(default_factory=asyncio.Event)

    async def __call__(self, scope, receive, send):
        self.inside += 1
        self.most_inside = max(self.most_inside, self.inside)
        try:
            await self.answer(scope, receive, send)
        finally:
            self.inside -= 1

    async def answer(self, scope, receive, send):
        body, more = b"", True
        while more:
            event = await receive()
            body, more = body + event.get("body", b""), event.get("more_body", False)
        if scope["path"] == "/wait":
            await self.gate.wait()
        if scope["path"].endswith("/broken"):
            raise RuntimeError("a bug of the house")
        status = 500 if scope["path"].endswith("/fault") else 200
        await send({"type": "http.response.start", "status": status, "headers": []})
        await send({"type": "http.response.body", "body": f"{scope['method']} ".encode() + body})


async def ask(app, method, path, *pieces, headers=()) -> Answer:
    """One request in the events of ASGI, its body in pieces of no stated length."""
    events = [{"type": "http.request", "body": each, "more_body": True} for each in pieces]
    events.append({"type": "http.request", "body": b"", "more_body": False})
    answer = Answer()

    async def receive():
        if not events:
            await asyncio.sleep(30)
        return events.pop(0)

    async def send(event):
        if event["type"] == "http.response.start":
            answer.status = event["status"]
            answer.headers = {k.decode(): v.decode() for k, v in event["headers"]}
        else:
            answer.body += event.get("body", b"")

    scope = {"type": "http", "method": method, "path": path, "query_string": b"",
             "headers": [(k.encode(), v.encode()) for k, v in headers]}  # fmt: skip
    await asyncio.wait_for(app(scope, receive, send), 10)
    return answer


CONFIG = DoorConfig(NOWHERE, RING, "http://localhost", Path("/nowhere/funnel.json"), limits=LIMITS)


@pytest.fixture
def rooms() -> Rooms:
    return Rooms()


@pytest.fixture
async def away(rooms):
    """The composition before a database that is away."""
    app = application(CONFIG, rooms)
    yield app
    await app._door.stop()


@pytest.fixture
async def near(rooms, programme_url):
    """The composition before a database that answers."""
    app = application(replace(CONFIG, database_url=programme_url), rooms)
    yield app
    await app._door.stop()


@pytest.mark.parametrize(
    ("method", "path", "who"),
    [
        ("GET", "/masuk", "house"),
        ("GET", "/gabung/PKJ-2020-W01", "house"),
        ("POST", "/gabung/PKJ-2020-W01/batal", "house"),
        ("POST", "/api/v1/identity", "house"),
        ("GET", "/", "door"),
        ("PUT", "/daftar", "door"),
        ("GET", "/api/v1/registrations", "door"),
        ("POST", "/gabung/PKJ-2020-W01", "door"),
    ],
)
async def test_the_door_answers_its_routes_and_the_house_the_rest(near, method, path, who):
    answer = await ask(near, method, path)
    assert (answer.body == f"{method} ".encode()) == (who == "house")


async def test_a_bounded_number_is_inside_and_whoever_finds_no_place_hears_full(near, rooms):
    visits = [asyncio.create_task(ask(near, "GET", "/wait")) for _ in range(12)]
    await asyncio.sleep(0.6)
    rooms.gate.set()
    answers = await asyncio.gather(*visits)
    assert rooms.most_inside == 2
    assert sorted(each.status for each in answers) == [200] * 2 + [429] * 10
    full = next(each for each in answers if each.status == 429)
    assert "Sedang sangat ramai" in full.body.decode()
    assert int(full.headers["retry-after"]) > 0
    assert (await ask(near, "GET", "/masuk")).status == 200


@pytest.mark.parametrize(("path", "status"), [("/saya", 413), ("/meja/nominasi", 200)])
async def test_a_body_of_unstated_length_is_counted_as_it_comes(near, path, status):
    answer = await ask(near, "POST", path, b"x" * 60, b"x" * 60)
    assert answer.status == status


async def test_a_body_whose_stated_length_is_too_large_never_enters(near, rooms):
    answer = await ask(near, "POST", "/api/v1/identity", b"x" * 101,
                       headers=[("content-length", "101")])  # fmt: skip
    assert answer.status == 413
    assert json.loads(answer.body)["type"] == "urn:gelombang:body-too-large"
    assert rooms.most_inside == 0


@pytest.mark.parametrize("path", ["/fault", "/broken"])
async def test_while_the_database_is_away_a_fault_of_the_house_reads_paused(away, path):
    look = await ask(away, "GET", path)
    assert look.status == 429
    assert 'http-equiv="refresh"' in look.body.decode()
    sending = await ask(away, "POST", path)
    assert sending.status == 429
    assert "isian masih ada" in sending.body.decode()
    assert int(sending.headers["retry-after"]) > 0
    machine = await ask(away, "POST", "/api" + path)
    assert machine.status == 429
    assert json.loads(machine.body)["type"] == "urn:gelombang:paused"


async def test_a_bug_of_the_house_is_loud_and_still_a_page(near, caplog):
    await near._door.start()
    near._door.desk.calendar._away_at = float("-inf")
    answer = await ask(near, "GET", "/broken")
    assert answer.status == 500
    assert "Kesalahan ada pada kami" in answer.body.decode()
    assert "a bug of the house" in caplog.text
    fault = await ask(near, "GET", "/fault")
    assert (fault.status, fault.body) == (500, b"GET ")  # the house's own page


async def test_alone_the_door_tells_people_and_machines_that_a_page_is_missing(programme_url):
    app = application(replace(CONFIG, database_url=programme_url))
    page, document = await ask(app, "GET", "/masuk"), await ask(app, "GET", "/api/v1/status")
    await app._door.stop()
    assert (page.status, document.status) == (404, 404)
    assert "Halaman ini tidak ada" in page.body.decode()
    assert document.headers["content-type"] == "application/problem+json"


async def test_a_sender_who_stalls_hears_of_it_in_time(near):
    events = [{"type": "http.request", "body": b"email=", "more_body": True}]
    sent = []

    async def receive():
        if not events:
            await asyncio.sleep(30)
        return events.pop(0)

    async def send(event):
        sent.append(event)

    scope = {"type": "http", "method": "POST", "path": "/daftar", "query_string": b"",
             "headers": [(b"content-length", b"50"),
                         (b"content-type", b"application/x-www-form-urlencoded")]}  # fmt: skip
    await asyncio.wait_for(near(scope, receive, send), 5)
    assert sent[0]["status"] == 408


async def test_it_lives_and_ends_with_its_server(rooms):
    app, events, sent = application(CONFIG, rooms), ["startup", "shutdown"], []

    async def receive():
        return {"type": f"lifespan.{events.pop(0)}"}

    async def send(event):
        sent.append(event["type"])

    await asyncio.wait_for(app({"type": "lifespan"}, receive, send), 10)
    assert sent == ["lifespan.startup.complete", "lifespan.shutdown.complete"]


async def test_partners_enter_before_people_and_reports_wait_until_last(near, rooms):
    inside = [asyncio.create_task(ask(near, "GET", "/wait")) for _ in range(2)]
    await asyncio.sleep(0.05)
    report = asyncio.create_task(ask(near, "GET", "/angka"))
    await asyncio.sleep(0.02)
    callback = asyncio.create_task(ask(near, "GET", "/api/v1/integration/x"))
    await asyncio.sleep(0.02)
    assert (await report).status == 429  # the queue holds one: the report made room at once
    rooms.gate.set()
    assert (await callback).status == 200
    assert [each.status for each in await asyncio.gather(*inside)] == [200, 200]


async def test_a_house_that_hangs_gives_its_places_back_and_the_door_answers_on(near, rooms):
    hung = [asyncio.create_task(ask(near, method, "/wait")) for method in ("GET", "POST")]
    await asyncio.sleep(0.1)
    assert (await ask(near, "GET", "/")).status == 200
    look, sending = await asyncio.gather(*hung)
    assert (look.status, sending.status) == (429, 429)
    assert "mungkin sudah tercatat" in sending.body.decode()
    assert (await ask(near, "GET", "/masuk")).status == 200


async def test_who_goes_while_waiting_leaves_no_place_taken(near, rooms):
    inside = [asyncio.create_task(ask(near, "GET", "/wait")) for _ in range(2)]
    await asyncio.sleep(0.05)
    gone = asyncio.create_task(ask(near, "GET", "/masuk"))
    await asyncio.sleep(0.02)
    gone.cancel()
    rooms.gate.set()
    await asyncio.gather(*inside)
    both = await asyncio.gather(*(ask(near, "GET", "/masuk") for _ in range(2)))
    assert [each.status for each in both] == [200, 200]
    assert near._house._limiter._inside == 0
