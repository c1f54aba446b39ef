"""How often people with tickets look, by the rules of the waiting page."""

from dataclasses import replace
from random import Random

import pytest

from gelombang.rehearsal.benches.tickets import TicketCosts, looks_of, mean_looks

GOOD = TicketCosts(
    tickets=1_000_000, mint_us=3.0, token_letters=72, sampled=20_000, disk_bytes_per_ticket=1.6,
    rows_per_ticket=0.0, memory_bytes_per_ticket=31.0, looks_per_ticket=1.6,
    polls_per_second=4_000.0, poll_us=36.0, core_share=0.14,
)  # fmt: skip


def test_who_waits_long_looks_seldom_and_everybody_looks_at_least_once():
    chance = Random(3)
    assert looks_of(0.0, chance) == 1
    assert 1 <= looks_of(300.0, chance) <= 6
    assert 6 <= looks_of(7_200.0, chance) <= 30  # at most ten minutes apart


def test_a_million_people_look_a_few_times_each():
    looks = mean_looks(1_000_000, per_second=2_500.0, chance=Random(1), simulated=500)
    assert 1.0 <= looks < 4.0


@pytest.mark.parametrize(
    ("found", "words"),
    [
        ({"rows_per_ticket": 0.001}, "rows"),
        ({"core_share": 0.25}, "of a core"),
        ({"disk_bytes_per_ticket": 28.0}, "on disk"),
        ({"memory_bytes_per_ticket": 121.0}, "in memory"),
    ],
)
def test_whatever_is_kept_of_a_ticket_is_told(found, words):
    assert GOOD.is_clean
    off = replace(GOOD, **found)
    (said,) = off.complaints()
    assert words in said
    assert not off.is_clean
    assert off.as_json()["is_clean"] is False


def test_a_small_sample_says_nothing_about_bytes():
    small = replace(GOOD, sampled=100, disk_bytes_per_ticket=900.0, memory_bytes_per_ticket=9e3)
    assert small.is_clean
