"""Sweeps of payouts: tell partners, enquire, write down what they say, finish batches.

One line a partner. What is claimed is committed before the partner hears of it; the calls run in a
thread of their own, outside any transaction; answers are written down in sets. A process may die
at any line here: leases run out, and what nobody has heard of is enquired about.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import structlog

from gelombang.gateways.partner import OurFault
from gelombang.gateways.payments.protocol import (
    Enquiry,
    InProgress,
    Instruction,
    NoFunds,
    NotFound,
    NotNow,
    Paid,
    RefusalReason,
    Refused,
    Unanswered,
)
from gelombang.jobs.loop import Context, Sweep
from gelombang.jobs.payment_partners import ACTOR, MOST_CALLS, Contract, Switchboard
from gelombang.journey.disbursement import actions, queries
from gelombang.journey.disbursement.actions import ToEnquire, ToPay
from gelombang.journey.disbursement.paying import Call, Reason, Reply, Said
from gelombang.journey.disbursement.rules import PARTNERS
from gelombang.kit import clock
from gelombang.records.partners import actions as partners, queries as partner_queries

if TYPE_CHECKING:
    from datetime import datetime

    from gelombang.gateways.payments.protocol import PaymentPartner

log = structlog.get_logger("gelombang.disbursement")

ROUND_SECONDS = 0.04  # answers are gathered so long, then written down together
DRY_SECONDS = 0.02  # the wait for the bucket's next permits
CALL_SECONDS = 20  # a call that takes longer is given up: unknown
LEASE_SECONDS = 30  # nobody else touches a payout so long; a call begins within the first ten
EMPTY_FLOAT = "the partner says that our float is empty"
REASONS = {
    RefusalReason.ACCOUNT: Reason.ACCOUNT,
    RefusalReason.LIMIT: Reason.LIMIT,
    RefusalReason.OTHER: Reason.OTHER,
}

Answer = Paid | Refused | InProgress | NotFound | NotNow | NoFunds | Unanswered | OurFault


@dataclass(frozen=True, slots=True)
class Heard:
    """A reply, and what it says about us or the partner rather than about the payout."""

    reply: Reply
    fault: str = ""
    is_outage: bool = False


@dataclass
class PayLine:
    """Everything that one partner is told and asked about payouts. Each call of it is one round."""

    partner: str
    call_seconds: int = CALL_SECONDS
    lease_seconds: int = LEASE_SECONDS
    _contract: Contract = field(init=False)
    _calls: Switchboard[Heard | None] = field(init=False)
    _unrecorded: list[Heard] = field(default_factory=list)

    def __post_init__(self) -> None:
        """One contract and one switchboard a line."""
        self._contract, self._calls = Contract(self.partner), Switchboard(self.partner)

    def __call__(self, context: Context) -> int:
        """One round; how many payouts were told, heard of, or still wait for an answer."""
        if self.partner not in context.environment.payment_accounts:
            return 0
        answers = self._calls.gather(seconds=ROUND_SECONDS)
        self._unrecorded += [each for each in answers if each is not None]
        recorded = self._record(context)
        begun = self._call_more(context) if self._contract.holds(context) else 0
        return recorded + begun + self._calls.under_way

    def close(self) -> None:
        """Let go of the connections; payouts under way come back by their leases."""
        self._calls.close()
        self._unrecorded.clear()

    def _record(self, context: Context) -> int:
        """Write what was heard. It stays in hand until the database has it."""
        heard = self._unrecorded
        if not heard:
            return 0
        actions.record_replies(
            replies=[each.reply for each in heard], keyring=context.keyring,
            base_url=context.base_url, now=context.now, real_now=context.real_now,
        )  # fmt: skip
        self._unrecorded = []
        self._heed(heard, context)
        return len(heard)

    def _heed(self, heard: Sequence[Heard], context: Context) -> None:
        """Stop the partner where it said something about us; count its answers and outages."""
        faults = [each.fault for each in heard if each.fault]
        if faults:
            partners.stop(partner=self.partner, reason=faults[0], actor=ACTOR,
                          now=context.now, real_now=context.real_now)  # fmt: skip
            log.error("partner stopped", partner=self.partner, reason=faults[0])
        outages = sum(each.is_outage for each in heard)
        partners.tell(partner=self.partner, answers=len(heard) - outages - len(faults),
                      outages=outages, real_now=context.real_now)  # fmt: skip

    def _call_more(self, context: Context) -> int:
        room = MOST_CALLS - self._calls.under_way
        if room <= 0 or context.stop.is_set():
            return 0
        to_pay, to_enquire = queries.work_waiting(
            partner=self.partner, limit=room, now=context.now, real_now=context.real_now
        )
        if not to_pay + to_enquire:
            return 0
        permits = partners.take_permits(
            partner=self.partner, want=min(room, to_pay + to_enquire),
            now=context.now, real_now=context.real_now,
        )  # fmt: skip
        if not permits:
            return self._wait_for_permits(context)
        # Neither starves the other: enquiries get half, and whatever payments leave.
        enquiries = min(to_enquire, max(permits - to_pay, -(-permits // 2)))
        return self._enquire(enquiries, context) + self._pay(permits - enquiries, context)

    def _wait_for_permits(self, context: Context) -> int:
        """1 when the bucket was merely empty: it fills within milliseconds."""
        found = partner_queries.partner(code=self.partner)
        if found is None or found.is_closed(now=context.now, real_now=context.real_now):
            return 0
        time.sleep(DRY_SECONDS)
        return 1

    def _enquire(self, limit: int, context: Context) -> int:
        if limit <= 0:
            return 0
        claimed = actions.claim_enquiries(
            partner=self.partner, limit=limit, now=context.now, real_now=clock.real_now(),
            lease_seconds=self.lease_seconds,
        )  # fmt: skip
        for each in claimed:
            client = self._calls.client(context)
            self._calls.call(enquire(client, each, at=context.now, seconds=self.call_seconds))
        return len(claimed)

    def _pay(self, limit: int, context: Context) -> int:
        if limit <= 0:
            return 0
        claimed = actions.claim_payouts(
            partner=self.partner, limit=limit, keyring=context.keyring, now=context.now,
            real_now=clock.real_now(), lease_seconds=self.lease_seconds,
        )  # fmt: skip
        for each in claimed:
            client = self._calls.client(context)
            self._calls.call(pay(client, each, at=context.now, seconds=self.call_seconds))
        return len(claimed)


async def pay(client: PaymentPartner, order: ToPay, *, at: datetime, seconds: int) -> Heard | None:
    """Tell a partner to pay, once; None where it is too late to begin.

    A process that slept so long that the lease may end during the call must not call any more: by
    then somebody else may have learned that the payout never arrived.
    """
    if clock.real_now().timestamp() + seconds > order.leased_until.timestamp():
        return None
    instruction = Instruction(
        reference=order.reference,
        account_no=order.account_no,
        holder_name=order.holder_name,
        amount=order.amount,
        note=order.note,
        at=at,
    )
    answer: Answer
    try:
        async with asyncio.timeout(seconds):
            answer = await client.pay(instruction)
    except TimeoutError:
        answer = Unanswered("given up")
    except OurFault as fault:
        answer = fault
    return heard_of(answer, payout_id=order.payout_id, attempt=order.attempt, call=Call.PAY)


async def enquire(
    client: PaymentPartner, asked: ToEnquire, *, at: datetime, seconds: int
) -> Heard | None:
    """Ask a partner what became of a payment; None where it is too late to begin."""
    if clock.real_now().timestamp() + seconds > asked.leased_until.timestamp():
        return None
    enquiry = Enquiry(reference=asked.reference, amount=asked.amount, at=at)
    answer: Answer
    try:
        async with asyncio.timeout(seconds):
            answer = await client.enquire(enquiry)
    except TimeoutError:
        answer = Unanswered("given up")
    except OurFault as fault:
        answer = fault
    return heard_of(answer, payout_id=asked.payout_id, attempt=asked.attempt, call=Call.ENQUIRE)


def heard_of(answer: Answer, *, payout_id: int, attempt: int, call: Call) -> Heard:
    """The partner's answer in the words of the rules."""
    said = Said(type(answer).__name__)
    match answer:
        case OurFault():
            return Heard(Reply(payout_id, attempt, call, said), fault=answer.reason)
        case Unanswered():
            return Heard(Reply(payout_id, attempt, call, said), is_outage=True)
        case Paid():
            reply = Reply(
                payout_id, attempt, call, said, answer.code, answer.amount, answer.partner_ref,
                answer_sha256=answer.answer_sha256,
            )  # fmt: skip
            return Heard(reply)
        case _:
            reason = REASONS[answer.reason] if isinstance(answer, Refused) else Reason.OTHER
            reply = Reply(
                payout_id, attempt, call, said, answer.code, reason=reason,
                answer_sha256=answer.answer_sha256,
            )  # fmt: skip
            fault = EMPTY_FLOAT if isinstance(answer, NoFunds) else ""
            return Heard(reply, fault, is_outage=isinstance(answer, NotNow) and not answer.code)


def _unlease(context: Context) -> int:
    return actions.unlease(now=context.now, real_now=context.real_now)


def _finish(context: Context) -> int:
    """What stopped batches had not sent goes back to due; batches that are through are finished."""
    back = actions.take_back(now=context.now)
    return back + actions.finish_batches(now=context.now)


LINES = tuple(PayLine(partner) for partner in PARTNERS)
SWEEPS: tuple[Sweep, ...] = (
    *(Sweep(f"disbursement.pay.{line.partner}", line, pause_seconds=1.0) for line in LINES),
    Sweep("disbursement.unlease", _unlease, pause_seconds=1.0),
    Sweep("disbursement.finish", _finish, pause_seconds=0.5),
)
