"""The sweep that copies what people say of courses to the catalogue (R083)."""

from gelombang.jobs.loop import Context, Sweep
from gelombang.journey.feedback import actions, queries
from gelombang.journey.learning import actions as learning


def _copy_ratings(context: Context) -> int:
    """Sums as they are now, written where they differ: running twice, or late, does no harm."""
    actions.count_ratings()
    return learning.take_ratings(ratings=queries.ratings(), now=context.now)


SWEEPS = (Sweep(name="feedback.ratings", run=_copy_ratings, pause_seconds=5),)
