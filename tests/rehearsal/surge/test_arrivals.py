"""Who comes when in a surge, and what is made of the times afterwards."""

from random import Random

import pytest

from gelombang.rehearsal.surge.arrivals import (
    Bursts,
    burst_starts,
    read_bursts,
    recovered_after,
    schedule,
)


def test_bursts_are_read_and_part_of_the_people():
    assert read_bursts("3x4000") == Bursts(3, 4000)
    bursts = Bursts(3, 400)
    arrivals = schedule(Random(1), people=8000, seconds=60.0, bursts=bursts)
    assert len(arrivals) == 8000
    assert arrivals == sorted(arrivals)
    assert 0.0 <= arrivals[0] <= arrivals[-1] <= 60.0
    for begins in burst_starts(seconds=60.0, bursts=bursts):
        there = sum(begins <= each < begins + 1.0 for each in arrivals)
        assert there >= 400
    quiet = sum(2.0 <= each < 3.0 for each in arrivals)
    assert quiet < 250  # 6,800 others in 60 s are 113 a second


@pytest.mark.parametrize("text", ["", "3", "x4000", "3x", "0x5", "3x0", "-1x5", "3 x 4000 people"])
def test_other_words_are_no_bursts(text):
    with pytest.raises(ValueError, match="COUNTxPEOPLE"):
        read_bursts(text)


@pytest.mark.parametrize(
    ("people", "seconds", "bursts"), [(100, 60.0, Bursts(3, 40)), (9000, 2.0, Bursts(3, 40))]
)
def test_bursts_that_do_not_fit_are_refused(people, seconds, bursts):
    with pytest.raises(ValueError, match="bursts"):
        schedule(Random(1), people=people, seconds=seconds, bursts=bursts)


def test_recovery_is_counted_from_the_last_slow_second_after_the_spike():
    arrivals = [9.5, 10.1, 11.2, 12.3, 13.4]
    assert recovered_after(arrivals, [9e9, 900, 800, 20, 30], ends=10.0, limit=500) == 2.0
    assert recovered_after(arrivals, [9e9, 9, 9, 9, 9], ends=10.0, limit=500) == 0.0
    assert recovered_after(arrivals, [9, 9, 9, 9, 900], ends=10.0, limit=500) is None
    assert recovered_after([1.0], [9], ends=10.0, limit=500) is None
