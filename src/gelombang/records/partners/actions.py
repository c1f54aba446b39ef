"""Contracts, permits, parking and stopping."""

from dataclasses import asdict
from datetime import datetime

from gelombang import store
from gelombang.records.audit import actions as audit
from gelombang.records.partners.models import Partner
from gelombang.records.partners.queries import Agreed
from gelombang.records.partners.rules import Bucket, is_closed, rest_after, take
from gelombang.records.programme.terms import PartnerContract


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
        if is_closed(
            stopped_reason=row.stopped_reason,
            parked_until=row.parked_until,
            resting_until=row.resting_until,
            now=now,
            real_now=real_now,
        ):
            return 0
        bucket = Bucket(
            calls_per_second=row.calls_per_second,
            burst=row.burst,
            permits=row.permits,
            refilled_at=row.refilled_at,
            failures_in_row=row.failures_in_row,
        )
        granted, after = take(bucket, want=want, real_now=real_now)
        row.permits, row.refilled_at = after.permits, after.refilled_at
        row.calls += granted
        row.save(update_fields=["permits", "refilled_at", "calls"])
        return granted


def tell(*, partner: str, answers: int, outages: int, real_now: datetime) -> None:
    """Count usable answers and outages; a partner that only fails is left alone for a while."""
    with store.transaction():
        row = Partner.objects.select_for_update().get(code=partner)
        row.answers += answers
        row.outages += outages
        row.failures_in_row = 0 if answers else row.failures_in_row + outages
        rest = rest_after(row.failures_in_row)
        row.resting_until = real_now + rest if rest and outages else None
        row.save(update_fields=["answers", "outages", "failures_in_row", "resting_until"])


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
