"""Everybody who plays: most by JSON, some by the pages. The choreography sees no difference."""

from collections.abc import Awaitable
from typing import TypeVar

from gelombang.rehearsal.citizen import Citizens
from gelombang.rehearsal.load import GaveUp
from gelombang.rehearsal.people import Detour, Submitting, SyntheticPerson
from gelombang.rehearsal.population import Population
from gelombang.rehearsal.walker import Walkers, WalkStopped

T = TypeVar("T")
_TROUBLES = (GaveUp, WalkStopped, TimeoutError)


class Crowd:
    """Sends each step to whoever plays that person; what goes wrong is noted and never spreads."""

    def __init__(self, citizens: Citizens, walkers: Walkers) -> None:
        self.citizens = citizens
        self.walkers = walkers

    async def register(self, person: SyntheticPerson, due: float | None = None) -> None:
        """Press Register."""
        if self.walkers.walks(person):
            await self._try("register", self.walkers.register(person))
        else:
            await self._try("register", self.citizens.register(person, due))

    async def confirm(self, person: SyntheticPerson) -> bool:
        """Open the link and press its button; whether that worked."""
        step = self.walkers if self.walkers.walks(person) else self.citizens
        return await self._try("confirm", step.confirm(person)) or False

    async def identify(self, person: SyntheticPerson) -> None:
        """Sign in and state an identity."""
        step = self.walkers if self.walkers.walks(person) else self.citizens
        await self._try("identify", step.identify(person))

    async def wait_for_verdict(self, person: SyntheticPerson, state: str) -> bool:
        """Wait until the identity has this state; whether it came."""
        step = self.walkers if self.walkers.walks(person) else self.citizens
        return await self._try("verdict", step.wait_for_verdict(person, state)) or False

    async def join(self, person: SyntheticPerson, *, wave_id: str) -> None:
        """Enter the wave."""
        step = self.walkers if self.walkers.walks(person) else self.citizens
        await self._try("join", step.join(person, wave_id=wave_id))

    async def _try(self, step: str, action: Awaitable[T]) -> T | None:
        try:
            return await action
        except _TROUBLES as trouble:
            self.walkers.note(step, trouble)
            return None


def choose_walkers(population: Population, count: int) -> list[SyntheticPerson]:
    """People for the pages: some who will be refused, then those who join early, then others."""
    able = [
        person
        for person in population.verified()
        if person.detour is Detour.NONE and person.submitting is Submitting.ONCE
    ]
    refused = [person for person in able if person.enrolled or person.served][:3]
    early = [person for person in able if person.joins_early and person not in refused]
    late = [person for person in able if not person.joins_early and person not in refused]
    return [*refused, *early, *late][:count]
