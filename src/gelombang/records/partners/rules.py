"""How fast a partner may be asked, and when it is left alone (R066).

Permits are a token bucket in real time, so that several workers together keep one contract.
A partner's own day quota and hours run by virtual time; its failures are waited out in real time.
"""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from decimal import ROUND_DOWN, Decimal

from gelombang.kit.clock import WIB

_MICRO = Decimal("0.000001")

FAILURES_BEFORE_REST = 20  # so many outages in a row, and it is down rather than unlucky
SHORTEST_REST = timedelta(seconds=1)
LONGEST_REST = timedelta(seconds=15)
PROBES = 2  # permits for a partner that has just failed so often: try, do not storm
HOURS_PARK = timedelta(minutes=15)  # outside its hours: ask again after this virtual time

SHORTEST_RETRY = timedelta(seconds=1)
LONGEST_RETRY = timedelta(minutes=5)


@dataclass(frozen=True, slots=True)
class Bucket:
    """The permits of a partner at its latest refill, and its health."""

    calls_per_second: int
    burst: int
    permits: Decimal
    refilled_at: datetime
    failures_in_row: int = 0


def take(bucket: Bucket, *, want: int, real_now: datetime) -> tuple[int, Bucket]:
    """How many of `want` calls may be made now, and the bucket after them.

    A clock that went back refills nothing. A partner that failed too often gets a few probes.
    """
    elapsed = max(real_now - bucket.refilled_at, timedelta())
    gained = Decimal(elapsed // timedelta(microseconds=1)) * bucket.calls_per_second * _MICRO
    available = min(Decimal(bucket.burst), bucket.permits + gained)
    allowed = min(want, int(available.to_integral_value(rounding=ROUND_DOWN)))
    if bucket.failures_in_row >= FAILURES_BEFORE_REST:
        allowed = min(allowed, PROBES)
    granted = max(allowed, 0)
    return granted, replace(
        bucket,
        permits=(available - granted).quantize(_MICRO, rounding=ROUND_DOWN),
        refilled_at=max(real_now, bucket.refilled_at),
    )


def is_closed(
    *,
    stopped_reason: str,
    parked_until: datetime | None,
    resting_until: datetime | None,
    now: datetime,
    real_now: datetime,
) -> bool:
    """Whether nothing may be asked: stopped, parked (virtual time) or resting (real time)."""
    return bool(
        stopped_reason
        or (parked_until and now < parked_until)
        or (resting_until and real_now < resting_until)
    )


def rest_after(failures_in_row: int) -> timedelta | None:
    """How long a partner is left alone after so many outages in a row; None if it may be luck."""
    if failures_in_row < FAILURES_BEFORE_REST:
        return None
    doublings = min((failures_in_row - FAILURES_BEFORE_REST) // PROBES, 16)
    return min(LONGEST_REST, SHORTEST_REST * (1 << doublings))


def retry_after(*, attempts: int, salt: int) -> timedelta:
    """How long one question waits after its `attempts`-th unknown outcome, in real time.

    Doubles up to five minutes, and is spread by `salt` (the question's number) by up to a half
    more, so that what failed together does not come back together.
    """
    step = min(LONGEST_RETRY, SHORTEST_RETRY * (1 << min(max(attempts, 1) - 1, 16)))
    return step + step * (salt * 2654435761 % 1000) / 2000


def next_quota_day(now: datetime) -> datetime:
    """The virtual instant at which day quotas start anew: midnight WIB."""
    local = now.astimezone(WIB)
    return (local + timedelta(days=1)).replace(hour=0, minute=0, second=0, microsecond=0)
