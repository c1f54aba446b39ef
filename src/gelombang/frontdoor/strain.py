"""How much of the set admission a process can really bear, by how long things take it.

The figure that an operator sets is a promise about a machine. Where the machine gives less, because
something else runs on it, people would pile up before the gate; so each process lowers its part
while it is late, and comes back slowly. The figure itself is never exceeded.
"""

from typing import Final

LATE_SECONDS: Final = 0.4  # from arrival to receipt, or of the loop itself
EASY_SECONDS: Final = 0.15
_DOWN, _UP = 0.7, 1.08  # a second; down quickly, up slowly
_LEAST = 0.3  # a ticket costs nearly as much as a registration: less would free nothing


class Strain:
    """Additive patience, multiplicative retreat: looked at once a second."""

    def __init__(self) -> None:
        self.factor = 1.0
        """What part of the admission this process takes in now, 0.3 to 1."""
        self._slowest = 0.0

    def note(self, seconds: float) -> None:
        """Something of this process took so long from its arrival to its answer."""
        self._slowest = max(self._slowest, seconds)

    def look(self, *, loop_late: float) -> float:
        """The factor for the next second, from the slowest of the last one and the loop's delay."""
        slowest, self._slowest = max(self._slowest, loop_late), 0.0
        if slowest > LATE_SECONDS:
            self.factor = max(_LEAST, self.factor * _DOWN)
        elif slowest < EASY_SECONDS:
            self.factor = min(1.0, self.factor * _UP)
        return self.factor
