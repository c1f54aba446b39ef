"""Durations counted in buckets: bounded memory, and percentiles off by 5 % at most.

The bounds of the buckets grow by a tenth, and the middle of a bucket stands for all that is in it.
"""

import math
from collections.abc import Sequence

SMALLEST_SECONDS = 50e-6
GROWTH = 1.1
BUCKETS = 160  # the last one begins at 190 seconds: nothing of ours takes longer
LARGEST_ERROR = math.sqrt(GROWTH) - 1
"""How far a percentile may be off, as a part of itself: the middle of a bucket stands for all."""
_PER_LOG = 1 / math.log(GROWTH)
_OFFSET = 1 - math.log(SMALLEST_SECONDS) * _PER_LOG
_log = math.log


def bound(bucket: int) -> float:
    """Seconds at which a bucket ends; the first ends at SMALLEST_SECONDS."""
    return SMALLEST_SECONDS * GROWTH**bucket


def bucket_of(seconds: float) -> int:
    """The number of the bucket that `seconds` falls into."""
    if seconds <= SMALLEST_SECONDS:
        return 0
    found = int(_log(seconds) * _PER_LOG + _OFFSET)
    return found if found < BUCKETS else BUCKETS - 1


def quantile(counts: Sequence[int], share: float) -> float:
    """Seconds below which `share` (0 to 1) of what was counted lies; 0 when there is nothing."""
    wanted = math.ceil(sum(counts) * share)
    if wanted == 0:
        return 0.0
    seen = 0
    for bucket, count in enumerate(counts):
        seen += count
        if seen >= wanted:
            return SMALLEST_SECONDS if bucket == 0 else bound(bucket) / math.sqrt(GROWTH)
    raise ValueError("counts are never negative")


def pairs(counts: Sequence[int]) -> list[int]:
    """Buckets without the empty ones: each as its number and its count."""
    return [each for bucket, count in enumerate(counts) if count for each in (bucket, count)]


def from_pairs(flat: Sequence[int]) -> tuple[int, ...]:
    """The buckets that `pairs` wrote. Raises ValueError for a bucket that we do not have."""
    counts = [0] * BUCKETS
    for bucket, count in zip(flat[::2], flat[1::2], strict=True):
        if not 0 <= bucket < BUCKETS:
            raise ValueError("no such bucket")
        counts[bucket] += count
    return tuple(counts)
