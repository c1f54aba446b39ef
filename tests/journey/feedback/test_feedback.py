"""Reviews and surveys: given once, by whom they are for, and refused otherwise."""

import json
from datetime import timedelta
from uuid import uuid4

import psycopg
import pytest
from django.db import IntegrityError, connection
from tests.journey.certification import world as certificates
from tests.journey.certification.world import ISSUED
from tests.journey.feedback import world
from tests.journey.feedback.world import WORDS, answer, first_answers, review
from tests.journey.verification.world import at_once

from gelombang.jobs import feedback as job
from gelombang.journey.certification.rules import show_number
from gelombang.journey.feedback import actions, queries
from gelombang.journey.feedback.rules import (
    AlreadyReviewed,
    AnswersIncomplete,
    AnswerUnknown,
    CertificateNotYours,
    RatingUnknown,
    ReviewHoldsNumber,
    ReviewNeedsCertificate,
    ReviewTooLong,
    ReviewTooShort,
    SurveyAnswered,
    SurveyNotOpen,
    SurveyUnknown,
)
from gelombang.journey.learning.rules import CourseRating
from gelombang.records.audit.models import Entry

pytestmark = pytest.mark.usefixtures("database_url")


def rows(sql: str, *params) -> list[tuple]:
    with connection.cursor() as cursor:
        cursor.execute(sql, params)
        return cursor.fetchall()


def names(done: list[object]) -> list[str]:
    return sorted(type(each).__name__ for each in done)


def test_a_holder_reviews_a_certificate_once(keyring):
    ((person, number),) = world.holders(keyring)
    assert queries.reviews_due(person_id=person) == [number]
    assert queries.review_of(numbers=[number]) == {}
    review(person, show_number(number).lower(), rating=5, words=f"  {WORDS}\r\nTerima kasih.\x00 ")
    assert queries.reviews_due(person_id=person) == []
    found = queries.review_of(numbers=[number, "A" * 16, "?"])
    assert list(found) == [number]
    assert (found[number].rating, found[number].reviewed_at) == (5, ISSUED)
    assert found[number].words == f"{WORDS}\nTerima kasih."
    assert WORDS not in repr(found[number])
    note = Entry.objects.get(action="feedback.review")
    assert (note.actor, note.subject) == (f"person:{person}", f"certificate:{number}")
    assert note.detail == {"rating": 5}, "the words are nobody's business in the trail"
    with pytest.raises(AlreadyReviewed):
        review(person, number, rating=1)
    assert queries.review_of(numbers=[number]) == found


def test_only_the_holder_of_a_valid_certificate_reviews(keyring):
    (person, number), (other, theirs) = world.holders(keyring, count=2)
    for who, which in ((other, number), (uuid4(), number), (person, "A" * 16), (person, "bukan")):
        with pytest.raises(CertificateNotYours):
            review(who, which)
    certificates.revoke(theirs)
    assert queries.reviews_due(person_id=other) == []
    with pytest.raises(ReviewNeedsCertificate):
        review(other, theirs)
    assert rows("SELECT count(*) FROM feedback_review") == [(0,)]
    with pytest.raises(SurveyNotOpen):
        answer(other)


def test_what_a_review_may_not_hold(keyring):
    ((person, number),) = world.holders(keyring)
    for rating in (0, 6, -1, 10**20, True, None, "5", 4.5):
        with pytest.raises(RatingUnknown) as refused:
            review(person, number, rating=rating)
        assert refused.value.field == "rating"
    for words, refusal in (
        ("", ReviewTooShort),
        ("bagus", ReviewTooShort),
        (". . . . . . . . . . .", ReviewTooShort),
        ("x" * 1001, ReviewTooLong),
        ("Hubungi saya di 0812-0000-1234 ya", ReviewHoldsNumber),
        ("NIK saya 3174 0157 0899 9901, terima kasih", ReviewHoldsNumber),
        ("nomor 3174\u200b0157\u200b0899\u200b9901 dan terima kasih", ReviewHoldsNumber),
        ("nomor ٣١٧٤٠١٥٧٠٨٩٩٩٩٠١ dan terima kasih", ReviewHoldsNumber),
    ):
        with pytest.raises(refusal) as refused:
            review(person, number, words=words)
        assert refused.value.field == "words"
    review(person, number, words="x" * 1000)


