"""The RSGI adapter: the front door alone, as production serves it, by our own server or Granian.

RSGI hands over a whole request and takes a whole response, without the events of ASGI between: a
third of the work of an answered registration goes away with them.
"""

import asyncio
import contextlib
import logging
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from typing import Protocol

from gelombang.frontdoor import told
from gelombang.frontdoor.config import DoorConfig
from gelombang.frontdoor.core import Match, Request, Response, WrongMethod
from gelombang.frontdoor.door import Door
from gelombang.frontdoor.pacing import client_of
from gelombang.frontdoor.patience import Patience, TooSlow
from gelombang.frontdoor.told import Message
from gelombang.frontdoor.wire import body_fault
from gelombang.kit import clock

access = logging.getLogger("gelombang.frontdoor.access")


class Scope(Protocol):
    """The head of a request, as RSGI 1.5 has it."""

    proto: str
    method: str
    path: str
    query_string: str
    client: str

    @property
    def headers(self) -> Mapping[str, str]:
        """Names in lower case."""


class Exchange(Protocol):
    """The body of a request, and the way back."""

    def __call__(self) -> Awaitable[bytes]:
        """The whole body."""

    def __aiter__(self) -> AsyncIterator[bytes]:
        """The body in parts."""

    def response_bytes(self, status: int, headers: list[tuple[str, str]], body: bytes) -> None:
        """Send a whole response."""


class Adapter:
    """Requests of an RSGI server to requests of the door, and back."""

    def __init__(self, door: Door) -> None:
        self._door = door
        self._limits = door.config.limits
        self._patience = Patience(self._limits.body_seconds)

    def __rsgi_init__(self, loop: asyncio.AbstractEventLoop) -> None:
        """Start with the server."""
        loop.run_until_complete(self._door.start())

    def __rsgi_del__(self, loop: asyncio.AbstractEventLoop) -> None:
        """End with the server: whoever waits is answered first."""
        loop.run_until_complete(self._door.stop())

    async def __rsgi__(self, scope: Scope, exchange: Exchange) -> None:
        """One request."""
        start = time.perf_counter()
        found = self._door.find(scope.method, scope.path)
        response = await self._answer(scope, found, exchange)
        body = b"" if scope.method == "HEAD" else response.body
        exchange.response_bytes(int(response.status), list(response.headers), body)
        self._door.note(found, response, time.perf_counter() - start)
        if self._door.config.access_log:
            name = found.route.name if isinstance(found, Match) else "unknown"
            milliseconds = (time.perf_counter() - start) * 1000
            access.info("%s %d %.1f ms", name, response.status, milliseconds)

    async def _answer(
        self, scope: Scope, found: Match | WrongMethod | None, exchange: Exchange
    ) -> Response:
        if found is None:
            return self._door.tell(self._head_of(scope), told.NOT_FOUND)
        if isinstance(found, WrongMethod):
            allowed = (("allow", ", ".join(found.allowed)),)
            return self._door.tell(self._head_of(scope), told.WRONG_METHOD, headers=allowed)
        headers = scope.headers
        body = await self._body(headers, found, exchange)
        if isinstance(body, Message):
            return self._door.tell(self._head_of(scope), body)
        whole = Request(
            scope.method, scope.path, scope.query_string, headers, body, found.argument,
            clock.now(), clock.real_now(), self._client_of(scope),
        )  # fmt: skip
        return await self._door.answer(found, whole)

    def _client_of(self, scope: Scope) -> str:
        """The address that a request came from, before the proxies of ours."""
        trusted = self._door.config.trusted_proxies
        forwarded = scope.headers.get("x-forwarded-for") if trusted else None
        return client_of(scope.client, forwarded or "", trusted=trusted)

    def _head_of(self, scope: Scope) -> Request:
        return Request(scope.method, scope.path, scope.query_string, scope.headers)

    async def _body(
        self, headers: Mapping[str, str], match: Match, exchange: Exchange
    ) -> bytes | Message:
        """The body within the limits of the door, or what is wrong with it."""
        wrong = body_fault(headers, match.route.reads, most=self._limits.body_bytes)
        if wrong is told.TOO_LARGE and "expect" not in headers:  # who asks first sends nothing yet
            await self._drain(exchange)
        if wrong is not None or match.route.reads == "nothing":
            return wrong or b""
        if getattr(exchange, "is_whole", False):  # our server often has it all by now
            return await exchange()
        try:
            return await self._patience.wait_for(exchange())
        except TooSlow:
            return told.TOO_SLOW

    async def _drain(self, exchange: Exchange) -> None:
        """Read a refused body away, within limits, so that its sender listens to the answer."""
        left = self._limits.drained_bytes
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(self._limits.body_seconds):
                async for part in exchange:
                    left -= len(part)
                    if left <= 0:
                        return


def application(config: DoorConfig) -> Callable[..., Awaitable[None]]:
    """An RSGI application with the door's routes and nothing else."""
    adapter: Callable[..., Awaitable[None]] = Adapter(Door(config))  # type: ignore[assignment] # RSGI's own entry
    return adapter
