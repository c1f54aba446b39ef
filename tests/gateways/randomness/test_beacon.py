"""The client against the invented beacon, and both against the facts of a real chain."""

import json
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from pathlib import Path

import pytest
from aiohttp import web
from aiohttp.test_utils import TestServer

from gelombang.gateways.randomness import bls
from gelombang.gateways.randomness.client import BeaconClient, fetch_once
from gelombang.gateways.randomness.invented import CHAIN, SECRET
from gelombang.gateways.randomness.protocol import BeaconUntrue, Chain, RoundNotYet
from gelombang.kit import clock
from gelombang.kit.errors import Outage

NOW = datetime(2020, 4, 16, 10, tzinfo=UTC)
QUICKNET = json.loads((Path(__file__).parents[2] / "data" / "drand.json").read_text())["quicknet"]
VECTOR = QUICKNET["vectors"][0]
REAL = Chain(
    hash=QUICKNET["chain_hash"],
    public_key=QUICKNET["public_key"],
    genesis=QUICKNET["genesis_time"],
    period=QUICKNET["period"],
)


async def test_a_round_that_exists_is_signed_by_the_chain(beacon):
    number = CHAIN.round_at(NOW)
    found = await beacon.fetch(number)
    assert found.number == number
    assert found.randomness == sha256(bytes.fromhex(found.signature)).hexdigest()


async def test_a_round_is_the_same_for_everybody_at_every_time(beacon, held_clock):
    first = await beacon.fetch(1234)
    clock.advance(held_clock, timedelta(hours=1))
    assert await beacon.fetch(1234) == first


async def test_a_future_round_is_not_to_be_had_before_its_virtual_time(beacon, held_clock):
    number = CHAIN.round_after(NOW, at_least=timedelta(hours=1))
    with pytest.raises(RoundNotYet):
        await beacon.fetch(number)
    clock.advance(held_clock, timedelta(minutes=59, seconds=59))
    with pytest.raises(RoundNotYet):
        await beacon.fetch(number)
    clock.advance(held_clock, timedelta(seconds=1 + CHAIN.period))
    assert (await beacon.fetch(number)).number == number


async def test_a_wrong_signature_is_never_a_round(beacon, session, base_url):
    async with session.put(f"{base_url}/_admin/lie", json={"wrong_signature": True}):
        pass
    with pytest.raises(BeaconUntrue):
        await beacon.fetch(7)
    async with session.put(f"{base_url}/_admin/lie", json={"wrong_signature": False}):
        pass
    assert (await beacon.fetch(7)).number == 7


async def test_another_chain_key_is_not_believed(session, base_url):
    chain = replace(CHAIN, public_key=QUICKNET["public_key"])
    with pytest.raises(BeaconUntrue):
        await BeaconClient(session, base_url=base_url, chain=chain).fetch(7)


@pytest.mark.parametrize(
    "faults", [{"error_rate": 1}, {"html": True}, {"truncate": True}, {"outage": True}]
)
async def test_a_beacon_at_fault_is_an_outage(beacon, session, base_url, faults):
    async with session.put(f"{base_url}/_admin/faults", json=faults) as answer:
        assert answer.status < 300
    with pytest.raises(Outage):
        await beacon.fetch(7)


async def test_nobody_there_is_an_outage():
    with pytest.raises(Outage):
        await fetch_once(base_url="http://127.0.0.1:22099", chain=CHAIN, number=7)


@pytest.mark.parametrize("place", ["abc/public/7", f"{CHAIN.hash}/public/0", "abc/info"])
async def test_what_the_chain_does_not_have_is_not_found(session, base_url, place):
    async with session.get(f"{base_url}/{place}") as answer:
        assert answer.status == 404


async def test_the_fake_tells_its_chain_like_drand(session, base_url):
    async with session.get(f"{base_url}/{CHAIN.hash}/info") as answer:
        info = await answer.json()
    assert (info["hash"], info["public_key"]) == (CHAIN.hash, CHAIN.public_key)
    assert info["genesis_time"] < datetime(2020, 1, 1, tzinfo=UTC).timestamp()
    assert (info["period"], info["schemeID"]) == (3, "bls-unchained-g1-rfc9380")
    assert bls.public_key_of(SECRET).hex() == CHAIN.public_key


async def test_the_client_reads_a_real_chain_s_round(session):
    async def answer(_: web.Request) -> web.Response:
        return web.json_response({key: VECTOR[key] for key in ("round", "randomness", "signature")})

    app = web.Application()
    app.router.add_get(f"/{REAL.hash}/public/{VECTOR['round']}", answer)
    async with TestServer(app) as server:
        client = BeaconClient(session, base_url=str(server.make_url("")), chain=REAL)
        found = await client.fetch(VECTOR["round"])
    assert found.randomness == VECTOR["randomness"]


@pytest.mark.parametrize("spoil", ["signature", "number", "key", "short", "infinity"])
def test_a_spoilt_signature_is_refused(spoil):
    number, signature = VECTOR["round"], bytes.fromhex(VECTOR["signature"])
    key = bytes.fromhex(REAL.public_key)
    if spoil == "signature":
        signature = bls.sign(secret=SECRET, number=number)
    elif spoil == "number":
        number += 1
    elif spoil == "key":
        key = bytes.fromhex(CHAIN.public_key)
    elif spoil == "short":
        signature = signature[:-1]
    else:
        signature = b"\xc0" + bytes(47)
    assert not bls.is_signed(public_key=key, number=number, signature=signature)


def test_the_rounds_of_quicknet_are_dated_as_published():
    instant = datetime(2026, 4, 20, tzinfo=UTC)
    assert REAL.round_at(instant) == 27946612
    assert REAL.instant_of(27946612) <= instant < REAL.instant_of(27946613)


@pytest.mark.parametrize("seconds", range(7))
def test_the_committed_round_is_at_least_an_hour_ahead_and_no_further_than_needed(seconds):
    now = NOW + timedelta(seconds=seconds, milliseconds=250)
    number = CHAIN.round_after(now, at_least=timedelta(hours=1))
    assert CHAIN.instant_of(number) >= now + timedelta(hours=1)
    assert CHAIN.instant_of(number - 1) < now + timedelta(hours=1)
