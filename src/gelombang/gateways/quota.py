"""The day quota of an invented partner."""

from dataclasses import dataclass
from datetime import date


@dataclass(slots=True)
class DayQuota:
    """Calls counted on one virtual day of WIB: it starts anew at midnight there."""

    day: date | None = None
    used: int = 0

    def spend(self, today: date, allowed: int) -> bool:
        """Count one call; False when the day's calls are used up."""
        if self.day != today:
            self.day, self.used = today, 0
        if self.used >= allowed:
            return False
        self.used += 1
        return True
