"""The paced runner: reserve calls, claim, ask outside any transaction, record. A line a partner.

The sweep does the database work; another process makes the calls, so that neither slow answers nor
the database hold up a call's moment, and answers are recorded in sets. Everything held in memory
may be lost: leases run out and the questions are asked again.
"""

import time
from bisect import bisect_left
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from itertools import accumulate

from gelombang.gateways.dci.client import MOST_PER_CALL
from gelombang.gateways.partner import Throttled
from gelombang.jobs.askers import (
    MakeAsk,
    ask_civil_registry,
    ask_education,
    ask_employment,
    ask_exclusions,
    ask_social_aid,
)
from gelombang.jobs.calling import Calls, CallsApart, CallsEnded, Open
from gelombang.jobs.calls import Call, Unsent
from gelombang.jobs.heeding import ACTOR, heed
from gelombang.jobs.kept_answers import KeptAnswers
from gelombang.jobs.loop import Context, Sweep
from gelombang.jobs.signs import hold_back, is_sign_of_life
from gelombang.journey.verification import actions, queries
from gelombang.journey.verification.rules import (
    FOLLOW_UPS,
    FOLLOW_UPS_IF_AGREED,
    LEASE,
    Answer,
    CheckKind,
    Question,
)
from gelombang.kit import clock
from gelombang.records.partners import actions as partners, queries as partner_queries
from gelombang.records.partners.queries import PartnerView
from gelombang.records.partners.rules import (
    FAILURES_BEFORE_REST,
    LONGEST_LATENESS,
    Concurrency,
    adapt,
    calls_at_once,
)

ROUND_SECONDS = 0.25
"""Answers are gathered so long, then recorded together: a round costs the same for few."""
LOOK_SECONDS, LOOKS = 0.1, 4
"""So often a partner that is closed is looked at, and so many times before anything else."""
DRY_SECONDS = 0.02  # the wait for the bucket's next permits
RECORDED, TOO_MANY = 600, 3_000
"""Answers are recorded so many at a time, since asking waits meanwhile; where more than so many
wait, all of them, since their leases run out."""
CONTRACT_SECONDS = 5.0  # so often the programme is asked whether it has another contract
AHEAD = timedelta(seconds=4)
"""Calls are reserved so long before they are sent: so long it takes until a database that was
killed answers again, or a worker that was; a round of claiming and recording takes a second."""
CLAIMED_SECONDS = 2.0
"""People for so much time of a contract are claimed at once: the first of them is asked soon."""
FIRST_SECONDS = 0.2  # the same when asking begins: others are claimed meanwhile
KEPT_SECONDS = (LEASE - AHEAD - LONGEST_LATENESS).total_seconds() - 12
"""So long a question may be in hand: sent as late as can be, its time-out of ten seconds and the
write after it still fall under its lease."""


class Hand:
    """Questions of this process that are under lease and were not asked: they go first."""

    def __init__(self) -> None:
        self._questions: list[Question] = []
        self._claimed_at: dict[int, float] = {}  # by check, monotonic

    def note_claimed(self, questions: Sequence[Question]) -> None:
        """Remember since when questions are under lease."""
        at = time.monotonic()
        old = at - LEASE.total_seconds()
        if len(self._claimed_at) > 2 * actions.MOST_CLAIMED:
            self._claimed_at = {n: then for n, then in self._claimed_at.items() if then > old}
        self._claimed_at.update((each.check_id, at) for each in questions)

    def take_back(self, questions: Sequence[Question]) -> None:
        """Keep questions whose call was not sent."""
        self._questions += questions

    def count(self) -> int:
        """How many may still be asked; others fall back by their leases."""
        fresh = time.monotonic() - KEPT_SECONDS
        self._questions = [
            q for q in self._questions if self._claimed_at.get(q.check_id, 0) > fresh
        ]
        return len(self._questions)

    def age(self) -> timedelta:
        """Since when the oldest of them is here; nothing without any."""
        now = time.monotonic()
        ages = (now - self._claimed_at.get(each.check_id, now) for each in self._questions)
        return timedelta(seconds=max(ages, default=0.0))

    def give(self, limit: int) -> list[Question]:
        """Up to `limit` questions that may still be asked."""
        self.count()
        given, self._questions = self._questions[:limit], self._questions[limit:]
        return given


