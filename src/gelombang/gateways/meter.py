"""What an invented partner counts of the calls it gets: the contract's pace, and asking twice.

Everything is counted where it arrives, in real time, and nobody is named. A meter whose own process
was held up sees calls bunched that came one after the other: it tells those apart.
"""

import hashlib
import time
from collections import Counter, deque
from dataclasses import dataclass, field

SECONDS_KEPT = 3600  # of the meter's history
WINDOW = 1.0  # seconds
BURST_PERCENT = 5  # of the rate, at least one call: what a contract lets come at once


def allowed_in_window(calls_per_second: int) -> int:
    """The most calls of any one-second window: the rate and one burst on top."""
    return calls_per_second + max(1, calls_per_second * BURST_PERCENT // 100)


@dataclass(slots=True)
class Meter:
    """What a partner was asked since its process started, or since the meter was set anew."""

    calls_per_second: int = 0
    """The contract; 0 is none."""
    calls: int = 0
    records: int = 0
    overruns: int = 0
    """Calls that came on top of the rate and one burst within any second."""
    bunched: int = 0
    """The same while the meter itself was held up, as many as may have come in that time."""
    barren: int = 0
    """Calls that were answered as they should be, and told nothing that was not told before."""
    asked_twice: int = 0
    """Questions about the same person and data after they had their usable answer."""
    by_second: Counter[int] = field(default_factory=Counter)
    answered: Counter[str] = field(default_factory=Counter)
    statuses: Counter[str] = field(default_factory=Counter)
    """Answers by kind of fault; `honest` are the others."""
    rests_until: float = 0.0
    """Monotonic second until which callers were asked to wait (Retry-After)."""
    first_at: float | None = None
    latest_at: float = 0.0
    """Monotonic seconds of the first and the latest call."""
    _stalls: deque[tuple[float, float]] = field(default_factory=deque)
    _window: deque[float] = field(default_factory=deque)
    _versions: set[bytes] = field(default_factory=set)

    def note_call(self, at: float | None = None) -> None:
        """Count a call, faulty ones included: the contract is about calls. `at`: monotonic."""
        arrived = time.monotonic() if at is None else at
        self.calls += 1
        self.first_at = arrived if self.first_at is None else self.first_at
        self.latest_at = arrived
        self.by_second[int(arrived)] += 1
        if len(self.by_second) > SECONDS_KEPT:
            del self.by_second[min(self.by_second)]
        if not self.calls_per_second:
            return
        while self._window and self._window[0] <= arrived - WINDOW:
            self._window.popleft()
        # A call too many takes no room: it is one overrun.
        if len(self._window) < allowed_in_window(self.calls_per_second):
            self._window.append(arrived)
        elif self._may_be_bunched(arrived):
            self.bunched += 1
            self._window.append(arrived)
        else:
            self.overruns += 1

    def note_stall(self, seconds: float, at: float | None = None) -> None:
        """The process was held up for so long until now: what came meanwhile arrives at once."""
        self._stalls.append((time.monotonic() if at is None else at, seconds))

    def note_rest(self, seconds: float, at: float | None = None) -> None:
        """Somebody was asked to wait so long from now."""
        asked_at = time.monotonic() if at is None else at
        self.rests_until = max(self.rests_until, asked_at + seconds)

    def _may_be_bunched(self, arrived: float) -> bool:
        while self._stalls and self._stalls[0][0] <= arrived - WINDOW:
            self._stalls.popleft()
        stalled = sum(seconds for _, seconds in self._stalls)
        most = allowed_in_window(self.calls_per_second) + self.calls_per_second * stalled
        return len(self._window) < most

    def note_asked(self, version: str) -> None:
        """Count a question about a person's data that had its usable answer already."""
        self.asked_twice += _digest(version) in self._versions

    def note_answer(self, nik: str, version: str = "") -> bool:
        """Count a usable answer about somebody, and which version of their data it was about.

        Whether it is the first one about that version.
        """
        self.records += 1
        self.answered[nik] += 1
        digest = _digest(version or nik)
        is_new = digest not in self._versions
        self._versions.add(digest)
        return is_new

    def reading(self) -> dict[str, int]:
        """The figures; never a NIK."""
        return {
            "calls": self.calls,
            "records": self.records,
            "people": len(self.answered),
            "asked_again": sum(1 for times in self.answered.values() if times > 1),
            "asked_twice": self.asked_twice,
            "barren": self.barren,
            "peak_per_second": max(self.by_second.values(), default=0),
            "calls_per_second": self.calls_per_second,
            "overruns": self.overruns,
            "bunched": self.bunched,
            "milliseconds": int((self.latest_at - (self.first_at or self.latest_at)) * 1000),
            "rest_milliseconds": max(0, int((self.rests_until - time.monotonic()) * 1000)),
            **{f"answers_{kind}": count for kind, count in sorted(self.statuses.items())},
        }


def _digest(version: str) -> bytes:
    """What was asked about, without keeping it: a dozen bytes tell a million versions apart."""
    return hashlib.blake2b(version.encode(), digest_size=12).digest()
