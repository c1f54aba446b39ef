"""The choreography of the first 21 hours: everybody lives their diary, the clock waits for them.

Virtual time is held in slots of ten minutes. A slot ends when everything that belongs to it has
been sent and few people are still on their way; nobody is sent off faster than the pace allows.
"""

import asyncio
from collections import defaultdict
from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from random import Random

from gelombang.kit import clock
from gelombang.rehearsal.crowd import Crowd
from gelombang.rehearsal.curve import SLOT, SLOTS, Diary
from gelombang.rehearsal.figures import PEAK_SECONDS
from gelombang.rehearsal.load import launch, paced_arrivals, poisson_arrivals
from gelombang.rehearsal.people import SyntheticPerson
from gelombang.rehearsal.system import System

_MOST_ON_THEIR_WAY = 250  # people between two of their steps when the next slot may begin

Appointment = tuple[SyntheticPerson, Diary]


class Day:
    """Plays the registrations and all that follows from them, until hour 21."""

    def __init__(
        self, *, system: System, crowd: Crowd, wave_id: str, opens_at: datetime, rate: float,
        seed: int, on_step: Callable[[str], None],
    ) -> None:  # fmt: skip
        self._clock = system.clock_file
        self._crowd = crowd
        self._wave_id = wave_id
        self._opens_at = opens_at
        self._rate = rate
        self._chance = Random(f"day {seed}")  # noqa: S311 repeatable on purpose
        self._on_step = on_step
        self._gates = [asyncio.Event() for _ in range(SLOTS)]
        self._lives: list[asyncio.Task[None]] = []
        self._on_their_way = 0
        self._somebody_arrived = asyncio.Event()

    async def peak_minute(self, appointments: Sequence[Appointment]) -> None:
        """The first minute in real time: Poisson arrivals, latency from the intended start."""
        clock.set_face(self._clock, virtual=self._opens_at, rate=1)
        arrivals = poisson_arrivals(self._chance, count=len(appointments), seconds=PEAK_SECONDS)
        await launch(arrivals, appointments, self._arrive_on_time)

    async def compressed(self, appointments: Sequence[Appointment]) -> None:
        """The other people register slot by slot, and everybody goes on with their diary."""
        by_slot: dict[int, list[Appointment]] = defaultdict(list)
        for appointment in appointments:
            by_slot[appointment[1].register].append(appointment)
        for slot, gate in enumerate(self._gates):
            self._hold_clock(slot)
            gate.set()
            coming = by_slot.pop(slot, [])
            arrivals = paced_arrivals(count=len(coming), rate=self._rate)
            await launch(arrivals, coming, self._arrive)
            await self._until_few_are_on_their_way(_MOST_ON_THEIR_WAY)
        await self._until_few_are_on_their_way(0)
        await asyncio.gather(*self._lives)

    def _hold_clock(self, slot: int) -> None:
        begins = self._opens_at + max(slot * SLOT, timedelta(seconds=PEAK_SECONDS))
        present = clock.read_face(self._clock).at(clock.real_now())
        clock.set_face(self._clock, virtual=begins if begins > present else None, rate=0)

    async def _arrive_on_time(self, appointment: Appointment, due: float) -> None:
        await self._crowd.register(appointment[0], due)
        self._begin_life(appointment)

    async def _arrive(self, appointment: Appointment, _: float) -> None:
        await self._crowd.register(appointment[0])
        self._begin_life(appointment)

    def _begin_life(self, appointment: Appointment) -> None:
        self._on_step("register")
        if appointment[0].confirms:
            self._lives.append(asyncio.create_task(self._live(*appointment)))

    async def _live(self, person: SyntheticPerson, diary: Diary) -> None:
        await self._gates[diary.confirm].wait()
        with _Counted(self):
            confirmed = await self._crowd.confirm(person)
            self._on_step("confirm")
        if not confirmed or person.card is None:
            return
        await self._gates[diary.identify].wait()
        with _Counted(self):
            await self._crowd.identify(person)
            self._on_step("identify")
        if not person.joins_early:
            return
        await self._gates[diary.join].wait()
        with _Counted(self):
            if await self._crowd.wait_for_verdict(person, "verified"):
                await self._crowd.join(person, wave_id=self._wave_id)
            self._on_step("join")

    async def _until_few_are_on_their_way(self, few: int) -> None:
        # A life that just passed its gate has not counted itself yet: let the loop turn first.
        await asyncio.sleep(0)
        while self._on_their_way > few:
            self._somebody_arrived.clear()
            await self._somebody_arrived.wait()

    def note_departure(self, change: int) -> None:
        """Count somebody who set out (1) or arrived (-1)."""
        self._on_their_way += change
        if change < 0:
            self._somebody_arrived.set()


class _Counted:
    """Counts a person as on their way while the block runs, however it ends."""

    def __init__(self, day: Day) -> None:
        self._day = day

    def __enter__(self) -> None:
        self._day.note_departure(1)

    def __exit__(self, *_: object) -> None:
        self._day.note_departure(-1)


async def join_until_close(
    people: Sequence[SyntheticPerson], *, system: System, crowd: Crowd, wave_id: str,
    closes_at: datetime, rate: float, on_step: Callable[[str], None],
) -> None:  # fmt: skip
    """The other verified people join, spread evenly over virtual time until the close."""
    present = clock.read_face(system.clock_file).at(clock.real_now())
    span = closes_at - timedelta(minutes=1) - present

    async def join(numbered: tuple[int, SyntheticPerson], _: float) -> None:
        number, person = numbered
        if number % max(1, len(people) // SLOTS) == 0:
            now = clock.read_face(system.clock_file).at(clock.real_now())
            reached = present + span * (number / max(1, len(people)))
            clock.set_face(system.clock_file, virtual=reached if reached > now else None, rate=0)
        await crowd.join(person, wave_id=wave_id)
        on_step("join")

    arrivals = paced_arrivals(count=len(people), rate=rate)
    await launch(arrivals, list(enumerate(people)), join)
