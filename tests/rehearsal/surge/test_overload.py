"""The ramp to the knee, and what counts as goodput."""

import pytest

from gelombang.rehearsal.surge.overload import Ramp, Step, knee_of, sustained

RAMP = Ramp(first=600, growth=1.3, halvings=2, seconds=6)


def step(rate: float, *, p99: float = 20.0, missing: int = 0) -> Step:
    offered = round(rate)
    return Step(rate, offered, offered - missing, p99)


def test_the_rate_grows_until_one_is_not_kept_then_the_gap_is_halved():
    assert RAMP.next_rate([]) == 600
    assert RAMP.next_rate([step(600)]) == pytest.approx(780)
    broken = [step(1000), step(2000, p99=900)]
    assert RAMP.next_rate(broken) == 1500
    assert RAMP.next_rate([*broken, step(1500)]) == 1750
    assert RAMP.next_rate([*broken, step(1500), step(1750, missing=1)]) is None


def test_the_knee_of_an_admission_is_looked_for_on_both_sides_of_it():
    ramp = sustained(1000, seconds=60)
    first = ramp.next_rate([])
    second = ramp.next_rate([step(first)])
    assert (first, second) == (pytest.approx(850), pytest.approx(1020))
    assert ramp.next_rate([step(first), step(second, missing=9)]) == pytest.approx(935)


def test_the_knee_is_the_highest_rate_at_which_everybody_got_in_soon():
    assert knee_of([step(1000), step(2000, p99=501), step(1500, missing=3), step(1250)]) == 1250
    assert knee_of([step(600, p99=900)]) == 0.0
