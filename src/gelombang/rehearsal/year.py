"""The months after the draw: winners accept, learn, review, are paid, and answer the survey."""

import asyncio
import json
import time
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from gelombang.kit import clock
from gelombang.rehearsal import commands
from gelombang.rehearsal.books import healed_accounts
from gelombang.rehearsal.cast import Cast
from gelombang.rehearsal.catalogue import Offer
from gelombang.rehearsal.expectation import Afterwards, Benefit
from gelombang.rehearsal.load import Caller, GaveUp
from gelombang.rehearsal.months import COOLING, ENQUIRY_GAP, GRACE, pay_day
from gelombang.rehearsal.officers import Officers
from gelombang.rehearsal.partners_books import PartnersBooks, read_books
from gelombang.rehearsal.progress import NotDrained
from gelombang.rehearsal.recipients import Kept, Recipients
from gelombang.rehearsal.report import Pair
from gelombang.rehearsal.seeding import fill_payment_books
from gelombang.rehearsal.standing import Standing, StandingWatch
from gelombang.rehearsal.strollers import Strollers
from gelombang.rehearsal.system import System
from gelombang.rehearsal.telling import Teller, phase
from gelombang.rehearsal.walker import WalkStopped
from gelombang.rehearsal.winners import PARTNERS, Fault, Winner
from gelombang.rehearsal.wire import Pool

PROVIDERS_AT_ONCE = 16
TROUBLES = (GaveUp, WalkStopped)
SURPRISES_SHOWN = 5
PUBLIC = ("recipients_paid", "paid_idr", "training_idr")
PUBLIC_SECONDS = 90.0
A_MOMENT = timedelta(minutes=1)
OK = 200
AT_ONCE = 48  # winners who are in the middle of a step
PATIENT_ENQUIRIES = 4
ASKED_ABOUT_MONEY = 20  # recipients whose own timeline is read in the end
REFUSED_NAME = ("refused", "name")
CANCELLING = "Gladi: pengajar sakit, kelas ditiadakan"


@dataclass(slots=True)
class Earned:
    """What the months brought: the last standing, the partners' books, and what people read."""

    winners: int = 0
    """People whose letter says that they were drawn."""
    standing: Standing | None = None
    books: PartnersBooks | None = None
    public: dict[str, int] = field(default_factory=dict)
    """The public figures of the money in the end."""
    comparisons: dict[str, Pair] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Terms:
    """What the year is played by."""

    offer: Offer
    benefit: Benefit
    expected: Afterwards


