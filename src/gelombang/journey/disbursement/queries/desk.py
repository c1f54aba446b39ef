"""Batches, payouts, unknowns, floats and public figures, for the desk. Amounts are whole rupiah."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from gelombang import store
from gelombang.journey.disbursement.models import PayoutBatch
from gelombang.journey.disbursement.rules import PARTNERS
from gelombang.records.ledger import queries as ledger
from gelombang.records.partners import queries as partners
from gelombang.records.partners.queries import PartnerView
from gelombang.records.programme import queries as programmes

PACKAGE = "gelombang.journey.disbursement"
LONGEST_PAGE = 500


@dataclass(frozen=True, slots=True)
class BatchView:
    """A batch, who did what with it, and its payouts by state where they were counted."""

    reference: str
    state: str
    payouts: int
    amount: int
    needs_second_check: bool
    made_by: str
    made_at: datetime
    approved_by: str
    approved_at: datetime | None
    second_approved_by: str
    second_approved_at: datetime | None
    released_by: str
    released_at: datetime | None
    stopped_by: str
    stopped_at: datetime | None
    stop_reason: str
    finished_at: datetime | None


@dataclass(frozen=True, slots=True)
class StateCount:
    """Payouts of a batch in one state."""

    state: str
    payouts: int
    amount: int


@dataclass(frozen=True, slots=True)
class Entitlement:
    """What a batch pays beside what its instalments promise, in whole rupiah."""

    paying: int
    promised: int

    @property
    def difference(self) -> int:
        """Zero, or a person must look before anything leaves."""
        return self.paying - self.promised


@dataclass(frozen=True, slots=True)
class PayoutView:
    """One attempt to pay one instalment; the account by its last digits only."""

    reference: str
    batch: str
    partner: str
    ending: str
    amount: int
    state: str
    reason: str
    code: str
    answered_amount: int | None
    attempts: int
    enquiries: int
    sent_at: datetime | None
    next_step_at: datetime | None
    may_resend: bool
    settled_at: datetime | None
    partner_ref: str
    award_id: int
    kind: str
    number: int
    times: int


@dataclass(frozen=True, slots=True)
class AnswerView:
    """What a partner said to one call about a payout."""

    call: str
    outcome: str
    code: str
    amount: int | None
    answered_at: datetime


@dataclass(frozen=True, slots=True)
class FloatRoom:
    """What lies with a partner, and how much of it nothing was promised of yet."""

    partner: str
    balance: int
    clearing: int
    """On its way through the partner."""
    released: int
    """Released, and not left yet."""

    @property
    def free(self) -> int:
        """What a further batch may use; below zero where the float was overtaken by events."""
        return self.balance - self.clearing - self.released


@dataclass(frozen=True, slots=True)
class FloatView:
    """A partner's float with what waits for it and whether the partner is asked at all."""

    name: str
    room: FloatRoom
    due: int
    """Rupiah due with an effective account there, in no batch yet."""
    health: PartnerView | None
    """None before the programme has a contract with it."""


@dataclass(frozen=True, slots=True)
class MoneyFigures:
    """What the public sees of the money (R105): whole rupiah, people, and both yardsticks."""

    recipients_paid: int
    """Awards with one paid instalment or more."""
    paid_idr: int
    training_idr: int
    """Earned by providers for finished courses."""
    committed_idr: int
    budget_idr: int
    target: int
    """People whom the programme wants to reach."""


def batches(*, offset: int = 0, limit: int = 50) -> Sequence[BatchView]:
    """Batches, latest first."""
    rows = PayoutBatch.objects.order_by("-id")[offset : offset + min(limit, LONGEST_PAGE)]
    return [_batch(row) for row in rows]


def batches_in(*, state: str) -> int:
    """How many batches stand there."""
    return PayoutBatch.objects.filter(state=state).count()


def batches_of_day(*, day: str) -> int:
    """How many batches a day (`20200601`, the programme's zone) has."""
    return PayoutBatch.objects.filter(reference__startswith=f"B-{day}-").count()


def batch(*, reference: str) -> BatchView | None:
    """One batch, or None."""
    row = PayoutBatch.objects.filter(reference=reference).first()
    return _batch(row) if row else None


def _batch(row: PayoutBatch) -> BatchView:
    return BatchView(
        reference=row.reference,
        state=row.state,
        payouts=row.payouts,
        amount=row.amount,
        needs_second_check=row.needs_second_check,
        made_by=row.made_by,
        made_at=row.made_at,
        approved_by=row.approved_by,
        approved_at=row.approved_at,
        second_approved_by=row.second_approved_by,
        second_approved_at=row.second_approved_at,
        released_by=row.released_by,
        released_at=row.released_at,
        stopped_by=row.stopped_by,
        stopped_at=row.stopped_at,
        stop_reason=row.stop_reason,
        finished_at=row.finished_at,
    )


