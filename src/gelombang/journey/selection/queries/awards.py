"""Awards: what somebody was promised, by when it must be used, and how its balance moved."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING
from uuid import UUID

from gelombang import store
from gelombang.journey.selection.models import Award
from gelombang.journey.selection.queries.terms import scheme_of
from gelombang.journey.selection.rules import AwardState
from gelombang.journey.waves import queries as waves
from gelombang.records.ledger import queries as ledger
from gelombang.records.ledger.queries import Movement
from gelombang.records.ledger.rules import balance_of
from gelombang.records.programme.terms import TRAINING_AID, Scheme

if TYPE_CHECKING:
    from django.db.models import QuerySet


@dataclass(frozen=True, slots=True)
class AwardView:
    """What somebody was promised: whole rupiah, on the terms of one scheme version.

    Instants are virtual; a deadline is the midnight after its last local day, None where the
    scheme sets none.
    """

    id: int
    state: str
    scheme: str
    amount: int
    awarded_at: datetime
    programme_version_id: int
    person_id: UUID
    wave_id: str
    ticket: str
    purchase_by: datetime | None
    spend_by: datetime | None
    accepted_at: datetime | None
    ended_at: datetime | None
    end_reason: str

    @property
    def is_accepted(self) -> bool:
        """Whether the person took it up and it has not ended."""
        return self.state == AwardState.ACCEPTED


def award_of(*, person_id: UUID) -> AwardView | None:
    """The latest award of a person; None for somebody who never had one."""
    row = _awards().filter(person_id=person_id).order_by("-id").first()
    return view_of(row) if row else None


def award_of_entry(*, entry_id: int) -> AwardView | None:
    """The award that a wave's entry brought; None where it brought none."""
    row = _awards().filter(candidate_id=entry_id).first()
    return view_of(row) if row else None


def award(*, award_id: int) -> AwardView | None:
    """One award by its number, for the desk and the command line."""
    row = _awards().filter(id=award_id).first()
    return view_of(row) if row else None


def award_of_ticket(*, ticket: str) -> AwardView | None:
    """The award that a ticket brought; None for a ticket without one, or an unknown one."""
    row = _awards().filter(candidate__ticket=ticket).first()
    return view_of(row) if row else None


def award_for_update(*, award_id: int) -> AwardView | None:
    """An award whose row stays locked until the caller's transaction ends; None if there is none.

    A purchase and a lapse both lock it, so only one of them happens: whoever comes second reads
    what the first one wrote. Raises TransactionMissing outside a transaction.
    """
    store.transaction_required()
    row = _awards().select_for_update(of=("self",)).filter(id=award_id).first()
    return view_of(row) if row else None


def recipients(*, as_of: datetime) -> int:
    """How many people hold an award that they accepted by a virtual instant."""
    accepted = Award.objects.filter(state=AwardState.ACCEPTED, accepted_at__lte=as_of)
    return accepted.values("person_id").distinct().count()


def scheme_of_award(*, award: AwardView) -> Scheme:
    """The scheme version that an award was given under: its terms stay (R025).

    Raises LookupError for an award whose wave or scheme is gone: a bug.
    """
    wave = waves.wave(wave_id=award.wave_id)
    scheme = scheme_of(wave=wave)[1] if wave else None
    if scheme is None or scheme.code != award.scheme:
        raise LookupError(f"award {award.id} has no scheme")
    return scheme


def training_aid_of(*, award: AwardView) -> int:
    """The part of an award that is for training (R029), in whole rupiah; 0 where there is none."""
    part = scheme_of_award(award=award).part(TRAINING_AID)
    return part.total if part else 0


def statement(*, award_id: int) -> Sequence[Movement]:
    """Every movement of an award's training balance, first come first, with the balance after it.

    Amounts are signed whole rupiah: grants and voids above zero, purchases and forfeits below.
    """
    purse = balance_of(award_id)
    return ledger.movements(kind=purse.kind, holder=purse.holder)


def view_of(row: Award) -> AwardView:
    """An award as others may see it."""
    return AwardView(
        id=row.id,
        state=row.state,
        scheme=row.scheme,
        amount=row.amount,
        awarded_at=row.awarded_at,
        programme_version_id=row.programme_version_id,
        person_id=row.person_id,
        wave_id=row.candidate.draw.wave_id,
        ticket=row.candidate.ticket,
        purchase_by=row.purchase_by,
        spend_by=row.spend_by,
        accepted_at=row.accepted_at,
        ended_at=row.ended_at,
        end_reason=row.end_reason,
    )


def _awards() -> "QuerySet[Award]":
    return Award.objects.select_related("candidate__draw")