def test_of_reviews_at_once_one_stays(keyring):
    ((person, number),) = world.holders(keyring)
    done = at_once(*[lambda: review(person, number)] * 3)
    assert names(done) == ["AlreadyReviewed", "AlreadyReviewed", "NoneType"]
    assert rows("SELECT count(*) FROM feedback_review") == [(1,)]
    assert Entry.objects.filter(action="feedback.review").count() == 1


def test_a_review_and_a_revocation_at_once_leave_no_review_of_a_revoked_one(keyring):
    people = world.holders(keyring, count=4)
    for person, number in people:
        reviewing, revoking = at_once(
            lambda person=person, number=number: review(person, number),
            lambda number=number: certificates.revoke(number),
        )
        assert revoking is None
        reviewed = number in queries.review_of(numbers=[number])
        assert reviewed == (reviewing is None)
        if not reviewed:
            assert isinstance(reviewing, ReviewNeedsCertificate)


def test_the_survey_opens_with_the_first_review_and_is_answered_once(keyring):
    ((person, number),) = world.holders(keyring)
    closed = queries.survey_of(person_id=person)
    assert (closed.is_open, closed.answered_at, closed.award_id) == (False, None, None)
    with pytest.raises(SurveyNotOpen):
        answer(person)
    review(person, number)
    assert queries.survey_of(person_id=person).is_open
    assert queries.survey_counts() == {"employment": 0}

    without = first_answers()
    without.pop("useful")
    for given, refusal, field in (
        ({}, AnswersIncomplete, "work_before"),
        (without, AnswersIncomplete, "useful"),
        (first_answers(useful=""), AnswersIncomplete, "useful"),
        (first_answers(useful=None), AnswersIncomplete, "useful"),
        (first_answers(useful="sangat"), AnswerUnknown, "useful"),
        (first_answers(useful=["very"]), AnswerUnknown, "useful"),
        (first_answers(useful={"very": 1}), AnswerUnknown, "useful"),
        (first_answers(useful=True), AnswerUnknown, "useful"),
        (first_answers(nik="3174015708999901"), AnswerUnknown, "answers"),
    ):
        with pytest.raises(refusal) as refused:
            answer(person, given)
        assert refused.value.field == field
    with pytest.raises(SurveyUnknown):
        actions.answer_survey(person_id=person, survey="lain", answers=first_answers(),
                              actor=f"person:{person}", **world.AT)  # fmt: skip

    answer(person)
    standing = queries.survey_of(person_id=person)
    assert (standing.is_open, standing.answered_at) == (False, ISSUED)
    ((version, kept),) = rows("SELECT version, answers FROM feedback_surveyanswer")
    assert (version, json.loads(kept)) == (1, first_answers())
    assert queries.survey_counts() == {"employment": 1}
    with pytest.raises(SurveyAnswered):
        answer(person)
    with pytest.raises(SurveyAnswered):
        answer(person, {})


def test_of_two_answers_at_once_one_stays(keyring):
    ((person, number),) = world.holders(keyring)
    review(person, number)
    done = at_once(*[lambda: answer(person)] * 3)
    assert names(done) == ["NoneType", "SurveyAnswered", "SurveyAnswered"]
    assert rows("SELECT count(*) FROM feedback_surveyanswer") == [(1,)]
    assert Entry.objects.filter(action="feedback.survey").count() == 1


ADD_REVIEW = """
    INSERT INTO feedback_review (certificate_id, award_id, person_id, course_code, rating, words,
        reviewed_at)
    SELECT certificate_id, award_id, {person}, {course}, {rating}, '', now() FROM certificate_facts
"""
ADD_ANSWER = """
    INSERT INTO feedback_surveyanswer (award_id, person_id, survey, version, answers, answered_at)
    SELECT award_id, person_id, 'employment', 1, '{}', now() FROM certificate_facts
"""


