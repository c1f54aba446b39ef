"""Questions about people in a wave are noted with its close, also when the close moves."""

import threading
from datetime import timedelta

import pytest
from tests.journey.selection.world import (
    CLOSES,
    DURING,
    REAL,
    WAVE,
    Someone,
    add,
    ask,
    enter_all,
    load,
)

from gelombang.jobs.hastening import Hastening
from gelombang.jobs.loop import Context
from gelombang.journey.verification.models import Check, Identity
from gelombang.journey.waves import actions as waves
from gelombang.settings.environment import load as load_environment

pytestmark = pytest.mark.usefixtures("database_url")


@pytest.fixture
def context(keyring) -> Context:
    environment = load_environment()
    return Context(DURING, REAL, keyring, environment.base_url, environment, stop=threading.Event())


def owe(someone: Someone, kind: str, state: str = "due") -> Check:
    identity = Identity.objects.get(person_id=someone.person_id)
    return Check.objects.create(identity=identity, kind=kind, state=state, due_at=REAL)


def needed() -> list[object]:
    return list(Check.objects.order_by("id").values_list("needed_by", flat=True))


def test_open_questions_of_entrants_get_the_close_of_their_wave(keyring, context):
    load()
    joined, absent = Someone(enrolled=None), Someone(enrolled=None)
    add(keyring, [joined, absent])
    for someone in (joined, absent):
        owe(someone, "education")
        owe(someone, "social_aid", "answered")
    hastening = Hastening()
    assert hastening(context) == 0
    ask([joined])
    enter_all(keyring)
    assert hastening(context) == 1
    assert needed() == [CLOSES, None, None, None]
    assert [hastening(context), Hastening()(context)] == [0, 1], "a new process notes nothing anew"

    later = CLOSES + timedelta(days=1)
    waves.open_wave(
        wave_id=WAVE, reason="lebih lama", actor="cli:test", now=DURING, real_now=REAL,
        closes_at=later,
    )  # fmt: skip
    assert hastening(context) == 1
    assert needed() == [later, None, None, None]


def test_entrants_without_open_questions_are_passed_by(keyring, context):
    load()
    people = [Someone() for _ in range(3)]
    add(keyring, people)
    ask(people)
    enter_all(keyring)
    hastening = Hastening()
    assert hastening(context) == 1, "there may be more entries"
    assert hastening.upto > 0
    assert hastening(context) == 0
