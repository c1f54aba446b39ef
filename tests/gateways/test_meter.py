"""The meter of invented partners: any one-second window, and who was asked twice."""

import time

from hypothesis import given, strategies as st

from gelombang.gateways.meter import Meter, allowed_in_window


def test_a_contract_lets_a_burst_of_a_twentieth_come_at_once_and_at_least_one():
    assert [allowed_in_window(rate) for rate in (1, 8, 40, 500)] == [2, 9, 42, 525]


def test_what_comes_on_top_within_any_second_is_an_overrun():
    meter = Meter(calls_per_second=8)
    for number in range(9):
        meter.note_call(at=0.9 + number / 100)
    assert meter.overruns == 0
    meter.note_call(at=1.5)  # another second by the clock, the same by the window
    assert meter.overruns == 1
    meter.note_call(at=1.95)
    assert meter.overruns == 1, "the first of them is more than a second ago"
    assert meter.reading()["calls"] == 11


def test_a_meter_that_was_held_up_tells_what_may_only_look_too_many():
    meter = Meter(calls_per_second=100)
    meter.note_stall(0.1, at=0.99)
    for _ in range(120):
        meter.note_call(at=1.0)
    assert (meter.bunched, meter.overruns) == (10, 5), "a tenth of a second brings ten at most"
    for _ in range(106):
        meter.note_call(at=2.5)
    assert (meter.bunched, meter.overruns) == (10, 6)


def test_without_a_contract_nothing_is_too_much():
    meter = Meter()
    for _ in range(1000):
        meter.note_call(at=1.0)
    assert meter.reading()["overruns"] == 0


@given(rate=st.integers(1, 60), gaps=st.lists(st.floats(0, 0.4), min_size=1, max_size=200))
def test_overruns_are_what_a_slow_count_finds(rate, gaps):
    meter, at, allowed, kept, over = (
        Meter(calls_per_second=rate),
        0.0,
        allowed_in_window(rate),
        [],
        0,
    )
    for gap in gaps:
        at += gap
        meter.note_call(at=at)
        if sum(1 for each in kept if each > at - 1.0) >= allowed:
            over += 1
        else:
            kept.append(at)
    assert meter.overruns == over


def test_a_person_is_asked_twice_only_about_the_same_data():
    meter = Meter()
    for version in ("a|1", "a|2", "a|1"):
        meter.note_asked(version)
        meter.note_answer("a", version)
    reading = meter.reading()
    assert (reading["people"], reading["records"], reading["asked_twice"]) == (1, 3, 1)


def test_a_rest_that_was_asked_for_is_told_until_it_is_over():
    meter = Meter()
    meter.note_rest(10.0, at=time.monotonic())
    meter.note_rest(1.0, at=time.monotonic())
    assert 9_000 < meter.reading()["rest_milliseconds"] <= 10_000
    over = Meter()
    over.note_rest(1.0, at=time.monotonic() - 2.0)
    assert over.reading()["rest_milliseconds"] == 0
