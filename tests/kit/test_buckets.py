"""Percentiles from buckets."""

import pytest
from hypothesis import given, strategies as st

from gelombang.kit import buckets

LATENCIES = st.lists(st.floats(min_value=60e-6, max_value=150), min_size=1, max_size=200)


def counted(found) -> list[int]:
    counts = [0] * buckets.BUCKETS
    for seconds in found:
        counts[buckets.bucket_of(seconds)] += 1
    return counts


@given(LATENCIES, st.sampled_from([0.5, 0.99, 0.999]))
def test_a_percentile_is_off_by_five_in_a_hundred_at_most(found, share):
    exact = sorted(found)[max(0, -int(-len(found) * share // 1) - 1)]
    assert abs(buckets.quantile(counted(found), share) - exact) <= 0.05 * exact
    assert buckets.LARGEST_ERROR < 0.05


@pytest.mark.parametrize("seconds", [0, -1e-9, 1e-9, 50e-6, 1e9])
def test_any_duration_finds_a_bucket(seconds):
    assert 0 <= buckets.bucket_of(seconds) < buckets.BUCKETS


def test_a_bucket_ends_where_the_next_begins():
    for bucket in range(1, buckets.BUCKETS - 1):
        assert buckets.bucket_of(buckets.bound(bucket) * 0.999) == bucket
        assert buckets.bucket_of(buckets.bound(bucket) * 1.001) == bucket + 1


def test_nothing_counted_has_no_percentile():
    assert buckets.quantile(counted([]), 0.99) == 0


def test_pairs_leave_the_empty_buckets_out_and_read_back():
    counts = counted([0.001, 0.001, 2])
    assert len(buckets.pairs(counts)) == 4
    assert buckets.from_pairs(buckets.pairs(counts)) == tuple(counts)
    with pytest.raises(ValueError, match="no such bucket"):
        buckets.from_pairs([buckets.BUCKETS, 1])
