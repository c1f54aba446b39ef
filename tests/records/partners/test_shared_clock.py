"""The database's clock is known better than the slowest answer, and never taken to be ahead."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given, strategies as st

from gelombang.records.partners import shared_clock
from gelombang.records.partners.shared_clock import SharedClock

BEGAN = datetime(2026, 1, 1, tzinfo=UTC)


@pytest.fixture
def at(monkeypatch):
    """Sets our own clock: each further look at it gives the next of these seconds."""

    def set_to(*seconds):
        looks = iter(seconds)
        monkeypatch.setattr(shared_clock.time, "monotonic", lambda: next(looks))

    return set_to


def test_a_slow_answer_takes_the_exactness_of_a_quick_one_before(at):
    clock = SharedClock()
    at(10.0, 10.001)
    assert clock.read(lambda: BEGAN).blur == timedelta(milliseconds=1)
    at(12.0, 12.030)
    slow = clock.read(lambda: BEGAN + timedelta(seconds=2.010))
    assert slow.blur < timedelta(milliseconds=4)
    assert slow.since == 12.030
    assert BEGAN + timedelta(seconds=2.027) < slow.shared < BEGAN + timedelta(seconds=2.031)


def test_a_clock_that_was_set_is_believed_at_once(at):
    clock = SharedClock()
    at(10.0, 10.001)
    clock.read(lambda: BEGAN)
    at(11.0, 11.005)
    later = clock.read(lambda: BEGAN - timedelta(hours=1))
    assert (later.shared, later.blur) == (BEGAN - timedelta(hours=1), timedelta(milliseconds=5))


answers = st.lists(
    st.tuples(st.floats(0.0, 5.0), st.floats(0.0, 0.1), st.floats(0.0, 1.0)), min_size=1
)


@given(answers=answers, offset=st.floats(-1000, 1000))
def test_the_true_instant_is_always_within_what_is_said(answers, offset):
    clock, now = SharedClock(), 0.0
    with pytest.MonkeyPatch.context() as patch:
        for wait, took, share in answers:
            looks = iter([now + wait, now + wait + took])
            patch.setattr(shared_clock.time, "monotonic", lambda looks=looks: next(looks))
            answered = BEGAN + timedelta(seconds=offset + now + wait + share * took)
            read = clock.read(lambda answered=answered: answered)
            now += wait + took
            truth = BEGAN + timedelta(seconds=offset + now)
            jot = timedelta(microseconds=5)
            assert read.shared - jot <= truth <= read.shared + read.blur + jot
            assert read.shared >= answered
