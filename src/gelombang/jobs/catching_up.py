"""Ask about people who were verified before the programme named a registry: a freeze needs it."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from gelombang.jobs.loop import Context, Sweep
from gelombang.journey.verification import actions, queries
from gelombang.journey.verification.rules import FOLLOW_UPS, CheckKind

SETTLING = timedelta(seconds=15)
"""Real time: by then whoever records verdicts knows of the registry, too."""


@dataclass
class CatchingUp:
    """Goes through the verified once for the registries that the programme names.

    How far it got is kept in memory: whoever begins anew asks about nobody twice.
    """

    upto: int = 0  # statement
    _kinds: tuple[CheckKind, ...] = ()
    _since: datetime | None = None  # real

    def __call__(self, context: Context) -> int:
        """One batch; 1 where more may follow."""
        kinds = tuple(kind for kind in queries.further_registries() if kind not in FOLLOW_UPS)
        if kinds != self._kinds:
            self.upto, self._kinds, self._since = 0, kinds, context.real_now
        if not kinds or self._since is None or context.real_now < self._since + SETTLING:
            return 0
        before = self.upto
        self.upto = actions.ask_further(kinds=kinds, after=before, real_now=context.real_now)
        return int(self.upto > before)


SWEEPS: tuple[Sweep, ...] = (Sweep("verification.catch_up", CatchingUp(), pause_seconds=15.0),)
