"""Every used answer is reported to the civil registry once, through crashes and wrong tokens."""

import threading
from datetime import timedelta

import pytest
from tests.jobs.test_verification import Town, move_in, town  # noqa: F401 a fixture
from tests.journey.verification.world import NOW

from gelombang import store
from gelombang.jobs.loop import Context
from gelombang.jobs.usage_reports import PARTNER, report_usage
from gelombang.journey.verification import usage
from gelombang.kit.errors import Outage
from gelombang.records.partners import actions as partners, queries
from gelombang.settings.environment import load

pytestmark = pytest.mark.usefixtures("database_url")
PEOPLE = 11


@pytest.fixture
def answered(town, keyring) -> Town:  # noqa: F811
    move_in(town, keyring)
    town.run_until_answered()
    return town


def told(town: Town, **other: object) -> Context:  # noqa: F811
    town.real_now += timedelta(seconds=1)
    environment = load().model_copy(
        update={"civil_registry_usage_url": f"{town.url}/dukcapil/data-balikan", **other}
    )
    return Context(
        now=NOW, real_now=town.real_now, keyring=environment.keyring,
        base_url=environment.base_url, environment=environment, stop=threading.Event(),
    )  # fmt: skip


def desk(town: Town) -> dict[str, int]:  # noqa: F811
    return town.call("GET", "/dukcapil/_admin/usage")


def test_each_used_answer_is_reported_once(answered):
    assert report_usage(told(answered)) == PEOPLE
    assert report_usage(told(answered)) == 0
    assert desk(answered) == {"reports": 1, "uses": PEOPLE, "people": PEOPLE, "repeats": 0}
    assert store.fetch_value("SELECT count(*) FROM verification_usage") == PEOPLE


def test_a_report_whose_answer_was_lost_is_sent_again_and_known(answered, monkeypatch):
    def dies(**_: object) -> bool:
        raise SystemExit

    monkeypatch.setattr(usage, "report_sent", dies)
    with pytest.raises(SystemExit):
        report_usage(told(answered))
    monkeypatch.undo()
    assert report_usage(told(answered)) == PEOPLE
    assert desk(answered)["uses"] == PEOPLE
    assert store.fetch_value("SELECT is_repeat FROM verification_usagereportsent")
    assert report_usage(told(answered)) == 0


def test_batches_follow_each_other_and_leave_nobody_out(answered, keyring):
    found = []
    while batch := usage.next_report(limit=3, keyring=keyring, now=NOW):
        again = usage.next_report(limit=3, keyring=keyring, now=NOW)
        assert again.report_id == batch.report_id, "it is the same until it is sent"
        found += [each.check_id for each in batch.uses]
        assert usage.report_sent(report_id=batch.report_id, is_repeat=False, now=NOW)
        assert not usage.report_sent(report_id=batch.report_id, is_repeat=True, now=NOW)
    kind = "SELECT id FROM verification_check WHERE kind = 'civil_registry'"
    assert sorted(found) == sorted(row["id"] for row in store.fetch(kind))
    assert len(set(found)) == PEOPLE


def test_an_outage_is_retried_and_a_wrong_token_stops_the_queue(answered):
    answered.set_faults("dukcapil", error_rate=1.0)
    with pytest.raises(Outage):
        report_usage(told(answered))
    answered.set_faults("dukcapil")
    from pydantic import SecretStr

    wrong = {"civil_registry_usage_token": SecretStr("salah")}
    assert report_usage(told(answered, **wrong)) == 0
    assert queries.partner(code=PARTNER).stopped_reason == "status 401"
    assert report_usage(told(answered)) == 0
    partners.resume(partner=PARTNER, actor="cli:rini", now=NOW, real_now=answered.real_now)
    assert report_usage(told(answered)) == PEOPLE


def test_without_an_address_nobody_is_told(answered):
    assert report_usage(told(answered, civil_registry_usage_url=None)) == 0
    assert queries.partner(code=PARTNER) is None
