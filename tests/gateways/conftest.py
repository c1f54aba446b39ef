"""Real HTTP on loopback for the clients of partners, and a virtual clock that is held."""

from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AsyncExitStack
from datetime import datetime
from pathlib import Path

import pytest
from aiohttp import ClientSession, web
from tests.gateways.serving import serving

from gelombang.kit import clock

Serve = Callable[[web.Application], Awaitable[str]]
NOON = datetime(2020, 4, 13, 12, tzinfo=clock.WIB)


@pytest.fixture
def held_clock(tmp_path, monkeypatch) -> Path:
    file = tmp_path / "clock.json"
    clock.set_face(file, virtual=NOON, rate=0)
    monkeypatch.setenv(clock.CLOCK_VARIABLE, str(file))
    return file


@pytest.fixture
async def session() -> AsyncIterator[ClientSession]:
    async with ClientSession() as opened:
        yield opened


@pytest.fixture
async def serve() -> AsyncIterator[Serve]:
    """Serves an application on a free port until the test ends; gives its address."""
    async with AsyncExitStack() as stack:

        async def start(app: web.Application) -> str:
            return await stack.enter_async_context(serving(app))

        yield start
