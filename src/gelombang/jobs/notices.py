"""The sweep that delivers what is owed: claim a set, send it over many lines, record it in sets."""

from __future__ import annotations

import time
from collections import Counter, deque
from collections.abc import Iterable, Iterator, Sequence
from concurrent.futures import FIRST_COMPLETED, Future, wait
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import cache
from itertools import islice
from typing import TYPE_CHECKING, Protocol

import structlog

from gelombang.gateways.messaging.protocol import Mail, MailServerAway, Outcome, Sent
from gelombang.jobs import mail_providers
from gelombang.jobs.loop import Context, Sweep
from gelombang.jobs.mail_providers import Provider
from gelombang.jobs.receipts import Watched
from gelombang.kit import clock
from gelombang.kit.sealing import SealBroken, unseal
from gelombang.kit.tokens import notice_token
from gelombang.records.notices import actions
from gelombang.records.notices.rules import (
    ADDRESS,
    Answer,
    Claimed,
    Delivery,
    Via,
    is_withheld,
    numbered,
    open_letter,
)

if TYPE_CHECKING:
    from gelombang.settings.environment import Environment

log = structlog.get_logger(__name__)

CHUNK = 10
"""Mails that one connection sends before they are recorded. After a crash at most this many on
each connection travel a second time, under the Message-ID that they had the first time."""
BATCH = 400
"""Notices that one claim takes."""
HAND = BATCH // 2
"""So few waiting in hand, and the next batch is claimed."""
ROUND = 20_000
"""Mails after which a run ends, so that the worker can look at its clock."""
TOGETHER_SECONDS = 0.03
"""Real time between two looks for permits while there are too few, and for which answers wait for
others to be recorded with: a look or a record costs the database the same for one as for many."""
COMPANY_SECONDS = 0.5
"""Real time that letters wait for others when a claim found few."""
SENDING = timedelta(seconds=65)
"""Real time that a chunk can be under way at most, its wait for a line included."""
ALLOWANCES_KEPT = timedelta(days=3)
PASSED_ON = frozenset({Delivery.REFUSED, Delivery.SILENCE})
"""What another provider may make of a letter better than this one did."""
CONTRACT_SECONDS = 5.0
"""So often the contracts of the settings are held against those in force."""


class Take(Protocol):
    """How a deliverer gets its permits."""

    def __call__(
        self, providers: Sequence[Provider], *, want: int, now: datetime, real_now: datetime
    ) -> dict[str, int] | None:
        """How many each provider takes now; None when every one of them is closed."""


class Claim(Protocol):
    """How a deliverer gets its due notices."""

    def __call__(self, *, real_now: datetime, limit: int) -> list[Claimed]:
        """Up to `limit` of them, under a lease."""


@dataclass(slots=True)
class _Parcel:
    """A chunk under way with one provider."""

    provider: str
    chunk: dict[int, Claimed]


@dataclass(slots=True)
class _Round:
    """One run of the sweep, in figures and in hand."""

    claimed: int = 0
    taken: int = 0
    is_drained: bool = False
    asks_at: float = 0.0  # monotonic: no permits before
    claims_at: float = 0.0  # monotonic: nothing is claimed before
    hand: deque[Claimed] = field(default_factory=deque)
    pending: dict[Future[list[Sent]], _Parcel] = field(default_factory=dict)
    failed: list[Answer] = field(default_factory=list)
    """What a provider failed, and another one is asked for."""
    tried: dict[int, Counter[str]] = field(default_factory=dict)
    """Of those, and of what is in hand once more: the providers that failed it, and how often."""

    @property
    def is_over(self) -> bool:
        """Whether nothing is in hand or under way."""
        return not self.hand and not self.pending and not self.failed


