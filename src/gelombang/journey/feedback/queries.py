"""Questions about reviews and surveys, for pages, jobs and later steps."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from uuid import UUID

from gelombang import store
from gelombang.journey.certification.rules import read_number
from gelombang.journey.feedback.rules import EMPLOYMENT_SURVEY
from gelombang.journey.feedback.survey import SURVEYS
from gelombang.journey.learning.rules import CourseRating


@dataclass(frozen=True, slots=True)
class ReviewView:
    """What somebody said of a course."""

    rating: int  # 1 to 5
    words: str = field(repr=False)
    reviewed_at: datetime


@dataclass(frozen=True, slots=True)
class SurveyStanding:
    """Where a person's survey stands: open from the first review until it is answered."""

    is_open: bool
    answered_at: datetime | None  # virtual
    award_id: int | None = None  # that the answer counts for; None before the first review


def review_of(*, numbers: Sequence[str]) -> Mapping[str, ReviewView]:
    """The reviews that these certificates carry, by the number as it was asked for."""
    asked = {number: plain for number in numbers if (plain := read_number(number))}
    rows = store.fetch(
        store.statement(__package__, "reviews_of"), {"numbers": sorted(set(asked.values()))}
    )
    found = {row.pop("number"): ReviewView(**row) for row in rows}
    return {number: found[plain] for number, plain in asked.items() if plain in found}


def reviews_due(*, person_id: UUID) -> Sequence[str]:
    """The numbers of a person's valid certificates that wait for a review, oldest first."""
    rows = store.fetch(store.statement(__package__, "reviews_due"), {"person_id": person_id})
    return [row["number"] for row in rows]


def survey_of(*, person_id: UUID, survey: str = EMPLOYMENT_SURVEY) -> SurveyStanding:
    """Whether a person may answer the survey, and when they did."""
    rows = store.fetch(
        store.statement(__package__, "survey_of"), {"person_id": person_id, "survey": survey}
    )
    if not rows:
        return SurveyStanding(is_open=False, answered_at=None)
    answered_at = rows[0]["answered_at"]
    return SurveyStanding(answered_at is None, answered_at, rows[0]["award_id"])


def survey_counts() -> Mapping[str, int]:
    """How many people answered each survey."""
    rows = store.fetch(store.statement(__package__, "survey_counts"))
    return dict.fromkeys(SURVEYS, 0) | {row["survey"]: row["answered"] for row in rows}


def progress(*, facts: str) -> tuple[int, int]:
    """Below which transaction everything was counted, and below which everything has ended.

    Whatever lies below the second is visible to every later statement.
    """
    known = store.fetch_value("SELECT before_xid FROM feedback_progress WHERE facts = %s", [facts])
    frontier = store.fetch_value("SELECT pg_snapshot_xmin(pg_current_snapshot())::text")
    return int(known or 0), int(frontier)


def ratings() -> Sequence[CourseRating]:
    """Sum and count of the ratings of every course, as `actions.count_ratings` counted them."""
    return [CourseRating(**row) for row in store.fetch(store.statement(__package__, "ratings"))]
