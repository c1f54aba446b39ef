"""Counts and percentiles of one process, and of several as one."""

import json

import pytest
from hypothesis import given, strategies as st

from gelombang.frontdoor import meters
from gelombang.frontdoor.meters import Meters, Snapshot

LATENCIES = st.lists(st.floats(min_value=60e-6, max_value=150), min_size=1, max_size=200)


@given(LATENCIES, st.sampled_from([0.5, 0.99, 0.999]))
def test_a_percentile_is_off_by_five_in_a_hundred_at_most(found, share):
    counted = Meters()
    for seconds in found:
        counted.note("register", "accepted", seconds)
    exact = sorted(found)[max(0, -int(-len(found) * share // 1) - 1)]
    read = meters.quantile(counted.snapshot().latency["register"], share)
    assert abs(read - exact) <= 0.05 * exact
    assert meters.LARGEST_ERROR < 0.05


@pytest.mark.parametrize("seconds", [0, -1e-9, 1e-9, 50e-6, 1e9])
def test_any_duration_finds_a_bucket(seconds):
    counted = Meters()
    counted.note("pages", "answered", seconds)
    assert sum(counted.snapshot().latency["pages"]) == 1


def test_a_bucket_ends_where_the_next_begins():
    for bucket in range(1, meters.BUCKETS - 1):
        inside = meters.bound(bucket) * 0.999
        assert meters.bucket_of(inside) == bucket
        assert meters.bucket_of(meters.bound(bucket) * 1.001) == bucket + 1


def test_nothing_counted_has_no_percentile():
    assert meters.quantile(Meters().snapshot().latencies(), 0.99) == 0


def test_what_was_offered_is_everything_that_the_writing_routes_answered():
    counted = Meters()
    counted.note("register", "accepted", 0.01)
    counted.note("join", "shed", 0.01)
    counted.note("pages", "answered", 0.01)
    found = counted.snapshot()
    assert (found.offered(), found.count("accepted"), found.count("shed")) == (2, 1, 1)
    assert found.offered(("pages",)) == 1
    assert sum(found.latencies()) == 2


def test_processes_add_up_and_the_last_second_is_the_difference():
    one, other = Meters(), Meters()
    one.note("register", "accepted", 0.01)
    one.note_batch(7, 0.002)
    before = one.snapshot()
    one.note("register", "ticketed", 0.02)
    one.note_batch(3, 0.004)
    one.queue_depth, other.queue_depth = 5, 6
    other.note("confirm", "refused", 0.03)
    both = meters.summed([one.snapshot(), other.snapshot()])
    assert (both.offered(), both.rows, both.batches, both.queue_depth) == (3, 10, 2, 11)
    assert both.batch_rows == 3
    second = one.snapshot().since(before)
    assert (second.offered(), second.count("ticketed"), second.rows) == (1, 1, 3)
    assert second.commit_seconds == pytest.approx(0.004)
    assert sum(second.latencies()) == sum(second.commits) == 1


def test_a_snapshot_travels_as_json():
    counted = Meters()
    counted.note("register", "accepted", 0.01)
    counted.note_batch(2, 0.1)
    found = counted.snapshot()
    assert Snapshot.of_document(json.loads(json.dumps(found.as_document()))) == found
    with pytest.raises(ValueError, match="no such bucket"):
        meters.from_pairs([meters.BUCKETS, 1])


@pytest.mark.parametrize(
    ("pattern", "writes", "group"),
    [
        ("/daftar", True, "register"),
        ("/daftar", False, "pages"),
        ("/api/v1/registrations", True, "register"),
        ("/konfirmasi/*", True, "confirm"),
        ("/api/v1/waves/*/entries", True, "join"),
        ("/antrean.json", False, "queue"),
        ("/", False, "pages"),
    ],
)
def test_routes_are_counted_in_groups(pattern, writes, group):
    assert meters.group_of(pattern, writes=writes) == group


@pytest.mark.parametrize(
    ("status", "writes", "outcome"),
    [
        (201, True, "accepted"),
        (303, True, "accepted"),
        (202, True, "ticketed"),
        (429, True, "shed"),
        (422, True, "refused"),
        (200, False, "answered"),
    ],
)
def test_an_answer_says_what_became_of_a_request(status, writes, outcome):
    assert meters.outcome_of(status, writes=writes) == outcome