@dataclass
class Line:
    """Everything asked of one partner by this process. Each call of it is one round."""

    kind: CheckKind
    make_ask: MakeAsk
    most_calls: int
    most_per_call: int  # people that the partner's protocol carries in one call
    open_calls: Open = CallsApart.open
    _calls: Calls | None = None
    _has_address: bool = True  # of the partner, as far as is known
    _contract: PartnerView | None = None  # none before there is one
    _contract_read_at: float | None = None  # by the monotonic clock
    _kept: KeptAnswers | None = None
    _unheeded: list[Call] = field(default_factory=list)
    _unrecorded: list[Call] = field(default_factory=list)
    _hand: Hand = field(default_factory=Hand)
    _claimed: int = 0  # questions, ever
    _further: Sequence[CheckKind] = FOLLOW_UPS  # who is asked about the verified
    _pace: Concurrency = field(default_factory=Concurrency)
    _answered_at: float = 0.0  # monotonic second in which the latest answered call was sent
    _has_opened: bool = False  # after the latest round
    _is_fresh: bool = False  # nobody is being asked yet: be quick
    _began_at: float = 0.0  # monotonic second of the round, when its context was made
    _throttled: bool = False  # in the latest round
    _held_back: bool = False  # by the limit of calls at once, in the latest round

    def __call__(self, context: Context) -> int:
        """One round; how many questions were asked, answered or still wait."""
        self._began_at = time.monotonic()
        self._is_fresh = self._has_opened or not (self._calls and self._calls.under_way)
        self._has_opened = False
        kept = self._kept = self._kept or KeptAnswers.of(context.environment, self.kind)
        self._keep_to_contract(context)
        try:
            recorded = self._take_in(context)
            with kept.of_the_dead() as answers:
                recorded += self._write(answers, context) if answers else 0
            asked = self._ask_more(context)
            if asked and self._is_fresh:
                self._is_fresh = False
                asked += self._ask_more(context)
        except CallsEnded:
            self._calls = None  # the next round opens others
            raise
        waiting = len(self._unrecorded) + (self._calls.under_way if self._calls else 0)
        return recorded + asked + waiting

    def close(self) -> None:
        """Let go of the calls; open questions fall back by their leases."""
        if self._calls is not None:
            self._calls.stop()
        self._calls = self._contract = self._contract_read_at = self._kept = None
        self._has_address = True
        self._hand = Hand()

    def _keep_to_contract(self, context: Context) -> None:
        """Take over what the programme says; without a contract nobody is asked."""
        at = time.monotonic()
        if self._contract_read_at is not None and at < self._contract_read_at + CONTRACT_SECONDS:
            return
        agreed = partner_queries.agreed(code=self.kind.value)
        if agreed is not None:
            now, real_now = context.now, context.real_now
            partners.provide(agreed=agreed, actor=ACTOR, now=now, real_now=real_now)
        self._contract = partner_queries.partner(code=self.kind.value) if agreed else None
        self._contract_read_at = at if self._contract else None  # a programme may come any time
        if self.kind is CheckKind.CIVIL_REGISTRY:
            self._further = queries.further_registries()

    def _ready(self, context: Context) -> Calls | None:
        """Whoever makes the calls; None where we have no address of the partner."""
        if self._calls is None and self._has_address:
            self._calls = self.open_calls(
                self.kind, self.make_ask, self.most_calls, context.environment
            )
            self._has_address = self._calls is not None  # not looked for again in every round
        return self._calls

    def _take_in(self, context: Context) -> int:
        """Gather what has ended and record it; how many answers."""
        if self._calls is None:
            self._heed(context)
            return self._record(context)
        self._gather(self._calls)
        self._heed(context)
        recorded = self._record(context)
        if not self._unrecorded:
            self._calls.recorded()
        return recorded

    def _gather(self, caller: Calls) -> None:
        hurries = self._is_fresh or bool(self._unrecorded)
        ended = caller.gather(seconds=0.0 if hurries else ROUND_SECONDS)
        unsent = [each for each in ended if isinstance(each, Unsent)]
        calls = [each for each in ended if isinstance(each, Call)]
        self._unheeded += calls
        self._unrecorded += calls
        self._hand.take_back([question for each in unsent for question in each.questions])
        partners.hand_back_late(partner=self.kind.value, calls=len(unsent))
        hold_back(caller, calls)
        throttled = sum(isinstance(call.trouble, Throttled) for call in calls)
        self._throttled = bool(throttled)
        self._pace = adapt(
            self._pace,
            answered_in=[call.seconds for call in calls if call.trouble is None],
            called_for=[call.seconds for call in calls],
            throttled=throttled,
            held_back=self._held_back,
            most=self.most_calls,
        )

    def _heed(self, context: Context) -> None:
        """Tell what the calls say of the partner, and of us: other workers hear of it soon."""
        if not self._unheeded:
            return
        answered = [call.began for call in self._unheeded if is_sign_of_life(call)]
        self._answered_at = max([self._answered_at, *answered])
        heed(
            self.kind,
            self._unheeded,
            answered_at=self._answered_at,
            context=context,
            since=self._began_at,
        )
        self._unheeded.clear()

    def _record(self, context: Context) -> int:
        """Write what was gathered, or a part; it stays gathered until the database has it."""
        if not self._unrecorded:
            return 0
        upto = list(accumulate(len(call.answers) for call in self._unrecorded))
        calls = len(upto) if upto[-1] > TOO_MANY else bisect_left(upto, RECORDED) + 1
        answers = [answer for call in self._unrecorded[:calls] for answer in call.answers]
        self._write(answers, context)
        del self._unrecorded[:calls]
        return len(answers)

    def _write(self, answers: Sequence[Answer], context: Context) -> int:
        return actions.record(
            kind=self.kind, answers=answers, keyring=context.keyring,
            base_url=context.base_url, now=context.now, real_now=context.real_now,
            further=self._further,
        )  # fmt: skip

    def _ask_more(self, context: Context) -> int:
        contract = self._contract
        if contract is None:
            return 0
        real_now, size = context.real_now, min(contract.batch_size, self.most_per_call)
        waiting = queries.waiting(
            kind=self.kind, limit=min(self.most_calls * size, actions.MOST_CLAIMED),
            real_now=real_now,
        )  # fmt: skip
        due = waiting.count + self._hand.count()
        if not due or (caller := self._ready(context)) is None:
            return 0
        at_once = calls_at_once(
            self._pace, calls_per_second=contract.calls_per_second, ahead=AHEAD,
            queue_age=max(waiting.age, self._hand.age()), throttled=self._throttled,
            most=self.most_calls,
        )  # fmt: skip
        wanted, room = -(-due // size), at_once - caller.under_way
        self._held_back = wanted > room
        if self._is_closed(caller, context):
            self._is_fresh = False
            self._wait_for_opening(context)
            return due  # the next round begins at once, by its own time
        if room <= 0:
            return 0
        # Whoever is asked is in hand before the moments are: claiming takes longer than a moment.
        enough = FIRST_SECONDS if self._is_fresh else CLAIMED_SECONDS
        most = int(contract.calls_per_second * enough) + 1  # others find the rest
        questions = self._questions(min(wanted, room, most) * size, context)
        reserved = partners.reserve_calls(
            partner=self.kind.value, want=-(-len(questions) // size), ahead=AHEAD,
            now=context.now, real_now=real_now,
        )  # fmt: skip
        planned = [
            (delay, questions[place * size : (place + 1) * size])
            for place, delay in enumerate(reserved.delays)
        ]
        caller.begin(planned, since=reserved.since, latest=reserved.latest)
        self._hand.take_back(questions[len(planned) * size :])
        if questions and not planned:
            time.sleep(DRY_SECONDS)  # the bucket was merely empty: it fills within milliseconds
        return len(questions)

    def _questions(self, limit: int, context: Context) -> list[Question]:
        """Those that are in hand from a call that was not sent, and then the next of the queue."""
        held = self._hand.give(limit)
        if len(held) == limit:
            return held
        claimed = actions.claim_due(
            kind=self.kind, limit=limit - len(held), keyring=context.keyring,
            real_now=context.real_now, before=self._claimed,
        )  # fmt: skip
        self._claimed += len(claimed)
        self._hand.note_claimed(claimed)
        return held + claimed

    def _is_closed(self, caller: Calls, context: Context) -> bool:
        """Whether the partner is asked nothing now: stopped, parked, resting, or unknown.

        Where another process was told that it is stopped, parked or wants a rest, our waiting calls
        stay, too. Moments that come after such a rest are used: they are ours.
        """
        found = partner_queries.partner(code=self.kind.value)
        if found is None:
            return True
        closed = found.is_closed(now=context.now, real_now=context.real_now)
        if found.stopped_reason or found.is_parked(now=context.now):
            caller.halt()
        elif closed and found.resting_until and found.failures_in_row < FAILURES_BEFORE_REST:
            caller.pause((found.resting_until - clock.real_now()).total_seconds())
        return closed

    def _wait_for_opening(self, context: Context) -> None:
        """Look at the partner alone for a while, often: half a second of a contract is many calls.

        Time passes by the clock from what the context says.
        """
        began_at, real_began_at = clock.now(), clock.real_now()
        for _ in range(LOOKS):
            if context.stop.wait(LOOK_SECONDS):
                return
            now = context.now + (clock.now() - began_at)
            real_now = context.real_now + (clock.real_now() - real_began_at)
            found = partner_queries.partner(code=self.kind.value)
            if found is not None and not found.is_closed(now=now, real_now=real_now):
                self._has_opened = True
                return


def match_nominations(context: Context) -> int:
    """Compare one new list of nominations with people who are verified already."""
    return actions.match_nominations(now=context.now)


HUB_CALLS = 500
"""At once, with those reserved: four seconds ahead at a hundred a second, and some that hang."""
LINES = (
    Line(CheckKind.CIVIL_REGISTRY, ask_civil_registry, most_calls=2_500, most_per_call=1),
    Line(CheckKind.EDUCATION, ask_education, most_calls=HUB_CALLS, most_per_call=MOST_PER_CALL),
    Line(CheckKind.SOCIAL_AID, ask_social_aid, most_calls=HUB_CALLS, most_per_call=MOST_PER_CALL),
    Line(CheckKind.EMPLOYMENT, ask_employment, most_calls=HUB_CALLS, most_per_call=MOST_PER_CALL),
    Line(CheckKind.EXCLUSIONS, ask_exclusions, most_calls=HUB_CALLS, most_per_call=MOST_PER_CALL),
)
SWEEPS: tuple[Sweep, ...] = (
    *(
        Sweep(
            f"verification.{line.kind.value}",
            line,
            pause_seconds=1.0 if line.kind in FOLLOW_UPS_IF_AGREED else 0.2,
        )
        for line in LINES
    ),
    Sweep("verification.match_nominations", match_nominations, pause_seconds=1.0),
)
