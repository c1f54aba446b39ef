"""The front door's counts: forgotten after a week."""

from gelombang.jobs.loop import Context, Sweep
from gelombang.records.programme import actions


def _forget_counts(context: Context) -> int:
    return actions.forget_counts(real_now=context.real_now)


SWEEPS = (Sweep(name="door.forget_counts", run=_forget_counts, pause_seconds=600),)
