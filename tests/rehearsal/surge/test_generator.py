"""The generator against a door of the test's own: open loop, retries, tickets, receipts."""

import asyncio
import json
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from gelombang.kit.sealing import Keyring
from gelombang.kit.tokens import Ticket, TicketKind, microseconds, ticket_token
from gelombang.rehearsal.surge.generator import Generator, with_member
from gelombang.rehearsal.surge.sheet import Errand, Sheet, Tally, Times, write_errands

RING = Keyring({1: b"s" * 32}, 1, {1: b"i" * 32}, {1: b"t" * 32}, 1)
RECEIPT = "ABCDEFGHABCDEFGHABCDEFGH"


def answer(status: int, body: bytes = b"", *headers: str) -> bytes:
    lines = [f"HTTP/1.1 {status} X", f"content-length: {len(body)}", *headers]
    return "\r\n".join(lines).encode() + b"\r\n\r\n" + body


def created(receipt: str = RECEIPT) -> bytes:
    return answer(201, json.dumps({"receipt": receipt}, separators=(",", ":")).encode())


class Door:
    """Gives the prepared answers in order, then the last one for ever; keeps what was sent."""

    def __init__(self, *answers: bytes, pause: float = 0.0) -> None:
        self.answers = list(answers)
        self.pause = pause
        self.bodies: list[dict] = []
        self.peers: set[str] = set()
        self._visits: set[asyncio.Task] = set()

    async def __aenter__(self):
        self._server = await asyncio.start_server(self._serve, "127.0.0.1", 0)
        self.port = self._server.sockets[0].getsockname()[1]
        return self

    async def __aexit__(self, *_):
        self._server.close()
        for visit in self._visits:
            visit.cancel()
        await asyncio.gather(*self._visits, return_exceptions=True)

    async def _serve(self, reader, writer):
        self._visits.add(asyncio.current_task())
        self.peers.add(writer.get_extra_info("peername")[0])
        try:
            while True:
                head = await reader.readuntil(b"\r\n\r\n")
                length = [
                    int(line.split(b":")[1])
                    for line in head.lower().split(b"\r\n")
                    if line.startswith(b"content-length")
                ]
                if length:
                    self.bodies.append(json.loads(await reader.readexactly(length[0])))
                await asyncio.sleep(self.pause)
                writer.write(self.answers.pop(0) if len(self.answers) > 1 else self.answers[0])
        except (asyncio.IncompleteReadError, ConnectionError):
            writer.close()


async def run(door: Door, place: Path, dues: list[float], **more) -> Generator:
    errands = [Errand(due, f"key-{n:016d}", "", '{"email":"a@b.id"') for n, due in enumerate(dues)]
    write_errands(place / "errands.tsv", errands)
    (place / "proofs.txt").write_text("new-proof\n")
    sheet = Sheet(
        host="127.0.0.1", port=door.port, path="/api/v1/registrations",
        errands=str(place / "errands.tsv"), proofs=str(place / "proofs.txt"),
        result=str(place / "result.json"),
        **{
            "connections": 2, "most_connections": 50, "patience": 10.0,
            "addresses": ("127.9.0.1", "127.9.1.1"),
        } | more,
    )  # fmt: skip
    generator = Generator(sheet)
    await generator.connect()
    await generator.run(time.monotonic())
    generator.write(cpu_seconds=0.0)
    return generator


async def test_everybody_gets_a_receipt_and_the_files_say_so(tmp_path):
    async with Door(created()) as door:
        await run(door, tmp_path, [0.0, 0.01, 0.02])
    tally = Tally(**json.loads((tmp_path / "result.json").read_text()))
    assert (tally.offered, tally.accepted, tally.unsettled) == (3, 3, 0)
    assert tally.statuses == {"201": 3}
    lines = (tmp_path / "result.receipts").read_text().splitlines()
    assert sorted(lines) == [f"key-{n:016d}\t{RECEIPT}" for n in range(3)]
    times = Times.read(tmp_path / "result.times")
    assert list(times.due) == [0.0, 0.01, 0.02]
    assert all(0 <= waited < 5 for waited in times.accepted)
    assert door.peers == {"127.9.0.1", "127.9.1.1"}


