"""The worker's forecast reaches the operators' port."""

import json
import threading
from datetime import timedelta

import pytest
from tests.journey.verification.world import NOW, REAL, register, somebody, state

from gelombang.jobs import forecasts, rechecks
from gelombang.jobs.loop import Context
from gelombang.journey.verification.models import Queue
from gelombang.records.partners import actions as partners
from gelombang.records.partners.queries import Agreed
from gelombang.records.programme.terms import PartnerContract
from gelombang.settings.environment import load

pytestmark = pytest.mark.usefixtures("database_url")
RUN = {sweep.name: sweep.run for sweep in forecasts.SWEEPS}


@pytest.fixture
def at(tmp_path, keyring):
    environment = load().model_copy(update={"data_dir": tmp_path})

    def make(later=timedelta()) -> Context:
        stop = threading.Event()
        return Context(NOW + later, REAL + later, keyring, "http://x", environment, stop)

    return make


def test_a_sample_is_written_for_the_operators(at, keyring):
    terms = PartnerContract("civil_registry", "Dukcapil", 10, 10, 1)
    partners.provide(agreed=Agreed(terms, 1), actor="cli:test", now=NOW, real_now=REAL)
    for number in range(3):
        state(keyring, register(keyring, f"p{number}@example.id"), somebody(number))
    context = at()
    assert RUN["verification.sample_backlogs"](context) == 0
    file = context.environment.door_dir / "forecast.json"
    found = json.loads(file.read_text())["partners"]["civil_registry"]
    assert (found["waiting"], found["answers_per_second"], found["hold"]) == (3, None, "")
    assert found["finishes_in"]["latest"] > found["finishes_in"]["earliest"]
    assert found["questions_held"] == 0
    file.unlink()
    RUN["verification.sample_backlogs"](at(timedelta(seconds=5)))
    assert not file.exists(), "it was counted just now"


def test_a_queue_that_has_emptied_is_counted_as_empty(at):
    terms = PartnerContract("exclusions", "Daftar pengecualian", 10, 10, 1)
    partners.provide(agreed=Agreed(terms, 1), actor="cli:test", now=NOW, real_now=REAL)
    Queue.objects.create(
        kind="exclusions", counted_at=REAL - timedelta(hours=1), waiting=37, marks=[], outlook={}
    )
    assert RUN["verification.sample_backlogs"](at()) == 0
    assert Queue.objects.get(kind="exclusions").waiting == 0


def test_nobody_is_asked_again_where_no_programme_wants_it(at):
    sweep = next(each for each in rechecks.SWEEPS if each.name == "verification.renew")
    assert sweep.run(at()) == 0
