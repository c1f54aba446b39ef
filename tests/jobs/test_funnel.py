"""The public figures of the money: one read, both denominators, whatever was paid so far."""

import json
import threading
from datetime import timedelta

import pytest
from django.conf import settings
from tests.journey.certification.world import BASE_URL, REAL
from tests.journey.disbursement import paying, world

from gelombang import store
from gelombang.jobs import funnel
from gelombang.jobs.loop import Context
from gelombang.journey.disbursement.paying import Said

pytestmark = pytest.mark.django_db(transaction=True)
RUN = {sweep.name: sweep.run for sweep in funnel.SWEEPS}


@pytest.fixture
def publish(keyring, tmp_path):
    """Publishes the money as the worker does at an instant; what the file then says."""

    def run(now=world.NOW):
        environment = settings.GELOMBANG.model_copy(update={"data_dir": tmp_path})
        context = Context(now, REAL, keyring, BASE_URL, environment, threading.Event())
        assert RUN["funnel.money"](context) == 0
        return json.loads((tmp_path / "public" / "money.json").read_text())

    return run


def test_before_a_programme_everything_is_zero(publish):
    said = publish()
    assert said.pop("as_of") == world.NOW.isoformat(timespec="seconds")
    assert set(said.values()) == {0}


def test_the_figures_follow_people_from_award_to_money(keyring, publish):
    paying.owed(keyring, 3)
    said = publish()
    promised = 3 * 3_550_000
    assert said == {
        "as_of": world.NOW.isoformat(timespec="seconds"),
        "recipients": 3, "learners": 3, "certified": 3, "recipients_paid": 0,
        "target": said["target"], "committed_idr": promised, "training_idr": said["training_idr"],
        "paid_idr": 0, "budget_idr": said["budget_idr"],
    }  # fmt: skip
    assert said["training_idr"] == 3 * price()
    assert said["target"] > 0
    assert said["budget_idr"] >= promised
    paying.fund()
    paying.release(paying.approve(paying.make()))
    first, *others = paying.claim(keyring)
    paying.hear(keyring, [paying.reply(first, Said.PAID)])
    paying.hear(keyring, [paying.reply(each, Said.UNANSWERED) for each in others])
    after = publish(world.NOW + timedelta(minutes=1))
    assert (after["recipients_paid"], after["paid_idr"]) == (1, paying.AMOUNT)
    assert after["committed_idr"] == promised


def test_an_award_that_ended_is_no_recipient(keyring, publish):
    first, _ = paying.owed(keyring, 2)
    store.execute(
        "UPDATE selection_award SET state = 'revoked', ended_at = accepted_at WHERE person_id = %s",
        [first],
    )
    assert publish()["recipients"] == 1


def price() -> int:
    """What the finished course cost, in whole rupiah."""
    return int(world.one("SELECT price FROM purchase_facts LIMIT 1"))
