"""One fault under load on one system: break it, watch, let it mend itself, compare, audit."""

import asyncio
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AbstractContextManager, asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from random import Random

from gelombang.kit.sealing import Keyring
from gelombang.rehearsal import proof, proofs
from gelombang.rehearsal.faults.breaking import Breakable
from gelombang.rehearsal.faults.probing import (
    BROKEN,
    DOOR_PAGES,
    LIVE_PAGES,
    Heard,
    Probe,
)
from gelombang.rehearsal.faults.report import Figures, Wanted
from gelombang.rehearsal.faults.router import routed
from gelombang.rehearsal.load import poisson_arrivals
from gelombang.rehearsal.programme_file import Stage
from gelombang.rehearsal.surge.comparison import compare, pulled
from gelombang.rehearsal.surge.limits import raise_file_limit
from gelombang.rehearsal.surge.people import REGISTER_PATH, registrations
from gelombang.rehearsal.surge.play import open_the_door
from gelombang.rehearsal.surge.processes import Crew, Generators, Outcome, generators
from gelombang.rehearsal.surge.sheet import Errand
from gelombang.rehearsal.telling import Teller, phase

CREATED = 201
SPARE_SHARE = 0.2
_FAULT = 500
_OK = 200


@dataclass(frozen=True, slots=True)
class Scale:
    """How much happens. Seconds are real."""

    people_per_second: float = 40.0
    load_seconds: float = 30.0
    calm_seconds: float = 3.0
    """Before the fault, and after it has passed."""
    outage_seconds: float = 20.0
    """How long a database stands still, where it does not come back by itself at once."""
    storm: int = 3_000
    """Clients that come at the same moment."""
    patience: float = 120.0
    """How long anything may take on a machine with other work before it counts as never."""


@dataclass(slots=True)
class Scene:
    """What a fault is given to play with, and where it notes what it did."""

    system: Breakable
    keyring: Keyring
    stage: Stage
    probe: Probe
    scale: Scale
    scratch: Path
    struck_at: float = 0.0
    over_at: float = 0.0
    notes: dict[str, float] = field(default_factory=dict)
    crowds: list[Outcome] = field(default_factory=list)
    """What further loads saw."""
    entries: list[tuple[str, str]] = field(default_factory=list)
    """Keys and receipts of entries into a wave."""
    complaints: list[str] = field(default_factory=list)

    def strikes(self) -> None:
        """The fault happens now, and is over by itself unless `is_over` is said later."""
        self.struck_at = self.over_at = time.monotonic()

    def is_over(self) -> None:
        """The cause is taken away now."""
        self.over_at = time.monotonic()

    def expect(self, holds: object, words: str) -> None:
        """Note a complaint unless something holds."""
        if not holds:
            self.complaints.append(words)

    def first_paused(self) -> Heard | None:
        """The first "paused" that anybody heard since the fault."""
        heard = [each for each in self.probe.notes.heard
                 if each.is_paused and each.heard_at >= self.struck_at]  # fmt: skip
        return min(heard, key=lambda each: each.heard_at, default=None)

    async def until_paused(self) -> Heard | None:
        """Return when somebody has heard "paused"; None when that takes too long."""
        until = time.monotonic() + self.scale.patience
        while time.monotonic() < until:
            if found := self.first_paused():
                return found
            await asyncio.sleep(0.05)
        return None

    def crowd(self, name: str, count: int) -> AbstractContextManager[Generators]:
        """That many people, who will come within one second and from as many addresses."""
        place = self.scratch / name
        place.mkdir()
        return generators(
            self.system.base_url, REGISTER_PATH,
            people(self.keyring, count, seconds=1.0, group=name),
            crew=Crew(addresses=4096, connections=1, most_connections=count,
                      patience=self.scale.patience, of_their_own=True),
            scratch=place,
            proofs=list(proofs.minted(self.keyring, max(1, round(count * SPARE_SHARE)))),
        )  # fmt: skip


@asynccontextmanager
async def standing(load: AbstractContextManager[Generators]) -> AsyncIterator[Generators]:
    """The generator while it waits for its start, started without holding up anybody here."""
    running = await asyncio.to_thread(load.__enter__)
    try:
        yield running
    finally:
        await asyncio.to_thread(load.__exit__, None, None, None)


@dataclass(frozen=True, slots=True)
class Scenario:
    """A fault that can be played."""

    name: str
    strike: Callable[[Scene], Awaitable[None]]
    wanted: Wanted = field(default_factory=Wanted)
    pages: tuple[str, ...] = DOOR_PAGES
    recovers: tuple[str, int] = (REGISTER_PATH, CREATED)
    """The path and status by which it works again."""
    is_routed: bool = False
    """Front door and house are reached through one router."""


