"""How partners do."""

from dataclasses import dataclass
from datetime import datetime

from gelombang.records.partners.models import Partner
from gelombang.records.partners.rules import is_closed
from gelombang.records.programme import queries as programme
from gelombang.records.programme.terms import PartnerContract


@dataclass(frozen=True, slots=True)
class Agreed:
    """What a version of the programme says about a partner."""

    contract: PartnerContract
    version: int  # its id


@dataclass(frozen=True, slots=True)
class PartnerView:
    """The pace and health of a partner."""

    code: str
    name: str
    calls_per_second: int
    batch_size: int
    calls: int
    answers: int
    outages: int
    wrong_answers: int
    throttled: int
    unsent: int
    failures_in_row: int
    stopped_reason: str
    parked_until: datetime | None
    resting_until: datetime | None

    @property
    def records_per_second(self) -> int:
        """What the contract lets us ask at most."""
        return self.calls_per_second * self.batch_size

    def is_parked(self, *, now: datetime) -> bool:
        """Whether its quota of the day or its hours forbid asking, by virtual time."""
        return self.parked_until is not None and now < self.parked_until

    def is_closed(self, *, now: datetime, real_now: datetime) -> bool:
        """Whether nothing may be asked: stopped, parked (virtual time) or resting (real time)."""
        return is_closed(
            stopped_reason=self.stopped_reason,
            parked_until=self.parked_until,
            resting_until=self.resting_until,
            now=now,
            real_now=real_now,
        )


def agreed(*, code: str) -> Agreed | None:
    """A partner's contract as the programme in force has it; None without a programme or contract.

    The programme is the one truth about contracts; `actions.provide` brings them into force.
    """
    version = programme.current()
    if version is None:
        return None
    found = (each for each in version.programme.partners if each.code == code)
    return next((Agreed(contract, version.id) for contract in found), None)


def partners() -> list[PartnerView]:
    """Every partner, by code."""
    return [_view(row) for row in Partner.objects.order_by("code")[:1000]]


def partner(*, code: str) -> PartnerView | None:
    """One partner, or None before its contract was loaded."""
    row = Partner.objects.filter(code=code).first()
    return _view(row) if row else None


def _view(row: Partner) -> PartnerView:
    return PartnerView(
        code=row.code,
        name=row.name,
        calls_per_second=row.calls_per_second,
        batch_size=row.batch_size,
        calls=row.calls,
        answers=row.answers,
        outages=row.outages,
        wrong_answers=row.wrong_answers,
        throttled=row.throttled,
        unsent=row.unsent,
        failures_in_row=row.failures_in_row,
        stopped_reason=row.stopped_reason,
        parked_until=row.parked_until,
        resting_until=row.resting_until,
    )
