"""Contracts, permits, parking and stopping."""

import time
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta

from django.db.models import F

from gelombang import store
from gelombang.records.audit import actions as audit
from gelombang.records.partners.models import Partner
from gelombang.records.partners.queries import Agreed
from gelombang.records.partners.rules import (
    FAILURES_BEFORE_REST,
    PROBE_WAIT,
    Bucket,
    is_closed,
    latest_after,
    reserve,
    rest_after,
    take,
)
from gelombang.records.partners.shared_clock import SharedClock
from gelombang.records.programme.terms import PartnerContract

_SHARED_CLOCK = SharedClock()  # the same for every thread of this process


def provide(*, agreed: Agreed, actor: str, now: datetime, real_now: datetime) -> bool:
    """Keep to the contract of a programme version from now on; False when it was kept to already.

    Only a later version changes a contract, and its permits and health stay. May be repeated.
    """
    contract = asdict(agreed.contract)
    with store.transaction():
        changed = store.execute(
            store.statement(__package__, "provide"),
            {**contract, "version": agreed.version, "real_now": real_now},
        )
        if changed:
            audit.note(
                actor=actor,
                action="partners.provide",
                subject=f"partner:{agreed.contract.code}",
                detail={**contract, "programme_version": agreed.version},
                now=now,
                real_now=real_now,
            )
        return bool(changed)


def agree(
    *, contract: PartnerContract, reason: str, actor: str, now: datetime, real_now: datetime
) -> None:
    """Change what was agreed with a partner; workers keep to it from their next permit on.

    It holds until a later version of the programme is loaded: what that one says counts then.
    Raises ValueError for a pace that asks nothing, Partner.DoesNotExist for an unknown partner.
    """
    if min(contract.calls_per_second, contract.burst, contract.batch_size) < 1:
        raise ValueError("a contract allows at least one call and one record")
    with store.transaction():
        row = Partner.objects.select_for_update().get(code=contract.code)
        row.name = contract.name
        row.calls_per_second = contract.calls_per_second
        row.burst, row.batch_size = contract.burst, contract.batch_size
        row.save(update_fields=["name", "calls_per_second", "burst", "batch_size"])
        audit.note(
            actor=actor,
            action="partners.agree",
            subject=f"partner:{contract.code}",
            detail={**asdict(contract), "reason": reason},
            now=now,
            real_now=real_now,
        )


def take_permits(*, partner: str, want: int, now: datetime, real_now: datetime) -> int:
    """How many of `want` calls may be made now; they count as made (R066).

    0 while the partner is stopped, parked (`now`, virtual) or resting (`real_now`), or its bucket
    is empty. Raises Partner.DoesNotExist for a partner without a contract.
    """
    with store.transaction():
        row = Partner.objects.select_for_update().get(code=partner)
        if _is_closed(row, now=now, real_now=real_now):
            return 0
        granted, after = take(_bucket(row), want=want, real_now=real_now)
        _keep(row, after, granted=granted, real_now=real_now)
        return granted


@dataclass(frozen=True, slots=True)
class Reservation:
    """Calls that may be sent, each after its delay from `since`, a monotonic second."""

    since: float
    delays: Sequence[timedelta]
    latest: timedelta = timedelta()
    """How much later than its delay a call may still be sent."""


def reserve_calls(
    *, partner: str, want: int, ahead: timedelta, now: datetime, real_now: datetime
) -> Reservation:
    """Reserve up to `want` calls; they count as made until they are handed back (R066).

    All processes and machines together stay within the contract in any second, as long as each
    sends no later than `latest` after its delay, or hands the permit back. The pace is by the
    database's clock, the one that all machines share. Nothing is reserved while the partner is
    stopped, parked or resting. Raises Partner.DoesNotExist without a contract.
    """
    with store.transaction():
        row = Partner.objects.select_for_update().get(code=partner)
        if want <= 0 or _is_closed(row, now=now, real_now=real_now):
            return Reservation(time.monotonic(), ())
        read = _SHARED_CLOCK.read(_clock)
        latest = latest_after(calls_per_second=row.calls_per_second) - read.blur
        if latest <= timedelta():
            return Reservation(read.since, ())  # whatever the moments were, none could be kept
        delays, after = reserve(_bucket(row), want=want, ahead=ahead, real_now=read.shared)
        _keep(row, after, granted=len(delays), real_now=real_now)
        return Reservation(read.since, delays, latest)


def _clock() -> datetime:
    instant: datetime = store.fetch_value(store.statement(__package__, "clock"))
    return instant


