"""Counts and percentiles of one process, and of several as one."""

import json

import pytest

from gelombang.frontdoor import meters
from gelombang.frontdoor.meters import Meters, Snapshot
from gelombang.kit import buckets


def test_nothing_counted_has_no_percentile():
    assert buckets.quantile(Meters().snapshot().latencies(), 0.99) == 0


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
