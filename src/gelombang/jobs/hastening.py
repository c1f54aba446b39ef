"""Note which questions belong to the next wave that closes: they get most of the calls."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from gelombang.jobs.loop import Context, Sweep
from gelombang.journey.verification import actions
from gelombang.journey.waves import queries

MOST_AT_ONCE = 5_000  # entries


@dataclass
class Hastening:
    """Goes through the entries once, and again when a close was moved.

    How far it got is kept in memory: whoever begins anew notes nothing twice.
    """

    upto: int = 0  # entry
    _closes: Mapping[str, datetime | None] | None = None

    def __call__(self, context: Context) -> int:
        """One batch of entries; how many checks were noted, or 1 where more entries may follow."""
        del context  # what is needed by when does not depend on the present instant
        closes = {wave.id: wave.closes_at for wave in queries.waves()}
        if closes != self._closes:
            self.upto, self._closes = 0, closes
        awaited = queries.awaited_checks(after=self.upto, limit=MOST_AT_ONCE)
        noted = actions.need_by(needed=awaited.checks)
        moved, self.upto = awaited.upto > self.upto, awaited.upto
        return noted or int(moved)


SWEEPS = (Sweep("verification.hasten", Hastening(), pause_seconds=1.0),)
