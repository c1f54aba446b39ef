"""The gate: who comes in now, who waits, who is slowed, who owes a proof. In memory alone.

It never says who is registered: what it lets through is checked, sealed and committed like before,
and what it holds keeps its place, its form and its key.
"""

import os
import time
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from gelombang.frontdoor.calendar import Calendar, DoorState, Subject
from gelombang.frontdoor.config import DoorConfig
from gelombang.frontdoor.core import Request
from gelombang.frontdoor.pacing import Pacer, network_of, sender_of
from gelombang.frontdoor.queues import Queue, Queues
from gelombang.frontdoor.reasons import Hold, held_at
from gelombang.frontdoor.waiting import SECOND_US, opening_seed, place_of
from gelombang.kit import altcha
from gelombang.kit.errors import Refusal
from gelombang.kit.tokens import (
    Ticket,
    TicketKind,
    TokenForged,
    microseconds,
    read_ticket,
    ticket_token,
)


@dataclass(frozen=True, slots=True)
class Admitted:
    """Come in; what the row then says was used up."""

    claimed_at: datetime | None = None
    """The issue of the ticket, for who finishes after the close."""
    ticket: str | None = None
    proof: str | None = None


@dataclass(frozen=True, slots=True)
class Waits:
    """Others come first: a place in the queue."""

    ticket: Ticket
    ahead: int
    seconds: float
    """How long until it is called, at the admission set now."""


@dataclass(frozen=True, slots=True)
class Slowed:
    """Too fast for one address or one network: come again in so many seconds."""

    seconds: float


@dataclass(frozen=True, slots=True)
class Unproven:
    """No proof of work that counts, and the lane without one has no place yet."""

    refusal: Refusal
    ticket: Ticket
    seconds: float
    """How long until the lane may have one."""


Verdict = Admitted | Waits | Slowed | Unproven | Hold
_ADMITTED = Admitted()
LANE_FULL_SECONDS = 15.0
_RANDOM_BYTES = 4_096


