"""The calls to one partner: in threads of this process, or in a process of their own.

A call has 20 ms for being sent. Beside the database's work, in one interpreter, it would wait
longer than that for its turn, so the calls have an interpreter of their own and the two talk
through a pipe. Instants are those of the monotonic clock, which all processes of a machine share on
Linux (clock_gettime(2)).
"""

from __future__ import annotations

import contextlib
import gc
import multiprocessing
import os
import sys
import threading
import time
from collections import deque
from dataclasses import dataclass, field
from datetime import timedelta
from typing import TYPE_CHECKING, Protocol

from gelombang.jobs.calls import Ask, Bug, Call, Caller, Unsent
from gelombang.jobs.kept_answers import KeptAnswers
from gelombang.kit.errors import Outage

if TYPE_CHECKING:
    from collections.abc import Sequence
    from multiprocessing.connection import Connection
    from multiprocessing.process import BaseProcess

    from gelombang.jobs.askers import MakeAsk
    from gelombang.journey.verification.rules import CheckKind, Question
    from gelombang.settings.environment import Environment

    Planned = Sequence[tuple[timedelta, Sequence[Question]]]
    """After which delay each call is sent, and about what."""

SERVE_SECONDS = 0.02  # so often the process of the calls looks for what has ended
IDLE_SECONDS = 0.05  # the same while no call is under way
SWITCH_SECONDS = 0.001  # for which the thread with the calls may have to wait for the other one
AT_ONCE = 40  # calls are told in parts: to read five hundred takes as long as a call may be late
FINISH_SECONDS = 3.0  # calls under way may still bring their answers when nobody listens any more
START_SECONDS = 60.0
END_SECONDS = 10.0


class CallsEnded(Outage):
    """The process of the calls was killed: its questions fall back by their leases."""


class CallsBrokenError(RuntimeError):
    """The process of the calls ended by a bug, which it has told."""


class Calls(Protocol):
    """What a line needs of whoever makes its calls."""

    @property
    def under_way(self) -> int:
        """How many calls wait for their moment or their answer."""

    def begin(self, planned: Planned, *, since: float, latest: timedelta) -> None:
        """Send each call after its delay from `since`, or not at all if it is later by `latest`."""

    def halt(self) -> None:
        """Send none of what still waits for its moment."""

    def gather(self, *, seconds: float) -> list[Call | Unsent]:
        """What has ended, after so long a wait at most."""

    def recorded(self) -> None:
        """The database has everything that was gathered."""

    def stop(self) -> None:
        """End it; calls under way are forgotten."""


class Open(Protocol):
    """How calls to a partner are opened; None where the environment has no address of it."""

    def __call__(
        self, kind: CheckKind, make_ask: MakeAsk, most_calls: int, environment: Environment
    ) -> Calls | None:
        """Open them."""


@dataclass
class CallsHere:
    """Calls in a thread of this process; usable answers are on disk before they are gathered."""

    _ask: Ask
    _caller: Caller
    _kept: KeptAnswers
    turned: int = 0
    """Files of answers that are closed: everything in them has been gathered."""

    @classmethod
    def open(
        cls, kind: CheckKind, make_ask: MakeAsk, most_calls: int, environment: Environment
    ) -> CallsHere | None:
        """Start the thread. None where the environment has no address of the partner."""
        caller = Caller(most_calls)
        ask = make_ask(environment, caller.start())
        if ask is None:
            caller.stop()
            return None
        return cls(ask, caller, KeptAnswers.of(environment, kind))

    @property
    def under_way(self) -> int:
        """How many calls wait for their moment or their answer."""
        return self._caller.under_way

    def begin(self, planned: Planned, *, since: float, latest: timedelta) -> None:
        """Send each call at its moment, or not at all."""
        self._caller.begin(self._ask, planned, since=since, latest=latest)

    def halt(self) -> None:
        """Send none of what still waits for its moment."""
        self._caller.halt()

    def gather(self, *, seconds: float) -> list[Call | Unsent]:
        """What has ended, after so long a wait at most. Raises what no partner may cause."""
        ended = self._caller.gather(seconds=seconds)
        calls = [each for each in ended if isinstance(each, Call)]
        self._kept.keep([answer for call in calls for answer in call.answers])
        self.turned = self._kept.turn()
        for call in calls:
            if isinstance(call.trouble, Bug):
                raise call.trouble.__cause__ or call.trouble
        return ended

    def recorded(self) -> None:
        """The database has everything that was gathered: what is on disk may go."""
        self.forget(self.turned)

    def forget(self, turned: int) -> None:
        """The database has everything of the first `turned` files."""
        self._kept.forget(turned)

    def finish(self) -> None:
        """Nobody listens any more: let calls bring their answers, for others to record."""
        self.halt()
        until = time.monotonic() + FINISH_SECONDS
        while self.under_way and time.monotonic() < until:
            self.gather(seconds=SERVE_SECONDS)
        self.gather(seconds=0.0)

    def stop(self) -> None:
        """End the thread; calls under way are forgotten, what is on disk is for others."""
        self._caller.stop()
        self._kept.close()


