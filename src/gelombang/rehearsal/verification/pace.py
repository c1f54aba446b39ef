"""How much of a contract was used: calls over calls allowed, while checks were due and it was up.

Computed from samples a quarter of a second apart, from when the partner may be asked at all. A
stretch between two samples counts when, at both ends, as many checks are due as its calls could
carry, and nothing excuses the partner: an outage, closed hours or a spent day, the breaker's
probing after an outage, and Retry-After. Calls are those that the fake's own meter counted within
the stretches that count.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field
from itertools import dropwhile, pairwise

from gelombang.records.partners.rules import FAILURES_BEFORE_REST


@dataclass(frozen=True, slots=True)
class Sample:
    """How a partner stood at one moment."""

    at: float
    """Monotonic seconds."""
    calls: int
    """That its fake has counted so far."""
    due: int
    """Checks that may be asked now; counted up to a limit that no stretch needs."""
    calls_per_second: int
    records_per_call: int
    is_out: bool = False
    """The fake cuts connections."""
    is_parked: bool = False
    """Spent day or closed hours, by virtual time."""
    is_resting: bool = False
    """Left alone for a while, in real time."""
    failures_in_row: int = 0
    is_stopped: bool = False
    """Held by people: nothing may be asked."""
    asks_to_wait: bool = False
    """The fake has sent a Retry-After that is not over."""
    unsent: int = 0
    """Permits that the product has handed back so far."""


@dataclass(slots=True)
class Use:
    """What became of the time."""

    calls: int = 0
    """In the stretches that count."""
    allowed: float = 0.0
    unsent: int = 0
    """Permits handed back in them: calls that were late, mostly."""
    seconds: float = 0.0
    excused: dict[str, float] = field(default_factory=dict)
    """Seconds by reason."""

    @property
    def percent(self) -> float | None:
        """Of the contract; None where it was never busy."""
        return 100.0 * self.calls / self.allowed if self.allowed else None


def used(samples: Iterable[Sample]) -> Use:
    """The use of one partner's contract."""
    found, excuses = Use(), _Excuses()
    begun = dropwhile(lambda each: each.is_stopped, samples)
    told = [(each, excuses.reason(each)) for each in begun]
    for (before, why_before), (after, why_after) in pairwise(told):
        seconds = after.at - before.at
        reason = why_before or why_after or _idle(before, after)
        if reason:
            found.excused[reason] = found.excused.get(reason, 0.0) + seconds
            continue
        found.seconds += seconds
        found.allowed += before.calls_per_second * seconds
        found.calls += after.calls - before.calls
        found.unsent += after.unsent - before.unsent
    return found


def _idle(before: Sample, after: Sample) -> str:
    """Nothing to ask: fewer checks were due than the calls of the stretch carry."""
    needed = max(1.0, before.calls_per_second * (after.at - before.at)) * before.records_per_call
    return "" if min(before.due, after.due) >= needed else "nothing due"


class _Excuses:
    """Why a partner need not be asked: a rest of ours is excused by an outage alone."""

    def __init__(self) -> None:
        self._after_outage = False

    def reason(self, sample: Sample) -> str:
        is_probed = sample.is_resting or sample.failures_in_row >= FAILURES_BEFORE_REST
        self._after_outage = sample.is_out or (self._after_outage and is_probed)
        if sample.is_out:
            return "outage"
        if sample.is_parked:
            return "closed or spent"
        if self._after_outage:
            return "probing"
        return "retry-after" if sample.asks_to_wait else ""
