"""Who may enter the house, and how many at a time: decided here, acted upon in `house.py`.

The number of places follows what the house can do: it shrinks by a fifth when the median visit
takes longer than it should, and grows by one while every place is used and visits are quick. Who
finds no place waits in a bounded queue by priority; when that is full, the latest of the lowest
priority is turned away at once. Nobody waits longer than the caller lets them, so the lowest
priority may lose its turn, but never its answer.

A priority is a courtesy and no defence: anybody may send a POST or a cookie.
"""

from collections import deque
from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import IntEnum
from statistics import median

SHRINK = 0.8
WINDOW = 20  # visits between two adjustments
SESSION_COOKIE = "sesi="
PARTNER_PATHS = ("/api/v1/integration/", "/api/v1/messaging/", "/api/v1/dci/")
REPORT_PATHS = ("/angka",)
REPORT_ENDS = (".csv", ".json")
VISITOR_PATHS = ("/masuk", "/gabung/", "/sertifikat")


class Priority(IntEnum):
    """Lower numbers enter first."""

    PARTNER = 0
    """A partner calls back: it would call again, and somebody's training or money waits for it."""
    FORM = 1
    """Somebody who has begun: a form is sent, or they are signed in."""
    VISITOR = 2
    """Somebody about to begin: signing in, a wave's page, checking a certificate."""
    BROWSING = 3
    """Somebody who reads."""
    REPORT = 4
    """Figures, publications and exports: they are the same an hour later."""


def priority_of(method: str, path: str, headers: Mapping[str, str]) -> Priority:
    """How urgent a request to the house is, from its head alone."""
    if path.startswith(PARTNER_PATHS):
        return Priority.PARTNER
    if path.startswith(REPORT_PATHS) or path.endswith(REPORT_ENDS):
        return Priority.REPORT
    if method not in ("GET", "HEAD") or SESSION_COOKIE in headers.get("cookie", ""):
        return Priority.FORM
    return Priority.VISITOR if path.startswith(VISITOR_PATHS) else Priority.BROWSING


@dataclass(frozen=True, slots=True)
class Bounds:
    """What the number of places may be, and what makes it move."""

    fewest: int
    most: int
    queue: int
    """Waiters at a time."""
    visit_seconds: float
    """How long the median visit may take before there are fewer places."""


@dataclass(slots=True, eq=False)
class Waiter:
    """One request that asked for a place."""

    priority: Priority


@dataclass(slots=True)
class Verdicts:
    """Whom a change concerns: who enters now, and who is turned away."""

    enter: list[Waiter] = field(default_factory=list)
    shed: list[Waiter] = field(default_factory=list)


class Limiter:
    """The places and the queue. Pure: durations come as arguments, and nothing is awaited."""

    def __init__(self, bounds: Bounds) -> None:
        self._bounds = bounds
        self._limit = float(bounds.most)
        self._inside = 0
        self._queues: dict[Priority, deque[Waiter]] = {each: deque() for each in Priority}
        self._visits: list[float] = []
        self._was_full = False

    @property
    def places(self) -> int:
        """How many may be inside now."""
        return int(self._limit)

    @property
    def waiting(self) -> int:
        """How many wait."""
        return sum(map(len, self._queues.values()))

    def arrive(self, waiter: Waiter) -> Verdicts:
        """Somebody asks for a place: they enter, wait, or displace whoever matters less."""
        found = Verdicts()
        if self._inside < self.places and not self.waiting:
            self._enter(waiter, found)
            return found
        self._was_full = True
        self._queues[waiter.priority].append(waiter)
        if self.waiting > self._bounds.queue:
            lowest = max(each for each, queue in self._queues.items() if queue)
            found.shed.append(self._queues[lowest].pop())
        return found

    def leave(self, seconds: float | None) -> Verdicts:
        """Somebody comes out after so many seconds inside (None: unused); the next may enter."""
        self._inside -= 1
        if seconds is not None:
            self._visits.append(seconds)
        if len(self._visits) >= WINDOW:
            self._adjust()
        found = Verdicts()
        while self._inside < self.places and self.waiting:
            first = min(each for each, queue in self._queues.items() if queue)
            self._enter(self._queues[first].popleft(), found)
        return found

    def withdraw(self, waiter: Waiter) -> bool:
        """Somebody stops waiting; False when they do not wait any more."""
        queue = self._queues[waiter.priority]
        if waiter not in queue:
            return False
        queue.remove(waiter)
        return True

    def _enter(self, waiter: Waiter, found: Verdicts) -> None:
        self._inside += 1
        self._was_full = self._was_full or self._inside >= self.places
        found.enter.append(waiter)

    def _adjust(self) -> None:
        if median(self._visits) > self._bounds.visit_seconds:
            self._limit = max(float(self._bounds.fewest), self._limit * SHRINK)
        elif self._was_full:
            self._limit = min(float(self._bounds.most), self._limit + 1)
        self._visits.clear()
        self._was_full = False
