"""How a machine gets through the door: proof, ticket, turn."""

import asyncio
import json
from datetime import UTC, datetime, timedelta

import msgspec
import pytest

from gelombang.kit import altcha
from gelombang.kit.sealing import Keyring
from gelombang.kit.tokens import Ticket, TicketKind, microseconds, ticket_token
from gelombang.rehearsal.doorway import Doorway
from gelombang.rehearsal.load import Caller, Meter
from gelombang.rehearsal.wire import Answer, loopback_addresses

RING = Keyring({1: b"s" * 32}, 1, {1: b"i" * 32}, {1: b"t" * 32}, 1)
SECRETS = altcha.key_of(RING)
CREATED = Answer(201, {}, (), b'{"receipt":"R"}')


class Door:
    """Stands where a pool of connections would; answers with what was prepared."""

    host = "127.0.0.1"

    def __init__(self, *answers: Answer) -> None:
        self.answers = list(answers)
        self.sent: list[tuple[str, dict]] = []

    async def call(self, request: bytes) -> Answer:
        head, _, body = request.partition(b"\r\n\r\n")
        await asyncio.sleep(0)
        self.sent.append((head.split(b" ")[1].decode(), json.loads(body or b"{}")))
        return self.answers.pop(0)


async def send(door: Door, *, keyring: Keyring | None) -> Answer:
    doorway = Doorway(Caller(door, Meter(), at_once=1), keyring=keyring)
    return await doorway.send(
        "register", "/api/v1/registrations", body={"email": "a@b.id"}, headers={}, due=None,
        proves=True,
    )  # fmt: skip


def spent(field: str) -> str:
    return altcha.check(SECRETS, field, real_now=datetime.now(UTC))


def challenge(cost: int = 1) -> altcha.Challenge:
    return altcha.challenge(SECRETS, cost=cost, expires_at=datetime.now(UTC) + timedelta(hours=1))


async def test_with_the_keys_a_proof_is_minted_without_asking():
    door = Door(CREATED)
    assert await send(door, keyring=RING) == CREATED
    ((path, body),) = door.sent
    assert path == "/api/v1/registrations"
    assert spent(body["altcha"])


async def test_without_the_keys_a_challenge_is_fetched_and_worked_out():
    door = Door(Answer(200, {}, (), altcha.as_json(challenge())), CREATED)
    assert await send(door, keyring=None) == CREATED
    assert door.sent[0][0] == "/api/v1/tantangan"
    assert spent(door.sent[1][1]["altcha"])


async def test_a_proof_that_is_refused_is_replaced_by_the_challenge_that_came_back():
    problem = json.dumps({"challenge": msgspec.to_builtins(challenge())}).encode()
    door = Door(Answer(428, {}, (), problem), CREATED)
    assert await send(door, keyring=RING) == CREATED
    first, second = (body["altcha"] for _, body in door.sent)
    assert spent(first) != spent(second)


async def test_who_gets_a_ticket_waits_for_the_turn_and_shows_it():
    now = datetime.now(UTC)
    us = microseconds(now)
    token = ticket_token(RING, Ticket(TicketKind.QUEUED, "registration", us, us, 3))
    given = json.dumps({"ticket": token, "place": 9, "poll": "/antrean.json"}).encode()
    called = {"watermark": (now + timedelta(seconds=1)).isoformat(), "state": "open"}
    door = Door(
        Answer(202, {"retry-after": "0"}, (), given),
        Answer(200, {}, (), json.dumps(called).encode()),
        CREATED,
    )
    assert await send(door, keyring=RING) == CREATED
    assert [path for path, _ in door.sent][1] == "/antrean.json"
    assert door.sent[-1][1]["ticket"] == token


@pytest.mark.parametrize("count", [1, 300, 70_000])
def test_loopback_addresses_differ_and_spread_over_networks(count):
    found = loopback_addresses(count)
    assert len(set(found)) == count
    assert all(address.startswith("127.") and not address.endswith(".0") for address in found)
    assert len({address.rpartition(".")[0] for address in found}) == min(count, 65_024)
