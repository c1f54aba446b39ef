"""Different things are counted within the error that is promised, and sketches merge as sets do."""

from hashlib import blake2b

import pytest
from hypothesis import given, strategies as st

from gelombang.kit import sketch

NUMBERS = st.sets(st.integers(0, 2**64 - 1), max_size=300)


def hashed(number: int, salt: bytes) -> int:
    return int.from_bytes(blake2b(number.to_bytes(8), digest_size=8, key=salt).digest())


def sketch_of(hashes) -> bytearray:
    registers = bytearray(sketch.REGISTERS)
    for each in hashes:
        sketch.note(registers, each)
    return registers


@pytest.mark.parametrize("count", [0, 1, 2, 10, 100, 1_000, 3_000, 10_000, 30_000, 100_000])
@pytest.mark.parametrize("salt", [b"senin", b"selasa", b"rabu"])
def test_an_estimate_is_within_three_standard_errors(count, salt):
    found = sketch.estimate(sketch_of(hashed(each, salt) for each in range(count)))
    assert abs(found - count) <= max(1, 3 * sketch.STANDARD_ERROR * count)


@given(NUMBERS, NUMBERS)
def test_merging_is_the_sketch_of_both_together(some, others):
    merged = sketch.merged([bytes(sketch_of(some)), bytes(sketch_of(others))])
    assert merged == bytes(sketch_of(some | others))


@given(NUMBERS)
def test_what_comes_again_changes_nothing(some):
    registers = sketch_of(some)
    before = bytes(registers)
    assert not any(sketch.note(registers, each) for each in some)
    assert bytes(registers) == before
    assert sketch.merged([before, before]) == before


def test_a_sketch_of_another_size_is_refused():
    with pytest.raises(ValueError, match="4096 registers"):
        sketch.merged([b"\x00" * 100])


def test_the_longest_run_still_has_an_estimate():
    assert sketch.estimate(bytes([53]) * sketch.REGISTERS) > 2**60
