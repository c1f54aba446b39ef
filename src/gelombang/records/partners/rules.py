"""How fast a partner may be asked, and when it is left alone (R066).

Permits are a token bucket in real time, kept in the database, so that all workers together keep
one contract. Calls may be reserved ahead: each gets the delay after which it is sent, and the
bucket goes below zero by them. Two moments never lie closer together than `spacing`, so no second
holds more than the contract however many permits were handed back. A partner's own day quota and
hours run by virtual time; its failures are waited out in real time.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from decimal import ROUND_DOWN, ROUND_FLOOR, Decimal
from statistics import fmean, median

from gelombang.kit.clock import WIB

_MICRO = Decimal("0.000001")

FAILURES_BEFORE_REST = 20  # so many outages in a row, and it is down rather than unlucky
SHORTEST_REST = timedelta(seconds=1)
LONGEST_REST = timedelta(seconds=15)
PROBES = 2  # calls to a partner that has just failed so often: try, do not storm
PROBE_WAIT = timedelta(seconds=12)  # for their answers, before anybody sends the next ones
PACE_PERCENT = 99  # of the contract, over any longer time
BURST_PERCENT = 5  # of the rate, at least one call: what every contract lets come at once
HOURS_PARK = timedelta(minutes=15)  # outside its hours: ask again after this virtual time

LATEST = timedelta(milliseconds=20)  # after its moment: a call that is later is not sent
FURTHEST = timedelta(seconds=10)  # that any version of ours reserves ahead
LEAD = timedelta(milliseconds=20)  # before the first moment: time to commit, and to wake in
BUNCHING = timedelta(milliseconds=35)
"""By which connecting and the network may bring calls together."""
READING = timedelta(microseconds=20)
"""The same for each call a second: a partner that was held up reads one after the other."""
FASTEST_PACED = 2_000  # calls a second; more than that is a contract without a limit for us
LONGEST_LATENESS = timedelta(seconds=5)

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
    reserved_until: datetime | None = None
    """The latest moment that somebody has; None before the first reservation."""


def take(bucket: Bucket, *, want: int, real_now: datetime) -> tuple[int, Bucket]:
    """How many of `want` calls may be made now, and the bucket after them.

    A clock that went back refills nothing. A partner that failed too often gets a few probes.
    """
    elapsed = max(real_now - bucket.refilled_at, timedelta())
    gained = _microseconds(elapsed) * bucket.calls_per_second * _MICRO
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


def spacing(*, calls_per_second: int, burst: int) -> timedelta:
    """The least time between two moments.

    One more call than a second may hold then spans a second, and all that may shift them against
    each other on top: one sent on time after one sent late, and what the network bunches.
    """
    allowed = calls_per_second + max(1, min(burst, calls_per_second * BURST_PERCENT // 100))
    return (timedelta(seconds=1) + LATEST + BUNCHING + calls_per_second * READING) / allowed


def reserve(
    bucket: Bucket, *, want: int, ahead: timedelta, real_now: datetime
) -> tuple[list[timedelta], Bucket]:
    """After which delay from `real_now` each of up to `want` calls is sent, the last in `ahead`.

    A call is sent when its permit comes into the bucket, at least `spacing` after the one before.
    The pace is a little below what the spacing allows, so permits that are handed back are made up
    for. `real_now` is by one clock for all: two clocks would each see time pass, and spend it
    twice. One that went back refills nothing. A partner that failed too often gets a few probes.
    """
    rate = bucket.calls_per_second
    step = 100 / (rate * PACE_PERCENT)  # seconds in which a permit comes
    most = max(1, min(bucket.burst, rate * BURST_PERCENT // 100))
    elapsed = max(real_now - bucket.refilled_at, timedelta())
    gained = _microseconds(elapsed) * rate * PACE_PERCENT / 100 * _MICRO
    available = min(Decimal(most), bucket.permits + gained)
    if bucket.failures_in_row >= FAILURES_BEFORE_REST:
        want = min(want, PROBES)
    gap = spacing(calls_per_second=rate, burst=bucket.burst).total_seconds()
    # A reservation never reached further than that: if it seems so, the clock went back.
    furthest = real_now + max(ahead, FURTHEST)
    taken = min(bucket.reserved_until or real_now - timedelta(seconds=gap), furthest)
    earliest = max(LEAD.total_seconds(), (taken - real_now).total_seconds() + gap)
    delays: list[timedelta] = []
    for place in range(want):
        moment = max(earliest, (place + 1 - float(available)) * step)
        delay = timedelta(seconds=moment)
        if delay > ahead:
            break
        delays.append(delay)
        earliest = moment + gap
    return delays, replace(
        bucket,
        permits=(available - len(delays)).quantize(_MICRO, rounding=ROUND_FLOOR),
        refilled_at=real_now,
        reserved_until=real_now + delays[-1] if delays else taken,
    )


def latest_after(*, calls_per_second: int) -> timedelta:
    """How late after its moment a call may still be sent.

    Beyond `FASTEST_PACED` one process cannot send as fast as it may, and lateness bunches nothing.
    """
    return LATEST if calls_per_second <= FASTEST_PACED else LONGEST_LATENESS


def _microseconds(duration: timedelta) -> Decimal:
    return Decimal(duration // timedelta(microseconds=1))


@dataclass(frozen=True, slots=True)
class Concurrency:
    """How many calls one process has under way at a partner, and what that rests on."""

    limit: float = 32.0
    usual: float | None = None
    """Seconds that an answer takes when the partner is not crowded."""
    mean: float = 0.0
    """Seconds that a call takes on the whole, hangs included."""


SHRINK = 0.7  # of the limit, when a partner says that it is too much
CROWDED = 2.0  # times the usual time of an answer: then calls queue up at the partner
FORGETS = 1.005  # a round: a partner that became slower for good is not held to its best day
SMOOTHING = 0.1
QUEUE_AGE_TARGET = timedelta(seconds=0.1)


def adapt(
    now_held: Concurrency,
    *,
    answered_in: Sequence[float],
    called_for: Sequence[float],
    throttled: int,
    held_back: bool,
    most: int,
) -> Concurrency:
    """The limit after a round: grow while it holds us back, shrink when the partner is crowded.

    `answered_in` are the seconds of usable answers, `called_for` of all calls. Random failures
    shrink nothing: they are no sign of crowding, and asking slower would not help.
    """
    mean = now_held.mean
    if called_for:
        latest = fmean(called_for)
        mean = latest if not mean else mean + SMOOTHING * (latest - mean)
    usual, limit = now_held.usual, now_held.limit
    middle = median(answered_in) if answered_in else None
    if middle is not None:
        usual = middle if usual is None else min(usual * FORGETS, middle)
    if throttled:
        limit *= SHRINK
    elif middle is not None and usual and held_back:
        room = min(1.0, max(0.5, CROWDED * usual / middle)) if middle > 0 else 1.0
        limit = limit * room + limit**0.5
    return Concurrency(min(float(most), max(1.0, limit)), usual, mean)


def calls_at_once(
    held: Concurrency,
    *,
    calls_per_second: int,
    queue_age: timedelta,
    ahead: timedelta,
    throttled: bool,
    most: int,
) -> int:
    """How many calls may be under way or reserved ahead.

    While people wait longer than they should, as many as the contract's rate needs at the present
    time of a call: what was agreed is used, unless the partner has just said that it is too much.
    """
    reserved = calls_per_second * ahead.total_seconds()
    needed = calls_per_second * (held.mean + ahead.total_seconds())
    own = held.limit + min(reserved, held.limit)
    late = queue_age > QUEUE_AGE_TARGET and not throttled
    return max(1, min(most, int(max(own, needed) if late else own)))


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


def next_opening(now: datetime, *, opens: str) -> datetime:
    """The virtual instant at which a partner opens next; `opens` is HH:MM in WIB.

    Without an hour it is asked again after `HOURS_PARK`.
    """
    if not opens:
        return now + HOURS_PARK
    hour, _, minute = opens.partition(":")
    local = now.astimezone(WIB)
    today = local.replace(hour=int(hour), minute=int(minute), second=0, microsecond=0)
    return today if today > local else today + timedelta(days=1)


def next_quota_day(now: datetime) -> datetime:
    """The virtual instant at which day quotas start anew: midnight WIB."""
    local = now.astimezone(WIB)
    return (local + timedelta(days=1)).replace(hour=0, minute=0, second=0, microsecond=0)
