"""Faults that an invented partner shows on command, and the meter of what it was asked.

`PUT <fake>/_admin/faults` sets the switches, `GET <fake>/_admin/meter` reads the meter. Outages
may end at a virtual instant; latency is real time.
"""

import asyncio
import time
from collections import Counter
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import asdict, dataclass, field, fields
from datetime import datetime
from random import Random
from typing import Any

from aiohttp import web

from gelombang.kit import clock

Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]
HANG_SECONDS = 60.0  # longer than any client of ours waits
SECONDS_KEPT = 3600  # of the meter's history


@dataclass(slots=True)
class Faults:
    """The switches of one partner; all off is an honest day."""

    latency_ms: int = 0
    """Added to every answer."""
    error_rate: float = 0.0
    """Share of calls that end in status 500."""
    hang: bool = False
    """Calls are taken and never answered."""
    html: bool = False
    """An HTML page with status 200 instead of JSON, as gateways in front like to send."""
    truncate: bool = False
    """JSON that ends in the middle."""
    swap: bool = False
    """Answers of one call change places: each is about somebody else (where a call asks many)."""
    outage: bool = False
    """The connection is cut without an answer."""
    outage_until: str = ""
    """RFC 3339: the same, until this virtual instant."""

    def is_out(self, now: datetime) -> bool:
        """Whether it is down at the virtual instant."""
        ends = datetime.fromisoformat(self.outage_until) if self.outage_until else None
        return self.outage or (ends is not None and now < ends)


@dataclass(slots=True)
class Meter:
    """What a partner was asked since its process started."""

    calls: int = 0
    records: int = 0
    by_second: Counter[int] = field(default_factory=Counter)
    answered: Counter[str] = field(default_factory=Counter)

    def note_call(self) -> None:
        """Count a call, faulty ones included: the contract is about calls."""
        self.calls += 1
        self.by_second[int(time.time())] += 1
        if len(self.by_second) > SECONDS_KEPT:
            del self.by_second[min(self.by_second)]

    def note_answer(self, nik: str) -> None:
        """Count a usable answer about somebody."""
        self.records += 1
        self.answered[nik] += 1

    def reading(self) -> dict[str, int]:
        """The figures; never a NIK."""
        return {
            "calls": self.calls,
            "records": self.records,
            "people": len(self.answered),
            "asked_again": sum(1 for times in self.answered.values() if times > 1),
            "peak_per_second": max(self.by_second.values(), default=0),
        }


class FaultyPartner:
    """Puts the switches before an aiohttp application and their admin pages into it."""

    def __init__(self) -> None:
        self.faults = Faults()
        self.meter = Meter()
        self._chance = Random(20200411)  # noqa: S311 the same faults in every run

    def application(self) -> web.Application:
        """An application with the switches and the meter; the fake adds its own routes."""
        app = web.Application(middlewares=[self._misbehave], client_max_size=64 * 1024**2)
        app.router.add_put("/_admin/faults", self._set_faults)
        app.router.add_get("/_admin/faults", self._show_faults)
        app.router.add_get("/_admin/meter", self._show_meter)
        app.router.add_delete("/_admin/meter", self._reset_meter)
        return app

    @web.middleware
    async def _misbehave(self, request: web.Request, handler: Handler) -> web.StreamResponse:
        if "/_admin/" in request.path:
            return await handler(request)
        self.meter.note_call()
        await request.read()
        if self.faults.latency_ms:
            await asyncio.sleep(self.faults.latency_ms / 1000)
        if self.faults.hang:
            await asyncio.sleep(HANG_SECONDS)
        if self.faults.is_out(clock.now()):
            return _cut(request)
        if self._chance.random() < self.faults.error_rate:
            return web.Response(status=500, text="Internal Server Error")
        if self.faults.html:
            page = "<html><body><h1>Layanan sedang dalam pemeliharaan</h1></body></html>"
            return web.Response(text=page, content_type="text/html")
        answer = await handler(request)
        return _cut_short(answer) if self.faults.truncate else answer

    async def _set_faults(self, request: web.Request) -> web.Response:
        wanted: Mapping[str, Any] = await request.json()
        known = {each.name for each in fields(Faults)}
        if unknown := sorted(set(wanted) - known):
            return web.json_response({"unknown": unknown}, status=422)
        self.faults = Faults(**wanted)
        return web.json_response(asdict(self.faults))

    async def _show_faults(self, _: web.Request) -> web.Response:
        return web.json_response(asdict(self.faults))

    async def _show_meter(self, _: web.Request) -> web.Response:
        return web.json_response(self.meter.reading())

    async def _reset_meter(self, _: web.Request) -> web.Response:
        self.meter = Meter()
        return web.json_response(self.meter.reading())


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