class Deliverer:
    """Delivers over its providers; one a process.

    What became of letters and could not be recorded, because the database was away, is recorded
    by the next run before anything else: an outage of the database sends nothing twice.
    """

    def __init__(
        self,
        providers: Sequence[Provider],
        *,
        claim: Claim = actions.claim_batch,
        take: Take = mail_providers.take_permits,
    ) -> None:
        self.providers = tuple(providers)
        self._claim_due, self._take = claim, take
        self._unrecorded: list[Answer] = []
        self._keeps_at = 0.0  # monotonic: the contracts are in force until then
        self._health = mail_providers.Health()

    def run(self, context: Context) -> int:
        """Deliver what is due until nothing is left of it; how many letters were taken.

        Raises MailServerAway when every provider is away; what is in hand is owed as before.
        """
        if time.monotonic() >= self._keeps_at:
            mail_providers.keep_contracts(self.providers, context)
            self._keeps_at = time.monotonic() + CONTRACT_SECONDS
        self._record([])
        try:
            return self._deliver(context)
        except MailServerAway:
            self._record([])
            raise
        finally:
            self._health.tell()

    def _deliver(self, context: Context) -> int:
        work = _Round()
        try:
            while True:
                self._claim(work, context)
                if work.is_over:
                    return work.taken
                self._submit(work, context)
                self._collect(work, context)
        finally:
            self._leave(work)

    def _claim(self, work: _Round, context: Context) -> None:
        if work.is_drained or len(work.hand) > HAND or time.monotonic() < work.claims_at:
            return
        if context.stop.is_set() or work.claimed >= ROUND:
            work.is_drained = True
            return
        limit = min(BATCH, 2 * sum(provider.per_second for provider in self.providers))
        found = self._claim_due(real_now=clock.real_now(), limit=limit)
        # While something is under way, perhaps at a server that hangs, what is owed does not wait.
        work.is_drained = not found and not work.pending
        if len(found) < limit:  # what comes meanwhile waits for company
            work.claims_at = time.monotonic() + COMPANY_SECONDS
        work.claimed += len(found)
        work.hand.extend(notice for notice in found if not is_withheld(notice))
        self._record(Answer(each, Delivery.WITHHELD) for each in found if is_withheld(each))

    def _submit(self, work: _Round, context: Context) -> None:
        """Hand over as many chunks as there are permits and free lines."""
        real_now = clock.real_now()
        while work.hand and (context.stop.is_set() or _is_late(work.hand[0], real_now)):
            self._keep([work.hand.popleft()])
        if time.monotonic() < work.asks_at:
            return
        self._pass_on(work, context)
        want = min(len(work.hand), self._room(work))
        if want <= 0:
            return
        granted = self._take(self.providers, want=want, now=clock.now(), real_now=real_now)
        if sum((granted or {}).values()) < want:
            work.asks_at = time.monotonic() + TOGETHER_SECONDS
        if granted is None:
            if work.pending or self._health.tell():
                return  # what is under way, or was just told, may open a provider again
            raise MailServerAway
        for provider in self.providers:
            mine = [work.hand.popleft() for _ in range(granted.get(provider.code, 0))]
            _hand_over(provider, mine, work, context)

    def _room(self, work: _Round) -> int:
        """How many more letters may be under way at once."""
        lines = max(provider.gateway.connections for provider in self.providers)
        return max(0, (2 * lines - len(work.pending)) * CHUNK)

    def _pass_on(self, work: _Round, context: Context) -> None:
        """Hand what one provider failed to one that has not had it, while there is an open one.

        So a single letter that somebody waits for needs no twenty failures to find the second.
        """
        groups: dict[frozenset[str], list[Answer]] = {}
        for answer in work.failed:
            groups.setdefault(frozenset(work.tried[answer.notice.id]), []).append(answer)
        for had, answers in groups.items():
            self._pass_on_to([each for each in self.providers if each.code not in had],
                             answers, work, context)  # fmt: skip

    def _pass_on_to(
        self, others: Sequence[Provider], answers: list[Answer], work: _Round, context: Context
    ) -> None:
        real_now = clock.real_now()
        is_over = context.stop.is_set() or _is_late(answers[0].notice, real_now)
        want = min(len(answers), self._room(work))
        granted = None if is_over else mail_providers.take_permits(
            others, want=want, now=clock.now(), real_now=real_now
        )  # fmt: skip
        handled = {answer.notice.id for answer in answers}
        work.failed = [each for each in work.failed if each.notice.id not in handled]
        if granted is None:
            self._record(self._settled(answers, work))
            return
        if sum(granted.values()) < len(answers):
            work.asks_at = time.monotonic() + TOGETHER_SECONDS
        rest = deque(answers)
        for provider in others:
            mine = [rest.popleft().notice for _ in range(granted.get(provider.code, 0))]
            _hand_over(provider, mine, work, context)
        work.failed.extend(rest)

    def _settled(self, answers: Iterable[Answer], work: _Round) -> Iterator[Answer]:
        """What no other provider is left for: untried, it waits in hand; else it is recorded."""
        for answer in answers:
            del work.tried[answer.notice.id]
            if answer.delivery is Delivery.UNTRIED:
                work.hand.append(answer.notice)  # for whichever provider is open then
            else:
                yield answer

    def _collect(self, work: _Round, context: Context) -> None:
        """Record what comes back together; without anything under way, wait for permits."""
        if not work.pending:
            context.stop.wait(max(0.0, work.asks_at - time.monotonic()) or TOGETHER_SECONDS)
            return
        until = time.monotonic() + TOGETHER_SECONDS
        # Where permits are left, the lines go on with one half while the other is recorded.
        rest = 0 if time.monotonic() < work.asks_at else len(work.pending) // 2
        while len(work.pending) > rest:
            left = max(0.0, until - time.monotonic())
            patient = None if work.is_drained else max(left, work.claims_at - time.monotonic())
            waiting = left if work.hand or work.failed or self._unrecorded else patient
            done = wait(work.pending, timeout=waiting, return_when=FIRST_COMPLETED).done
            if not done:
                break
            for future in done:
                self._unrecorded.extend(self._answered(work, future, context))
        self._record([])
        if self._health.is_news:
            self._health.tell()

    def _answered(
        self, work: _Round, future: Future[list[Sent]], context: Context
    ) -> Iterator[Answer]:
        """What is to be recorded of a chunk that came back; what was not tried is in hand again."""
        parcel, sent = work.pending.pop(future), future.result()
        self._health.count(parcel.provider, sent)
        work.taken += sum(each.outcome is Outcome.TAKEN for each in sent)
        for answer in _answers(parcel, sent):
            is_untried = answer.delivery is Delivery.UNTRIED
            if context.stop.is_set() or not (is_untried or answer.delivery in PASSED_ON):
                work.tried.pop(answer.notice.id, None)
                yield answer
                continue
            times = work.tried.setdefault(answer.notice.id, Counter())
            times[parcel.provider] += 1
            # Servers hang up on a line now and then: the same one gets it once more on a new one.
            if is_untried and times[parcel.provider] == 1:
                work.hand.append(answer.notice)
            elif len(times) < len(self.providers):
                work.failed.append(answer)
            else:
                yield from self._settled([answer], work)

    def _record(self, answers: Iterable[Answer]) -> None:
        self._unrecorded.extend(answers)
        if self._unrecorded:
            actions.record(answers=self._unrecorded, real_now=clock.real_now())
            self._unrecorded.clear()

    def _leave(self, work: _Round) -> None:
        """After a trouble: wait for what is under way, and keep it all for the next record."""
        for future, parcel in work.pending.items():
            self._unrecorded.extend(_answers(parcel, future.result()))
        self._unrecorded.extend(work.failed)
        self._keep(work.hand)

    def _keep(self, notices: Iterable[Claimed]) -> None:
        """Give back what was not sent."""
        self._unrecorded.extend(Answer(notice, Delivery.UNTRIED) for notice in notices)


