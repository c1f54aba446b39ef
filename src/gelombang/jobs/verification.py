"""The paced runner: permits, claim, ask outside any transaction, record. One line per partner.

The sweep's own thread does the database work; a second thread runs the event loop with the calls,
so that slow answers never hold up permits, and answers are recorded in sets. Everything it holds
in memory may be lost: leases run out and the questions are asked again.
"""

import asyncio
import threading
import time
from collections.abc import Awaitable, Callable, Coroutine, Sequence
from concurrent import futures
from dataclasses import dataclass, field
from typing import Any

import aiohttp
import structlog

from gelombang.gateways.civil_registry.client import Account, CivilRegistryClient
from gelombang.gateways.civil_registry.protocol import CivilRegistry, Elements
from gelombang.gateways.dci.client import MOST_PER_CALL
from gelombang.gateways.dci.protocol import NotAnswered, PersonRegistry
from gelombang.gateways.education.client import EducationClient
from gelombang.gateways.partner import OurFault, OutsideHours, QuotaSpent
from gelombang.gateways.social_aid.client import SocialAidClient
from gelombang.jobs.loop import Context, Sweep
from gelombang.journey.verification import actions, queries
from gelombang.journey.verification.rules import (
    LIKENESS_THRESHOLD,
    Answer,
    CheckKind,
    Fact,
    NoFact,
    Question,
    Unknown,
    judge_registry,
)
from gelombang.kit.errors import Outage
from gelombang.kit.nik import Sex
from gelombang.records.partners import actions as partners, queries as partner_queries
from gelombang.records.partners.rules import HOURS_PARK, next_quota_day

log = structlog.get_logger("gelombang.verification")

ROUND_SECONDS = 0.04  # answers are gathered so long, then recorded together
DRY_SECONDS = 0.02  # the wait for the bucket's next permits
CONTRACT_SECONDS = 5.0  # so often the programme is asked whether it has another contract
ACTOR = "job:verification"

Ask = Callable[[Sequence[Question]], Awaitable[list[Answer]]]
"""One call about some questions. Raises OurFault, QuotaSpent, OutsideHours or Outage."""


@dataclass(frozen=True, slots=True)
class Call:
    """What became of one call: answers to all its questions, and what it says about us."""

    answers: list[Answer]
    trouble: Outage | None = None


def registry_asker(client: CivilRegistry) -> Ask:
    """Asks the civil registry about one statement."""

    async def ask(questions: Sequence[Question]) -> list[Answer]:
        (question,) = questions
        answer = await client.compare(_elements(question))
        outcome = judge_registry(answer.code, answer.matches)
        return [Answer(question.check_id, question.attempt, outcome, answer.answer_sha256)]

    return ask


def _elements(question: Question) -> Elements:
    stated = question.stated
    if stated is None:
        raise ValueError("the civil registry compares a whole statement")
    sex: Sex = "female" if stated.sex == "female" else "male"
    return Elements(
        nik=stated.nik,
        family_card_no=stated.family_card_no,
        name=stated.name,
        sex=sex,
        birth_place=stated.birth_place,
        birth_date=stated.birth_date,
        province=stated.province,
    )


def person_asker(client: PersonRegistry) -> Ask:
    """Asks a registry whether something holds for each of several people."""

    async def ask(questions: Sequence[Question]) -> list[Answer]:
        found = await client.holding([question.nik for question in questions])
        answers = []
        for question, holding in zip(questions, found, strict=True):
            number = (question.check_id, question.attempt)
            if isinstance(holding, NotAnswered):
                answers.append(Answer(*number, Unknown(holding.reason)))
                continue
            outcome = Fact(holding.code) if holding.holds else NoFact(holding.code)
            answers.append(Answer(*number, outcome, holding.answer_sha256, holding.as_of))
        return answers

    return ask


async def make_call(ask: Ask, questions: Sequence[Question]) -> Call:
    """Ask once; whatever the partner does wrong is an unknown outcome for every question."""
    try:
        return Call(await ask(questions))
    except Outage as trouble:
        why = type(trouble).__name__
        return Call([Answer(q.check_id, q.attempt, Unknown(why)) for q in questions], trouble)


