"""The sealer: once a second it chains what was appended to the audit trail."""

from gelombang.jobs.loop import Context, Sweep
from gelombang.records.audit import actions


def seal(context: Context) -> int:
    """One batch of the chain; how many entries it got."""
    return actions.seal(now=context.now)


SWEEPS: tuple[Sweep, ...] = (Sweep("audit.seal", seal, pause_seconds=1.0),)
