"""Calls to one partner in an event loop, each sent at its moment.

What is held here may be lost at any time: leases bring it back.
"""

from __future__ import annotations

import asyncio
import math
import time
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from itertools import groupby

import aiohttp

from gelombang.journey.verification.rules import Answer, Question, Unknown
from gelombang.kit.errors import Outage

TICK = 0.001  # seconds: timers of the loop may fire so much early, and a call never may
TOGETHER = 0.006
"""Seconds: calls whose moments lie so close leave together, at the latest of them. To wake up for
each costs this process and the partner's half as much again as the call itself."""
Planned = Sequence[tuple[timedelta, Sequence[Question]]]
"""After which delay each call is sent, and about what."""
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
class _Batch:
    """What calls that were begun together have in common."""

    begun_in: int  # the round
    pauses: int  # before them
    latest: float  # seconds


def departure(due: float) -> float:
    """When a call that is due in this monotonic second leaves: never before, soon after.

    All processes of a machine have the same departures.
    """
    return math.ceil(due / TOGETHER) * TOGETHER


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


def open_session(most_calls: int) -> aiohttp.ClientSession:
    """A session for so many calls at once, in the event loop that runs."""
    connector = aiohttp.TCPConnector(limit=most_calls)
    return aiohttp.ClientSession(
        connector=connector, cookie_jar=aiohttp.DummyCookieJar(), trust_env=False
    )


@dataclass
class Sender:
    """Sends calls in the event loop that runs; everything of it is for that loop alone."""

    ask: Ask
    _ended: list[Call | Unsent] = field(default_factory=list)
    _waiting: int = 0  # calls, for their moment
    _round: int = 0  # calls of earlier rounds than this are not sent any more
    _pauses: int = 0  # ever
    _paused_until: float = 0.0  # monotonic second
    _tasks: set[asyncio.Task[None]] = field(default_factory=set)

    @property
    def under_way(self) -> int:
        """How many calls wait for their moment or their answer."""
        return self._waiting + len(self._tasks)

    def begin(self, planned: Planned, *, since: float, latest: timedelta) -> None:
        """Send each call after its delay from `since`, a monotonic second, or not at all.

        One that is more than `latest` too late is not sent.
        """
        loop = asyncio.get_running_loop()
        when = _Batch(self._round, self._pauses, latest.total_seconds())
        timed = [(since + delay.total_seconds(), questions) for delay, questions in planned]
        self._waiting += len(timed)
        for leaves_at, together in groupby(timed, key=lambda each: departure(each[0])):
            wait = leaves_at + TICK - time.monotonic()
            loop.call_later(max(0.0, wait), self._depart, list(together), when)

    def halt(self) -> None:
        """Send none of what still waits for its moment."""
        self._round += 1

    def pause(self, seconds: float) -> None:
        """Send nothing that waits and whose moment comes so soon. What is begun later is sent."""
        self._pauses += 1
        self._paused_until = max(self._paused_until, time.monotonic() + seconds)

    def take_ended(self) -> list[Call | Unsent]:
        """What has ended and was not taken yet."""
        ended, self._ended = self._ended, []
        return ended

    async def stop(self) -> None:
        """Forget the calls under way."""
        self.halt()
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)

    def _depart(self, timed: Sequence[tuple[float, Sequence[Question]]], when: _Batch) -> None:
        self._waiting -= len(timed)
        for due, questions in timed:
            task = asyncio.get_running_loop().create_task(self._send(questions, due, when))
            self._tasks.add(task)
            task.add_done_callback(self._end)

    async def _send(self, questions: Sequence[Question], due: float, when: _Batch) -> None:
        now = time.monotonic()
        is_paused = when.pauses < self._pauses and now < self._paused_until
        if is_paused or when.begun_in != self._round or now - due > when.latest:
            self._ended.append(Unsent(questions))
            return
        call = await make_call(self.ask, questions)
        self._ended.append(call)  # what had ended before may have been taken meanwhile

    def _end(self, task: asyncio.Task[None]) -> None:
        self._tasks.discard(task)
        if not task.cancelled() and (bug := task.exception()) is not None:
            self._ended.append(Call([], Bug(bug)))


class Bug(Outage):
    """A call ended by what no partner may cause: whoever gathers it raises its cause."""

    def __init__(self, cause: BaseException) -> None:
        super().__init__(type(cause).__name__)
        self.__cause__ = cause
