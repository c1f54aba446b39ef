"""Where a ticket stands: pure arithmetic on one axis."""

from datetime import UTC, datetime, timedelta
from random import Random

from hypothesis import given, settings, strategies as st

from gelombang.frontdoor.waiting import (
    EARLY_US,
    FARTHEST_SECONDS,
    NEAREST_SECONDS,
    SECOND_US,
    SOONEST_SECONDS,
    Standing,
    band_minutes,
    look_again_seconds,
    opening_seed,
    place_of,
    standing_of,
)
from gelombang.kit.sealing import Keyring
from gelombang.kit.tokens import Ticket, TicketKind, microseconds

OPENS = datetime(2026, 4, 11, 12, tzinfo=UTC)
KEY = bytes(range(32))
RING = Keyring(
    sealing={1: KEY}, sealing_current=1, index={1: KEY}, tokens={1: KEY}, tokens_current=1
)
BUCKETS = st.lists(
    st.tuples(st.integers(100, 160), st.integers(1, 500)), unique_by=lambda each: each[0]
).map(sorted)


def standing(watermark_us, buckets) -> Standing:
    return standing_of(watermark_us, buckets, issued_per_second=0, served_per_second=0)


def test_nobody_waits_in_an_empty_queue():
    assert Standing().waiting == 0
    assert Standing().ahead_of(10**18) == 0


def test_who_stands_at_the_watermark_may_come_in():
    found = standing(105 * SECOND_US, [(105, 10), (106, 10)])
    assert found.ahead_of(105 * SECOND_US) == 0
    assert found.waiting == 20


@given(BUCKETS, st.integers(99, 162 * SECOND_US), st.integers(99 * SECOND_US, 162 * SECOND_US))
@settings(max_examples=300)
def test_places_are_in_the_order_of_the_axis(buckets, watermark_us, place_us):
    found = standing(watermark_us, buckets)
    ahead = found.ahead_of(place_us)
    assert 0 <= ahead <= found.waiting <= sum(count for _, count in buckets)
    assert ahead <= found.ahead_of(place_us + SECOND_US)
    if place_us <= watermark_us:
        assert ahead == 0


@given(BUCKETS, st.integers(100, 161), st.integers(0, SECOND_US - 1))
def test_a_watermark_that_moves_on_takes_nobody_back(buckets, second, part):
    place = second * SECOND_US + part
    before, after = (
        standing(mark * SECOND_US, buckets).ahead_of(place) for mark in (second - 5, second - 2)
    )
    assert after <= before


def early(number: int, *, minutes: int) -> Ticket:
    at = microseconds(OPENS - timedelta(minutes=minutes))
    return Ticket(TicketKind.EARLY, "registration", at, at, number)


def test_the_opening_s_lot_gives_no_advantage_to_who_came_first():
    seed = opening_seed(RING, subject="registration", opens_at=OPENS)
    opens = microseconds(OPENS)
    chance = Random(7)

    def mean(minutes: int) -> float:
        places = [
            place_of(early(chance.getrandbits(64), minutes=minutes), seed=seed, opens_at=OPENS)
            for _ in range(4000)
        ]
        assert all(opens - EARLY_US <= place < opens for place in places)
        return sum(opens - place for place in places) / len(places) / EARLY_US

    # The mean of 4,000 uniform draws lies within four standard errors of one half.
    assert abs(mean(59) - 0.5) < 4 * (1 / 12 / 4000) ** 0.5
    assert abs(mean(1) - 0.5) < 4 * (1 / 12 / 4000) ** 0.5


def test_every_place_of_the_lot_is_its_own_and_the_same_for_every_process():
    seed = opening_seed(RING, subject="registration", opens_at=OPENS)
    again = opening_seed(RING, subject="registration", opens_at=OPENS)
    other = opening_seed(RING, subject="registration", opens_at=OPENS + timedelta(days=1))
    ticket = early(5, minutes=3)
    places = [place_of(ticket, seed=each, opens_at=OPENS) for each in (seed, again, other)]
    assert places[0] == places[1] != places[2]


def test_who_came_early_stands_before_who_came_at_the_opening():
    seed = opening_seed(RING, subject="registration", opens_at=OPENS)
    on_time = Ticket(TicketKind.FORM, "registration", microseconds(OPENS), 0, 1)
    assert place_of(early(1, minutes=1), seed=seed, opens_at=OPENS) < place_of(
        on_time, seed=seed, opens_at=OPENS
    )


@given(st.floats(0, 10**7), st.booleans())
def test_looks_grow_with_the_distance_and_are_spread(seconds, first):
    found = look_again_seconds(seconds, Random(0), first=first)
    assert (SOONEST_SECONDS if first else NEAREST_SECONDS) <= found <= 1.3 * FARTHEST_SECONDS + 1


@given(st.floats(0, 10**6))
def test_a_band_is_honest_and_never_empty(seconds):
    low, high = band_minutes(seconds)
    assert 1 <= low < high
    assert low <= max(1, seconds / 60)
    assert high >= seconds / 60
