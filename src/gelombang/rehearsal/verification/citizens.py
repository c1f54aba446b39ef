"""People who use the house while their partners fail: what they see must never be an error."""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass, field
from random import Random

from gelombang.rehearsal.cast import Cast
from gelombang.rehearsal.load import GaveUp, launch, paced_arrivals
from gelombang.rehearsal.people import SyntheticPerson, Way
from gelombang.rehearsal.walker import WalkStopped

ARRIVING = 10.0  # a second
LOOK_SECONDS = (15.0, 30.0)  # between two looks at one's status
PAGES = ("/saya/identitas", "/saya")
_WAIT_SECONDS = 0.5
_TROUBLES = (GaveUp, WalkStopped, TimeoutError)


@dataclass(slots=True)
class Onlookers:
    """People who register and state by HTTP, and then look at their status again and again."""

    cast: Cast
    people: Sequence[SyntheticPerson]
    looks: int = 0
    wrong_verdicts: int = 0
    """Times that somebody was told the opposite of what their registry says."""
    told: set[int] = field(default_factory=set)
    """Who has seen their verdict, by number."""

    async def state(self) -> None:
        """Everybody registers, confirms, signs in and states who they are."""
        arrivals = paced_arrivals(count=len(self.people), rate=ARRIVING)
        await launch(arrivals, self.people, self._come)

    async def look(self) -> None:
        """Look for ever; cancelled when the time is over."""
        async with asyncio.TaskGroup() as looking:
            for person in self.people:
                if person.number in self.cast.acknowledged.stated:
                    looking.create_task(self._look(person))

    async def until_told(self, *, seconds: float) -> int:
        """Wait until everybody saw their verdict; how many did not."""
        stated = self.cast.acknowledged.stated - self._walking()
        for _ in range(round(seconds / _WAIT_SECONDS)):
            if not stated - self.told:
                break
            await asyncio.sleep(_WAIT_SECONDS)
        return len(stated - self.told)

    @property
    def errors(self) -> int:
        """Server errors, broken connections, answers that nobody expected, wrong verdicts."""
        meter = self.cast.meter
        surprises = self.cast.surprises.counts.total()
        return meter.errors_5xx + meter.resets + surprises + self.wrong_verdicts

    def first_error(self) -> str:
        """What the first of them was, in words without a person; empty without any."""
        surprises = next(iter(self.cast.surprises.counts), "")
        wrong = "a wrong verdict" if self.wrong_verdicts else ""
        resets = "a broken connection" if self.cast.meter.resets else ""
        return self.cast.meter.first_5xx or surprises or wrong or resets

    async def _come(self, person: SyntheticPerson, due: float) -> None:
        crowd = self.cast.crowd
        await crowd.register(person, due)
        if await crowd.confirm(person):
            await crowd.identify(person)

    async def _look(self, person: SyntheticPerson) -> None:
        chance = Random(f"look {person.number}")  # noqa: S311 repeatable on purpose
        await asyncio.sleep(chance.uniform(0, LOOK_SECONDS[0]))
        while True:
            try:
                await self._look_once(person)
            except _TROUBLES as trouble:
                self.cast.crowd.walkers.note("status", trouble)
            await asyncio.sleep(chance.uniform(*LOOK_SECONDS))

    async def _look_once(self, person: SyntheticPerson) -> None:
        self.looks += 1
        if person.number in self._walking():
            for path in PAGES:
                await self.cast.crowd.walkers.open(person, path)
            return
        status = await self.cast.crowd.citizens.status(person)
        if status is None or status["identity"] == "pending":
            return
        right = "verified" if person.way is Way.VERIFIED else "refuted"
        self.told.add(person.number)
        self.wrong_verdicts += status["identity"] != right

    def _walking(self) -> set[int]:
        return {person.number for person in self.cast.crowd.walkers.people}
