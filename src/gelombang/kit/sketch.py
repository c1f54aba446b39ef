"""Counting different things without keeping them: HyperLogLog.

A sketch is 4,096 small numbers. Each thing is hashed to 64 bits; 12 of them choose a register, and
the register keeps the longest run of zeros seen in the rest. Two sketches merge by the larger
number of each register, which is the sketch of both sets together. The estimate is Ertl's
(arXiv:1702.01284, algorithm 6), without tables and without bias at small numbers.
"""

import math
from collections import Counter
from collections.abc import Iterable

_INDEX_BITS = 12
REGISTERS = 1 << _INDEX_BITS
_RUN_BITS = 64 - _INDEX_BITS
STANDARD_ERROR = 1.04 / math.sqrt(REGISTERS)
"""Of an estimate, as a part of it: 1.6 %."""


def note(registers: bytearray, hashed: int) -> bool:
    """Add a thing by its 64-bit hash; whether that changed the sketch."""
    index = hashed >> _RUN_BITS
    run = _RUN_BITS - (hashed & ((1 << _RUN_BITS) - 1)).bit_length() + 1
    if run <= registers[index]:
        return False
    registers[index] = run
    return True


def merged(sketches: Iterable[bytes]) -> bytes:
    """The sketch of everything in any of them. Raises ValueError for one of another size."""
    found = [bytes(REGISTERS), *sketches]
    if any(len(each) != REGISTERS for each in found):
        raise ValueError(f"a sketch has {REGISTERS} registers")
    return bytes(map(max, zip(*found, strict=True)))


def estimate(registers: bytes) -> int:
    """How many different things were added."""
    if not any(registers):
        return 0
    counts = Counter(registers)
    z = REGISTERS * _tau(1 - counts[_RUN_BITS + 1] / REGISTERS)
    for run in range(_RUN_BITS, 0, -1):
        z = 0.5 * (z + counts[run])
    z += REGISTERS * _sigma(counts[0] / REGISTERS)
    return round(REGISTERS * REGISTERS / (2 * math.log(2) * z)) if z else 1 << 64


def _sigma(x: float) -> float:
    """What the registers that saw nothing add; `x` below 1 is their share."""
    y, z, before = 1.0, x, -1.0
    while z != before:
        x *= x
        before = z
        z += x * y
        y += y
    return z


def _tau(x: float) -> float:
    """What the registers that are full take away; `x` is the share of the others."""
    if x in (0.0, 1.0):
        return 0.0
    y, z, before = 1.0, 1 - x, -1.0
    while z != before:
        x = math.sqrt(x)
        before = z
        y *= 0.5
        z -= (1 - x) ** 2 * y
    return z / 3
