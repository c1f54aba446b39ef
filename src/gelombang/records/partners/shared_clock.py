"""What the database's clock says at this moment, as exactly as its answers allow.

An answer that took long tells little: the clock was read somewhere between asking and hearing. The
exactest answer of before, carried on by our own clock, is often better; such a filter is part of
NTP (RFC 5905, section 10). What stays unknown is lateness that calls may not have.
"""

from __future__ import annotations

import time
from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime

DRIFT = 0.000_5
"""By which share of the time two clocks move apart at most, while one is steered (adjtime(3))."""


@dataclass(frozen=True, slots=True)
class Reading:
    """The database's clock stood at `shared` or later, by `blur` at most, at our second `since`."""

    shared: datetime
    since: float
    """Monotonic seconds."""
    blur: timedelta

    def carried_on(self, *, to: float) -> Reading:
        """The same, at another second of ours."""
        passed = to - self.since
        apart = timedelta(seconds=abs(passed) * DRIFT)  # another thread may have asked later
        return Reading(self.shared + timedelta(seconds=passed) - apart, to, self.blur + 2 * apart)

    def narrowed_by(self, other: Reading) -> Reading | None:
        """What both leave possible, for the same second of ours; None where nothing is."""
        first = max(self.shared, other.shared)
        last = min(self.shared + self.blur, other.shared + other.blur)
        return Reading(first, self.since, last - first) if first <= last else None


@dataclass(slots=True)
class SharedClock:
    """What a process knows of the database's clock."""

    _latest: Reading | None = None

    def read(self, ask: Callable[[], datetime]) -> Reading:
        """Ask once, and take what earlier answers left possible; the new one alone if none did.

        Its `shared` is no earlier than the answer, so it goes on wherever the clock does.
        """
        asked = time.monotonic()
        shared = ask()
        since = time.monotonic()
        new = Reading(shared, since, timedelta(seconds=since - asked))
        before = self._latest
        known = before and new.narrowed_by(before.carried_on(to=since))
        self._latest = known or new
        return self._latest
