"""Open-loop load: arrivals are scheduled beforehand and latency counts from the intended start.

A stall of the system under test therefore shows in every arrival that it delayed, not only in the
one that met it.
"""

import asyncio
import json
import math
import time
from collections import Counter, defaultdict
from collections.abc import Awaitable, Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from random import Random
from typing import Any, TypeVar

from gelombang.rehearsal.wire import Answer, ConnectionLost, Pool, prepare

PATIENCE_SECONDS = 180.0  # after that long without a final answer a person gives up
_LONGEST_PAUSE = 3.0
_FIRST_PAUSE = 0.2
_MILLISECONDS = 1000.0
T = TypeVar("T")


class GaveUp(Exception):
    """No final answer within a person's patience."""


@dataclass(slots=True)
class Meter:
    """What was offered and what came back, by step."""

    latencies: dict[str, list[float]] = field(default_factory=lambda: defaultdict(list))
    statuses: Counter[tuple[str, int]] = field(default_factory=Counter)
    resets: int = 0
    first_5xx: str = ""

    def note_answer(self, step: str, status: int) -> None:
        """Count one answer."""
        self.statuses[step, status] += 1
        if status >= 500 and not self.first_5xx:  # noqa: PLR2004 the first server error
            self.first_5xx = f"{step}: {status}"

    def note_latency(self, step: str, seconds: float) -> None:
        """Keep one latency, from the intended start to the final answer."""
        self.latencies[step].append(seconds * _MILLISECONDS)

    @property
    def errors_5xx(self) -> int:
        """How many answers were server errors."""
        return sum(n for (_, status), n in self.statuses.items() if status >= 500)  # noqa: PLR2004


def percentiles(values: Sequence[float]) -> dict[str, float]:
    """Nearest-rank p50, p99, p99.9 and the maximum; zeros for no values."""
    ordered = sorted(values)
    if not ordered:
        return dict.fromkeys(("p50", "p99", "p999", "max"), 0.0)

    def at(share: float) -> float:
        return round(ordered[max(0, math.ceil(len(ordered) * share) - 1)], 2)

    return {"p50": at(0.50), "p99": at(0.99), "p999": at(0.999), "max": round(ordered[-1], 2)}


class Caller:
    """Asks the system, patiently: a refusal to serve now is answered by asking again later."""

    def __init__(self, pool: Pool, meter: Meter, *, at_once: int) -> None:
        self._pool = pool
        self._room = asyncio.Semaphore(at_once)
        self.meter = meter

    async def ask(
        self, step: str, method: str, path: str, *,
        json_body: Mapping[str, Any] | None = None,
        headers: Mapping[str, str] | None = None,
        due: float | None = None,
        body: bytes = b"",
    ) -> Answer:  # fmt: skip
        """One call of one step, repeated with the same bytes until it is settled.

        429, any 5xx and lost connections are asked again after the announced or a growing pause;
        everything else is final. Latency counts from `due`, the intended start of an open-loop
        arrival; a call without one waits until fewer than `at_once` others are under way, and
        counts from there. Raises GaveUp.
        """
        sent = dict(headers or {})
        if json_body is not None:
            sent["Content-Type"] = "application/json"
            body = json.dumps(json_body, separators=(",", ":")).encode()
        request = prepare(method, path, host=self._pool.host, headers=sent, body=body)
        if due is not None:
            return await self._timed(step, request, start=due)
        async with self._room:
            return await self._timed(step, request, start=time.perf_counter())

    async def _timed(self, step: str, request: bytes, *, start: float) -> Answer:
        answer = await self._settle(step, request, until=time.perf_counter() + PATIENCE_SECONDS)
        self.meter.note_latency(step, time.perf_counter() - start)
        return answer

    async def _settle(self, step: str, request: bytes, *, until: float) -> Answer:
        pause = _FIRST_PAUSE
        while True:
            wait = pause
            try:
                answer = await self._pool.call(request)
            except ConnectionLost:
                self.meter.resets += 1
            else:
                self.meter.note_answer(step, answer.status)
                if answer.status != 429 and answer.status < 500:  # noqa: PLR2004
                    return answer
                wait = _announced_pause(answer, otherwise=pause)
            if time.perf_counter() + wait > until:
                raise GaveUp(f"{step}: no final answer within {PATIENCE_SECONDS:.0f} s")
            await asyncio.sleep(wait)
            pause = min(pause * 2, _LONGEST_PAUSE)


def _announced_pause(answer: Answer, *, otherwise: float) -> float:
    text = answer.headers.get("retry-after", "")
    return min(float(text), _LONGEST_PAUSE) if text.isdecimal() else otherwise


def poisson_arrivals(chance: Random, *, count: int, seconds: float) -> list[float]:
    """Arrival times of a Poisson process that is known to bring `count` people in `seconds`."""
    return sorted(chance.uniform(0.0, seconds) for _ in range(count))


def paced_arrivals(*, count: int, rate: float) -> list[float]:
    """Evenly spaced arrival times, `rate` a second."""
    return [number / rate for number in range(count)]


async def launch(
    arrivals: Iterable[float], people: Iterable[T], visit: Callable[[T, float], Awaitable[None]]
) -> None:
    """Start `visit(person, intended start)` at each arrival, whether or not earlier ones are done.

    Returns when every visit ended; the first failure is raised.
    """
    origin = time.perf_counter()
    async with asyncio.TaskGroup() as visits:
        for arrival, person in zip(arrivals, people, strict=True):
            due = origin + arrival
            if (early := due - time.perf_counter()) > 0:
                await asyncio.sleep(early)
            visits.create_task(_visit(visit, person, due))


async def _visit(visit: Callable[[T, float], Awaitable[None]], person: T, due: float) -> None:
    await visit(person, due)
