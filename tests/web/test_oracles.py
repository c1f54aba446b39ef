"""No answer tells whether an address or a NIK is known: same status, same headers, same bytes."""

import json
import re
from datetime import timedelta

import pytest
from django.db.models import F
from django.test import Client
from tests.web import making

from gelombang.journey.registration.models import SignInCode
from gelombang.journey.verification.models import Identity
from gelombang.records.notices.models import Notice

pytestmark = pytest.mark.django_db
KNOWN, UNKNOWN = "dikenal@example.id", "takdiri@example.id"
SECRET_OF_A_PAGE = re.compile(rb'value="[A-Za-z0-9]{64}"')  # the form's token
SAID_TO_ONE = ("set-cookie", "date")


@pytest.fixture
def somebody(keyring, now):
    return making.make_person(keyring, now, KNOWN)


def seen(answer) -> tuple[int, dict, bytes]:
    """An answer as somebody sees who compares two of them."""
    headers = {k.lower(): v for k, v in answer.headers.items() if k.lower() not in SAID_TO_ONE}
    body = SECRET_OF_A_PAGE.sub(b"", answer.content)
    return (
        answer.status_code,
        headers,
        body.replace(KNOWN.encode(), b"").replace(UNKNOWN.encode(), b""),
    )


def both(ask) -> tuple[tuple, tuple]:
    return seen(ask(KNOWN)), seen(ask(UNKNOWN))


def api(path, body, session=None):
    headers = {"Authorization": f"Bearer {session}"} if session else {}
    return Client().post(
        f"/api/v1/{path}", json.dumps(body), content_type="application/json", headers=headers
    )


def test_asking_for_a_code_tells_nothing(somebody):
    known, unknown = both(lambda email: Client().post("/masuk", {"email": email}))
    assert known == unknown
    assert known[0] == 303
    known, unknown = both(lambda email: api("sign-in", {"email": email}))
    assert known == unknown, "within the pause"
    assert SignInCode.objects.count() == 2
    SignInCode.objects.update(sent_at=F("sent_at") - timedelta(minutes=5))
    known, unknown = both(lambda email: api("sign-in", {"email": email}))
    assert known == unknown
    assert known[0] == 202
    # Both left a row behind, and only one of them a letter: the other's was taken back.
    assert SignInCode.objects.count() == 4
    assert set(Notice.objects.values_list("person_id", flat=True)) == {somebody.id}


def test_the_page_of_the_code_and_a_wrong_code_tell_nothing(somebody):
    def page(email):
        browser = Client()
        browser.post("/masuk", {"email": email})
        return browser.get("/masuk/kode")

    def wrong(email):
        browser = Client()
        browser.post("/masuk", {"email": email})
        return browser.post("/masuk/kode", {"kode": "000000"})

    for ask in (page, wrong, lambda email: api("sign-in/code", {"email": email, "code": "000000"})):
        known, unknown = both(ask)
        assert known == unknown


@pytest.mark.parametrize("verdict", ["confirmed", "still being checked"])
def test_a_statement_of_somebody_elses_nik_tells_nothing(keyring, now, somebody, verdict):
    making.state_identity(keyring, now, somebody)
    if verdict == "confirmed":
        making.judge(keyring, now)
    answers = []
    for number, nik in enumerate((making.STATED.nik, "3174011708959777")):
        who = making.make_person(keyring, now, f"penanya{number}@example.id")
        making.sign_in(keyring, who)
        api("sign-in", {"email": who.email})
        code = making.newest_code(keyring, who)
        session = api("sign-in/code", {"email": who.email, "code": code}).json()["session"]
        stated = {
            "nik": nik, "family_card_no": "3174010101200001", "name": "Budi Santoso",
            "sex": "male", "birth_place": "Jakarta", "birth_date": "1995-08-17", "province": "31",
        }  # fmt: skip
        answers.append([seen(api("identity", stated, session)),
                        seen(Client().get("/api/v1/status", headers={
                            "Authorization": f"Bearer {session}"}))])  # fmt: skip
    assert answers[0][0] == answers[1][0]
    assert answers[0][0][0] == 202
    for known, unknown in zip(*answers, strict=True):
        assert known[0] == unknown[0]
    owner = Identity.objects.get(person_id=somebody.id)
    assert owner.state == ("verified" if verdict == "confirmed" else "pending")
