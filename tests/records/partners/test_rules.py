"""The token bucket, and when a partner is left alone (R066)."""

from datetime import UTC, datetime, timedelta
from decimal import Decimal
from itertools import accumulate

import pytest
from hypothesis import given, strategies as st

from gelombang.kit.clock import WIB
from gelombang.records.partners.rules import (
    FAILURES_BEFORE_REST,
    LONGEST_REST,
    LONGEST_RETRY,
    PROBES,
    SHORTEST_RETRY,
    Bucket,
    is_closed,
    next_quota_day,
    rest_after,
    retry_after,
    take,
)

START = datetime(2020, 4, 13, 3, tzinfo=UTC)
STEPS = st.lists(
    st.tuples(st.integers(-500_000, 2_000_000), st.integers(0, 200)), min_size=1, max_size=40
)


def bucket(rate: int, burst: int, **other) -> Bucket:
    return Bucket(
        calls_per_second=rate, burst=burst, permits=Decimal(burst), refilled_at=START, **other
    )


@given(rate=st.integers(1, 1000), burst=st.integers(1, 100), steps=STEPS)
def test_no_window_gets_more_than_its_rate_and_one_burst(rate, burst, steps):
    """Whatever the clock does: windows are measured by the furthest instant it has shown."""
    held, granted, seen = bucket(rate, burst), [], []
    for offset, (_, want) in zip(accumulate(step for step, _ in steps), steps, strict=True):
        at = START + timedelta(microseconds=offset)
        given_now, held = take(held, want=want, real_now=at)
        assert 0 <= given_now <= want
        assert 0 <= held.permits <= burst
        granted.append(given_now)
        seen.append(max([at, START, *seen[-1:]]))
    for first in range(len(steps)):
        for last in range(first, len(steps)):
            microseconds = (seen[last] - seen[first]) // timedelta(microseconds=1)
            most = burst + Decimal(rate * microseconds) / 1_000_000
            assert sum(granted[first : last + 1]) <= most


@given(rate=st.integers(1, 1000), burst=st.integers(1, 100), back=st.integers(0, 10**12))
def test_a_clock_that_went_back_refills_nothing(rate, burst, back):
    spent, empty = take(bucket(rate, burst), want=burst, real_now=START)
    assert spent == burst
    earlier = START - timedelta(microseconds=back)
    assert take(empty, want=burst, real_now=earlier) == (0, empty)
    assert take(empty, want=burst, real_now=START) == (0, empty)


def test_permits_come_back_at_the_rate_and_gather_up_to_the_burst():
    _, empty = take(bucket(500, 50), want=50, real_now=START)
    for waited, expected in ((1, 0), (2, 1), (20, 10), (100, 50), (10_000, 50)):
        at = START + timedelta(milliseconds=waited)
        assert take(empty, want=1000, real_now=at)[0] == expected


def test_a_rate_of_one_loses_no_fraction_of_a_permit():
    held, granted = bucket(1, 1), 0
    for tenth in range(101):
        now, held = take(held, want=1, real_now=START + timedelta(milliseconds=100 * tenth))
        granted += now
    assert granted == 11  # the one that had gathered, and one a second


def test_a_partner_that_failed_too_often_gets_probes():
    failing = bucket(500, 50, failures_in_row=FAILURES_BEFORE_REST)
    assert take(failing, want=50, real_now=START)[0] == PROBES
    unlucky = bucket(500, 50, failures_in_row=FAILURES_BEFORE_REST - 1)
    assert take(unlucky, want=50, real_now=START)[0] == 50


@given(st.integers(0, 10_000))
def test_rests_grow_and_end(failures):
    rest = rest_after(failures)
    assert (rest is None) == (failures < FAILURES_BEFORE_REST)
    later = rest_after(failures + 1)
    assert rest is None or (later is not None and rest <= later <= LONGEST_REST)


@given(attempts=st.integers(1, 1000), salt=st.integers(0, 10**9))
def test_retries_wait_longer_and_are_spread(attempts, salt):
    wait = retry_after(attempts=attempts, salt=salt)
    step = min(LONGEST_RETRY, SHORTEST_RETRY * 2 ** min(attempts - 1, 20))
    assert step <= wait <= step * 1.5


def test_what_failed_together_does_not_come_back_together():
    assert len({retry_after(attempts=5, salt=salt) for salt in range(100)}) > 90


@pytest.mark.parametrize(
    ("now", "starts"),
    [
        (datetime(2020, 4, 13, 23, 59, 59, tzinfo=WIB), datetime(2020, 4, 14, tzinfo=WIB)),
        (datetime(2020, 4, 14, tzinfo=WIB), datetime(2020, 4, 15, tzinfo=WIB)),
        (datetime(2020, 4, 13, 17, tzinfo=UTC), datetime(2020, 4, 15, tzinfo=WIB)),
        (datetime(2020, 4, 13, 16, tzinfo=UTC), datetime(2020, 4, 14, tzinfo=WIB)),
    ],
)
def test_day_quotas_start_anew_at_midnight_in_jakarta(now, starts):
    assert next_quota_day(now) == starts


def test_parking_runs_by_virtual_time_and_a_rest_by_real_time():
    hour, open_now = timedelta(hours=1), {"stopped_reason": "", "now": START, "real_now": START}
    never = {"parked_until": None, "resting_until": None}
    assert not is_closed(**open_now, **never)
    assert is_closed(**{**open_now, **never, "stopped_reason": "code 03"})
    parked = {**open_now, **never, "parked_until": START + hour}
    assert is_closed(**{**parked, "real_now": START + hour})
    assert not is_closed(**{**parked, "now": START + hour})
    resting = {**open_now, **never, "resting_until": START + hour}
    assert is_closed(**{**resting, "now": START + hour})
    assert not is_closed(**{**resting, "real_now": START + hour})