def _is_late(notice: Claimed, real_now: datetime) -> bool:
    """Whether a notice could still be under way when its lease ends and another one claims it."""
    return notice.leased_until - real_now < SENDING


def _hand_over(
    provider: Provider, notices: Iterable[Claimed], work: _Round, context: Context
) -> None:
    for chunk in _in_chunks(notices):
        parcel = _Parcel(provider.code, {notice.id: notice for notice in chunk})
        work.pending[provider.gateway.submit(_mails(chunk, context))] = parcel


def _in_chunks(notices: Iterable[Claimed]) -> Iterable[list[Claimed]]:
    rest = iter(notices)
    while chunk := list(islice(rest, CHUNK)):
        yield chunk


def _mails(notices: Iterable[Claimed], context: Context) -> list[Mail]:
    return [mail for notice in notices if (mail := _mail(notice, context)) is not None]


def _mail(notice: Claimed, context: Context) -> Mail | None:
    keyring = context.keyring
    try:
        to = unseal(keyring, notice.address_sealed, purpose=ADDRESS)
        letter = open_letter(keyring, notice.letter_sealed)
    except SealBroken:
        log.error("a notice does not open with our keys", notice=notice.id)  # noqa: TRY400
        return None
    if notice.channel is Via.EMAIL:  # a text message is too short for a number of its own
        letter = numbered(letter, notice=notice.id, base_url=context.base_url, keyring=keyring)
    return Mail(
        reference=notice.id, to=to, subject=letter.subject, body=letter.body,
        via=notice.channel.value, token=notice_token(keyring, notice_id=notice.id),
    )  # fmt: skip


def _answers(parcel: _Parcel, sent: Iterable[Sent]) -> list[Answer]:
    """What became of a chunk. A notice that did not open waits for the key that opens it."""
    outcomes = {each.reference: Delivery(each.outcome.value) for each in sent}
    return [
        Answer(
            notice=notice,
            delivery=outcomes.get(notice.id, Delivery.DEFERRED),
            provider="" if notice.channel is Via.EMAIL else parcel.provider,
        )
        for notice in parcel.chunk.values()
    ]


@cache
def _deliverer(environment: Environment) -> Deliverer:
    """One a process: its lines stay open, and what it could not record stays known."""
    return Deliverer(mail_providers.providers_of(environment))


def _deliver(context: Context) -> int:
    return _deliverer(context.environment).run(context)


@cache
def _texter(environment: Environment) -> Deliverer | None:
    providers = mail_providers.text_providers_of(environment)
    if not providers:
        return None
    return Deliverer(providers, claim=actions.claim_texts, take=Watched().take)


def _deliver_texts(context: Context) -> int:
    texter = _texter(context.environment)
    return texter.run(context) if texter is not None else 0


def _forget(context: Context) -> int:
    return actions.forget_allowances(before=context.real_now - ALLOWANCES_KEPT)


SWEEPS = (
    Sweep(name="notices.deliver", run=_deliver, pause_seconds=COMPANY_SECONDS, full=BATCH),
    Sweep(name="notices.deliver_texts", run=_deliver_texts, pause_seconds=0.5),
    Sweep(name="notices.forget_allowances", run=_forget, pause_seconds=600),
)
