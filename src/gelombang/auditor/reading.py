"""Invariants that SQL alone cannot decide: rows are streamed and recomputed here."""

from collections.abc import Callable
from dataclasses import dataclass

from gelombang.auditor.findings import Tally
from gelombang.auditor.snapshot import Snapshot


@dataclass(frozen=True, slots=True)
class Counts:
    """How much a reading looked at, and how much it could not judge yet."""

    checked: int
    in_flight: int = 0


@dataclass(frozen=True, slots=True)
class Reading:
    """One such invariant; `read` adds what it finds to the tally."""

    name: str
    group: str
    sentence: str
    read: Callable[[Snapshot, Tally], Counts]
