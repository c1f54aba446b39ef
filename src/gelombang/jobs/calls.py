"""Calls to one partner in an event loop of their own thread, each sent at its moment.

The sweep's thread plans calls and gathers what became of them, so that slow answers never hold up
the database work. What is held here may be lost at any time: leases bring it back.
"""

from __future__ import annotations

import asyncio
import threading
import time
from collections import deque
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import aiohttp
import uvloop

from gelombang.journey.verification.rules import Answer, Question, Unknown
from gelombang.kit.errors import Outage

if TYPE_CHECKING:
    from datetime import timedelta

TICK = 0.001  # seconds: timers of the loop may fire so much early, and a call never may
Ask = Callable[[Sequence[Question]], Awaitable[list[Answer]]]
"""One call about some questions. Raises what gateways raise: Outage and its kinds."""


@dataclass(frozen=True, slots=True)
class Call:
    """What became of one call: answers to all its questions, and what it says about us."""

    answers: list[Answer]
    trouble: Outage | None = None
    seconds: float = 0.0
    began: float = 0.0
    """Monotonic second in which it was sent."""


@dataclass(frozen=True, slots=True)
class Unsent:
    """A call that was not made: too late for its permit, or the partner wants none now."""

    questions: Sequence[Question]


@dataclass(frozen=True, slots=True)
class Batch:
    """What calls that were begun together have in common."""

    ask: Ask
    begun_in: int  # the round
    latest: float  # seconds


async def make_call(ask: Ask, questions: Sequence[Question]) -> Call:
    """Ask once; whatever the partner does wrong is an unknown outcome for every question."""
    began = time.monotonic()
    try:
        answers, trouble = await ask(questions), None
    except Outage as outage:
        why = type(outage).__name__
        answers = [Answer(q.check_id, q.attempt, Unknown(why)) for q in questions]
        trouble = outage
    return Call(answers, trouble, time.monotonic() - began, began)


@dataclass
class Caller:
    """An event loop in a thread of its own, with one HTTP session."""

    most_calls: int
    _loop: asyncio.AbstractEventLoop = field(default_factory=uvloop.new_event_loop)
    _thread: threading.Thread | None = None
    _session: aiohttp.ClientSession | None = None
    _ended: deque[Call | Unsent] = field(default_factory=deque)
    _idle: threading.Event = field(default_factory=threading.Event)
    _begun_count: int = 0  # written by the sweep's thread alone
    _ended_count: int = 0  # written by the loop's thread alone
    _round: int = 0  # calls of earlier rounds than this are not sent any more
    _tasks: set[asyncio.Task[None]] = field(default_factory=set)

    def start(self) -> aiohttp.ClientSession:
        """Start the thread; the session, made in it as aiohttp wants."""
        self._thread = threading.Thread(target=self._loop.run_forever, name="calls", daemon=True)
        self._thread.start()

        async def make() -> aiohttp.ClientSession:
            connector = aiohttp.TCPConnector(limit=self.most_calls)
            return aiohttp.ClientSession(
                connector=connector, cookie_jar=aiohttp.DummyCookieJar(), trust_env=False
            )

        self._session = asyncio.run_coroutine_threadsafe(make(), self._loop).result(timeout=10)
        return self._session

    @property
    def under_way(self) -> int:
        """How many calls wait for their moment or their answer."""
        return self._begun_count - self._ended_count

    def begin(
        self,
        ask: Ask,
        planned: Sequence[tuple[timedelta, Sequence[Question]]],
        *,
        since: float,
        latest: timedelta,
    ) -> None:
        """Send each call after its delay from `since`, a monotonic second, or not at all.

        One that is more than `latest` too late is not sent.
        """
        timed = [(since + delay.total_seconds(), questions) for delay, questions in planned]
        self._idle.clear()
        self._begun_count += len(timed)
        batch = Batch(ask, self._round, latest.total_seconds())
        self._loop.call_soon_threadsafe(self._begin, batch, timed)

    def halt(self) -> None:
        """Send none of what still waits for its moment."""
        self._round += 1

    def gather(self, *, seconds: float) -> list[Call | Unsent]:
        """What has ended, after so long a wait at most; at once when nothing is under way."""
        if self.under_way:
            self._idle.wait(timeout=seconds)
        return [self._ended.popleft() for _ in range(len(self._ended))]

    def stop(self) -> None:
        """Close the session and end the thread; calls under way are forgotten."""
        if self._session is not None:
            closing = asyncio.run_coroutine_threadsafe(self._close(self._session), self._loop)
            closing.result(timeout=10)
        self._loop.call_soon_threadsafe(self._loop.stop)
        if self._thread is not None:
            self._thread.join(timeout=10)
        self._loop.close()

    def _begin(self, batch: Batch, timed: Sequence[tuple[float, Sequence[Question]]]) -> None:
        for due, questions in timed:
            task = self._loop.create_task(self._send(batch, questions, due))
            self._tasks.add(task)
            task.add_done_callback(self._end)

    async def _send(self, batch: Batch, questions: Sequence[Question], due: float) -> None:
        if (wait := due - time.monotonic()) > 0:
            await asyncio.sleep(wait + TICK)
        late = time.monotonic() - due > batch.latest
        if late or batch.begun_in != self._round:
            self._ended.append(Unsent(questions))
            return
        self._ended.append(await make_call(batch.ask, questions))

    def _end(self, task: asyncio.Task[None]) -> None:
        self._tasks.discard(task)
        self._ended_count += 1
        if not self.under_way:
            self._idle.set()
        if not task.cancelled() and (bug := task.exception()) is not None:
            self._ended.append(Call([], Bug(bug)))

    async def _close(self, session: aiohttp.ClientSession) -> None:
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        await session.close()


class Bug(Outage):
    """A call ended by what no partner may cause: whoever gathers it raises its cause."""

    def __init__(self, cause: BaseException) -> None:
        super().__init__(type(cause).__name__)
        self.__cause__ = cause