class Drill:
    """Plays faults on one system, one after the other, and keeps every receipt of all of them."""

    def __init__(
        self, system: Breakable, *, keyring: Keyring, stage: Stage, scratch: Path, teller: Teller,
        scale: Scale | None = None,
    ) -> None:  # fmt: skip
        self._system = system
        self._keyring = keyring
        self._stage = stage
        self._scratch = scratch
        self._teller = teller
        self._scale = scale or Scale()
        self._receipts: list[tuple[str, str]] = []
        self._entries: list[tuple[str, str]] = []

    async def open(self) -> None:
        """Open the registration. Raises CommandFailed or DoorStaysClosed."""
        raise_file_limit()
        with phase(self._teller, "prepare"):
            self._receipts += await open_the_door(self._system, self._stage, self._keyring)

    async def play(self, scenario: Scenario) -> Figures:
        """One fault from the first calm to the audit.

        Raises GeneratorFailed, NotDrained or CommandFailed.
        """
        scratch = self._scratch / scenario.name
        scratch.mkdir()
        with phase(self._teller, scenario.name):
            async with self._way(scenario) as url:
                async with standing(self._load(url, scenario, scratch)) as running:
                    running.begin()
                    probe = Probe(
                        url, self._keyring, group=f"jaga.{scenario.name}", pages=scenario.pages
                    )
                    scene = Scene(
                        self._system, self._keyring, self._stage, probe, self._scale, scratch
                    )
                    recovered = await self._broken_and_mended(scenario, scene)
                    seconds = self._scale.load_seconds + 2 * self._scale.patience
                    scene.crowds.append(await running.outcome(seconds=seconds))
                owed = await probe.settle(seconds=self._scale.patience)
        with phase(self._teller, "compare"):
            return await self._judged(scenario, scene, recovered, owed, scratch)

    @asynccontextmanager
    async def _way(self, scenario: Scenario) -> AsyncIterator[str]:
        if not scenario.is_routed:
            yield self._system.base_url
            return
        async with routed(self._system.base_url, self._system.house_url) as url:
            yield url

    def _load(
        self, url: str, scenario: Scenario, scratch: Path
    ) -> AbstractContextManager[Generators]:
        scale = self._scale
        count = round(scale.people_per_second * scale.load_seconds)
        return generators(
            url, REGISTER_PATH,
            people(self._keyring, count, seconds=scale.load_seconds, group=scenario.name),
            # Each connection is used every five seconds: often enough to be kept alive, and seldom
            # enough for the pace of its address.
            crew=Crew(addresses=1024, connections=round(scale.people_per_second * 5),
                      most_connections=1024, patience=scale.patience),
            scratch=scratch,
            proofs=list(proofs.minted(self._keyring, round(count * SPARE_SHARE))),
        )  # fmt: skip

    async def _broken_and_mended(self, scenario: Scenario, scene: Scene) -> float | None:
        """Calm, fault, recovery, calm; seconds from the end of the cause to the recovery."""
        async with scene.probe as probe:
            await asyncio.sleep(self._scale.calm_seconds)
            await scenario.strike(scene)
            paused = scene.first_paused()
            path, status = scenario.recovers
            since = max(scene.over_at, paused.sent_at if paused else 0.0)
            works = await probe.until_heard(
                [path], status, since=since, seconds=self._scale.patience
            )
            await asyncio.sleep(self._scale.calm_seconds)
        return works.heard_at - scene.over_at if works else None

    async def _judged(
        self,
        scenario: Scenario,
        scene: Scene,
        recovered: float | None,
        owed: int,
        scratch: Path,
    ) -> Figures:
        """What the rows and the auditor say to everything promised so far."""
        given = [receipt for crowd in scene.crowds for receipt in crowd.receipts]
        given += scene.probe.notes.acknowledged.items()
        self._receipts += given
        self._entries += scene.entries
        url = self._system.readonly_url
        await pulled(url, len(self._receipts), of_entries=False, tell=self._teller.note)
        rows = await asyncio.to_thread(compare, url, self._receipts, of_entries=False)
        joined = await asyncio.to_thread(compare, url, self._entries, of_entries=True)
        everything = [receipt for _, receipt in (*self._receipts, *self._entries)]
        audit = await proof.audit(self._system, everything, scratch=scratch)
        tallies = [each.tally for each in scene.crowds]
        paused = scene.first_paused()
        heard = scene.probe.notes.heard
        return Figures(
            name=scenario.name,
            wanted=scenario.wanted,
            offered=sum(each.offered for each in tallies),
            acknowledged=len(given) + len(scene.entries),
            paused_after=paused.heard_at - scene.struck_at if paused else None,
            recovered_after=recovered,
            longest_wait=max((each.heard_at - each.sent_at for each in heard), default=0.0),
            missing=rows.lost + joined.lost + audit.lost,
            duplicated=rows.duplicated + joined.duplicated,
            violations=audit.violations,
            errors_5xx=sum(each.errors_5xx for each in tallies)
            + sum(each.status >= _FAULT for each in heard),
            broken=sum(each.resets for each in tallies)
            + sum(each.status == BROKEN for each in heard),
            unsettled=owed + sum(each.offered - each.accepted for each in tallies),
            not_live=sum(
                each.path in LIVE_PAGES and each.status not in (_OK, BROKEN) for each in heard
            ),
            first_offender=audit.first_offender,
            notes=scene.notes,
            unexpected=tuple(f"{scenario.name}: {each}" for each in scene.complaints),
        )


def people(keyring: Keyring, count: int, *, seconds: float, group: str) -> list[Errand]:
    """That many people who come one by one, with their proofs of work."""
    chance = Random(f"faults {group}")  # noqa: S311 repeatable on purpose
    arrivals = sorted(poisson_arrivals(chance, count=count, seconds=seconds))
    return registrations(arrivals, proofs.minted(keyring, count), group=f"orang.{group}")
