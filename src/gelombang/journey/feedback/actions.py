"""Take reviews and answers to surveys. Each is given once and never edited."""

import json
from collections.abc import Mapping
from datetime import datetime
from uuid import UUID

from gelombang import store
from gelombang.journey.certification import queries as certification
from gelombang.journey.certification.rules import CertificateState
from gelombang.journey.feedback import queries
from gelombang.journey.feedback.rules import (
    EMPLOYMENT_SURVEY,
    AlreadyReviewed,
    CertificateNotYours,
    ReviewNeedsCertificate,
    SurveyAnswered,
    SurveyNotOpen,
    check_rating,
    check_words,
)
from gelombang.journey.feedback.survey import check_answers, survey_called
from gelombang.records.audit import actions as audit

RATINGS = "ratings"


def review(
    *,
    person_id: UUID,
    certificate_number: str,
    rating: int,
    words: str,
    actor: str,
    now: datetime,
    real_now: datetime,
) -> None:
    """Keep the review of a certificate's holder, once (R083). It starts the incentive (R084).

    The certificate cannot be revoked between the check and the review. Raises RatingUnknown,
    ReviewTooShort, ReviewTooLong, ReviewHoldsNumber, CertificateNotYours, ReviewNeedsCertificate
    or AlreadyReviewed.
    """
    stars, said = check_rating(rating), check_words(words)
    with store.transaction():
        held = certification.standing_for_share(number=certificate_number, person_id=person_id)
        if held is None:
            raise CertificateNotYours
        if held.state != CertificateState.VALID:
            raise ReviewNeedsCertificate
        _add_review(held, stars, said, now=now)
        audit.note(actor=actor, action="feedback.review",
                   subject=f"certificate:{held.number}", detail={"rating": stars},
                   now=now, real_now=real_now)  # fmt: skip


def _add_review(held: certification.Standing, rating: int, words: str, *, now: datetime) -> None:
    added = store.execute(
        store.statement(__package__, "add_review"),
        {"certificate": held.certificate_id, "rating": rating, "words": words, "now": now},
    )
    if not added:
        raise AlreadyReviewed


def answer_survey(
    *,
    person_id: UUID,
    answers: Mapping[str, object],
    survey: str = EMPLOYMENT_SURVEY,
    actor: str,
    now: datetime,
    real_now: datetime,
) -> None:
    """Keep the answers to a survey, all of them and once per award (R088).

    Raises SurveyUnknown, SurveyNotOpen, SurveyAnswered, AnswersIncomplete or AnswerUnknown.
    """
    asked = survey_called(survey)
    with store.transaction():
        standing = queries.survey_of(person_id=person_id, survey=survey)
        if standing.award_id is None:
            raise SurveyNotOpen
        if standing.answered_at is not None:
            raise SurveyAnswered
        given = check_answers(asked, answers)
        added = store.execute(
            store.statement(__package__, "add_answer"),
            {
                "award": standing.award_id,
                "person_id": person_id,
                "survey": asked.code,
                "version": asked.version,
                "answers": json.dumps(given),
                "now": now,
            },
        )
        if not added:
            raise SurveyAnswered
        audit.note(actor=actor, action="feedback.survey", subject=f"award:{standing.award_id}",
                   detail={"survey": asked.code, "version": asked.version},
                   now=now, real_now=real_now)  # fmt: skip


def count_ratings() -> int:
    """Count the reviews that have come since the last time; how many (R083).

    One worker counts at a time. A review counts once its transaction, and all before it, ended.
    """
    with store.transaction():
        if not store.lock_or_leave("feedback.ratings"):
            return 0
        since, until = queries.progress(facts=RATINGS)
        counted = store.fetch_value(
            store.statement(__package__, "count_ratings"),
            {"since": str(since), "until": str(until)},
        )
        if counted:
            store.execute(
                store.statement(__package__, "move_progress"),
                {"facts": RATINGS, "before_xid": str(until)},
            )
    return int(counted)
