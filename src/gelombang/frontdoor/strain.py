"""How much of the set admission a process can really bear, by how long things take it.

The figure that an operator sets is a promise about a machine. Where the machine gives less, because
something else runs on it, people would pile up before the gate; so each process lowers its part
while it is late, and comes back slowly. The figure itself is never exceeded.
"""

from typing import Final

LATE_SECONDS: Final = 0.4  # from arrival to receipt, or of the loop itself
EASY_SECONDS: Final = 0.15
FEW: Final = 0.1
"""A tenth of a second's answers may be late: one pause of the disk or of memory is no strain."""
_DOWN, _UP = 0.7, 1.08  # a second; down quickly, up slowly
_LEAST = 0.3  # a ticket costs nearly as much as a registration: less would free nothing


class Strain:
    """Additive patience, multiplicative retreat: looked at once a second."""

    def __init__(self) -> None:
        self.factor = 1.0
        """What part of the admission this process takes in now, 0.3 to 1."""
        self._answers = self._late = self._slow = 0

    def note(self, seconds: float) -> None:
        """Something of this process took so long from its arrival to its answer."""
        self._answers += 1
        self._late += seconds > LATE_SECONDS
        self._slow += seconds >= EASY_SECONDS

    def look(self, *, loop_late: float) -> float:
        """The factor for the next second, from the answers of the last one and the loop's delay."""
        few = FEW * self._answers
        if self._late > few or loop_late > LATE_SECONDS:
            self.factor = max(_LEAST, self.factor * _DOWN)
        elif self._slow <= few and loop_late < EASY_SECONDS:
            self.factor = min(1.0, self.factor * _UP)
        self._answers = self._late = self._slow = 0
        return self.factor
