"""Demo data after the draw: a few winners at each stage, so that every page has something to show.

Most winners are left alone: whoever tries the demo goes on with one of them by hand.
"""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Iterable, Iterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass

from gelombang.kit import clock
from gelombang.rehearsal.actors.process import providers_process
from gelombang.rehearsal.cast import Cast
from gelombang.rehearsal.load import Caller
from gelombang.rehearsal.officers import Officers
from gelombang.rehearsal.recipients import Recipients
from gelombang.rehearsal.seeding import open_accounts
from gelombang.rehearsal.standing import Standing, StandingWatch
from gelombang.rehearsal.strollers import Strollers
from gelombang.rehearsal.system import System
from gelombang.rehearsal.telling import Teller
from gelombang.rehearsal.winners import PARTNERS, Winner
from gelombang.rehearsal.wire import Pool

_CONNECTIONS = 4
_LONG_COURSE = 86_400.0  # real seconds: such a course is under way for as long as anybody looks
_FLOAT = 25_000_000  # rupiah at each partner
_PATIENCE_SECONDS = 60.0


@dataclass(frozen=True, slots=True)
class Parts:
    """Which winners of the demo come how far; everybody else has not even accepted."""

    accepted: Sequence[Winner]
    bought: Sequence[Winner]
    learning: Sequence[Winner]
    given_back: Sequence[Winner]
    certified: Sequence[Winner]
    reviewed: Sequence[Winner]
    """Without an account: their first payment is held."""
    paid: Sequence[Winner]
    puzzling: Sequence[Winner]
    """Whose partner confirms another amount than ours: unknown until somebody finds out."""
    waiting: Sequence[Winner]
    """In the batch that waits for its checker."""

    def all(self) -> list[Winner]:
        """Everybody who accepts."""
        return [*self.accepted, *self.bought, *self.learning, *self.given_back, *self.learned()]

    def learned(self) -> list[Winner]:
        """Everybody who finishes a course."""
        return [*self.certified, *self.reviewed, *self.linked()]

    def linked(self) -> list[Winner]:
        """Everybody with a payout account."""
        return [*self.paid, *self.puzzling, *self.waiting]


def divide(winners: Sequence[Winner]) -> Parts:
    """Take the people of each part from the end of the list; the first ones stay untouched."""
    left: Iterator[Winner] = reversed([winner for winner in winners if winner.learns])

    def some(count: int) -> list[Winner]:
        return [winner for winner, _ in zip(left, range(count), strict=False)]

    return Parts(
        paid=some(8), puzzling=some(1), waiting=some(3), reviewed=some(1), certified=some(2),
        learning=some(2), given_back=some(1), bought=some(2), accepted=some(3),
    )  # fmt: skip


class DemoMoney:
    """Plays the parts, one after the other."""

    def __init__(
        self, system: System, cast: Cast, *, parts: Parts, balance: int, teller: Teller
    ) -> None:  # fmt: skip
        self._system = system
        self._cast = cast
        self._parts = parts
        self._balance = balance
        self._teller = teller
        self._watch = StandingWatch(system.readonly_url)
        self._officers = Officers(cast.house, origin=system.base_url)

    async def play(self) -> None:
        """From acceptance to a paid batch and one that waits for its checker.

        Raises NotDrained, CommandFailed, DeskUnfit, SeedingFailed or ProvidersMissing.
        """
        parts = self._parts
        async with (
            providers_process(self._system.environment) as quick,
            providers_process(self._system.environment, seconds=_LONG_COURSE) as slow,
            self._recipients(quick) as people,
            self._recipients(slow) as beginners,
        ):
            await _together(people.accept(winner) for winner in parts.all())
            await _together(_study(people, winner) for winner in parts.learned())
            await _together(_study(beginners, winner) for winner in parts.learning)
            bought = [*parts.bought, *parts.given_back]
            await _together(people.buy(winner, winner.course) for winner in bought)
            await _together(people.give_back(winner) for winner in parts.given_back)
            learned = len(parts.learned())
            await self._until(lambda s: s.certificates >= learned, "certificates are being issued")
            await self._pay(people)

    @asynccontextmanager
    async def _recipients(self, providers_at: str) -> AsyncIterator[Recipients]:
        pool = Pool(providers_at, connections=_CONNECTIONS)
        try:
            yield Recipients(
                self._cast.crowd.citizens,
                Strollers(self._cast.crowd.walkers),
                providers=Caller(pool, self._cast.meter, at_once=_CONNECTIONS),
                balance=self._balance,
            )
        finally:
            await pool.close()

    async def _pay(self, people: Recipients) -> None:
        """One batch is paid but for a puzzle; the next one is made and waits."""
        parts = self._parts
        first = [*parts.paid, *parts.puzzling]
        for winner in parts.puzzling:
            row = {"account_no": winner.account.number, "name": winner.account.holder}
            row["fault"] = "wrong_amount"
            await open_accounts(self._cast.fakes, winner.account.partner, [row])
        await _together(self._link(people, winner) for winner in first)
        await self._until(lambda s: s.due >= len(first), "payments fall due")
        await self._officers.engage(self._system.environment)
        for partner in PARTNERS:
            await self._officers.fund(partner, _FLOAT)
        await self._officers.pay_what_is_due()
        await self._until(lambda s: s.paid >= len(parts.paid), "payments are under way")
        await _together(self._link(people, winner) for winner in parts.waiting)
        await _together(people.review(winner) for winner in parts.reviewed)
        await self._until(lambda s: s.due >= len(parts.waiting), "payments fall due")
        await self._officers.make_a_batch()

    async def _link(self, people: Recipients, winner: Winner) -> None:
        await people.review(winner)
        await people.state_account(winner, winner.account)

    async def _until(self, holds: Callable[[Standing], bool], what: str) -> None:
        await self._watch.until(
            holds, what=what, now=clock.read_face(self._system.clock_file).at(clock.real_now()),
            tell=self._teller.note, seconds=_PATIENCE_SECONDS,
        )  # fmt: skip


async def _study(people: Recipients, winner: Winner) -> None:
    await people.buy(winner, winner.course)
    await people.hand_over(winner, winner.course)


async def _together(steps: Iterable[Awaitable[None]]) -> None:
    await asyncio.gather(*steps)
