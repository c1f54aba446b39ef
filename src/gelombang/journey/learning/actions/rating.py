"""Take over what reviews say about courses, as feedback counted them."""

from collections.abc import Sequence
from datetime import datetime

from gelombang import store
from gelombang.journey.learning.actions.buying import PACKAGE
from gelombang.journey.learning.rules import CourseRating


def take_ratings(*, ratings: Sequence[CourseRating], now: datetime) -> int:  # noqa: ARG001
    """Copy the sums of all reviews of each course (R083); how many courses changed.

    The sums are of all reviews, so taking the same ones again changes nothing. A course that is
    not known is left out. `now` is virtual and names no row: a rating has no instant of its own.
    """
    if not ratings:
        return 0
    with store.transaction():
        return store.execute_set(
            store.statement(PACKAGE, "take_ratings"),
            {
                "codes": [each.course_code for each in ratings],
                "sums": [each.rating_sum for each in ratings],
                "counts": [each.rating_count for each in ratings],
            },
        )
