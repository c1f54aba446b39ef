"""The ASGI adapter: the front door alone, or wrapped around the house on one listener."""

import asyncio
import logging
import time

from msgspec.structs import replace

from gelombang.frontdoor import told
from gelombang.frontdoor.config import DoorConfig
from gelombang.frontdoor.core import Match, Request, Response, WrongMethod
from gelombang.frontdoor.door import Door
from gelombang.frontdoor.house import House
from gelombang.frontdoor.told import Message
from gelombang.frontdoor.wire import (
    App,
    Receive,
    Scope,
    Send,
    SenderGone,
    body_fault,
    drain,
    head_of,
    read_body,
    send_response,
)
from gelombang.kit import clock

access = logging.getLogger("gelombang.frontdoor.access")


def application(config: DoorConfig, house: App | None = None) -> "Adapter":
    """An ASGI application: the door's routes, and everything else from `house` if there is one."""
    return Adapter(Door(config), house)


def _is_for_the_house(found: Match | WrongMethod | None) -> bool:
    return found is None or (isinstance(found, WrongMethod) and found.is_shared)


class Adapter:
    """Bytes of a server to requests of the door, and back."""

    def __init__(self, door: Door, house: App | None) -> None:
        self._door = door
        self._limits = door.config.limits
        self._house = House(door, house) if house is not None else None

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """One connection's event, as ASGI says."""
        if scope["type"] == "lifespan":
            await self._live(receive, send)
        elif scope["type"] == "http":
            await self._door.start()  # at once, except on a server without lifespan
            await self._serve(scope, receive, send)
        else:
            raise NotImplementedError(f"no {scope['type']} here")

    async def _live(self, receive: Receive, send: Send) -> None:
        """Start and end with the server. The house (Django) has no lifespan of its own."""
        while True:
            event = await receive()
            if event["type"] == "lifespan.startup":
                await self._door.start()
                await send({"type": "lifespan.startup.complete"})
            else:
                await self._door.stop()
                await send({"type": "lifespan.shutdown.complete"})
                return

    async def _serve(self, scope: Scope, receive: Receive, send: Send) -> None:
        start = time.perf_counter()
        request = head_of(scope, trusted=self._door.config.trusted_proxies)
        found = self._door.find(request.method, request.path)
        if self._house is not None and _is_for_the_house(found):
            name = "house"
            status = await self._house.visit(request, scope, receive, send)
        else:
            name = found.route.name if isinstance(found, Match) else "unknown"
            try:
                response = await self._answer(request, found, receive)
            except SenderGone:
                return
            await send_response(response, send, with_body=request.method != "HEAD")
            self._door.note(found, response, time.perf_counter() - start)
            status = int(response.status)
        if self._door.config.access_log:
            milliseconds = (time.perf_counter() - start) * 1000
            access.info("%s %d %.1f ms", name, status, milliseconds)

    async def _answer(
        self, request: Request, found: Match | WrongMethod | None, receive: Receive
    ) -> Response:
        if found is None:
            return self._door.tell(request, told.NOT_FOUND)
        if isinstance(found, WrongMethod):
            allowed = (("allow", ", ".join(found.allowed)),)
            return self._door.tell(request, told.WRONG_METHOD, headers=allowed)
        body = await self._body(request, found, receive)
        if isinstance(body, Message):
            return self._door.tell(request, body)
        whole = replace(
            request,
            body=body,
            argument=found.argument,
            now=clock.now(),
            real_now=clock.real_now(),
        )
        return await self._door.answer(found, whole)

    async def _body(self, request: Request, match: Match, receive: Receive) -> bytes | Message:
        """The body within the limits of the door, or what is wrong with it."""
        wrong = body_fault(request.headers, match.route.reads, most=self._limits.body_bytes)
        if wrong is told.TOO_LARGE:
            await drain(receive, self._limits.drained_bytes, seconds=self._limits.body_seconds)
        if wrong is not None:
            return wrong
        if match.route.reads == "nothing":
            return b""
        try:
            async with asyncio.timeout(self._limits.body_seconds):
                return await read_body(receive, self._limits.body_bytes)
        except TimeoutError:
            return told.TOO_SLOW
