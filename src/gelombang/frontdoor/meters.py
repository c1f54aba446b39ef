"""What one process of the door did, in whole numbers: counted on the hot path, summed elsewhere.

Nothing here grows: a counter for each group of routes and outcome, and latencies in buckets
(`kit.buckets`). One `note` costs less than a microsecond. Nothing about a person is kept.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from http import HTTPStatus
from typing import Any, Literal, Self, get_args

from gelombang.kit.buckets import BUCKETS, bucket_of, from_pairs, pairs

Group = Literal["register", "confirm", "join", "house", "pages", "queue"]
Outcome = Literal["answered", "accepted", "ticketed", "shed", "paced", "refused"]
GROUPS: tuple[Group, ...] = get_args(Group)
OUTCOMES: tuple[Outcome, ...] = get_args(Outcome)
"""`accepted` is committed and has a receipt; `answered` is a page or document that was shown."""
HOT: tuple[Group, ...] = ("register", "confirm", "join")
"""The groups that write intake: their latencies are the door's."""

_GROUP_OF_START: Mapping[str, Group] = {
    "/daftar": "register",
    "/api/v1/registrations": "register",
    "/konfirmasi": "confirm",
    "/gabung": "join",
    "/api/v1/waves": "join",
    "/antrean": "queue",
    "/api/v1/tantangan": "queue",
}


@lru_cache(maxsize=256)
def group_of(pattern: str, *, writes: bool) -> Group:
    """The group of a route of the door; a form that is only shown is a page."""
    for start, group in _GROUP_OF_START.items():
        if pattern.startswith(start):
            return group if writes or group == "queue" else "pages"
    return "pages"


def outcome_of(status: int, *, writes: bool) -> Outcome:
    """What an answer means where the handler did not say it: paced and shed look alike here."""
    if status == HTTPStatus.TOO_MANY_REQUESTS:
        return "shed"
    if status >= HTTPStatus.BAD_REQUEST:
        return "refused"
    if not writes:
        return "answered"
    return "ticketed" if status == HTTPStatus.ACCEPTED else "accepted"


@dataclass(frozen=True, slots=True)
class Snapshot:
    """All counts of one process, or of several added up, since they started."""

    counts: Mapping[str, int]
    """By `group/outcome`."""
    latency: Mapping[str, tuple[int, ...]]
    """Buckets by group."""
    commits: tuple[int, ...]
    """Buckets of commit times."""
    commit_seconds: float
    batches: int
    rows: int
    queue_depth: int
    """Rows that wait for a commit now."""
    batch_rows: int
    """Rows in the latest commit."""

    def count(self, outcome: Outcome, groups: Sequence[Group] = HOT) -> int:
        """How often something became of a request, in these groups."""
        return sum(self.counts.get(f"{group}/{outcome}", 0) for group in groups)

    def offered(self, groups: Sequence[Group] = HOT) -> int:
        """Every request of these groups."""
        return sum(self.count(outcome, groups) for outcome in OUTCOMES)

    def latencies(self, groups: Sequence[Group] = HOT) -> tuple[int, ...]:
        """The buckets of these groups, added up."""
        return _added([self.latency[group] for group in groups])

    def since(self, before: "Snapshot") -> "Snapshot":
        """What came after `before`, a snapshot of the same process; depth and batch as now."""
        return Snapshot(
            counts={name: n - before.counts.get(name, 0) for name, n in self.counts.items()},
            latency={name: _less(found, before.latency[name])
                     for name, found in self.latency.items()},
            commits=_less(self.commits, before.commits),
            commit_seconds=self.commit_seconds - before.commit_seconds,
            batches=self.batches - before.batches,
            rows=self.rows - before.rows,
            queue_depth=self.queue_depth,
            batch_rows=self.batch_rows,
        )  # fmt: skip

    def as_document(self) -> dict[str, Any]:
        """The snapshot as JSON holds it; buckets as pairs."""
        return {
            "counts": dict(self.counts),
            "latency": {name: pairs(found) for name, found in self.latency.items()},
            "commits": pairs(self.commits),
            "commit_seconds": self.commit_seconds,
            "batches": self.batches,
            "rows": self.rows,
            "queue_depth": self.queue_depth,
            "batch_rows": self.batch_rows,
        }

    @classmethod
    def of_document(cls, document: Mapping[str, Any]) -> Self:
        """The snapshot that `as_document` wrote. Raises KeyError, TypeError or ValueError."""
        return cls(
            counts={str(name): int(n) for name, n in document["counts"].items()},
            latency={group: from_pairs(document["latency"][group]) for group in GROUPS},
            commits=from_pairs(document["commits"]),
            commit_seconds=float(document["commit_seconds"]),
            batches=int(document["batches"]),
            rows=int(document["rows"]),
            queue_depth=int(document["queue_depth"]),
            batch_rows=int(document["batch_rows"]),
        )


def summed(snapshots: Sequence[Snapshot]) -> Snapshot:
    """Several processes as one."""
    none = Meters().snapshot()
    found = [none, *snapshots]
    return Snapshot(
        counts={name: sum(each.counts.get(name, 0) for each in found) for name in none.counts},
        latency={group: _added([each.latency[group] for each in found]) for group in GROUPS},
        commits=_added([each.commits for each in found]),
        commit_seconds=sum(each.commit_seconds for each in found),
        batches=sum(each.batches for each in found),
        rows=sum(each.rows for each in found),
        queue_depth=sum(each.queue_depth for each in found),
        batch_rows=max(each.batch_rows for each in found),
    )


def _added(found: Sequence[Sequence[int]]) -> tuple[int, ...]:
    return tuple(map(sum, zip(*found, strict=True)))


def _less(after: Sequence[int], before: Sequence[int]) -> tuple[int, ...]:
    return tuple(a - b for a, b in zip(after, before, strict=True))


class Meters:
    """The counters of this process. Belongs to one event loop; never awaits, never locks."""

    def __init__(self) -> None:
        self._counts = {group: dict.fromkeys(OUTCOMES, 0) for group in GROUPS}
        self._latency = {group: [0] * BUCKETS for group in GROUPS}
        self._commits = [0] * BUCKETS
        self._commit_seconds = 0.0
        self._batches = 0
        self._rows = 0
        self._batch_rows = 0
        self.queue_depth = 0
        """Set by whoever holds the queue."""

    def note(self, group: Group, outcome: Outcome, seconds: float) -> None:
        """One request is answered, so many seconds after it arrived."""
        self._counts[group][outcome] += 1
        self._latency[group][bucket_of(seconds)] += 1

    def note_batch(self, rows: int, seconds: float) -> None:
        """One batch is committed."""
        self._batches += 1
        self._rows += rows
        self._batch_rows = rows
        self._commit_seconds += seconds
        self._commits[bucket_of(seconds)] += 1

    def snapshot(self) -> Snapshot:
        """All counts as they stand now."""
        return Snapshot(
            counts={
                f"{group}/{outcome}": count
                for group, outcomes in self._counts.items()
                for outcome, count in outcomes.items()
            },
            latency={group: tuple(found) for group, found in self._latency.items()},
            commits=tuple(self._commits),
            commit_seconds=self._commit_seconds,
            batches=self._batches,
            rows=self._rows,
            queue_depth=self.queue_depth,
            batch_rows=self._batch_rows,
        )
