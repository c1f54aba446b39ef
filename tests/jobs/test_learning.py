"""Learning's sweeps: classes called off, answers that nobody can ask for again."""

import json
import threading
from datetime import timedelta

import pytest
from tests.journey.learning import world

from gelombang.jobs import learning, worker
from gelombang.jobs.loop import Context
from gelombang.journey.learning import actions
from gelombang.journey.learning.models import ProviderCall, Purchase
from gelombang.settings.environment import load

RUN = {sweep.name: sweep.run for sweep in learning.SWEEPS}


@pytest.fixture
def context(keyring):
    """What a sweep gets an hour and a minute after the providers' calls."""
    return Context(
        now=world.NOW, real_now=world.REAL + timedelta(minutes=61), keyring=keyring,
        base_url=world.BASE_URL, environment=load(), stop=threading.Event(),
    )  # fmt: skip


def test_the_worker_runs_them():
    assert {sweep.name for sweep in worker.all_sweeps()} >= set(RUN)


def test_what_a_crash_left_of_a_class_called_off_is_given_back(transactional_db, context):
    people = world.recipients(context.keyring, 3)
    for each in people:
        world.buy(each, world.LONG)
    actions.cancel_course(
        course_code=world.LONG, reason="Ruangnya kebanjiran", actor="staff:a", now=world.NOW,
        real_now=world.REAL, keyring=context.keyring, base_url=world.BASE_URL, limit=1,
    )  # fmt: skip
    assert Purchase.objects.filter(state="held").count() == 2
    assert [RUN["learning.called_off"](context) for _ in range(2)] == [2, 0]
    assert [world.balance(each) for each in people] == [world.AID] * 3
    reasons = set(Purchase.objects.values_list("end_reason", flat=True))
    assert reasons == {"Ruangnya kebanjiran"}


def test_old_answers_are_forgotten_and_young_ones_kept(transactional_db, context):
    world.load_courses(context.keyring)
    for minutes in (0, 30):
        world.report(context.keyring, "lp-pijar-ilmu", "PRAT-TC1-001-200",
                     at=world.REAL + timedelta(minutes=minutes))  # fmt: skip
    assert [RUN["learning.forget_calls"](context) for _ in range(2)] == [1, 0]
    (kept,) = ProviderCall.objects.all()
    assert json.loads(kept.answer)["success"] is True