def counts_of_batch(*, reference: str) -> Sequence[StateCount]:
    """The payouts of a batch by state."""
    return [StateCount(**row) for row in _fetch("counts_of_batch", {"reference": reference})]


def partners_of_batch(*, reference: str) -> Sequence[StateCount]:
    """The payouts of a batch by partner (`state` is the partner's code)."""
    return [StateCount(**row) for row in _fetch("partners_of_batch", {"reference": reference})]


def entitlement_of_batch(*, reference: str) -> Entitlement:
    """What a batch pays beside what is owed; nothing and nothing for an unknown one."""
    found = _fetch("entitlement_of_batch", {"reference": reference})
    return Entitlement(**found[0]) if found else Entitlement(0, 0)


def payouts_of_batch(
    *, reference: str, state: str = "", offset: int = 0, limit: int = 100
) -> Sequence[PayoutView]:
    """The payouts of a batch in one state, or in all; in the order in which they were made."""
    return _payouts(
        "payouts_of_batch",
        {"reference": reference, "state": state, "offset": offset, "limit": limit},
    )


def payout(*, reference: str) -> PayoutView | None:
    """One payout, or None."""
    return next(iter(_payouts("payout", {"reference": reference, "offset": 0, "limit": 1})), None)


def answers_of(*, reference: str) -> Sequence[AnswerView]:
    """Everything a partner said about a payout, earliest first; at most a hundred."""
    return [AnswerView(**row) for row in _fetch("answers_of_payout", {"reference": reference})]


def unknowns(*, offset: int = 0, limit: int = 100) -> Sequence[PayoutView]:
    """Payouts that are unknown or strange, earliest first: the desk's list of doubts.

    One without `next_step_at` is not asked about by itself any more.
    """
    return _payouts("unknowns", {"offset": offset, "limit": limit})


def unknown_count() -> int:
    """How many payouts are unknown or strange."""
    return int(_fetch("unknown_count", {})[0]["count"])


def _payouts(name: str, params: dict[str, Any]) -> Sequence[PayoutView]:
    params["limit"] = min(params["limit"], LONGEST_PAGE)
    return [PayoutView(**row) for row in _fetch(name, params)]


def float_rooms(*, partners: Sequence[str]) -> Sequence[FloatRoom]:
    """What each of some partners could still pay, by code."""
    return [FloatRoom(**row) for row in _fetch("float_room", {"partners": list(partners)})]


def floats() -> Sequence[FloatView]:
    """The float at every partner, in the order in which the programme names them."""
    rooms = {room.partner: room for room in float_rooms(partners=sorted(PARTNERS))}
    due = {row["partner"]: row["amount"] for row in _fetch("due_by_partner", {})}
    return [
        FloatView(
            name=name,
            room=rooms[code],
            due=int(due.get(code, 0)),
            health=partners.partner(code=code),
        )
        for code, name in PARTNERS.items()
    ]


def work_waiting(*, partner: str, limit: int, now: datetime, real_now: datetime) -> tuple[int, int]:
    """How many payments and enquiries of a partner wait now, each counted up to a limit."""
    found = _fetch(
        "work_of_partner", {"partner": partner, "limit": limit, "now": now, "real_now": real_now}
    )[0]
    return int(found["to_pay"]), int(found["to_enquire"])


def money_figures(*, as_of: datetime) -> MoneyFigures:
    """The money at this virtual instant. One pass over what was paid: for the clock, not a page."""
    version = programmes.current()
    paid = _fetch("paid_so_far", {})[0]
    earned = _fetch("earned_by_providers", {})[0]["amount"]
    budget = committed = target = 0
    if version is not None:
        programme = version.programme
        today = as_of.astimezone(programme.zone).date()
        target = programme.target
        for funder in programme.funders:
            in_force = [
                each.amount
                for each in programme.budgets_of(funder.code)
                if each.effective_on <= today
            ]
            amount = in_force[-1] if in_force else 0
            left = ledger.left_to_promise(programme=programme.code, funder=funder.code)
            budget, committed = budget + amount, committed + max(amount - left, 0)
    return MoneyFigures(
        recipients_paid=int(paid["recipients"]),
        paid_idr=int(paid["amount"]),
        training_idr=int(earned),
        committed_idr=committed,
        budget_idr=budget,
        target=target,
    )


def _fetch(name: str, params: dict[str, Any]) -> list[dict[str, Any]]:
    return store.fetch(store.statement(PACKAGE, name), params)
