"""Who waits with a ticket looks about when their turn comes."""

from datetime import UTC, datetime, timedelta
from random import Random

from hypothesis import given, strategies as st

from gelombang.kit.tokens import microseconds
from gelombang.rehearsal.surge.waiting import Waiter

NOW = datetime(2026, 1, 5, 12, tzinfo=UTC)


def document(*, back: float, waiting: int, rate: float = 1_000) -> dict:
    """The queue is called up to so many seconds before now."""
    watermark = microseconds(NOW - timedelta(seconds=back))
    return {
        "state": "open", "watermark": watermark, "waiting": waiting, "served_per_second": rate,
    }  # fmt: skip


def waiter(*, back: float, ahead: int = 10**9) -> Waiter:
    return Waiter("t", microseconds(NOW - timedelta(seconds=back)), ahead)


def test_who_stands_halfway_has_half_of_the_waiting_before_them():
    half = waiter(back=30)
    half.pause(document(back=60, waiting=200_000), Random(0), real_now=NOW)
    assert half.ahead == 100_000


def test_the_next_look_comes_when_the_turn_does():
    pause = waiter(back=30).pause(document(back=60, waiting=200_000), Random(0), real_now=NOW)
    assert 100 <= pause <= 130


def test_the_number_before_somebody_never_grows():
    near = waiter(back=30, ahead=5)
    near.pause(document(back=60, waiting=200_000), Random(0), real_now=NOW)
    assert near.ahead == 5


@given(st.floats(0, 10**6), st.floats(0, 10**6), st.integers(0, 10**7), st.floats(0, 10**5))
def test_looks_stay_within_their_limits(back, mark, waiting, rate):
    shown = document(back=mark, waiting=waiting, rate=rate)
    assert 20 <= waiter(back=back).pause(shown, Random(0), real_now=NOW) <= 781