async def test_a_slow_door_holds_nobody_back_and_its_slowness_is_counted(tmp_path):
    async with Door(created(), pause=0.3) as door:
        generator = await run(door, tmp_path, [0.0] * 10)
    # Two connections one after the other would need 1.5 s for ten people.
    assert max(generator.times.accepted) < 1.2
    assert min(generator.times.accepted) >= 0.3


async def test_everybody_may_come_on_a_connection_of_their_own(tmp_path):
    addresses = tuple(f"127.9.{n}.1" for n in range(20))
    dues = [n / 50 for n in range(20)]
    for own in (False, True):
        async with Door(created()) as door:
            generator = await run(
                door, tmp_path, dues, addresses=addresses, connections=1, of_their_own=own
            )
        assert generator.tally.accepted == 20
        assert (len(door.peers) >= 19) is own, "quick answers come to a few addresses otherwise"


async def test_refusals_to_serve_now_are_asked_again_with_the_same_key(tmp_path):
    busy = answer(429, b"{}", "retry-after: 0")
    async with Door(busy, answer(503), created()) as door:
        generator = await run(door, tmp_path, [0.0])
    tally = generator.tally
    assert (tally.accepted, tally.paced, tally.errors_5xx) == (1, 1, 1)
    assert len(door.bodies) == 3


async def test_a_spent_proof_is_replaced_once_and_other_refusals_are_final(tmp_path):
    async with Door(answer(428, b"{}"), created()) as door:
        generator = await run(door, tmp_path, [0.0])
    assert (generator.tally.accepted, generator.tally.unproven) == (1, 1)
    assert door.bodies[-1] == {"email": "a@b.id", "altcha": "new-proof"}
    async with Door(answer(409, b"{}")) as door:
        generator = await run(door, tmp_path, [0.0])
    assert (generator.tally.accepted, generator.tally.refused) == (0, 1)


def ticket(at: datetime) -> str:
    us = microseconds(at)
    return ticket_token(RING, Ticket(TicketKind.QUEUED, "registration", us, us, 7))


def queued(token: str) -> bytes:
    body = json.dumps({"ticket": token, "place": 40, "poll": "/antrean.json"}).encode()
    return answer(202, body, "retry-after: 0")


def watermark(at: datetime) -> bytes:
    return answer(200, json.dumps({"watermark": at.isoformat(), "state": "open"}).encode())


async def test_a_ticket_is_shown_when_the_watermark_has_passed_it(tmp_path):
    now = datetime.now(UTC)
    token = ticket(now)
    async with Door(queued(token), watermark(now + timedelta(seconds=1)), created()) as door:
        generator = await run(door, tmp_path, [0.0])
    tally = generator.tally
    assert (tally.accepted, tally.ticketed, tally.holding, tally.polls) == (1, 1, 0, 1)
    assert door.bodies[-1] == {"email": "a@b.id", "ticket": token}
    assert generator.times.heard[0] <= generator.times.accepted[0]


async def test_who_is_not_called_goes_home_with_the_ticket(tmp_path):
    now = datetime.now(UTC)
    early = watermark(now - timedelta(minutes=1))
    async with Door(queued(ticket(now)), early) as door:
        generator = await run(door, tmp_path, [0.0], patience=0.5)
    tally = generator.tally
    assert (tally.accepted, tally.holding, tally.unsettled) == (0, 1, 0)


async def test_a_broken_connection_is_counted_and_the_person_tries_again(tmp_path):
    class Rude(Door):
        async def _serve(self, reader, writer):
            if not self.bodies:
                await reader.readuntil(b"\r\n\r\n")
                self.bodies.append({})
                writer.close()
                return
            await super()._serve(reader, writer)

    async with Rude(created()) as door:
        generator = await run(door, tmp_path, [0.0], connections=1)
    assert (generator.tally.accepted, generator.tally.resets) == (1, 1)


@pytest.mark.parametrize(("body", "expected"), [("{", '{"a":"b"'), ('{"x":1', '{"x":1,"a":"b"')])
def test_a_member_is_added_to_an_open_object(body, expected):
    assert with_member(body, "a", "b") == expected
