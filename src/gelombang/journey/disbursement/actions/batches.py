"""Batches: made, checked and released by different people, stopped by anybody (money.md rule 12).

A batch's state decides; its payouts follow in sets. Nothing here talks to a partner.
"""

from collections.abc import Mapping, Sequence
from dataclasses import asdict
from datetime import datetime
from uuid import UUID

from gelombang import store
from gelombang.journey.disbursement import queries
from gelombang.journey.disbursement.actions.accounts import INSTALMENTS
from gelombang.journey.disbursement.actions.booking import float_lock, recall, statement
from gelombang.journey.disbursement.actions.instalments import hold_back
from gelombang.journey.disbursement.models import PayoutBatch
from gelombang.journey.disbursement.paying import (
    STRANGE,
    AmountMalformed,
    BatchNotReady,
    FloatTooLow,
    FundingTaken,
    NoProgramme,
    NoSuchBatch,
    NothingDue,
    check_others,
    check_reason,
)
from gelombang.journey.disbursement.queries import BatchView
from gelombang.journey.disbursement.rules import (
    BATCH_MOVES,
    PARTNERS,
    BatchState,
    HeldBack,
    HeldReason,
    UnknownPartner,
)
from gelombang.kit.money import show_count
from gelombang.records.audit import actions as audit
from gelombang.records.ledger import actions as ledger
from gelombang.records.ledger.rules import (
    ReferenceTaken,
    Transfer,
    TransferKind,
    float_of,
    treasury_of,
)
from gelombang.records.programme import queries as programmes
from gelombang.records.programme.terms import Programme

MOST_IN_BATCH = 50_000
MOST_RECALLED = 2_000  # payouts of a stopped batch that one transaction takes back
MAKING = "disbursement.make_batch"
LARGEST_FUNDING = 10**15  # rupiah; a typing error beyond the whole budget


def make_batch(
    *,
    actor: str,
    now: datetime,
    real_now: datetime,
    limit: int = MOST_IN_BATCH,
    partner: str | None = None,
) -> BatchView:
    """Prepare a payout for everything that is due and can be paid, in one transaction.

    A due instalment needs an accepted award, a valid certificate and a linked account that is
    effective. Each payout gets its permanent reference here (money.md, rule 1), each instalment is
    in payment from here on. What lost its award or certificate while it was due is held for people
    to look at (money.md, rule 9). Raises NothingDue, NoProgramme, UnknownPartner.
    """
    if partner is not None:
        _check_partner(partner)
    programme = _programme()
    _hold_lost(now=now, limit=min(limit, MOST_IN_BATCH))
    with store.transaction():
        store.lock(MAKING)  # numbers of a day follow each other
        day = f"{now.astimezone(programme.zone):%Y%m%d}"
        reference = f"B-{day}-{queries.batches_of_day(day=day) + 1:04d}"
        made = store.execute(
            statement("make_batch"),
            {
                "reference": reference,
                "day": day,
                "actor": actor,
                "now": now,
                "limit": min(limit, MOST_IN_BATCH),
                "partner": partner or "",
                "strange": sorted(map(str, STRANGE)),
                "second_check_above": programme.payouts.second_check_above,
                **asdict(programmes.needed(before="payment")),
            },
        )
        if not made:
            raise NothingDue
        batch = _view(reference)
        detail = {"payouts": batch.payouts, "amount": batch.amount}
        _note("make_batch", batch.reference, detail, actor=actor, now=now, real_now=real_now)
        return batch


def _hold_lost(*, now: datetime, limit: int) -> None:
    with store.transaction():
        store.lock(INSTALMENTS)  # so that another review is not overlooked meanwhile
        params = {"now": now, "limit": limit} | asdict(programmes.needed(before="payment"))
        lost = store.fetch(statement("lost_since_due"), params)
        hold_back(held=[HeldBack(row["id"], HeldReason(row["why"])) for row in lost], now=now)


def approve_batch(*, reference: str, actor: str, now: datetime, real_now: datetime) -> BatchView:
    """Check a batch: once, or twice by two people where its sum exceeds the threshold.

    Raises NoSuchBatch, BatchNotReady, SamePerson.
    """
    with store.transaction():
        batch = _locked(reference, at=BatchState.PREPARED)
        check_others(actor, done_by=[batch.made_by, batch.approved_by])
        if batch.approved_by:
            batch.second_approved_by, batch.second_approved_at = actor, now
        else:
            batch.approved_by, batch.approved_at = actor, now
        batch.save(
            update_fields=[
                "approved_by", "approved_at", "second_approved_by", "second_approved_at",
            ]
        )  # fmt: skip
        if batch.second_approved_by or not batch.needs_second_check:
            _go(batch, to=BatchState.APPROVED)
        _note("approve_batch", reference, {}, actor=actor, now=now, real_now=real_now)
        return _view(reference)


