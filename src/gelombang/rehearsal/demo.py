"""Demo data: a small rehearsal in the background, so that every page has something true to show.

It plays the first wave with a few hundred people and without the real-time minute, draws it, lets
some winners learn and be paid, and leaves the second wave open on the demo's clock. A marker in the
data directory says how far it came: it is begun once, and whatever somebody did by hand meanwhile
stays as it is.
"""

import json
from contextlib import suppress
from datetime import datetime, timedelta
from enum import StrEnum
from pathlib import Path

from gelombang.kit import clock
from gelombang.rehearsal import results
from gelombang.rehearsal.cast import Cast
from gelombang.rehearsal.catalogue import read_offer
from gelombang.rehearsal.demo_money import DemoMoney, divide
from gelombang.rehearsal.expectation import read_benefit
from gelombang.rehearsal.launch_day import LaunchDay
from gelombang.rehearsal.population import Population, invent
from gelombang.rehearsal.system import System
from gelombang.rehearsal.telling import phase

SCALE = "0.0003"  # 430 people, 187 of them in the wave, 49 places
SEED = 1945
MARKER = "demo.json"
INTO_THE_WAVE = timedelta(hours=14)  # the second wave opens on a Saturday evening: Sunday morning


class Stand(StrEnum):
    """How far the demo's data have come."""

    MISSING = "missing"
    """Never begun."""
    BEGUN = "begun"
    """Begun, and broken off if nobody is at it now."""
    DONE = "done"
    """Everything is there."""


class DemoDay(LaunchDay):
    """The first wave of a demo, and the opening of the second."""

    async def play_demo(self) -> None:
        """Play it all. Raises like `play`; the clock runs again however it ends."""
        population = invent(
            seed=self._plan.seed, figures=self._plan.figures,
            programme=self._stage.population_terms,
        )  # fmt: skip
        note(self._system, Stand.BEGUN)
        try:
            async with self._cast(population) as cast:
                await self._prepare(cast, population)
                await self._give_few_places(cast)
                await self._first_21_hours(cast, population)
                await self._fill_the_wave(cast, population)
                await self._freeze(cast)
                await self._draw(cast)
                await self._some_go_on(cast, population)
            with phase(self._teller, "second_wave"):
                self._set_clock(self._stage.next_opens_at + INTO_THE_WAVE, rate=1)
            note(self._system, Stand.DONE)
        finally:
            let_the_clock_run(self._system)

    async def _give_few_places(self, cast: Cast) -> None:
        """Places for a few hundred people, so that some wait; later waves keep the real quota."""
        wave_id, figures = self._stage.wave_id, self._plan.figures
        await cast.operator.sign_in(self._credentials)
        await self._persist(
            lambda: cast.operator.set_quota(
                wave_id, quota=figures.quota, opens_at=self._stage.opens_at
            ),
            "set the quota",
        )

    async def _some_go_on(self, cast: Cast, population: Population) -> None:
        """A few winners accept, learn and are paid; where there is a catalogue."""
        if (catalogue := self._plan.catalogue) is None:
            return
        entrants = [person for person in population.verified() if person.joins]
        await results.count_result_letters(cast.inbox, entrants)
        winners = await self._cast_winners(cast, population, catalogue, read_offer(catalogue))
        with phase(self._teller, "some_go_on"):
            balance = read_benefit(self._stage.text).balance
            await DemoMoney(
                self._system, cast, parts=divide(winners), balance=balance, teller=self._teller
            ).play()

    async def _expect_closed(self, cast: Cast, when: str, *, wave_id: str | None = None) -> None:
        """Nobody knocks in a demo: if somebody moved the clock, the door might even be open."""

    async def _require_an_empty_system(self, cast: Cast) -> None:
        """Somebody may have registered by hand already; they stay, and are in the figures."""


def stand_of(system: System) -> Stand:
    """How far the demo's data of this system have come."""
    try:
        return Stand(json.loads(_marker(system).read_text(encoding="utf-8"))["stand"])
    except FileNotFoundError:
        return Stand.MISSING


def note(system: System, stand: Stand) -> None:
    """Leave word of how far it came."""
    text = json.dumps({"stand": stand, "at": clock.real_now().isoformat(timespec="seconds")})
    _marker(system).write_text(text + "\n", encoding="utf-8")


def let_the_clock_run(system: System) -> None:
    """Give the held clock its pace back, from where it stands."""
    with suppress(FileNotFoundError):
        if clock.read_face(system.clock_file).rate == 0:
            clock.set_face(system.clock_file, rate=1)


def go_on_after_a_break(system: System, *, second_wave: datetime) -> None:
    """Broken off half-way: the second wave opens all the same, the first is left to be drawn."""
    target = second_wave + INTO_THE_WAVE
    if clock.read_face(system.clock_file).at(clock.real_now()) < target:
        clock.set_face(system.clock_file, virtual=target, rate=1)
    note(system, Stand.DONE)


def _marker(system: System) -> Path:
    return system.data_dir / MARKER