def hand_back_late(*, partner: str, calls: int) -> None:
    """Give back the permits of reserved calls that were not sent in time.

    Their moments are past and stay empty; later moments move together for them, never closer than
    the spacing of the contract.
    """
    if calls <= 0:
        return
    with store.transaction():
        Partner.objects.filter(code=partner).update(
            permits=F("permits") + calls, calls=F("calls") - calls, unsent=F("unsent") + calls
        )


def _is_closed(row: Partner, *, now: datetime, real_now: datetime) -> bool:
    return is_closed(
        stopped_reason=row.stopped_reason,
        parked_until=row.parked_until,
        resting_until=row.resting_until,
        now=now,
        real_now=real_now,
    )


def _bucket(row: Partner) -> Bucket:
    return Bucket(
        calls_per_second=row.calls_per_second,
        burst=row.burst,
        permits=row.permits,
        refilled_at=row.refilled_at,
        failures_in_row=row.failures_in_row,
        reserved_until=row.reserved_until,
    )


def _keep(row: Partner, after: Bucket, *, granted: int, real_now: datetime) -> None:
    row.permits, row.refilled_at = after.permits, after.refilled_at
    row.reserved_until = after.reserved_until
    row.calls += granted
    if granted and row.failures_in_row >= FAILURES_BEFORE_REST:
        row.resting_until = real_now + PROBE_WAIT  # until somebody tells what became of the probes
    row.save(
        update_fields=[
            "permits", "refilled_at", "reserved_until", "calls", "resting_until",
        ]
    )  # fmt: skip


def tell(
    *,
    partner: str,
    answers: int,
    outages: int,
    real_now: datetime,
    outrun: int = 0,
    is_up: bool = False,
    wrong_answers: int = 0,
    asked_to_wait: Sequence[timedelta] = (),
) -> None:
    """Count what became of calls; a partner that only fails is left alone for a while.

    `outrun` are outages of calls that were sent before one that showed the partner to be up, by an
    answer or otherwise (`is_up`: it told us that our day is over, say), and `wrong_answers` those
    about somebody else; both are counted among the outages too. `asked_to_wait` has a time for each
    refusal for our pace.
    """
    with store.transaction():
        row = Partner.objects.select_for_update().get(code=partner)
        row.answers += answers
        row.outages += outages
        row.wrong_answers += wrong_answers
        row.throttled += len(asked_to_wait)
        in_row = outages - outrun
        was_down = row.failures_in_row >= FAILURES_BEFORE_REST
        row.failures_in_row = 0 if answers or is_up else row.failures_in_row + in_row
        rest = rest_after(row.failures_in_row) if in_row else None
        longest = max(filter(None, (rest, *asked_to_wait)), default=None)
        if longest is not None:
            row.resting_until = max(real_now + longest, row.resting_until or real_now)
        elif answers and was_down:
            row.resting_until = None  # a rest that it asked for is kept, whatever comes back late
        row.save(
            update_fields=[
                "answers", "outages", "wrong_answers", "throttled", "failures_in_row",
                "resting_until",
            ]
        )  # fmt: skip


def park(*, partner: str, until: datetime) -> None:
    """Ask nothing before the virtual instant `until`: its day quota is used, or it is closed."""
    with store.transaction():
        Partner.objects.filter(code=partner).update(parked_until=until)


def stop(*, partner: str, reason: str, actor: str, now: datetime, real_now: datetime) -> None:
    """Ask nothing more until somebody has repaired our side and calls `resume`.

    A partner that is already stopped keeps its first reason.
    """
    with store.transaction():
        stopped = Partner.objects.filter(code=partner, stopped_reason="").update(
            stopped_reason=reason
        )
        if stopped:
            audit.note(
                actor=actor,
                action="partners.stop",
                subject=f"partner:{partner}",
                detail={"reason": reason},
                now=now,
                real_now=real_now,
            )


def resume(*, partner: str, actor: str, now: datetime, real_now: datetime) -> bool:
    """Ask again: lift a stop, a parking and a rest. False when there was nothing to lift."""
    with store.transaction():
        row = Partner.objects.select_for_update().get(code=partner)
        if not (row.stopped_reason or row.parked_until or row.resting_until):
            return False
        row.stopped_reason, row.parked_until, row.resting_until = "", None, None
        row.failures_in_row = 0
        row.save(
            update_fields=["stopped_reason", "parked_until", "resting_until", "failures_in_row"]
        )
        audit.note(
            actor=actor,
            action="partners.resume",
            subject=f"partner:{partner}",
            now=now,
            real_now=real_now,
        )
        return True
