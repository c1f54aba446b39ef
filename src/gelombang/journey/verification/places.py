"""Somebody's place in the queue of a partner, by the order in which it is really asked.

Most calls go by the close of the wave that the person is in, a share by age alone
(`rules.shares`). So the queue is counted by age in parts: everybody, and each wave. A part is
counted to the end while it is short, and from a mark beyond that: a page reads a bounded number
of rows of an index.
"""

from bisect import bisect_left
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

from gelombang import store
from gelombang.journey.verification.rules import CheckKind, Counted, WavePart, asked_before

MOST_COUNTED = 5_000  # people that a page counts itself; beyond them it begins at a mark
BEFORE_ALL = "-infinity"
BEHIND_ALL = (datetime.max.replace(tzinfo=UTC), 0)

Marks = Sequence[tuple[int, str, int, str | None]]
"""Place, due_at, id and needed_by of every n-th question, of everybody (None) and of each wave."""
Spot = tuple[datetime, int]  # due_at and id: the order by age


@dataclass(frozen=True, slots=True)
class Standing:
    """Where one open question stands in its partner's queue."""

    kind: CheckKind
    due_at: datetime
    check_id: int
    needed_by: datetime | None


def place_of(standing: Standing, *, marks: Marks) -> tuple[int, Counted]:
    """How many questions are asked before one, and how exactly that is known.

    Where waves wait it is what the shares make of the counts; marks are up to a minute old, too.
    """
    spot = (standing.due_at, standing.check_id)
    older, counted = _counted(standing.kind, spot, None, marks)
    parts, how = [], {counted}
    for close in closes(kind=standing.kind):
        if standing.needed_by is not None and close > standing.needed_by:
            break
        ahead, counted = _counted(standing.kind, spot, close, marks)
        ahead = min(ahead, older)
        how.add(counted)
        younger = 0
        if close != standing.needed_by:
            whole, counted = _counted(standing.kind, BEHIND_ALL, close, marks)
            how.add(counted)
            younger = max(whole - ahead, 0)
        parts.append(WavePart(older=ahead, younger=younger))
    outside = max(older - sum(part.older for part in parts), 0)
    in_wave = standing.needed_by is not None
    before = asked_before(parts, outside=outside, in_wave=in_wave)
    if Counted.AT_LEAST in how:  # nobody has counted the rest: what stands before it either way
        return min(before, older), Counted.AT_LEAST
    is_mixed = any(part.younger for part in parts) or (in_wave and outside > 0)
    is_exact = how == {Counted.EXACT} and (not before or not is_mixed)
    return before, Counted.EXACT if is_exact else Counted.ABOUT


def closes(*, kind: CheckKind) -> list[datetime]:
    """By when answers are needed: the closes of the waves whose people wait, earliest first."""
    rows = store.fetch(store.statement(__package__, "closes"), {"kind": kind.value})
    return [row["needed_by"] for row in rows]


def _counted(
    kind: CheckKind, spot: Spot, close: datetime | None, marks: Marks
) -> tuple[int, Counted]:
    """How many of a part are older than a spot: counted, or from the last mark before it."""
    own = [mark for mark in marks if _close_of(mark) == close]
    passed = bisect_left(own, spot, key=lambda mark: (datetime.fromisoformat(mark[1]), mark[2]))
    if not passed or close is None:  # everybody's are counted first: marks may be a minute old
        before = _between(kind, (BEFORE_ALL, 0), spot, close)
        if before <= MOST_COUNTED:
            return before, Counted.EXACT
        if not passed:
            return MOST_COUNTED, Counted.AT_LEAST
    place, at, number = own[passed - 1][:3]
    after = _between(kind, (at, number), spot, close)
    return place + min(after, MOST_COUNTED), Counted.ABOUT


def _close_of(mark: tuple[int, str, int, str | None]) -> datetime | None:
    """The wave's close of a mark; None for everybody's, and for marks of before parts."""
    close = mark[3] if len(mark) > 3 else None  # noqa: PLR2004
    return datetime.fromisoformat(close) if close else None


def _between(kind: CheckKind, start: tuple[str, int], end: Spot, close: datetime | None) -> int:
    """Open questions of a part between two spots, counted to just beyond the most."""
    found = store.fetch_value(
        store.statement(__package__, "people_before"),
        {
            "kind": kind.value,
            "close": close,
            "after_due_at": start[0],
            "after_id": start[1],
            "due_at": end[0],
            "check_id": end[1],
            "limit": MOST_COUNTED + 1,
        },
    )
    return int(found)
