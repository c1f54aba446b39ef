"""The token bucket, and when a partner is left alone (R066)."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from itertools import accumulate
from random import Random

import pytest
from hypothesis import given, settings, strategies as st

from gelombang.kit.clock import WIB
from gelombang.records.partners.rules import (
    FAILURES_BEFORE_REST,
    FURTHEST,
    LATEST,
    LONGEST_REST,
    LONGEST_RETRY,
    PROBES,
    SHORTEST_RETRY,
    Bucket,
    Concurrency,
    adapt,
    calls_at_once,
    is_closed,
    latest_after,
    next_opening,
    next_quota_day,
    reserve,
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


@st.composite
def days_of_work(draw):
    """A contract, and what some workers reserve and send of it."""
    rate = draw(st.integers(1, 600))
    steps = draw(
        st.lists(
            st.tuples(
                st.integers(0, 400_000),  # microseconds until the next one reserves
                st.integers(0, 300),  # how many it wants
                st.integers(0, 20_000),  # how old its instant is when it has the answer
                st.integers(0, 20_000),  # how late it sends
                st.integers(0, 5),  # how many of the last it hands back before anybody reserves
                st.integers(0, 100),  # how many of the others it hands back because they are late
            ),
            min_size=1,
            max_size=30,
        )
    )
    return rate, steps


@settings(max_examples=400, deadline=None)
@given(days_of_work())
def test_reserved_calls_keep_the_contract_in_every_second(day):
    rate, steps = day
    held = bucket(rate, max(1, rate * 5 // 100))
    sent, true = [], 10_000_000
    for pause, want, old, late, back, missed in steps:
        true += pause
        shown = START + timedelta(microseconds=true)
        delays, held = reserve(held, want=want, ahead=timedelta(seconds=0.5), real_now=shown)
        assert delays == sorted(delays)
        kept = delays[: max(0, len(delays) - back)]
        until = held.reserved_until if kept == delays or not kept else shown + kept[-1]
        kept = kept[missed:]
        held = replace(held, permits=held.permits + len(delays) - len(kept), reserved_until=until)
        sent += [true + old + late + delay // timedelta(microseconds=1) for delay in kept]
    sent.sort()
    allowed = rate + max(1, rate * 5 // 100)
    for first, after in zip(sent, sent[allowed:], strict=False):
        assert after - first >= 1_000_000, "more than agreed within a second"


@pytest.mark.parametrize("rate", [1, 8, 20, 39, 59, 100, 200, 500])
def test_reserving_uses_nearly_all_of_the_contract(rate):
    held, sent = bucket(rate, max(1, rate // 20)), 0
    for round_ in range(600):  # a round each 50 ms, for 30 seconds
        at = START + timedelta(milliseconds=50 * round_)
        delays, held = reserve(held, want=1000, ahead=timedelta(seconds=0.5), real_now=at)
        sent += len(delays)
    assert rate * 30 * 0.97 <= sent <= rate * 30.5 + 1


@pytest.mark.parametrize(
    ("rate", "one_of"), [(8, 50), (20, 50), (39, 100), (59, 50), (100, 50), (200, 50), (500, 50)]
)
@pytest.mark.parametrize("in_rounds", [False, True])
def test_moments_that_went_by_are_made_up_for(rate, one_of, in_rounds):
    """Late calls, one by one or a whole round of them: 95 of 100 are used all the same."""
    held, sent, chance = bucket(rate, max(1, rate // 20)), 0, Random(rate)
    for round_ in range(1200):  # a minute
        at = START + timedelta(milliseconds=50 * round_)
        delays, held = reserve(held, want=1000, ahead=timedelta(seconds=0.5), real_now=at)
        if in_rounds:
            late = len(delays) if chance.random() < 1 / one_of else 0
        else:
            late = sum(chance.random() < 1 / one_of for _ in delays)
        held = replace(held, permits=held.permits + late)
        sent += len(delays) - late
    assert sent >= rate * 60 * 0.95


def test_a_clock_that_goes_back_is_no_reason_to_wait_or_to_send_more():
    half = timedelta(seconds=0.5)
    delays, held = reserve(bucket(100, 5), want=1000, ahead=half, real_now=START)
    assert len(delays) in {48, 49}
    earlier = START - timedelta(hours=1)
    delays, held = reserve(held, want=1000, ahead=half, real_now=earlier)
    assert delays == []
    delays, held = reserve(held, want=1000, ahead=half, real_now=earlier + half)
    assert delays == []
    delays, _ = reserve(held, want=1000, ahead=half, real_now=earlier + FURTHEST + half)
    assert len(delays) in {48, 49, 50}


def test_a_worker_that_reserves_less_far_ahead_leaves_the_reservations_of_others():
    far, near = timedelta(seconds=4), timedelta(seconds=2)
    delays, held = reserve(bucket(100, 5), want=1000, ahead=far, real_now=START)
    none, held = reserve(held, want=1000, ahead=near, real_now=START + timedelta(seconds=0.1))
    assert none == []
    assert held.reserved_until == START + delays[-1]


def test_nothing_is_reserved_beyond_the_horizon_and_a_failing_partner_gets_probes():
    delays, _ = reserve(bucket(100, 5), want=1000, ahead=timedelta(seconds=0.5), real_now=START)
    assert len(delays) in {48, 49}
    assert max(delays) <= timedelta(seconds=0.5)
    failing = bucket(500, 25, failures_in_row=FAILURES_BEFORE_REST)
    probes, _ = reserve(failing, want=50, ahead=timedelta(seconds=0.5), real_now=START)
    assert len(probes) == PROBES


ROUND = {"throttled": 0, "held_back": True, "most": 1000}


def test_calls_at_once_grow_while_the_limit_holds_back_and_stop_at_the_most():
    held = Concurrency()
    for _ in range(200):
        held = adapt(held, answered_in=[0.1] * 20, called_for=[0.1] * 20, **ROUND)
    assert held.limit == 1000
    idle = adapt(
        Concurrency(), answered_in=[0.1], called_for=[0.1], **{**ROUND, "held_back": False}
    )
    assert idle.limit == Concurrency().limit


def test_a_crowded_partner_is_asked_less_at_once_and_random_failures_change_nothing():
    held = adapt(Concurrency(limit=500), answered_in=[0.1], called_for=[0.1], **ROUND)
    crowded = held
    for _ in range(20):
        crowded = adapt(crowded, answered_in=[1.0], called_for=[1.0], **ROUND)
    assert crowded.limit < 60
    failing = adapt(held, answered_in=[0.1] * 7, called_for=[0.1] * 7 + [10.0] * 3, **ROUND)
    assert failing.limit > held.limit


@given(
    limit=st.floats(1, 2000),
    seconds=st.lists(st.floats(0, 12), max_size=20),
    throttled=st.integers(0, 3),
    held_back=st.booleans(),
    most=st.integers(1, 2000),
)
def test_the_limit_stays_in_its_bounds(limit, seconds, throttled, held_back, most):
    found = adapt(
        Concurrency(limit=limit), answered_in=seconds, called_for=seconds,
        throttled=throttled, held_back=held_back, most=most,
    )  # fmt: skip
    assert 1 <= found.limit <= max(1, most)
    if throttled:
        assert found.limit <= max(1.0, limit)


def test_while_people_wait_too_long_the_contracts_rate_decides_how_many_are_under_way():
    slow = Concurrency(limit=10, usual=2.0, mean=2.0)
    half = {"calls_per_second": 100, "ahead": timedelta(seconds=0.5), "most": 1500}
    late, soon = timedelta(minutes=1), timedelta(seconds=0.05)
    assert calls_at_once(slow, queue_age=late, throttled=False, **half) == 250
    assert calls_at_once(slow, queue_age=soon, throttled=False, **half) == 20
    assert calls_at_once(slow, queue_age=late, throttled=True, **half) == 20
    assert calls_at_once(slow, queue_age=late, throttled=False, **{**half, "most": 99}) == 99


@pytest.mark.parametrize(
    ("opens", "expected"),
    [
        ("06:00", datetime(2020, 4, 14, 6, tzinfo=WIB)),
        ("22:30", datetime(2020, 4, 13, 22, 30, tzinfo=WIB)),
        ("22:00", datetime(2020, 4, 14, 22, tzinfo=WIB)),
        ("", datetime(2020, 4, 13, 22, 15, tzinfo=WIB)),
    ],
)
def test_closed_hours_end_at_the_known_instant(opens, expected):
    assert next_opening(datetime(2020, 4, 13, 22, tzinfo=WIB), opens=opens) == expected


def test_only_a_pace_that_one_process_can_keep_forbids_lateness():
    assert latest_after(calls_per_second=500) == LATEST
    assert latest_after(calls_per_second=100_000) > timedelta(seconds=1)