class Gate:
    """Decides at the door, with what the calendar, the queues and the pacers know."""

    def __init__(self, config: DoorConfig, *, calendar: Calendar, queues: Queues) -> None:
        self._keyring = config.keyring
        self._numbers = _random_numbers()
        self._secrets = altcha.key_of(config.keyring)
        self._lane_age_us = round(config.limits.lane_age_seconds * SECOND_US)
        self._calendar = calendar
        self._queues = queues
        self._senders, self._readers = (Pacer(), Pacer()), (Pacer(), Pacer())
        """Addresses and networks; reading uses nothing up of what sending may."""

    def decide(
        self, request: Request, *, subject: str, ticket: str, proof: str | None, asks_proof: bool
    ) -> Verdict:
        """What becomes of somebody who sends something for a subject of the calendar."""
        monotonic = time.monotonic()
        if seconds := self.pace(request, monotonic=monotonic):
            return Slowed(seconds)
        shown = self.ticket_of(ticket, subject=subject)
        facts = self._calendar.facts
        held, claimed_at = held_at(facts, subject, request.now), None
        if held is Hold.CLOSED:
            claimed_at = claim_of(facts.subjects[subject], shown, request.now)
        if held is not None and claimed_at is None:
            return held
        whole = facts.controls.admission_per_second
        queue, rate = self._queues.of(subject), self._queues.share(whole)
        is_called = claimed_at is not None or (shown is not None and self.ahead_of(shown) == 0)
        is_busy = queue.has_waiting(rate=whole)
        if not is_called and is_busy:
            return self._waits(request, queue, subject, shown)
        used, name = _used(shown, claimed_at, is_busy=is_busy), None
        if asks_proof and facts.controls.proof_cost > 0:
            found = self._prove(request, queue, subject, shown, proof, monotonic=monotonic)
            if isinstance(found, Unproven):
                return found
            name, lane = found
            used = lane or used
        if is_called:
            queue.lets_called_in(monotonic=monotonic, rate=rate)
        elif not queue.lets_in(monotonic=monotonic, rate=rate):
            return self._waits(request, queue, subject, shown)
        return Admitted(claimed_at, used, name)

    def pace_now(self, request: Request) -> float:
        """`pace` at this moment."""
        return self.pace(request, monotonic=time.monotonic())

    def pace_reader(self, request: Request) -> float:
        """The same for a page of a token of its reader's own, with as many a minute again."""
        return self._pace(self._readers, request, monotonic=time.monotonic())

    def pace(self, request: Request, *, monotonic: float) -> float:
        """Seconds that the sender has to slow down; 0 for none. Counts the request."""
        return self._pace(self._senders, request, monotonic=monotonic)

    def _pace(self, pacers: tuple[Pacer, Pacer], request: Request, *, monotonic: float) -> float:
        controls, (addresses, networks) = self._calendar.facts.controls, pacers
        seconds = addresses.wait(
            sender_of(request.client), now=monotonic, per_minute=controls.address_per_minute
        )
        return seconds or networks.wait(
            network_of(request.client), now=monotonic, per_minute=controls.network_per_minute
        )

    def ticket_of(self, text: str, *, subject: str) -> Ticket | None:
        """The ticket that somebody shows for this subject; a forged one is none."""
        found = self.known_ticket(text) if text else None
        return found if found is not None and found.subject == subject else None

    def known_ticket(self, text: str) -> Ticket | None:
        """The ticket that somebody shows, for whatever subject; a forged one is none."""
        try:
            return read_ticket(self._keyring, text)
        except TokenForged:
            return None

    def token_of(self, ticket: Ticket) -> str:
        """The ticket as its holder keeps it."""
        return ticket_token(self._keyring, ticket)

    def new_ticket(self, request: Request, *, subject: str, kind: TicketKind) -> Ticket:
        """A ticket of this instant."""
        return Ticket(
            kind,
            subject,
            microseconds(request.real_now),
            microseconds(request.now),
            next(self._numbers),
        )

    def early_ticket(self, request: Request, *, subject: str) -> Ticket:
        """A ticket from before the opening, counted where the opening's lot will put it."""
        ticket = self.new_ticket(request, subject=subject, kind=TicketKind.EARLY)
        self._queues.of(subject).hand_out(self.place_of(ticket))
        return ticket

    def queued(self, request: Request, *, subject: str, shown: Ticket | None) -> Waits:
        """A place for somebody who has to wait, and the count of them where they are new."""
        queue = self._queues.of(subject)
        return self._waits(request, queue, subject, shown)

    def has_waiting(self, subject: str) -> bool:
        """Whether newcomers have to wait behind others."""
        rate = self._calendar.facts.controls.admission_per_second
        return self._queues.of(subject).has_waiting(rate=rate)

    def house_lets_in(self, shown: Ticket | None, *, subject: str) -> bool:
        """Whether a visitor of the house is called, or goes straight in."""
        queue, monotonic, rate = self._queues.of(subject), time.monotonic(), self._share()
        if shown is not None and self.ahead_of(shown) == 0:
            queue.lets_called_in(monotonic=monotonic, rate=rate)
            return True
        if self.has_waiting(subject):
            return False
        return queue.lets_in(monotonic=monotonic, rate=rate)

    def speed(self, subject: str) -> float:
        """How many a second are called: as measured lately, or as set before anybody was."""
        admission = self._calendar.facts.controls.admission_per_second
        return self._queues.speed(subject, admission_per_second=admission)

    def place_of(self, ticket: Ticket) -> int:
        """Where the ticket stands on the axis of its queue, in microseconds."""
        found = self._calendar.facts.subjects.get(ticket.subject)
        if found is None or ticket.kind is not TicketKind.EARLY:
            return ticket.real_us
        seed = opening_seed(self._keyring, subject=ticket.subject, opens_at=found.opens_at)
        return place_of(ticket, seed=seed, opens_at=found.opens_at)

    def ahead_of(self, ticket: Ticket) -> int:
        """How many wait before this ticket; 0 when it may come in."""
        return self._queues.of(ticket.subject).standing.ahead_of(self.place_of(ticket))

    def _share(self) -> float:
        return self._queues.share(self._calendar.facts.controls.admission_per_second)

    def _waits(
        self,
        request: Request,
        queue: Queue,
        subject: str,
        shown: Ticket | None,
    ) -> Waits:
        ticket = shown or self.new_ticket(request, subject=subject, kind=TicketKind.QUEUED)
        if shown is None or shown.kind is TicketKind.FORM:
            ticket = Ticket(
                TicketKind.QUEUED, subject, ticket.real_us, ticket.issued_us, ticket.number
            )
            queue.hand_out(ticket.real_us)
        ahead = self.ahead_of(ticket) + queue.untold
        return Waits(ticket, ahead, ahead / self.speed(subject))

    def _prove(
        self,
        request: Request,
        queue: Queue,
        subject: str,
        shown: Ticket | None,
        proof: str | None,
        *,
        monotonic: float,
    ) -> tuple[str | None, str | None] | Unproven:
        """The name of the proof, or the id of the ticket that stands for one in the slow lane."""
        judged_at = _work_judged_at(shown, request.real_now)
        try:
            return altcha.check(self._secrets, proof, real_now=judged_at), None
        except Refusal as refusal:
            ticket = shown or self.new_ticket(request, subject=subject, kind=TicketKind.FORM)
            left = ticket.real_us + self._lane_age_us - microseconds(request.real_now)
            if left > 0:
                return Unproven(refusal, ticket, left / SECOND_US)
            if queue.lane_lets_in(monotonic=monotonic, rate=self._share()):
                return None, ticket.id
            return Unproven(refusal, ticket, LANE_FULL_SECONDS)


def _random_numbers() -> Iterator[int]:
    """Random numbers of 64 bits without end; the kernel is asked for many at a time."""
    while True:
        yield from memoryview(os.urandom(_RANDOM_BYTES)).cast("Q")


def _work_judged_at(shown: Ticket | None, real_now: datetime) -> datetime:
    """The real instant at which a proof must have been good: for who waited, that of their place.

    Whoever had to wait did their work before, and nothing does it again while they wait. It stays
    as dear for who would abuse it: such a ticket and such a proof are each spent once, by the row,
    and tickets are paced. A form's ticket is spent only where it made a difference, so that one of
    them would excuse any number of old proofs: it owes work of now.
    """
    if shown is None or shown.kind is TicketKind.FORM:
        return real_now
    return min(shown.real_at, real_now)


def _used(shown: Ticket | None, claimed_at: datetime | None, *, is_busy: bool) -> str | None:
    """The id of the ticket that is spent; that of a form only where it made a difference."""
    if shown is None:
        return None
    counts = shown.kind is not TicketKind.FORM or claimed_at is not None or is_busy
    return shown.id if counts else None


def claim_of(subject: Subject, ticket: Ticket | None, now: datetime) -> datetime | None:
    """The instant by which somebody who finishes after the close is judged; None who may not.

    Who came before the opening counts from the opening on.
    """
    if ticket is None or subject.state(now) is not DoorState.CLOSED:
        return None
    since = max(ticket.issued_at, subject.opens_at)
    return since if subject.may_finish(now, since=since) else None
