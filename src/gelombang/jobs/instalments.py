"""Sweeps of accounts and instalments: ask partners whose an account is, plan, let fall due."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import structlog

from gelombang.gateways.partner import OurFault
from gelombang.gateways.payments.protocol import AccountFound
from gelombang.jobs.loop import Context, Sweep
from gelombang.jobs.payment_partners import ACTOR, MOST_CALLS, Contract, Counter
from gelombang.journey.disbursement import actions, queries
from gelombang.journey.disbursement.linking import (
    AccountAnswer,
    AccountOutcome,
    AccountQuestion,
    HolderFound,
    NoSuchAccount,
    NotAnswered,
)
from gelombang.journey.disbursement.rules import PARTNERS
from gelombang.kit.errors import Outage
from gelombang.records.partners import actions as partners

if TYPE_CHECKING:
    from datetime import datetime

    from gelombang.gateways.payments.protocol import PaymentPartner

log = structlog.get_logger("gelombang.disbursement")


@dataclass(frozen=True, slots=True)
class Asked:
    """What became of one question, and what the partner said about us, if it did."""

    answer: AccountAnswer
    trouble: Outage | None = None


@dataclass
class AccountLine:
    """Asks one partner whose accounts are. Each call of it is one round: claim, ask, record."""

    partner: str
    _contract: Contract = field(init=False)
    _counter: Counter = field(init=False)

    def __post_init__(self) -> None:
        """One contract and one client a line."""
        self._contract, self._counter = Contract(self.partner), Counter(self.partner)

    def __call__(self, context: Context) -> int:
        """One round; how many accounts were asked about. No transaction is open while it asks."""
        questions = self._claim(context)
        if not questions:
            return 0
        client = self._counter.client(context)
        if client is None:
            return 0
        calls = [_inquire(client, question, context.now) for question in questions]
        self._record(self._counter.ask_all(calls, stop=context.stop), context)
        return len(questions)

    def close(self) -> None:
        """Let go of the connections; open questions fall back by their leases."""
        self._counter.close()

    def _claim(self, context: Context) -> Sequence[AccountQuestion]:
        want = queries.questions_waiting(
            partner=self.partner, limit=MOST_CALLS, real_now=context.real_now
        )
        is_ours = self.partner in context.environment.payment_accounts
        if not want or not is_ours or not self._contract.holds(context):
            return ()
        permits = partners.take_permits(
            partner=self.partner, want=want, now=context.now, real_now=context.real_now
        )
        if not permits:
            return ()
        return actions.claim_account_questions(
            partner=self.partner, limit=permits, keyring=context.keyring, real_now=context.real_now
        )

    def _record(self, asked: Sequence[Asked], context: Context) -> None:
        now, real_now = context.now, context.real_now
        actions.record_account_answers(
            answers=[each.answer for each in asked], keyring=context.keyring,
            base_url=context.base_url, now=now, real_now=real_now,
        )  # fmt: skip
        troubles = [each.trouble for each in asked if each.trouble is not None]
        faults = [each for each in troubles if isinstance(each, OurFault)]
        for fault in faults[:1]:
            partners.stop(partner=self.partner, reason=fault.reason, actor=ACTOR, now=now,
                          real_now=real_now)  # fmt: skip
            log.error("partner stopped", partner=self.partner)
        partners.tell(partner=self.partner, answers=len(asked) - len(troubles),
                      outages=len(troubles) - len(faults), real_now=real_now)  # fmt: skip


async def _inquire(client: PaymentPartner, question: AccountQuestion, at: datetime) -> Asked:
    """Ask once; whatever the partner does wrong says nothing about the person."""
    outcome: AccountOutcome
    trouble: Outage | None = None
    try:
        found = await client.inquire(account_no=question.account_no, at=at)
    except Outage as outage:
        outcome, trouble = NotAnswered(type(outage).__name__), outage
    else:
        if isinstance(found, AccountFound):
            outcome = HolderFound(found.holder_name, found.is_active, found.answer_sha256)
        else:
            outcome = NoSuchAccount(found.answer_sha256)
    return Asked(AccountAnswer(question.account_id, question.attempt, outcome), trouble)


def _plan(context: Context) -> int:
    return actions.plan(now=context.now)


def _fall_due(context: Context) -> int:
    return actions.fall_due(
        keyring=context.keyring,
        base_url=context.base_url,
        now=context.now,
        real_now=context.real_now,
    )


LINES = tuple(AccountLine(partner) for partner in PARTNERS)
SWEEPS: tuple[Sweep, ...] = (
    *(Sweep(f"disbursement.accounts.{line.partner}", line, pause_seconds=1.0) for line in LINES),
    Sweep("disbursement.plan", _plan, pause_seconds=0.5),
    Sweep("disbursement.fall_due", _fall_due, pause_seconds=1.0),
)
