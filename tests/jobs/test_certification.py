"""From a course that is really bought and reported to its certificate, review and rating."""

import threading

import pytest
from django.db import connection
from tests.journey.feedback.world import first_answers
from tests.journey.learning import world

from gelombang.jobs import certification as certificates, feedback as ratings
from gelombang.jobs.loop import Context
from gelombang.jobs.worker import chosen_sweeps
from gelombang.journey.certification import actions, queries
from gelombang.journey.feedback import actions as feedback, queries as answers
from gelombang.journey.learning import queries as learning
from gelombang.kit.sealing import seal
from gelombang.settings.environment import load

pytestmark = pytest.mark.usefixtures("database_url")
RUN = {sweep.name: sweep.run for sweep in (*certificates.SWEEPS, *ratings.SWEEPS)}
AT = {"now": world.NOW, "real_now": world.REAL}


@pytest.fixture
def context(keyring) -> Context:
    return Context(
        now=world.NOW, real_now=world.REAL, keyring=keyring, base_url=world.BASE_URL,
        environment=load(), stop=threading.Event(),
    )  # fmt: skip


def test_the_worker_knows_the_sweeps():
    assert {sweep.name for sweep in chosen_sweeps(("certification", "feedback"))} == set(RUN)


def test_a_bought_and_finished_course_is_certified_reviewed_and_rated(keyring, context):
    (person,) = world.recipients(keyring)
    with connection.cursor() as cursor:
        name = seal(keyring, "BUDI PERCOBAAN", purpose="name")
        cursor.execute("UPDATE verification_identity SET name_sealed = %s", [name])
    bought = world.buy(person, world.SHORT)
    assert RUN["certification.issue"](context) == 0, "bought is not finished"
    world.finish(keyring, bought)
    assert RUN["certification.issue"](context) == 1
    assert RUN["certification.issue"](context) == 0

    (own,) = queries.certificates_of(person_id=person)
    assert (own.course_code, own.purchase_id) == (world.SHORT, bought.id)
    assert queries.certificate(number=own.number, keyring=keyring).holder == "B*** P***"
    by = {"person_id": person, "actor": f"person:{person}", **AT}
    feedback.review(certificate_number=own.number, rating=5, words="Mudah diikuti.", **by)
    assert RUN["feedback.ratings"](context) == 1
    assert RUN["feedback.ratings"](context) == 0
    course = learning.course(code=world.SHORT)
    assert (course.rating, course.rating_count) == (5, 1)
    feedback.answer_survey(answers=first_answers(), **by)
    assert answers.survey_of(person_id=person).answered_at == world.NOW

    assert RUN["certification.tell_revoked"](context) == 0
    actions.revoke(number=own.number, reason="Bukti kehadiran palsu", actor="staff:a", **AT)
    assert RUN["certification.tell_revoked"](context) == 1
    assert RUN["certification.tell_revoked"](context) == 0
