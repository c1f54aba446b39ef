"""How often people with tickets look, by the rules of the waiting page."""

from random import Random

from gelombang.rehearsal.benches.tickets import looks_of, mean_looks


def test_who_waits_long_looks_seldom_and_everybody_looks_at_least_once():
    chance = Random(3)
    assert looks_of(0.0, chance) == 1
    assert 1 <= looks_of(300.0, chance) <= 6
    assert 6 <= looks_of(7_200.0, chance) <= 30  # at most ten minutes apart


def test_a_million_people_look_a_few_times_each():
    looks = mean_looks(1_000_000, per_second=2_500.0, chance=Random(1), simulated=500)
    assert 1.0 <= looks < 4.0
