"""An invented partner that misbehaves on command, and meters what it is asked.

`PUT <fake>/_admin/faults` sets the switches for now, `PUT <fake>/_admin/script` a script over time,
`GET <fake>/_admin/meter` reads the meter and `PUT` holds it to a contract. Outages and phases may
run by virtual time; latency is real time.
"""

import asyncio
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Container, Mapping
from dataclasses import asdict, replace
from random import Random
from typing import Any

from aiohttp import web

from gelombang.gateways.fault_script import (
    Faults,
    Script,
    ScriptInvalidError,
    read_faults,
    read_script,
)
from gelombang.gateways.meter import Meter
from gelombang.kit import clock

Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]
HANG_SECONDS = 60.0  # longer than any client of ours waits
HEARTBEAT = 0.01  # seconds
HELD_UP = 0.02  # seconds: later than this, and what arrived meanwhile looks bunched
ANSWERED = web.RequestKey("answered", list[tuple[str, str]])
"""Whom a handler gives a usable answer about: NIK and version of the data."""
TOLD = web.RequestKey("told", list[tuple[str, str]])
"""The same, once the answer goes out whole."""
SWAPPED = web.RequestKey("swapped", bool)
"""A handler's answer is about somebody else, or to another call."""


class FaultyPartner:
    """Puts the switches before an aiohttp application and their admin pages into it."""

    def __init__(self, *, beside: Container[str] = ()) -> None:
        self.meter = Meter()
        self._beside = beside  # paths (their last parts) that no contract of calls is about
        self.chance = Random(20200411)  # noqa: S311 the same faults in every run
        self.follow(Script())

    def follow(self, script: Script) -> None:
        """Follow a script from now on; its contract, where it has one, starts the meter anew."""
        self._script, self._began = script, time.monotonic()
        if script.calls_per_second is not None:
            self.meter = Meter(calls_per_second=script.calls_per_second)

    @property
    def faults(self) -> Faults:
        """The switches of this moment."""
        return self._script.at(now=clock.now(), seconds=time.monotonic() - self._began)

    @faults.setter
    def faults(self, faults: Faults) -> None:
        self._script = Script(faults)

    def switch(self, **switches: Any) -> None:
        """Change some switches and keep the others, for a partner in this process."""
        self.faults = replace(self.faults, **switches)

    def happens(self, share: float) -> bool:
        """Whether it happens this time."""
        return bool(share) and self.chance.random() < share

    def note_answer(self, request: web.Request, nik: str, version: str = "") -> None:
        """A handler answers about somebody; it counts as usable once the answer went out whole."""
        self.meter.note_asked(version or nik)
        request.setdefault(ANSWERED, []).append((nik, version))

    def application(self) -> web.Application:
        """An application with the switches and the meter; the fake adds its own routes."""
        app = web.Application(middlewares=[self._misbehave], client_max_size=64 * 1024**2)
        app.cleanup_ctx.append(self._watch_the_loop)
        app.router.add_put("/_admin/faults", self._set_faults)
        app.router.add_get("/_admin/faults", self._show_faults)
        app.router.add_get("/_admin/state", self._show_state)
        app.router.add_put("/_admin/script", self._set_script)
        app.router.add_get("/_admin/meter", self._show_meter)
        app.router.add_put("/_admin/meter", self._set_meter)
        app.router.add_delete("/_admin/meter", self._reset_meter)
        return app

    async def _watch_the_loop(self, _: web.Application) -> AsyncIterator[None]:
        """Tell the meter when this process was held up."""

        async def watch() -> None:
            while True:
                before = time.monotonic()
                await asyncio.sleep(HEARTBEAT)
                late = time.monotonic() - before - HEARTBEAT
                if late > HELD_UP:
                    self.meter.note_stall(late)

        watching = asyncio.create_task(watch())
        yield
        watching.cancel()

    @web.middleware
    async def _misbehave(self, request: web.Request, handler: Handler) -> web.StreamResponse:
        if "/_admin/" in request.path:
            return await handler(request)
        is_metered = request.path.rpartition("/")[2] not in self._beside
        if is_metered:
            self.meter.note_call()
        await request.read()
        kind, answer = await self._answer(request, handler)
        if is_metered:
            self.meter.statuses[kind] += 1
            self.meter.note_rest(float(answer.headers.get("Retry-After", 0)))
            told = [self.meter.note_answer(*each) for each in request.get(TOLD, ())]
            self.meter.barren += kind == "honest" and not any(told)
        return answer

    async def _answer(
        self, request: web.Request, handler: Handler
    ) -> tuple[str, web.StreamResponse]:
        faults = self.faults
        if seconds := faults.latency(self.chance):
            await asyncio.sleep(seconds)
        if self.happens(faults.hang):
            await asyncio.sleep(faults.hang_seconds or HANG_SECONDS)
        if self.faults.is_out(clock.now()):
            return "cut", _cut(request)
        if refused := self._refusal(faults):
            return f"status_{refused.status}", refused
        if self.happens(faults.html):
            page = "<html><body><h1>Layanan sedang dalam pemeliharaan</h1></body></html>"
            return "html", web.Response(text=page, content_type="text/html")
        answer = await handler(request)
        if self.happens(faults.truncate):
            return "truncated", _cut_short(answer)
        return self._count(request), answer

    def _count(self, request: web.Request) -> str:
        """What kind of answer goes out whole, and whom it tells about."""
        if request.transport is None or request.transport.is_closing():
            return "nobody_waited"
        request[TOLD] = request.get(ANSWERED, [])
        return "swapped" if SWAPPED in request else "honest"

    def _refusal(self, faults: Faults) -> web.Response | None:
        if self.happens(faults.error_rate):
            return web.Response(status=500, text="Internal Server Error")
        if self.happens(faults.unavailable):
            return web.Response(status=503, text="Service Unavailable")
        if self.happens(faults.too_many):
            wait = {"Retry-After": str(faults.retry_after_seconds)}
            return web.Response(status=429, text="Too Many Requests", headers=wait)
        return None

    async def _set_faults(self, request: web.Request) -> web.Response:
        wanted: Mapping[str, Any] = await request.json()
        try:
            self.faults = read_faults(wanted)
        except ScriptInvalidError as wrong:
            return _unprocessable(wrong)
        return web.json_response(asdict(self.faults))

    async def _set_script(self, request: web.Request) -> web.Response:
        try:
            self.follow(read_script(await request.json()))
        except ScriptInvalidError as wrong:
            return _unprocessable(wrong)
        return web.json_response(asdict(self.faults))

    async def _show_faults(self, _: web.Request) -> web.Response:
        return web.json_response(asdict(self.faults))

    async def _show_state(self, _: web.Request) -> web.Response:
        return web.json_response({"is_out": self.faults.is_out(clock.now())})

    async def _show_meter(self, _: web.Request) -> web.Response:
        return web.json_response(self.meter.reading())

    async def _set_meter(self, request: web.Request) -> web.Response:
        pace = (await request.json()).get("calls_per_second")
        if not isinstance(pace, int) or pace < 0:
            return web.json_response({"problem": "calls_per_second is a number"}, status=422)
        self.meter = Meter(calls_per_second=pace)
        return web.json_response(self.meter.reading())

    async def _reset_meter(self, _: web.Request) -> web.Response:
        self.meter = Meter(calls_per_second=self.meter.calls_per_second)
        return web.json_response(self.meter.reading())


def _unprocessable(wrong: ScriptInvalidError) -> web.Response:
    return web.json_response({"problem": str(wrong)}, status=422)


def _cut(request: web.Request) -> web.Response:
    if request.transport is not None:
        request.transport.close()
    return web.Response(status=503)


def _cut_short(answer: web.StreamResponse) -> web.StreamResponse:
    if not isinstance(answer, web.Response) or not isinstance(answer.body, bytes):
        return answer
    return web.Response(
        body=answer.body[: max(len(answer.body) // 2, 1)], content_type="application/json"
    )
