"""When people come: a Poisson process, and bursts of one second in it that are part of them."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from random import Random

from gelombang.rehearsal.load import percentiles, poisson_arrivals

BURST_SECONDS = 1.0
_BURSTS = re.compile(r"(\d{1,3})x(\d{1,7})")


@dataclass(frozen=True, slots=True)
class Bursts:
    """So many seconds in which so many people come at once."""

    count: int = 0
    people: int = 0
    """In each burst."""

    @property
    def total(self) -> int:
        """Everybody who comes in a burst."""
        return self.count * self.people


def read_bursts(text: str) -> Bursts:
    """`3x4000` is three bursts of 4,000 people. Raises ValueError."""
    found = _BURSTS.fullmatch(text.strip().lower())
    if found is None or not int(found[1]) or not int(found[2]):
        raise ValueError("wants bursts as COUNTxPEOPLE, for example 3x4000")
    return Bursts(int(found[1]), int(found[2]))


def schedule(chance: Random, *, people: int, seconds: float, bursts: Bursts) -> list[float]:
    """The intended starts of `people` arrivals in `seconds`, in order, in seconds from the start.

    The bursts begin evenly spread over the time and take their people from the same total; the
    others come as a Poisson process. Raises ValueError when the bursts are more than the people or
    do not fit into the time.
    """
    require_fit(bursts, people=people, seconds=seconds)
    arrivals = poisson_arrivals(chance, count=people - bursts.total, seconds=seconds)
    for begins in burst_starts(seconds=seconds, bursts=bursts):
        arrivals += [begins + chance.uniform(0.0, BURST_SECONDS) for _ in range(bursts.people)]
    return sorted(arrivals)


def require_fit(bursts: Bursts, *, people: int, seconds: float) -> None:
    """Raise ValueError for bursts of more people than come, or that do not fit into the time."""
    if bursts.total > people:
        raise ValueError(f"{bursts.total:,} people in bursts are more than {people:,} in all")
    if bursts.count * BURST_SECONDS > seconds:
        raise ValueError(f"{bursts.count} bursts of a second do not fit into {seconds:g} s")


def burst_starts(*, seconds: float, bursts: Bursts) -> list[float]:
    """When each burst begins: in the middle of equal parts of the time."""
    part = seconds / bursts.count if bursts.count else 0.0
    return [part * (number + 0.5) - BURST_SECONDS / 2 for number in range(bursts.count)]


def ramp(chance: Random, *, rates: Sequence[float], seconds: float) -> list[list[float]]:
    """One Poisson process for each rate (people a second), each beginning at its own zero."""
    return [
        poisson_arrivals(chance, count=round(rate * seconds), seconds=seconds) for rate in rates
    ]


def recovered_after(
    arrivals: Sequence[float], milliseconds: Sequence[float], *, ends: float, limit: float
) -> float | None:
    """Whole seconds after `ends` from which each second's p99 is below `limit` milliseconds.

    `arrivals` are intended starts, `milliseconds` what each waited for the first answer. None when
    it never gets there, or nobody came after `ends`.
    """
    by_second: dict[int, list[float]] = {}
    for arrival, waited in zip(arrivals, milliseconds, strict=True):
        if arrival >= ends:
            by_second.setdefault(int(arrival - ends), []).append(waited)
    slow = [second for second, waits in by_second.items() if percentiles(waits)["p99"] >= limit]
    begins = max(slow) + 1 if slow else 0
    return float(begins) if any(second >= begins for second in by_second) else None