@dataclass
class CallsApart:
    """Calls in a process of their own. When this process is killed, they still end."""

    _process: BaseProcess
    _pipe: Connection
    _ended: deque[Call | Unsent] = field(default_factory=deque)
    _idle: threading.Event = field(default_factory=threading.Event)
    _gone: threading.Event = field(default_factory=threading.Event)
    _begun_count: int = 0  # written by the sweep's thread alone
    _ended_count: int = 0  # written by the listening thread alone
    _turned: int = 0  # written by the listening thread alone
    _gathered: int = 0  # of the files: all of them before the latest gathering
    _forgotten: int = 0  # of them: those that the other process was told to take away

    @classmethod
    def open(
        cls, kind: CheckKind, make_ask: MakeAsk, most_calls: int, environment: Environment
    ) -> CallsApart | None:
        """Start the process. None where the environment has no address of the partner.

        Raises CallsEnded or CallsBrokenError when it does not start.
        """
        context = multiprocessing.get_context("spawn")
        pipe, theirs = context.Pipe()
        process = context.Process(
            target=serve, args=(theirs, kind, make_ask, most_calls, environment),
            name=f"calls.{kind.value}", daemon=True,
        )  # fmt: skip
        process.start()
        theirs.close()
        opened = cls(process, pipe)
        try:
            has_address = pipe.poll(START_SECONDS) and pipe.recv()
        except EOFError:
            raise opened._why() from None
        if not has_address:
            opened.stop()
            return None
        threading.Thread(target=opened._listen, name="calls", daemon=True).start()
        return opened

    @property
    def under_way(self) -> int:
        """How many calls wait for their moment or their answer."""
        return self._begun_count - self._ended_count

    def begin(self, planned: Planned, *, since: float, latest: timedelta) -> None:
        """Send each call at its moment, or not at all. Raises what `gather` raises."""
        for first in range(0, len(planned), AT_ONCE):
            part = planned[first : first + AT_ONCE]
            self._idle.clear()
            self._begun_count += len(part)
            self._say("begin", part, since, latest)

    def halt(self) -> None:
        """Send none of what still waits for its moment. Raises what `gather` raises."""
        self._say("halt")

    def gather(self, *, seconds: float) -> list[Call | Unsent]:
        """What has ended, after so long a wait at most; at once when nothing is under way.

        Raises CallsEnded or CallsBrokenError when the process is gone and all it said is gathered.
        """
        if self.under_way:
            self._idle.wait(timeout=seconds)
        turned, count = self._turned, len(self._ended)
        if not count and self._gone.is_set():
            raise self._why()
        self._gathered = turned
        return [self._ended.popleft() for _ in range(count)]

    def recorded(self) -> None:
        """The database has everything that was gathered: what is on disk may go."""
        if self._gathered > self._forgotten:
            self._say("forget", self._gathered)
            self._forgotten = self._gathered

    def stop(self) -> None:
        """End the process; calls under way are forgotten."""
        with contextlib.suppress(OSError):
            self._pipe.send(("stop",))
        self._process.join(END_SECONDS)
        self._process.terminate()
        self._process.join(END_SECONDS)
        self._pipe.close()

    def _say(self, *message: object) -> None:
        try:
            self._pipe.send(message)
        except OSError:
            raise self._why() from None

    def _listen(self) -> None:
        """Take what has ended as it comes: neither side may wait for the other to listen."""
        with contextlib.suppress(EOFError, OSError):
            while True:
                ended, turned = self._pipe.recv()
                self._ended.extend(ended)
                self._turned = turned  # after what is in the files: whoever reads it first is safe
                self._ended_count += len(ended)
                if not self.under_way:
                    self._idle.set()
        self._gone.set()
        self._idle.set()

    def _why(self) -> Exception:
        """A process that raised ends with a number above zero, a killed one below."""
        self._process.join(END_SECONDS)
        if (self._process.exitcode or 0) > 0:
            return CallsBrokenError(self._process.name)
        return CallsEnded(self._process.name)


def serve(
    pipe: Connection, kind: CheckKind, make_ask: MakeAsk, most_calls: int, environment: Environment
) -> None:
    """The process of the calls: do as told, and say what has ended, until the pipe ends."""
    stand_alone()
    sys.setswitchinterval(SWITCH_SECONDS)
    calls = CallsHere.open(kind, make_ask, most_calls, environment)
    gc.collect()
    gc.freeze()  # to look through what stays anyway takes longer than a call may be late
    pipe.send(calls is not None)
    if calls is None:
        return
    try:
        with contextlib.suppress(EOFError, OSError):
            _serve(pipe, calls)
            return
        calls.finish()
    finally:
        calls.stop()


def stand_alone() -> None:
    """Leave the worker's session, which has stepped aside (sched(7), autogroup).

    So signals of its terminal do not come either: the worker ends us by the pipe.
    """
    os.setsid()


def _serve(pipe: Connection, calls: CallsHere) -> None:
    """Until told to stop. Raises EOFError or OSError when the other process is gone."""
    told = 0
    while True:
        if pipe.poll(SERVE_SECONDS if calls.under_way else IDLE_SECONDS):
            match pipe.recv():
                case ("begin", planned, since, latest):
                    calls.begin(planned, since=since, latest=latest)
                case ("halt",):
                    calls.halt()
                case ("forget", turned):
                    calls.forget(turned)
                case ("stop",):
                    return
        ended = calls.gather(seconds=0.0)
        if ended or calls.turned > told:
            told = calls.turned
            pipe.send((ended, told))
