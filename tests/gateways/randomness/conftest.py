from collections.abc import AsyncIterator
from datetime import UTC, datetime

import pytest
from aiohttp import ClientSession
from aiohttp.test_utils import TestServer

from gelombang.gateways.randomness.client import BeaconClient
from gelombang.gateways.randomness.fake import FakeBeacon
from gelombang.gateways.randomness.invented import CHAIN
from gelombang.kit import clock

NOW = datetime(2020, 4, 16, 10, tzinfo=UTC)


@pytest.fixture(autouse=True)
def held_clock(tmp_path, monkeypatch):
    file = tmp_path / "clock.json"
    clock.set_face(file, virtual=NOW, rate=0)
    monkeypatch.setenv(clock.CLOCK_VARIABLE, str(file))
    return file


@pytest.fixture
async def session() -> AsyncIterator[ClientSession]:
    async with ClientSession() as opened:
        yield opened


@pytest.fixture
async def base_url() -> AsyncIterator[str]:
    server = TestServer(FakeBeacon().application())
    await server.start_server()
    yield str(server.make_url("")).rstrip("/")
    await server.close()


@pytest.fixture
def beacon(session, base_url) -> BeaconClient:
    return BeaconClient(session, base_url=base_url, chain=CHAIN)
