"""What is open: the view `door_facts`, read again every second and never on the hot path.

While PostgreSQL is away the last known calendar stays, together with the fact that it is away.
"""

import asyncio
import logging
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, fields
from datetime import datetime, timedelta
from enum import Enum
from typing import Any, Protocol

from gelombang.frontdoor.line import Away, Line, RowFault
from gelombang.frontdoor.tables import statement
from gelombang.kit.indexing import FIRST

log = logging.getLogger(__name__)

REGISTRATION = "registration"
_LATELY_SECONDS = 5.0
LOOK_SECONDS = 5.0
"""What one look at the database may take; then it counts as away."""
STILL_SECONDS = 0.5
"""What one may take before pages say "paused": it takes a few milliseconds otherwise."""
HEAR = "SELECT 1"
NOTE_SECONDS = 0.25
"""Pause between two notes that it still takes."""
MEASURED_LATELY = timedelta(minutes=5)
"""How long a worker may be busy with sending before it measures the wait for letters again."""
WORTH_A_WORD = timedelta(minutes=1)
"""A shorter wait for a letter is not told."""


class DoorState(Enum):
    """How the door stands for one subject at one instant."""

    UNANNOUNCED = "unannounced"
    """The calendar has no such subject."""
    BEFORE = "before"
    """It opens later."""
    PREPARING = "preparing"
    """Its opening instant is over, and nobody has signed off that all is ready."""
    OPEN = "open"
    """Come in."""
    PAUSED = "paused"
    """It would be open, but an operator paused it."""
    CLOSED = "closed"
    """Its closing instant is over."""


@dataclass(frozen=True, slots=True)
class Controls:
    """What operators set while the door is open; every process follows within two seconds."""

    paused: bool = False
    admission_per_second: int = 2_500
    """New submissions a second that the whole door takes in; more are asked to wait."""
    proof_cost: int = 100
    """Iterations of one key derivation of the proof of work; 0 asks for none."""
    address_per_minute: int = 60
    """Requests that one address makes before it is slowed."""
    network_per_minute: int = 1_200
    """The same for its network: /24, or /48 of IPv6."""
    house_admission: bool = False
    """Whether the house asks visitors for an admission pass."""


@dataclass(frozen=True, slots=True)
class Subject:
    """One line of the calendar: registration, or a wave."""

    subject: str
    name: str
    opens_at: datetime
    closes_at: datetime | None
    finish_until: datetime | None = None
    """Until when somebody with a ticket from before the close may finish."""
    signed_off: bool = True
    paused: bool = False

    def state(self, now: datetime) -> DoorState:
        """How the door stands at the virtual instant `now`; the closing instant is closed."""
        if self.closes_at is not None and now >= self.closes_at:
            return DoorState.CLOSED
        if now < self.opens_at:
            return DoorState.BEFORE
        if not self.signed_off:
            return DoorState.PREPARING
        return DoorState.PAUSED if self.paused else DoorState.OPEN

    def may_finish(self, now: datetime, *, since: datetime) -> bool:
        """Whether who holds a ticket issued at `since` may still finish after the close."""
        if self.closes_at is None or self.finish_until is None or self.paused:
            return False
        return since < self.closes_at and now < self.finish_until


@dataclass(frozen=True, slots=True)
class AreaStage:
    """From when the people of some areas may join a wave; their verified province decides."""

    subject: str
    name: str
    name_en: str
    opens_at: datetime


@dataclass(frozen=True, slots=True)
class Facts:
    """The calendar as it was read last, replaced as a whole."""

    subjects: Mapping[str, Subject] = field(default_factory=dict)
    known: bool = False
    """Whether it was ever read."""
    index_key: int = FIRST
    """The key of the blind indexes that go into the intake."""
    controls: Controls = Controls()
    stages: tuple[AreaStage, ...] = ()
    """In order of opening; none where all areas join at once."""

    def stages_of(self, subject: str) -> tuple[AreaStage, ...]:
        """The stages of one wave."""
        return tuple(each for each in self.stages if each.subject == subject)

    def state(self, subject: str, now: datetime) -> DoorState:
        """How the door stands for a subject at the virtual instant `now`."""
        found = self.subjects.get(subject)
        return found.state(now) if found else DoorState.UNANNOUNCED

    def waves(self) -> list[Subject]:
        """All waves of the calendar, by opening."""
        found = [each for name, each in self.subjects.items() if name != REGISTRATION]
        return sorted(found, key=lambda each: (each.opens_at, each.subject))

    def open_wave(self, now: datetime) -> Subject | None:
        """The wave that people can join now; of several, the one that closes first."""
        found = [each for each in self.waves() if each.state(now) is DoorState.OPEN]
        last = datetime.max.replace(tzinfo=now.tzinfo)
        return min(found, key=lambda each: each.closes_at or last, default=None)

    def next_wave(self, now: datetime) -> Subject | None:
        """The wave that opens next."""
        found = [each for each in self.waves() if each.state(now) is DoorState.BEFORE]
        return found[0] if found else None


