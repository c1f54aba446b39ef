"""Visitors: count each day anew from the sketches of all front doors, and publish the counts."""

from typing import Any

from gelombang.jobs.funnel import write
from gelombang.jobs.loop import Context, Sweep
from gelombang.records.programme import actions, queries


def visitors(context: Context) -> dict[str, Any]:
    """The latest days with their counts; the sum says that it is one."""
    days = queries.visitors_by_day()
    return {
        "as_of": context.now.isoformat(timespec="seconds"),
        "days": [{"day": each.day.isoformat(), "visitors": each.visitors} for each in days],
        "sum_of_days": sum(each.visitors for each in days),
    }


def _fold(context: Context) -> int:
    actions.fold_visitors(now=context.now)
    write(context.environment.data_dir / "public" / "visitors.json", visitors(context))
    return 0  # nothing is left to do: the next one in half a minute


SWEEPS = (Sweep(name="visitors.fold", run=_fold, pause_seconds=30),)
