"""The calls to one partner, in a process of their own with one thread.

A call has 20 ms for being sent. Beside the database's work, in one interpreter, it would wait
longer than that for its turn, so the calls have an interpreter of their own and the two talk
through a pipe. Instants are those of the monotonic clock, which all processes of a machine share on
Linux (clock_gettime(2)).
"""

from __future__ import annotations

import asyncio
import contextlib
import gc
import multiprocessing
import os
import signal
import threading
import time
from collections import deque
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Protocol

import uvloop

from gelombang.jobs.calls import Bug, Call, Sender, Unsent, open_session
from gelombang.jobs.kept_answers import KeptAnswers
from gelombang.jobs.signs import hold_back
from gelombang.kit.errors import Outage
from gelombang.kit.niceness import step_forward

if TYPE_CHECKING:
    from datetime import timedelta
    from multiprocessing.connection import Connection
    from multiprocessing.process import BaseProcess

    from gelombang.jobs.askers import MakeAsk
    from gelombang.jobs.calls import Planned
    from gelombang.journey.verification.rules import CheckKind
    from gelombang.settings.environment import Environment

SERVE_SECONDS = 0.05  # so often the process of the calls looks for what has ended
IDLE_SECONDS = 0.2  # the same while no call is under way
YOUNG = 50_000
"""Objects between two looks for cycles: to look through hundreds of calls takes longer than one may
be late, and what ends leaves none behind."""
AT_ONCE = 40  # calls are told in parts: to read five hundred takes as long as a call may be late
FINISH_SECONDS = 7.0
"""When nobody listens any more, what is reserved is sent, and may bring its answer, for so long."""
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

    def pause(self, seconds: float) -> None:
        """Send nothing that waits and whose moment comes so soon; what is begun later is sent."""

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

    def pause(self, seconds: float) -> None:
        """Send nothing that waits and whose moment comes so soon. Raises what `gather` raises."""
        self._say("pause", seconds)

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
        self._process.kill()
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
    stand_alone(environment.calls_niceness)
    uvloop.run(_serve(pipe, kind, make_ask, most_calls, environment))


def stand_alone(niceness: int) -> None:
    """Leave the worker's session, which has stepped aside, and go before others where we may.

    So signals of its terminal do not come either: the worker ends us by the pipe.
    """
    os.setsid()
    step_forward(niceness)


async def _serve(
    pipe: Connection, kind: CheckKind, make_ask: MakeAsk, most_calls: int, environment: Environment
) -> None:
    async with open_session(most_calls) as session:
        ask = make_ask(environment, session)
        gc.collect()
        gc.freeze()
        gc.set_threshold(YOUNG)
        pipe.send(ask is not None)
        if ask is not None:
            desk = Desk(Sender(ask), KeptAnswers.of(environment, kind))
            await Serving(pipe, desk).until_told()


@dataclass
class Desk:
    """Calls, whose usable answers are on disk before anybody is told of them."""

    sender: Sender
    kept: KeptAnswers
    turned: int = 0
    """Files of answers that are closed: everything in them has been gathered."""

    def gather(self) -> list[Call | Unsent]:
        """What has ended since. Raises what no partner may cause."""
        ended = self.sender.take_ended()
        calls = [each for each in ended if isinstance(each, Call)]
        self.kept.keep([answer for call in calls for answer in call.answers])
        self.turned = self.kept.turn()
        for call in calls:
            if isinstance(call.trouble, Bug):
                raise call.trouble.__cause__ or call.trouble
        return ended

    async def finish(self) -> None:
        """Nobody listens any more: make the calls that are reserved, for others to record.

        Their moments are nobody else's: unused, they cost up to four seconds of a contract.
        """
        until = time.monotonic() + FINISH_SECONDS
        while self.sender.under_way and time.monotonic() < until:
            await asyncio.sleep(SERVE_SECONDS)
            hold_back(self.sender, [each for each in self.gather() if isinstance(each, Call)])
        self.gather()

    async def close(self) -> None:
        """Forget the calls under way; what is on disk is for others."""
        await self.sender.stop()
        self.kept.close()


@dataclass
class Serving:
    """One desk at the end of a pipe, in one thread: nothing else delays a call."""

    _pipe: Connection
    _desk: Desk
    _told: int = 0  # of the desk's files, those that the other end knows to be closed
    _is_over: bool = False
    _is_alone: bool = False  # whether the other end is gone
    _bug: Exception | None = None  # in what the loop called, which would tell nobody

    async def until_told(self) -> None:
        """Serve until told to stop, or until the other end is gone and the calls have ended."""
        loop = asyncio.get_running_loop()
        loop.add_reader(self._pipe.fileno(), self._listen)
        loop.add_signal_handler(signal.SIGTERM, self._leave)
        os.set_blocking(self._pipe.fileno(), True)  # messages are whole: a loop takes that away
        try:
            while not self._is_over:
                is_busy = self._desk.sender.under_way
                await asyncio.sleep(SERVE_SECONDS if is_busy else IDLE_SECONDS)
                self._tell()
            if self._bug is not None:
                raise self._bug
            if self._is_alone:
                await self._desk.finish()
        finally:
            loop.remove_reader(self._pipe.fileno())
            await self._desk.close()

    def _listen(self) -> None:
        """Take one message: others come in the loop's next turn, behind calls that are due."""
        try:
            told = self._pipe.recv()
        except (EOFError, OSError):  # it may have been killed in the middle of a message
            self._leave()
            asyncio.get_running_loop().remove_reader(self._pipe.fileno())
            return
        try:
            self._do(told)
        except Exception as bug:  # noqa: BLE001 whatever it is, it ends the process
            self._is_over, self._bug = True, bug

    def _do(self, told: Any) -> None:
        match told:
            case ("begin", planned, since, latest):
                self._desk.sender.begin(planned, since=since, latest=latest)
            case ("halt",):
                self._desk.sender.halt()
            case ("pause", seconds):
                self._desk.sender.pause(seconds)
            case ("forget", turned):
                self._desk.kept.forget(turned)
            case ("stop",):
                self._is_over = True

    def _tell(self) -> None:
        ended = self._desk.gather()
        if self._is_over or not (ended or self._desk.turned > self._told):
            return
        self._told = self._desk.turned
        try:
            self._pipe.send((ended, self._told))
        except ConnectionError:
            self._leave()

    def _leave(self) -> None:
        """Nobody will listen any more: the worker is gone, or ends us with itself (SIGTERM)."""
        self._is_over = self._is_alone = True
