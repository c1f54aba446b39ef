"""Buy a course with the training balance, and give it back while nobody has taken its code."""

import secrets
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import IntegrityError

from gelombang import store
from gelombang.journey.learning import holding, queries
from gelombang.journey.learning.models import Purchase
from gelombang.journey.learning.queries import PurchaseView
from gelombang.journey.learning.rules import (
    BY_BUYER,
    PURCHASE_MOVES,
    UNFINISHED,
    AlreadyRedeemed,
    AwardNotAccepted,
    CourseNotOnSale,
    PurchaseNotYours,
    PurchaseState,
    SpendingOver,
    UnfinishedTraining,
    redeem_code_of,
)
from gelombang.journey.selection import queries as selection
from gelombang.journey.selection.queries import AwardView
from gelombang.journey.selection.rules import (
    HOLDING,
    AwardEnded,
    AwardState,
    PurchaseDeadlineOver,
)
from gelombang.records.audit import actions as audit
from gelombang.records.ledger import actions as ledger
from gelombang.records.people import actions as people

PACKAGE = "gelombang.journey.learning"
ONE_AT_A_TIME = "learning_one_at_a_time"


def buy(
    *, person_id: UUID, course_code: str, actor: str, now: datetime, real_now: datetime
) -> PurchaseView:
    """Buy a course at its price of now; the price is held until the provider proves completion.

    The award's row is locked first, so that one award buys one course at a time whoever clicks
    twice (R079); the database's unique index has the last word. The first purchase uses the
    once-in-a-lifetime claim (R075).

    Raises AwardNotAccepted, AwardEnded, PurchaseDeadlineOver, SpendingOver, CourseNotOnSale,
    UnfinishedTraining, or the ledger's BalanceTooLow; nothing is done then.
    """
    try:
        with store.transaction():
            award = _award_to_spend(person_id, now=now)
            course = _course_for_sale(course_code)
            now = _not_before_the_last(award, now=now)
            purchase = _write(award, person_id, course, now=now)
            ledger.transfer(transfers=[holding.hold(purchase)], now=now)
            people.use_claims(bases=[f"award:{award.id}"], now=now)
            audit.note(actor=actor, action="learning.buy", subject=f"purchase:{purchase.id}",
                       detail={"course": course_code, "price": purchase.price},
                       now=now, real_now=real_now)  # fmt: skip
    except IntegrityError as refused:
        diagnosis = getattr(refused.__cause__, "diag", None)
        if getattr(diagnosis, "constraint_name", "") == ONE_AT_A_TIME:
            raise UnfinishedTraining from refused
        raise
    return _view(person_id, purchase.id)


def _award_to_spend(person_id: UUID, *, now: datetime) -> AwardView:
    """The person's award, locked and fit to be spent from."""
    latest = selection.award_of(person_id=person_id)
    award = selection.award_for_update(award_id=latest.id) if latest else None
    if award is None or award.state == AwardState.OPEN:
        raise AwardNotAccepted
    if award.state not in HOLDING:
        raise AwardEnded
    if award.spend_by is not None and award.spend_by <= now:
        raise SpendingOver
    bought = Purchase.objects.filter(award_id=award.id)
    if bought.filter(state__in=UNFINISHED).exists():
        raise UnfinishedTraining
    if award.purchase_by is not None and award.purchase_by <= now and not bought.exists():
        raise PurchaseDeadlineOver  # it lapses as soon as the sweep comes by
    return award


def _not_before_the_last(award: AwardView, *, now: datetime) -> datetime:
    """`now`, unless what had the lock before us is dated later: `now` was read before we waited."""
    earlier = Purchase.objects.filter(award_id=award.id).order_by("-id")
    last = earlier.values_list("completed_at", "ended_at").first()
    ends: tuple[datetime | None, ...] = last or ()
    return max([now, *(each for each in (award.accepted_at, *ends) if each is not None)])


def _course_for_sale(code: str) -> dict[str, Any]:
    rows = store.fetch(store.statement(PACKAGE, "course_for_sale"), {"code": code})
    if not rows or not rows[0]["is_on_sale"] or not rows[0]["is_approved"]:
        raise CourseNotOnSale
    return rows[0]


def _write(award: AwardView, person_id: UUID, course: dict[str, Any], *, now: datetime) -> Purchase:
    return Purchase.objects.create(
        award_id=award.id,
        person_id=person_id,
        course_id=course["id"],
        provider_id=course["provider_id"],
        price=course["price"],
        redeem_code=redeem_code_of(secrets.randbits(60)),
        bought_at=now,
    )


def cancel(
    *, person_id: UUID, purchase_id: int, actor: str, now: datetime, real_now: datetime
) -> PurchaseView:
    """Give a course back while its code waits: the price returns to the balance.

    Cancelling again changes nothing. Raises PurchaseNotYours, and AlreadyRedeemed once the
    provider has taken the code.
    """
    with store.transaction():
        rows = Purchase.objects.select_for_update(no_key=True)
        row = rows.filter(person_id=person_id, id=purchase_id).first()
        if row is None:
            raise PurchaseNotYours
        if row.state not in {PurchaseState.HELD, PurchaseState.CANCELLED}:
            raise AlreadyRedeemed
        if row.state == PurchaseState.HELD:
            _give_back(row, actor=actor, now=now, real_now=real_now)
    return _view(person_id, purchase_id)


def _give_back(row: Purchase, *, actor: str, now: datetime, real_now: datetime) -> None:
    now = max(now, row.bought_at)  # it was read before we had the row
    row.ended_at, row.end_reason = now, BY_BUYER
    row.save(update_fields=["ended_at", "end_reason"])
    store.move(row, to=PurchaseState.CANCELLED, allowed=PURCHASE_MOVES)
    back = holding.void(purchase_id=row.id, award_id=row.award_id, price=row.price)
    ledger.transfer(transfers=[back], now=now)
    audit.note(actor=actor, action="learning.cancel", subject=f"purchase:{row.id}",
               now=now, real_now=real_now)  # fmt: skip


def _view(person_id: UUID, purchase_id: int) -> PurchaseView:
    found = queries.purchase(person_id=person_id, purchase_id=purchase_id)
    if found is None:
        raise PurchaseNotYours
    return found
