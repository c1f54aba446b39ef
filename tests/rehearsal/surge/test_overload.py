"""The ramp to the knee, and what counts as goodput."""

import pytest

from gelombang.rehearsal.surge.overload import FIRST_RATE, GROWTH, Step, knee_of, next_rate


def step(rate: float, *, p99: float = 20.0, missing: int = 0) -> Step:
    offered = round(rate)
    return Step(rate, offered, offered - missing, p99)


def test_the_rate_grows_until_one_is_not_kept_then_the_gap_is_halved():
    assert next_rate([]) == FIRST_RATE
    kept = [step(FIRST_RATE)]
    assert next_rate(kept) == pytest.approx(FIRST_RATE * GROWTH)
    broken = [step(1000), step(2000, p99=900)]
    assert next_rate(broken) == 1500
    assert next_rate([*broken, step(1500)]) == 1750
    assert next_rate([*broken, step(1500), step(1750, missing=1)]) is None


def test_the_knee_is_the_highest_rate_at_which_everybody_got_in_soon():
    assert knee_of([step(1000), step(2000, p99=501), step(1500, missing=3), step(1250)]) == 1250
    assert knee_of([step(600, p99=900)]) == 0.0
