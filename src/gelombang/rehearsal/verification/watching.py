"""Watching the partners while they are asked: a sample of each every quarter of a second."""

import asyncio
import contextlib
import time
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from importlib import resources
from typing import Self

import psycopg
from psycopg.rows import class_row

from gelombang.gateways.fault_script import read_script
from gelombang.kit import clock
from gelombang.rehearsal.progress import Reader
from gelombang.rehearsal.system import System
from gelombang.rehearsal.verification.fakes import Fakes
from gelombang.rehearsal.verification.pace import Sample
from gelombang.rehearsal.wire import ConnectionLost

EVERY_SECONDS = 0.25
_AGAIN_SECONDS = 0.25
_PARTNERS = (resources.files(__package__) / "sql" / "partners.sql").read_text("utf-8").encode()


@dataclass(frozen=True, slots=True)
class Standing:
    """A partner as the product keeps it."""

    code: str
    calls_per_second: int
    batch_size: int
    parked_until: datetime | None
    is_resting: bool
    is_stopped: bool
    failures_in_row: int
    unsent: int
    due: int


@dataclass(frozen=True, slots=True)
class Answered:
    """How far the questions are."""

    answered: int
    open: int
    undecided: int
    """Open questions to the civil registry: each is what a statement waits for."""

    @property
    def is_done(self) -> bool:
        """Whether nothing is left to ask."""
        return not self.open


def answered(system: System) -> Reader[Answered]:
    """Reads how far the questions are."""
    return Reader(system.readonly_url, "answered", Answered, package=__package__)


@dataclass(slots=True)
class Watcher:
    """Enter it and it samples; the database may be away meanwhile, and that time counts."""

    system: System
    fakes: Fakes
    samples: dict[str, list[Sample]] = field(default_factory=lambda: defaultdict(list))
    standing: dict[str, Standing] = field(default_factory=dict)
    """The latest of each partner."""
    database_away: int = 0
    """Looks that the database did not answer."""
    _watching: asyncio.Task[None] | None = None
    _connection: psycopg.Connection[Standing] | None = None

    async def __aenter__(self) -> Self:
        """Begin."""
        self._watching = asyncio.create_task(self._watch())
        return self

    async def __aexit__(self, *_: object) -> None:
        """Stop; a bug of the watch itself is raised here."""
        if self._watching is not None:
            self._watching.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await self._watching
        self._hang_up()

    async def _watch(self) -> None:
        due = time.monotonic()
        while True:
            try:
                await self._look()
            except psycopg.OperationalError:
                self.database_away += 1
                self._hang_up()
                await asyncio.sleep(_AGAIN_SECONDS)
            except ConnectionLost:
                await asyncio.sleep(_AGAIN_SECONDS)
            due = max(due + EVERY_SECONDS, time.monotonic())
            await asyncio.sleep(max(0.0, due - time.monotonic()))

    async def _look(self) -> None:
        found = await asyncio.to_thread(self._standing)
        now = clock.read_face(self.system.clock_file).at(clock.real_now())
        for each in found:
            is_out = await self.fakes.is_out(each.code)
            meter = await self.fakes.reading(each.code)
            self.standing[each.code] = each
            self.samples[each.code].append(_sample(each, meter, is_out=is_out, now=now))

    def _standing(self) -> list[Standing]:
        """How the partners stand. The connection stays: to open one costs more than to look."""
        if self._connection is None:
            self._connection = _connect(self.system.readonly_url)
        known = {"codes": list(self.fakes.pools), "real_now": clock.real_now()}
        return self._connection.execute(_PARTNERS, known).fetchall()

    def _hang_up(self) -> None:
        if self._connection is not None:
            self._connection.close()
            self._connection = None


def _sample(standing: Standing, meter: Mapping[str, int], *, is_out: bool, now: datetime) -> Sample:
    parked = standing.parked_until
    return Sample(
        at=time.monotonic(),
        calls=meter["calls"],
        due=standing.due,
        calls_per_second=standing.calls_per_second,
        records_per_call=standing.batch_size,
        is_out=is_out,
        is_parked=parked is not None and now < parked,
        is_resting=standing.is_resting,
        is_stopped=standing.is_stopped,
        failures_in_row=standing.failures_in_row,
        asks_to_wait=meter["rest_milliseconds"] > 0,
        unsent=standing.unsent,
    )


def _connect(url: str) -> psycopg.Connection[Standing]:
    """A connection that reads work lists by their indexes, whatever the statistics say of them."""
    return psycopg.connect(
        url, row_factory=class_row(Standing), connect_timeout=5, autocommit=True,
        options="-c enable_seqscan=off",
    )  # fmt: skip


@dataclass(slots=True)
class Clockwork:
    """Lets long waits pass: six hours of an outage, the rest of a day, a night of closed hours.

    The clock runs at its own rate; once a wait has been seen for some real seconds, it is set to
    just before the wait's end.
    """

    system: System
    watcher: Watcher
    outages: Sequence[tuple[datetime, datetime]]
    rate: float
    seen_seconds: float = 5.0
    """Real seconds that a wait is looked at."""
    left_seconds: float = 2.0
    """Real seconds of it that are left then."""
    jumps: int = 0
    _since: dict[datetime, float] = field(default_factory=dict)
    """Real beginning of each wait, by its end."""

    async def run(self) -> None:
        """For ever; cancelled when the time of the contracts is over."""
        while True:
            await asyncio.sleep(EVERY_SECONDS)
            now = clock.read_face(self.system.clock_file).at(clock.real_now())
            for ends in self._waits(now):
                began = self._since.setdefault(ends, time.monotonic())
                if time.monotonic() - began >= self.seen_seconds:
                    self._jump(now, ends)
                    break

    def _waits(self, now: datetime) -> list[datetime]:
        """The ends of the waits that are on, the first one first."""
        found = [ends for begins, ends in self.outages if begins <= now < ends]
        found += [
            each.parked_until
            for each in self.watcher.standing.values()
            if each.parked_until is not None and now < each.parked_until
        ]
        return sorted(set(found))

    def _jump(self, now: datetime, ends: datetime) -> None:
        target = ends - timedelta(seconds=self.left_seconds * self.rate)
        if target > now:
            clock.set_face(self.system.clock_file, virtual=target, rate=self.rate)
            self.jumps += 1


def outages_of(scripts: Mapping[str, Mapping[str, object]]) -> list[tuple[datetime, datetime]]:
    """The outages by virtual time of some fault scripts."""
    return [
        (phase.starts, phase.ends)
        for script in scripts.values()
        for phase in read_script(script).phases
        if phase.starts and phase.ends and phase.switches.get("outage")
    ]
