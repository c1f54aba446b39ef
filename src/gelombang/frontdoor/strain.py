"""How much of the set admission a process can really bear, by how long things take it.

The figure that an operator sets is a promise about a machine. Where the machine gives less, because
something else runs on it, people would pile up before the gate; so each process lowers its part
while it is late, and comes back slowly. The figure itself is never exceeded. One slow commit is no
strain, however many waited for it: what counts is the mean of more than one second.
"""

from typing import Final

LATE_SECONDS: Final = 0.3  # from arrival to receipt on average, or of the loop itself
EASY_SECONDS: Final = 0.15
_DOWN, _UP = 0.7, 1.08  # a second; down quickly, up slowly
_LEAST = 0.3  # a ticket costs nearly as much as a registration: less would free nothing
_NEWEST_WEIGHT = 0.5  # of the last second against all before it
_WORST_SECONDS: Final = 0.5  # that a second can count for: one alone is never late


class Strain:
    """Additive patience, multiplicative retreat: looked at once a second."""

    def __init__(self) -> None:
        self.factor = 1.0
        """What part of the admission this process takes in now, 0.3 to 1."""
        self._taken = 0
        self._seconds = self._late = 0.0

    def note(self, seconds: float) -> None:
        """Something of this process took so long from its arrival to its answer."""
        self._taken += 1
        self._seconds += seconds

    def look(self, *, loop_late: float) -> float:
        """The factor for the next second, from the mean of the last ones and the loop's delay."""
        mean = self._seconds / self._taken if self._taken else 0.0
        self._taken, self._seconds = 0, 0.0
        seen = min(max(mean, loop_late), _WORST_SECONDS)
        self._late += (seen - self._late) * _NEWEST_WEIGHT
        if self._late > LATE_SECONDS:
            self.factor = max(_LEAST, self.factor * _DOWN)
        elif self._late < EASY_SECONDS:
            self.factor = min(1.0, self.factor * _UP)
        return self.factor