@dataclass(frozen=True, slots=True)
class LetterWait:
    """How long an ordinary letter took to leave when a worker measured it last (real time)."""

    measured: timedelta = timedelta(0)
    measured_at: datetime | None = None

    def at(self, real_now: datetime) -> timedelta | None:
        """How long one owed now takes, where that exceeds a minute; else None.

        Who measures also delivers: while nobody measures, nothing leaves, and the wait grows.
        """
        if self.measured_at is None:
            return None
        since = real_now - self.measured_at
        wait = self.measured + (since if since > MEASURED_LATELY else timedelta(0))
        return wait if wait > WORTH_A_WORD else None


class Kept(Protocol):
    """What remembers the calendar over a restart without a database."""

    def keep(self, facts: Facts) -> None:
        """Write what was read."""

    def recall(self) -> Facts:
        """What was written last; nothing known without it."""


def facts_of(rows: Sequence[Mapping[str, Any]], stages: Sequence[Mapping[str, Any]] = ()) -> Facts:
    """The facts in the rows of `door_facts`, whose controls are the same in every one."""
    named = {each.name for each in fields(Controls)}
    subjects = {
        row["subject"]: Subject(**{name: row[name] for name in Subject.__slots__}) for row in rows
    }
    controls = Controls(**{name: rows[0][name] for name in named}) if rows else Controls()
    areas = tuple(AreaStage(*(row[name] for name in AreaStage.__slots__)) for row in stages)
    index_key = rows[0]["settled"] if rows else FIRST
    return Facts(
        subjects=subjects, known=True, controls=controls, stages=areas, index_key=index_key
    )


def letter_wait_of(rows: Sequence[Mapping[str, Any]]) -> LetterWait:
    """The wait for letters beside the same rows; not part of what is kept over a restart."""
    if not rows or rows[0]["letter_wait_measured_at"] is None:
        return LetterWait()
    seconds, measured_at = rows[0]["letter_wait_seconds"], rows[0]["letter_wait_measured_at"]
    return LetterWait(timedelta(seconds=seconds), measured_at)


class Calendar:
    """Holds the facts, read on a connection of its own."""

    def __init__(self, *, line: Line, kept: Kept | None = None) -> None:
        self._line = line
        self._kept = kept
        self._sql = statement("read_door_facts")
        self._stages_sql = statement("read_door_stages")
        self._away_at = float("-inf")
        self.facts = kept.recall() if kept else Facts()
        self.letter_wait = LetterWait()
        self.reachable = False
        """Whether the last look at the database succeeded."""
        self._stands_still = False

    @property
    def answers(self) -> bool:
        """Whether the database answers, and no look at it is taking suspiciously long."""
        return self.reachable and not self._stands_still

    @contextmanager
    def timed(self, note: Callable[[], None]) -> Iterator[None]:
        """What is done within it should be quick; until a look succeeds, slowness is noted.

        `note` is called then, and again and again for as long as it lasts.
        """
        loop = asyncio.get_running_loop()
        timer: asyncio.TimerHandle

        def late() -> None:
            nonlocal timer
            self._stands_still = True
            note()
            timer = loop.call_later(NOTE_SECONDS, late)

        timer = loop.call_later(STILL_SECONDS, late)
        try:
            yield
        finally:
            timer.cancel()

    async def look(self) -> None:
        """Read the calendar once; where that fails, the last one stays."""
        found = await self._heard(self._sql, self._stages_sql)
        if found is None:
            return
        rows, stages = found
        self.facts, self.letter_wait = facts_of(rows, stages), letter_wait_of(rows)
        if self._kept is not None:
            self._kept.keep(self.facts)
        self._note(reachable=True)

    async def listen(self) -> None:
        """Hear whether the database answers; that it is back is for a look to find out."""
        if self.reachable and await self._heard(HEAR) is not None:
            self._note(reachable=True)

    async def _heard(self, *statements: str) -> list[Any] | None:
        """The rows of each statement; None, and noted, where the database does not answer."""
        try:
            async with asyncio.timeout(LOOK_SECONDS):
                return [await self._line.fetch(each) for each in statements]
        except (Away, RowFault, TimeoutError) as fault:
            self._note(reachable=False, reason=str(fault) or type(fault).__name__)
            return None

    def was_away_lately(self) -> bool:
        """Whether the database is away, or was within the last seconds of real time."""
        return not self.reachable or time.monotonic() - self._away_at < _LATELY_SECONDS

    def _note(self, *, reachable: bool, reason: str = "") -> None:
        if not reachable:
            self._away_at = time.monotonic()
        if reachable and not self.reachable:
            log.info("the database answers")
        if not reachable and (self.reachable or not self.facts.known):
            log.warning("the database is away (%s)", reason)
        self.reachable = reachable
        self._stands_still = self._stands_still and not reachable

    async def close(self) -> None:
        """Let the connection go."""
        await self._line.close()