def test_the_database_refuses_what_the_pages_would(keyring, database_url):
    ((person, number),) = world.holders(keyring)
    usual = {"person": "person_id", "course": "course_code", "rating": "3"}
    with psycopg.connect(database_url, autocommit=True) as connected:
        with pytest.raises(psycopg.errors.CheckViolation, match="after the first review"):
            connected.execute(ADD_ANSWER)
        for changes, message in (
            ({"rating": "0"}, "feedback_rating_known"),
            ({"rating": "6"}, "feedback_rating_known"),
            ({"course": "'LAIN'"}, "does not fit its certificate"),
            ({"person": "gen_random_uuid()"}, "does not fit its certificate"),
        ):
            with pytest.raises(psycopg.errors.CheckViolation, match=message):
                connected.execute(ADD_REVIEW.format(**usual | changes))
        certificates.revoke(number)
        with pytest.raises(psycopg.errors.CheckViolation, match="does not fit its certificate"):
            connected.execute(ADD_REVIEW.format(**usual))
    assert queries.survey_of(person_id=person).award_id is None


def test_what_is_said_is_not_older_than_what_it_is_about(keyring):
    """A request that read the clock before the certificate's sweep did may come after it."""
    ((person, number),) = world.holders(keyring)
    early = {"person_id": person, "actor": f"person:{person}",
             "now": ISSUED - timedelta(hours=1), "real_now": world.AT["real_now"]}  # fmt: skip
    actions.review(certificate_number=number, rating=3, words=WORDS, **early)
    actions.answer_survey(answers=first_answers(), **early)
    assert queries.review_of(numbers=[number])[number].reviewed_at == ISSUED
    assert queries.survey_of(person_id=person).answered_at == ISSUED


@pytest.mark.parametrize("table", ["feedback_review", "feedback_surveyanswer"])
def test_nothing_that_was_said_is_edited(keyring, table):
    ((person, number),) = world.holders(keyring)
    review(person, number)
    answer(person)
    for change in (f"UPDATE {table} SET person_id = person_id", f"DELETE FROM {table}"):
        with pytest.raises(IntegrityError, match="append-only"):
            rows(f"{change} RETURNING id")


def test_ratings_reach_the_catalogue_by_a_job_that_may_run_any_number_of_times(keyring):
    people = world.holders(keyring, count=3)
    for (person, number), rating in zip(people, (5, 4, 1), strict=True):
        review(person, number, rating=rating)
    (sweep,) = job.SWEEPS
    context = type("Context", (), {"now": ISSUED})()
    assert sweep.run(context) == 1
    assert queries.ratings() == [CourseRating(certificates.COURSE, rating_sum=10, rating_count=3)]
    kept = "SELECT code, rating_sum, rating_count FROM learning_course WHERE rating_count > 0"
    assert rows(kept) == [(certificates.COURSE, 10, 3)]
    assert sweep.run(context) == 0, "only what changed is written"


def test_each_review_is_counted_once_however_late_it_commits(keyring, database_url):
    early, late, last = world.holders(keyring, count=3)
    review(*early, rating=5)
    slow = """
        INSERT INTO feedback_review
            (certificate_id, award_id, person_id, course_code, rating, words, reviewed_at)
        SELECT certificate_id, award_id, person_id, course_code, 1, 'Terlambat tercatat.', issued_at
        FROM certificate_facts WHERE number = %s
    """
    with psycopg.connect(database_url) as other:
        other.execute(slow, [late[1]])
        review(*last, rating=4)
        assert actions.count_ratings() == 1, "what came after a transaction that runs waits for it"
        assert actions.count_ratings() == 0
        other.commit()
    assert sum(each for each in at_once(*[actions.count_ratings] * 3)) == 2
    assert actions.count_ratings() == 0
    assert queries.ratings() == [CourseRating(certificates.COURSE, rating_sum=10, rating_count=3)]
