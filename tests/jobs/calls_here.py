"""Calls in a thread of the test's own process, so that the partner can be an object of the test."""

from __future__ import annotations

import asyncio
import threading
import time
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import uvloop

from gelombang.jobs.calling import Desk
from gelombang.jobs.calls import Call, Sender, Unsent, open_session
from gelombang.jobs.kept_answers import KeptAnswers

if TYPE_CHECKING:
    from collections.abc import Coroutine
    from datetime import timedelta

    from gelombang.jobs.askers import MakeAsk
    from gelombang.jobs.calls import Planned
    from gelombang.journey.verification.rules import CheckKind
    from gelombang.settings.environment import Environment


@dataclass
class CallsHere:
    """A desk whose loop runs in a thread; what a line needs of whoever makes its calls."""

    _loop: asyncio.AbstractEventLoop = field(default_factory=uvloop.new_event_loop)
    _desk: Desk | None = None
    _session: Any = None

    @classmethod
    def open(
        cls, kind: CheckKind, make_ask: MakeAsk, most_calls: int, environment: Environment
    ) -> CallsHere | None:
        """Start the thread. None where the environment has no address of the partner."""
        here = cls()
        threading.Thread(target=here._loop.run_forever, name="calls", daemon=True).start()

        async def make() -> None:
            here._session = open_session(most_calls)
            if (ask := make_ask(environment, here._session)) is not None:
                here._desk = Desk(Sender(ask), KeptAnswers.of(environment, kind))

        here._run(make())
        if here._desk is None:
            here.stop()
            return None
        return here

    @property
    def desk(self) -> Desk:
        assert self._desk is not None
        return self._desk

    @property
    def under_way(self) -> int:
        sender = self.desk.sender
        return sender.under_way + len(sender._ended)  # whoever works off waits for these, too

    def begin(self, planned: Planned, *, since: float, latest: timedelta) -> None:
        async def begin() -> None:
            self.desk.sender.begin(planned, since=since, latest=latest)

        self._run(begin())

    def halt(self) -> None:
        self._loop.call_soon_threadsafe(self.desk.sender.halt)

    def pause(self, seconds: float) -> None:
        self._loop.call_soon_threadsafe(self.desk.sender.pause, seconds)

    def gather(self, *, seconds: float) -> list[Call | Unsent]:
        async def gather() -> list[Call | Unsent]:
            return self.desk.gather()

        until = time.monotonic() + seconds
        while self.desk.sender.under_way and time.monotonic() < until:
            time.sleep(0.005)
        return self._run(gather())

    def recorded(self) -> None:
        self.desk.kept.forget(self.desk.turned)

    def stop(self) -> None:
        async def close() -> None:
            if self._desk is not None:
                await self._desk.close()
            await self._session.close()

        self._run(close())
        self._loop.call_soon_threadsafe(self._loop.stop)

    def _run(self, work: Coroutine[Any, Any, Any]) -> Any:
        return asyncio.run_coroutine_threadsafe(work, self._loop).result(timeout=10)
