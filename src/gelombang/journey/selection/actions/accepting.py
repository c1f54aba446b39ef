"""The person's answer to an award: yes fills the training balance, no gives everything back."""

from datetime import datetime
from uuid import UUID

from gelombang import store
from gelombang.journey.selection import queries
from gelombang.journey.selection.models import Award
from gelombang.journey.selection.rules import (
    AWARD_MOVES,
    AwardAccepted,
    AwardNotYours,
    AwardState,
    EndReason,
    check_acceptable,
)
from gelombang.records.audit import actions as audit
from gelombang.records.ledger import actions as ledger
from gelombang.records.ledger.rules import (
    Transfer,
    TransferKind,
    balance_of,
    committed_to,
    fund_of,
)
from gelombang.records.people import actions as people
from gelombang.records.programme import queries as programmes


def accept(
    *, person_id: UUID, award_id: int, actor: str, now: datetime, real_now: datetime
) -> None:
    """Take an open award up: its training aid becomes the training balance (R029).

    Accepting again changes nothing. Raises AwardNotYours, AwardEnded or PurchaseDeadlineOver.
    """
    with store.transaction():
        award = _own(award_id, person_id)
        if award.state == AwardState.ACCEPTED:
            return
        check_acceptable(award.state, purchase_by=award.purchase_by, now=now)
        _move(award_id, AwardState.ACCEPTED, accepted_at=now)
        _grant(award, now=now)
        audit.note(actor=actor, action="selection.accept", subject=f"award:{award_id}",
                   now=now, real_now=real_now)  # fmt: skip


def decline(
    *, person_id: UUID, award_id: int, actor: str, now: datetime, real_now: datetime
) -> None:
    """Say no to an open award: all of it goes back to the fund, and the person may try again.

    Declining again changes nothing. Raises AwardNotYours, AwardAccepted, AwardEnded or
    PurchaseDeadlineOver: after the deadline it lapses, whether or not the sweep came by.
    """
    with store.transaction():
        award = _own(award_id, person_id)
        if award.state == AwardState.DECLINED:
            return
        if award.state == AwardState.ACCEPTED:
            raise AwardAccepted
        check_acceptable(award.state, purchase_by=award.purchase_by, now=now)
        _move(award_id, AwardState.DECLINED, ended_at=now, end_reason=EndReason.DECLINED.value)
        _give_back(award, now=now)
        people.release_claims(bases=[f"award:{award_id}"], now=now)
        audit.note(actor=actor, action="selection.decline", subject=f"award:{award_id}",
                   now=now, real_now=real_now)  # fmt: skip


def _own(award_id: int, person_id: UUID) -> queries.AwardView:
    award = queries.award_for_update(award_id=award_id)
    if award is None or award.person_id != person_id:
        raise AwardNotYours
    return award


def _move(award_id: int, state: AwardState, **instants: datetime | str) -> None:
    row = Award.objects.get(id=award_id)
    for name, value in instants.items():
        setattr(row, name, value)
    row.save(update_fields=list(instants))
    store.move(row, to=state, allowed=AWARD_MOVES)


def _grant(award: queries.AwardView, *, now: datetime) -> None:
    amount = queries.training_aid_of(award=award)
    if not amount:
        return
    grant = Transfer(
        debit=committed_to(award.id),
        credit=balance_of(award.id),
        amount=amount,
        kind=TransferKind.GRANT,
        reference=f"grant:award:{award.id}",
    )
    ledger.transfer(transfers=[grant], now=now)


def _give_back(award: queries.AwardView, *, now: datetime) -> None:
    version = programmes.version(version_id=award.programme_version_id)
    funder = queries.scheme_of_award(award=award).funder
    forfeit = Transfer(
        debit=committed_to(award.id),
        credit=fund_of(version.programme.code, funder),
        amount=award.amount,
        kind=TransferKind.FORFEIT,
        reference=f"forfeit:award:{award.id}:committed",
    )
    ledger.transfer(transfers=[forfeit], now=now)