@dataclass
class Caller:
    """An event loop in a thread of its own, with one HTTP session."""

    most_calls: int
    _loop: asyncio.AbstractEventLoop = field(default_factory=asyncio.new_event_loop)
    _thread: threading.Thread | None = None

    def start(self) -> None:
        """Start the thread."""
        self._thread = threading.Thread(target=self._loop.run_forever, name="calls", daemon=True)
        self._thread.start()

    def submit(self, work: Coroutine[Any, Any, Call]) -> "futures.Future[Call]":
        """Run a call; its future is done when the answer is there."""
        return asyncio.run_coroutine_threadsafe(work, self._loop)

    def session(self) -> aiohttp.ClientSession:
        """A session made in the loop's thread, as aiohttp wants it."""

        async def make() -> aiohttp.ClientSession:
            connector = aiohttp.TCPConnector(limit=self.most_calls)
            return aiohttp.ClientSession(
                connector=connector, cookie_jar=aiohttp.DummyCookieJar(), trust_env=False
            )

        return asyncio.run_coroutine_threadsafe(make(), self._loop).result(timeout=10)

    def stop(self, session: aiohttp.ClientSession) -> None:
        """Close the session and end the thread."""
        asyncio.run_coroutine_threadsafe(session.close(), self._loop).result(timeout=10)
        self._loop.call_soon_threadsafe(self._loop.stop)
        if self._thread is not None:
            self._thread.join(timeout=10)
        self._loop.close()


MakeAsk = Callable[[Context, aiohttp.ClientSession], Ask]