class Year:
    """Plays everything after the draw on one system. `play` is the whole of it."""

    def __init__(
        self, system: System, cast: Cast, recipients: Recipients, officers: Officers, *,
        winners: Sequence[Winner], terms: Terms, teller: Teller,
    ) -> None:  # fmt: skip
        self._system = system
        self._cast = cast
        self._recipients = recipients
        self._officers = officers
        self._winners = winners
        self._terms = terms
        self._teller = teller
        self._watch = StandingWatch(system.readonly_url)
        self._begun = clock.real_now()
        self.earned = Earned(winners=len(winners))

    async def play(self) -> Earned:
        """Every phase up to the last payment. Raises NotDrained, CommandFailed, DeskUnfit."""
        # Accounts of staff take a while and are wanted only in month 1.
        engaging = asyncio.create_task(self._officers.engage(self._system.environment))
        try:
            await self._accept()
            await self._learn()
            await self._certificates()
            await self._accounts()
            await engaging
        finally:
            engaging.cancel()
        await self._first_month()
        for month in range(2, self._terms.benefit.monthly + 1):
            await self._month(month)
        await self._look_back()
        return self.earned

    async def _accept(self) -> None:
        with phase(self._teller, "accept", len(self._winners)):
            await self._each(self._winners, self._recipients.accept)
            await self._until(
                lambda s: s.accepted >= len(self._kept.accepted), "awards are being accepted"
            )

    async def _learn(self) -> None:
        """Some buy a class that is then cancelled; everybody who learns buys, redeems, finishes."""
        learners = self._learners()
        with phase(self._teller, "learn", len(learners)):
            await self._lose_the_class()
            await self._each(learners, self._study)
            await self._until(
                lambda s: s.completed >= len(self._kept.handed_over) and s.learning == 0,
                "courses are being completed",
            )

    async def _lose_the_class(self) -> None:
        unlucky = [winner for winner in self._winners if winner.cancelled is not None]
        course = self._terms.offer.cancelled
        if not unlucky:
            return
        await asyncio.gather(*(self._recipients.buy(winner, course) for winner in unlucky))
        await commands.gelombang(
            "courses", "cancel", course.code, "--reason", CANCELLING,
            environment=self._system.environment,
        )  # fmt: skip
        await self._until(lambda s: s.cancelled >= len(unlucky), "a class is being cancelled")

    async def _study(self, winner: Winner) -> None:
        await self._recipients.buy(winner, winner.course)
        await self._recipients.hand_over(winner, winner.course)

    async def _certificates(self) -> None:
        learners, each = self._learners(), self._terms.benefit.payments
        with phase(self._teller, "certificates", len(learners)):
            await self._until(
                lambda s: s.certificates >= s.completed, "certificates are being issued"
            )
            await self._each(learners, self._recipients.review)
            await self._until(
                lambda s: s.instalments >= each * len(self._kept.reviewed),
                "payments are being planned",
            )
            self._begun = self._now()

    async def _accounts(self) -> None:
        """Everybody states an account; some a wrong one first, and are told so."""
        learners = self._learners()
        with phase(self._teller, "accounts", len(learners)):
            await self._each(
                learners, lambda winner: self._recipients.state_account(winner, winner.account)
            )
            await self._until(lambda s: s.accounts_asked == 0, "partners are being asked")
            refused = [winner for winner in learners if winner.fault is Fault.WRONG_NAME]
            told = [await self._recipients.account_state(winner) for winner in refused]
            self._compare(
                "people told that the name differs", len(refused),
                sum((each.get("state"), each.get("reason")) == REFUSED_NAME for each in told),
            )  # fmt: skip
            for winner in refused:
                if winner.second_account is not None:
                    await self._recipients.state_account(winner, winner.second_account)
            standing = await self._until(
                lambda s: s.accounts_asked == 0, "accounts are being linked"
            )
            self._compare("accounts linked", len(learners), standing.accounts_linked)

    async def _first_month(self) -> None:
        """The first payments: one partner books and falls silent, some wallets are full."""
        full = [winner for winner in self._winners if winner.fault is Fault.WALLET_FULL]
        with phase(self._teller, "month_1"):
            await self._fund()
            self._set_clock(pay_day(self._begun, months=0))
            await self._pay(due=len(self._learners()), paid=len(self._learners()) - len(full))
            await fill_payment_books(self._cast.fakes, healed_accounts(self._winners))
        if full:
            with phase(self._teller, "cooling", len(full)):
                await self._cool(full)

    async def _cool(self, full: Sequence[Winner]) -> None:
        """Whoever's wallet is full links a bank account, waits 72 hours, and is paid."""
        learners = len(self._learners())
        await self._until(lambda s: s.held >= len(full), "full wallets are being noted")
        await self._each(full, self._change_account)
        await self._until(
            lambda s: s.accounts_asked == 0 and s.accounts_linked >= learners,
            "changed accounts are being linked",
        )
        self._set_clock(self._now() + COOLING)
        await self._pay(due=len(full), paid=learners)

    async def _change_account(self, winner: Winner) -> None:
        if winner.second_account is not None:
            await self._recipients.change_account(winner, winner.second_account)

    async def _month(self, month: int) -> None:
        learners = self._learners()
        paid = month * len(learners)
        with phase(self._teller, f"month_{month}", len(learners)):
            self._set_clock(pay_day(self._begun, months=month - 1))
            if month == 2:  # noqa: PLR2004 the survey is answered once, after the first payment
                await self._lapse()
                await self._each(learners, self._recipients.answer_survey)
                await self._until(
                    lambda s: s.surveys >= len(self._kept.answered), "surveys come in"
                )
            surveys = len(learners) * (self._terms.benefit.payments - self._terms.benefit.monthly)
            due = len(learners) + (surveys if month == 2 else 0)  # noqa: PLR2004
            await self._pay(due=due, paid=paid + surveys)

    async def _lapse(self) -> None:
        """Past the last day to buy: whoever never bought has lost the award."""
        lapsing = [winner for winner in self._winners if winner.fault is Fault.LAPSED]
        if not lapsing:
            return
        award = await self._recipients.award(lapsing[0].person)
        if award.get("purchase_by"):
            self._set_clock(datetime.fromisoformat(award["purchase_by"]) + timedelta(hours=1))
        await self._until(lambda s: s.lapsed >= len(lapsing), "awards are lapsing")
        told = [await self._recipients.award(winner.person) for winner in lapsing]
        self._compare(
            "people told that they let it lapse", len(lapsing),
            sum(each.get("state") == "lapsed" for each in told),
        )  # fmt: skip

    async def _fund(self) -> None:
        """Enough at each partner for everybody who ever has an account there."""
        for partner in PARTNERS:
            heads = sum(
                account.partner == partner
                for winner in self._learners()
                for account in (winner.account, winner.second_account)
                if account is not None
            )
            if heads:
                await self._officers.fund(partner, heads * self._terms.benefit.cash)

    async def _pay(self, *, due: int, paid: int) -> None:
        """One pay day: what is due is made into a batch, checked, released, paid, settled."""
        await self._until(lambda s: s.overdue == 0 and s.due >= due, "payments fall due")
        await self._officers.pay_what_is_due()
        await self._until(lambda s: s.on_their_way == 0 and s.due == 0, "payments are under way")
        await self._ask_what_became()
        standing = await self._until(lambda s: s.paid >= paid, "payments are being settled")
        if standing.paid != paid:
            self._compare("payments settled", paid, standing.paid)

    async def _ask_what_became(self) -> None:
        """Payments without an answer are enquired, 90 virtual seconds apart."""
        for gap in (*[ENQUIRY_GAP] * PATIENT_ENQUIRIES, GRACE, ENQUIRY_GAP):
            if not (await self._look()).unknown:
                return
            self._set_clock(self._now() + gap)
            try:
                await self._until(
                    lambda s: s.unknown == 0 and s.on_their_way == 0, "partners are asked again",
                    seconds=10.0,
                )  # fmt: skip
            except TimeoutError:
                continue

    async def _look_back(self) -> None:
        """What the partners booked, and what recipients read on their own page."""
        with phase(self._teller, "look_back"):
            self.earned.standing = await self._look()
            self.earned.public = await self._public_money()
            self.earned.books = await read_books(self._cast.fakes, PARTNERS)
            asked = self._learners()[:ASKED_ABOUT_MONEY]
            seen = [await self._recipients.payments(winner) for winner in asked]
            self._compare(
                "payments that their people see as paid",
                len(asked) * self._terms.benefit.payments,
                sum(each["state"] == "paid" for payments in seen for each in payments),
            )  # fmt: skip

    @property
    def _kept(self) -> Kept:
        return self._recipients.kept

    def _learners(self) -> list[Winner]:
        return [winner for winner in self._winners if winner.learns]

    async def _public_money(self) -> dict[str, int]:
        """The public figures of the money, counted after the last payment."""
        self._set_clock(self._now() + A_MOMENT)
        moment = self._now().replace(microsecond=0)  # as the figures tell theirs
        until = time.monotonic() + PUBLIC_SECONDS
        while time.monotonic() < until:
            answer = await self._cast.house.ask("money", "GET", "/angka-uang.json")
            document = json.loads(answer.body) if answer.status == OK else {}
            if document and datetime.fromisoformat(document["as_of"]) >= moment:
                return {name: int(document[name]) for name in PUBLIC}
            await asyncio.sleep(1.0)
        return dict.fromkeys(PUBLIC, 0)

    def _compare(self, name: str, expected: int, actual: int) -> None:
        self.earned.comparisons[name] = Pair(expected, actual)

    async def _each(
        self, winners: Sequence[Winner], action: Callable[[Winner], Awaitable[None]]
    ) -> None:
        """Everybody takes the step, so many at a time; nobody's trouble stops the others."""
        room = asyncio.Semaphore(AT_ONCE)

        async def take(winner: Winner) -> None:
            async with room:
                try:
                    await action(winner)
                except TROUBLES as trouble:
                    self._cast.crowd.walkers.note("after the draw", trouble)
            self._teller.step()

        await asyncio.gather(*(take(winner) for winner in winners))

    async def _look(self) -> Standing:
        return await self._watch.look(now=self._now())

    async def _until(
        self, holds: Callable[[Standing], bool], what: str, *, seconds: float | None = None
    ) -> Standing:
        if seconds is not None:
            async with asyncio.timeout(seconds):
                return await self._watch.until(
                    holds, what=what, now=self._now(), tell=self._teller.note
                )
        return await self._watch.until(holds, what=what, now=self._now(), tell=self._teller.note)

    def _now(self) -> datetime:
        return clock.read_face(self._system.clock_file).at(clock.real_now())

    def _set_clock(self, virtual: datetime) -> None:
        ahead = virtual if virtual > self._now() else None
        clock.set_face(self._system.clock_file, virtual=ahead, rate=0)


async def play_the_year(
    system: System, cast: Cast, *,
    winners: Sequence[Winner], providers_at: str, terms: Terms, teller: Teller,
) -> Earned:  # fmt: skip
    """Play the months after the draw with providers at an address. Raises like `Year.play`."""
    pool = Pool(providers_at, connections=PROVIDERS_AT_ONCE)
    recipients = Recipients(
        cast.crowd.citizens,
        Strollers(cast.crowd.walkers),
        providers=Caller(pool, cast.meter, at_once=PROVIDERS_AT_ONCE),
        balance=terms.benefit.balance,
    )
    officers = Officers(cast.house, origin=system.base_url)
    year = Year(system, cast, recipients, officers, winners=winners, terms=terms, teller=teller)
    try:
        return await year.play()
    except NotDrained as stuck:
        surprises = [what for what, _ in cast.surprises.counts.most_common(SURPRISES_SHOWN)]
        raise NotDrained("; ".join([str(stuck), *surprises])) from None
    finally:
        await pool.close()
