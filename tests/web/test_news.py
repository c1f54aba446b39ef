"""News of lost work over HTTP: acknowledged as DCI does it, or refused by name and not kept."""

import copy
import json
from datetime import timedelta

import pytest
from django.db import OperationalError
from django.test import Client
from tests.journey.verification.world import INSURER
from tests.web import making

from gelombang import store
from gelombang.gateways.dci.fake_trust import FakeTrust, invented_key
from gelombang.gateways.dci.signature import Signer
from gelombang.gateways.employment.client import Account
from gelombang.gateways.employment.fake import NEWS_PATH, FakeEmploymentInsurer
from gelombang.gateways.employment.news import LARGEST_MESSAGE
from gelombang.journey.verification import actions
from gelombang.kit import clock
from gelombang.records.programme import actions as programme

pytestmark = pytest.mark.django_db
SITI = {
    "nik": "3174015708959911", "name": "SITI CONTOH", "sex": "female", "birth_date": "1995-08-17",
    "membership": "inactive", "monthly_wage": 4_000_000, "end_reason": "PHK",
    "end_date": "2020-04-01",
}  # fmt: skip
KEY = invented_key("employment")


def signed(envelope, *, key=KEY, sender="employment", after=timedelta()):
    signer = Signer(sender, "1", key)
    signature = signer.sign(
        envelope["header"], envelope["message"], at=clock.real_now() + after
    )  # fmt: skip
    return {**envelope, "signature": signature}


@pytest.fixture
def news(tmp_path) -> dict:
    trust = FakeTrust(signer=Signer("employment", "1", KEY))
    insurer = FakeEmploymentInsurer(tmp_path, Account("a", "b", "c"), trust)
    insurer.seed([SITI])
    return insurer.news(SITI["nik"])


def post(envelope, *, kind="application/json", language="en", method="POST"):
    body = envelope if isinstance(envelope, bytes) else json.dumps(envelope).encode()
    client = Client(enforce_csrf_checks=True)
    return client.generic(method, NEWS_PATH, body, kind, headers={"accept-language": language})


def kept() -> int:
    return store.fetch_value("SELECT count(*) FROM verification_employmentnews")


def refused(answer, status, code, dci_code):
    """The answer is a problem document, DCI's form of errors and its acknowledgement in one."""
    said = answer.json()
    assert (answer.status_code, said["type"]) == (status, f"urn:gelombang:{code}")
    assert answer.headers["Content-Type"] == "application/problem+json"
    assert [each["code"] for each in said["errors"]] == [dci_code]
    assert said["message"]["error"] == {"code": dci_code, "message": said["title"]}
    assert kept() == 0
    assert SITI["nik"] not in answer.content.decode()
    return said


def test_it_is_acknowledged_and_kept_once_however_often_it_is_told(news):
    for told in (news, news, signed(news)):
        answer = post(told)
        assert answer.status_code == 200
        said = answer.json()["message"]
        assert (said.keys(), said["ack_status"]) == (
            {"ack_status", "timestamp", "correlation_id"}, "ACK",
        )  # fmt: skip
        assert answer.headers["Cache-Control"] == "no-store"
    assert kept() == 1


def test_who_is_unknown_is_acknowledged_like_anybody(news, person, state_identity, judge, now):
    def shape(answer):
        said = answer.json()["message"]
        return answer.status_code, list(said), said["ack_status"], len(answer.content)

    text = making.PROGRAMME.read_text(encoding="utf-8") + INSURER
    early = now - timedelta(days=3)
    programme.load(text=text, actor="cli:test", now=early, real_now=clock.real_now())
    unknown = post(news)
    other = copy.deepcopy(news)
    event = other["message"]["notify_event"][0]
    event["reference_id"], event["data"]["reg_records"][0]["nik"] = "E-2", "3174011708959901"
    state_identity(person)
    judge()
    assert shape(post(signed(other))) == shape(unknown)
    rows = store.fetch("SELECT code FROM verification_employmentnews ORDER BY code")
    assert [row["code"] for row in rows] == ["", "PHK"]


def test_what_the_insurer_did_not_sign_is_refused_and_not_kept(news):
    altered = copy.deepcopy(news)
    altered["message"]["notify_event"][0]["data"]["reg_records"][0]["nik"] = "3174015708959912"
    unsigned = {name: news[name] for name in ("header", "message")}
    refused(post(unsigned), 401, "news-unsigned", "err.signature.missing")
    for forged in (
        altered,
        signed(news, key=invented_key("education")),
        signed(news, sender="education"),
    ):
        refused(post(forged), 401, "news-forged", "err.signature.invalid")
    for after in (-timedelta(minutes=7), timedelta(minutes=2)):
        late = signed(news, after=after)
        refused(post(late), 401, "news-out-of-time", "rjct.message_ts.invalid")


def test_a_key_of_the_insurer_must_be_agreed(news, settings):
    settings.GELOMBANG = settings.GELOMBANG.model_copy(update={"dci_partners": None})
    refused(post(news), 401, "news-forged", "err.signature.invalid")


def test_what_was_not_agreed_is_refused_and_not_kept(news):
    other = copy.deepcopy(news)
    other["message"]["notify_event"][0]["data"]["reg_event_type"] = "REGISTER"
    refused(post(signed(other)), 400, "news-not-agreed", "err.request.bad")
    elsewhere = copy.deepcopy(news)
    elsewhere["header"]["receiver_id"] = "orang-lain"
    refused(post(signed(elsewhere)), 403, "news-for-another", "err.receiver_id.invalid")
    refused(post(b"{"), 400, "news-not-agreed", "err.request.bad")
    refused(post(news, kind="text/plain"), 415, "news-of-wrong-type", "err.request.bad")
    large = json.dumps(news).encode() + b" " * LARGEST_MESSAGE
    said = refused(post(large), 413, "news-too-large", "err.request.bad")
    assert said["title"] == (
        "This message is too large. It holds at most 128 KB; make it several messages."
    )
    assert "128 KB" in post(large, language="id").json()["title"]


def test_one_bad_event_keeps_all_of_the_message_out(news):
    event = news["message"]["notify_event"][0]
    bad = {**event, "reference_id": "E-2", "timestamp": "kemarin"}
    news["message"]["notify_event"], news["header"]["total_count"] = [event, bad], 2
    refused(post(signed(news)), 400, "news-not-agreed", "err.request.bad")


def test_it_is_only_posted(news):
    answer = post(news, method="PUT")
    assert (answer.status_code, answer.headers["Allow"]) == (405, "POST")


def test_while_the_database_is_away_the_insurer_hears_when_to_tell_it_again(news, monkeypatch):
    def away(**_):
        raise OperationalError

    with monkeypatch.context() as patch:
        patch.setattr(actions, "take_news", away)
        answer = post(news)
    said = refused(answer, 503, "paused", "err.service.unavailable")
    assert (said["message"]["ack_status"], answer.headers["Retry-After"]) == ("ERR", "5")
    assert post(news).status_code == 200
    assert kept() == 1