@dataclass
class Line:
    """Everything asked of one partner by this process. Each call of it is one round."""

    kind: CheckKind
    make_ask: MakeAsk
    most_calls: int
    most_per_call: int  # people that the partner's protocol carries in one call
    _caller: Caller | None = None
    _session: aiohttp.ClientSession | None = None
    _ask: Ask | None = None
    _batch_size: int = 0  # none before there is a contract
    _contract_read_at: float | None = None  # by the monotonic clock
    _open: "set[futures.Future[Call]]" = field(default_factory=set)
    _unrecorded: list[Call] = field(default_factory=list)

    def __call__(self, context: Context) -> int:
        """One round; how many questions were asked, answered or still wait for an answer."""
        self._keep_to_contract(context)
        self._gather()
        recorded = self._record(context)
        asked = self._ask_more(context, self._ready(context)) if self._batch_size else 0
        return recorded + asked + len(self._open)

    def close(self) -> None:
        """Let go of the loop and its connections; open questions fall back by their leases."""
        if self._caller is not None and self._session is not None:
            self._caller.stop(self._session)
        self._caller = self._session = self._ask = None
        self._open.clear()
        self._batch_size, self._contract_read_at = 0, None

    def _keep_to_contract(self, context: Context) -> None:
        """Take over what the programme says; without a contract nobody is asked."""
        at = time.monotonic()
        if self._contract_read_at is not None and at < self._contract_read_at + CONTRACT_SECONDS:
            return
        agreed = partner_queries.agreed(code=self.kind.value)
        if agreed is not None:
            now, real_now = context.now, context.real_now
            partners.provide(agreed=agreed, actor=ACTOR, now=now, real_now=real_now)
        found = partner_queries.partner(code=self.kind.value) if agreed else None
        self._batch_size = min(found.batch_size, self.most_per_call) if found else 0
        self._contract_read_at = at if self._batch_size else None  # a programme may come any time

    def _ready(self, context: Context) -> Ask:
        if self._ask is not None:
            return self._ask
        self._caller = Caller(self.most_calls)
        self._caller.start()
        self._session = self._caller.session()
        self._ask = self.make_ask(context, self._session)
        return self._ask

    def _gather(self) -> None:
        if not self._open:
            return
        done, self._open = futures.wait(self._open, timeout=ROUND_SECONDS)
        self._unrecorded += [each.result() for each in done]

    def _record(self, context: Context) -> int:
        """Write what was gathered. It stays gathered until the database has it."""
        if not self._unrecorded:
            return 0
        answers = [answer for call in self._unrecorded for answer in call.answers]
        now, real_now = context.now, context.real_now
        actions.record(
            kind=self.kind, answers=answers, keyring=context.keyring,
            base_url=context.base_url, now=now, real_now=real_now,
        )  # fmt: skip
        troubles = [call.trouble for call in self._unrecorded if call.trouble is not None]
        usable = sum(1 for answer in answers if not isinstance(answer.outcome, Unknown))
        self._heed(context, troubles)
        outages = sum(1 for each in troubles if type(each) is Outage)
        partners.tell(partner=self.kind.value, answers=usable, outages=outages, real_now=real_now)
        self._unrecorded.clear()
        return len(answers)

    def _heed(self, context: Context, troubles: Sequence[Outage]) -> None:
        """Park or stop the partner where it said something about us rather than about people."""
        now, real_now = context.now, context.real_now
        for trouble in {type(each): each for each in troubles}.values():
            if isinstance(trouble, OurFault):
                partners.stop(
                    partner=self.kind.value, reason=trouble.reason, actor=ACTOR,
                    now=now, real_now=real_now,
                )  # fmt: skip
            elif isinstance(trouble, QuotaSpent):
                partners.park(partner=self.kind.value, until=next_quota_day(now))
            elif isinstance(trouble, OutsideHours):
                partners.park(partner=self.kind.value, until=now + HOURS_PARK)
            log.warning("partner.trouble", partner=self.kind.value, trouble=str(trouble))

    def _ask_more(self, context: Context, ask: Ask) -> int:
        room = self.most_calls - len(self._open)
        if room <= 0 or self._caller is None:
            return 0
        real_now = context.real_now
        due = queries.due_count(
            kind=self.kind, limit=min(room * self._batch_size, actions.MOST_CLAIMED),
            real_now=real_now,
        )  # fmt: skip
        if not due:
            return 0
        permits = partners.take_permits(
            partner=self.kind.value, want=-(-due // self._batch_size),
            now=context.now, real_now=real_now,
        )  # fmt: skip
        if not permits:
            return self._wait_for_permits(context)
        questions = actions.claim_due(
            kind=self.kind, limit=permits * self._batch_size, keyring=context.keyring,
            real_now=real_now,
        )  # fmt: skip
        for start in range(0, len(questions), self._batch_size):
            batch = questions[start : start + self._batch_size]
            self._open.add(self._caller.submit(make_call(ask, batch)))
        return len(questions)

    def _wait_for_permits(self, context: Context) -> int:
        """1 when the bucket was merely empty: it fills within milliseconds."""
        found = partner_queries.partner(code=self.kind.value)
        if found is None or found.is_closed(now=context.now, real_now=context.real_now):
            return 0
        time.sleep(DRY_SECONDS)
        return 1


def _civil_registry(context: Context, session: aiohttp.ClientSession) -> Ask:
    settings = context.environment
    account = Account(
        customer=settings.civil_registry_customer,
        user=settings.civil_registry_user.get_secret_value(),
        password=settings.civil_registry_password.get_secret_value(),
        ip=settings.civil_registry_ip,
    )
    return registry_asker(
        CivilRegistryClient(
            session,
            base_url=settings.civil_registry_url,
            account=account,
            threshold=LIKENESS_THRESHOLD,
        )
    )


def _education(context: Context, session: aiohttp.ClientSession) -> Ask:
    settings = context.environment
    return person_asker(
        EducationClient(
            session, base_url=settings.education_url, sender_id=settings.education_sender
        )
    )


def _social_aid(context: Context, session: aiohttp.ClientSession) -> Ask:
    settings = context.environment
    return person_asker(
        SocialAidClient(
            session, base_url=settings.social_aid_url, sender_id=settings.social_aid_sender
        )
    )


def match_nominations(context: Context) -> int:
    """Compare one new list of nominations with people who are verified already."""
    return actions.match_nominations(now=context.now)


LINES = (
    Line(CheckKind.CIVIL_REGISTRY, _civil_registry, most_calls=600, most_per_call=1),
    Line(CheckKind.EDUCATION, _education, most_calls=8, most_per_call=MOST_PER_CALL),
    Line(CheckKind.SOCIAL_AID, _social_aid, most_calls=8, most_per_call=MOST_PER_CALL),
)
SWEEPS: tuple[Sweep, ...] = (
    *(Sweep(f"verification.{line.kind.value}", line) for line in LINES),
    Sweep("verification.match_nominations", match_nominations, pause_seconds=1.0),
)