def release_batch(*, reference: str, actor: str, now: datetime, real_now: datetime) -> BatchView:
    """Let a checked batch go, where the floats cover it beside all that is released already.

    Raises NoSuchBatch, BatchNotReady, SamePerson, and FloatTooLow with the partner and what is
    missing. Two releases at once wait for each other by partner, so that neither overdraws.
    """
    with store.transaction():
        batch = _locked(reference, at=BatchState.APPROVED)
        check_others(actor, done_by=[batch.made_by, batch.approved_by, batch.second_approved_by])
        _check_floats(batch)
        batch.released_by, batch.released_at = actor, now
        batch.save(update_fields=["released_by", "released_at"])
        _go(batch, to=BatchState.RELEASED)
        detail = {"payouts": batch.payouts, "amount": batch.amount}
        _note("release_batch", reference, detail, actor=actor, now=now, real_now=real_now)
        return _view(reference)


def _check_floats(batch: PayoutBatch) -> None:
    sums = {
        row["partner"]: row["amount"]
        for row in store.fetch(statement("sums_of_batch"), {"batch": batch.id})
    }
    store.lock(*(float_lock(partner) for partner in sums))
    for room in queries.float_rooms(partners=sorted(sums)):
        missing = sums[room.partner] - room.free
        if missing > 0:
            raise FloatTooLow(partner=room.partner, missing=show_count(missing))


def stop_batch(
    *, reference: str, reason: str, actor: str, now: datetime, real_now: datetime
) -> BatchView:
    """Stop a batch: once this has returned, nothing of it leaves any more.

    The stop is committed first and alone, since whoever sends reads the batch's state again; what
    had not left goes back to due in bounded sets, the rest of it by a sweep. What had left takes
    its course. Raises ReasonTooShort, NoSuchBatch, BatchNotReady.
    """
    reason = check_reason(reason)
    with store.transaction():
        batch = _locked(
            reference, at=BatchState.PREPARED, also=(BatchState.APPROVED, BatchState.RELEASED)
        )
        batch.stopped_by, batch.stopped_at, batch.stop_reason = actor, now, reason
        batch.save(update_fields=["stopped_by", "stopped_at", "stop_reason"])
        store.move(batch, to=BatchState.STOPPED, allowed=BATCH_MOVES)
        _note("stop_batch", reference, {"reason": reason},
              actor=actor, now=now, real_now=real_now)  # fmt: skip
    take_back(now=now, batch_id=batch.id)
    return _view(reference)


def take_back(*, now: datetime, batch_id: int | None = None, limit: int = MOST_RECALLED) -> int:
    """Payouts of stopped batches that certainly were not carried out go back to due; how many."""
    with store.transaction():
        rows = store.fetch(statement("unsent_of_stopped"), {"batch": batch_id, "limit": limit})
        return recall(rows, now=now)


def finish_batches(*, now: datetime) -> int:
    """Released batches whose payouts all have a final answer or were taken back; how many."""
    with store.transaction():
        return store.execute(statement("finish_batches"), {"now": now})


def fund_float(
    *,
    partner: str,
    amount: int,
    funding_id: UUID,
    reason: str,
    actor: str,
    now: datetime,
    real_now: datetime,
) -> bool:
    """Book rupiah that the treasury sent to a partner; False when this funding was booked before.

    `funding_id` is made with the form, so that a form sent twice funds once. Raises UnknownPartner,
    AmountMalformed, ReasonTooShort, NoProgramme, FundingTaken.
    """
    _check_partner(partner)
    if not 0 < amount <= LARGEST_FUNDING:
        raise AmountMalformed(field="amount")
    reason = check_reason(reason)
    wish = Transfer(
        debit=treasury_of(_programme().funders[0].code),
        credit=float_of(partner),
        amount=amount,
        kind=TransferKind.FLOAT_IN,
        reference=f"float_in:{partner}:{funding_id}",
    )
    try:
        with store.transaction():
            new = ledger.transfer(transfers=[wish], now=now)
            if new:
                audit.note(
                    actor=actor, action="disbursement.fund_float", subject=f"partner:{partner}",
                    detail={"amount": amount, "reason": reason}, now=now, real_now=real_now,
                )  # fmt: skip
            return bool(new)
    except ReferenceTaken as taken:
        raise FundingTaken from taken


def _check_partner(partner: str) -> None:
    if partner not in PARTNERS:
        raise UnknownPartner(field="partner")


def _programme() -> Programme:
    version = programmes.current()
    if version is None:
        raise NoProgramme
    return version.programme


def _locked(reference: str, *, at: BatchState, also: Sequence[BatchState] = ()) -> PayoutBatch:
    batch = PayoutBatch.objects.select_for_update().filter(reference=reference).first()
    if batch is None:
        raise NoSuchBatch
    if batch.state not in {at, *also}:
        raise BatchNotReady
    return batch


def _go(batch: PayoutBatch, *, to: BatchState) -> None:
    """The batch first, then its payouts in one set."""
    before = batch.state
    store.move(batch, to=to, allowed=BATCH_MOVES)
    store.execute(statement("follow_batch"), {"batch": batch.id, "from": before, "to": str(to)})


def _view(reference: str) -> BatchView:
    batch = queries.batch(reference=reference)
    if batch is None:
        raise NoSuchBatch
    return batch


def _note(
    verb: str,
    reference: str,
    detail: Mapping[str, object],
    *,
    actor: str,
    now: datetime,
    real_now: datetime,
) -> None:
    audit.note(
        actor=actor,
        action=f"disbursement.{verb}",
        subject=f"batch:{reference}",
        detail=detail,
        now=now,
        real_now=real_now,
    )
