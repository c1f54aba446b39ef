"""The sweep that measures how long an ordinary letter takes to leave, for the front door."""

from gelombang.jobs.loop import Context, Sweep
from gelombang.records.notices import actions


def _measure(context: Context) -> int:
    actions.measure_letter_wait(real_now=context.real_now)
    return 0


SWEEPS = (Sweep(name="notices.measure_wait", run=_measure, pause_seconds=5),)
