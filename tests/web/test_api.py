"""The house's JSON API: the way of one person, and every body that is not what it should be."""

import json

import pytest
from django.test import Client

from gelombang.kit import clock
from gelombang.kit.tokens import read_door_pass

pytestmark = pytest.mark.django_db
IDENTITY = {
    "nik": "3174011708959901",
    "family_card_no": "3174010101200001",
    "name": "Budi Santoso",
    "sex": "male",
    "birth_place": "Jakarta",
    "birth_date": "1995-08-17",
    "province": "31",
}


class Caller:
    """A program that calls the API."""

    def __init__(self) -> None:
        self.client = Client(enforce_csrf_checks=True)
        self.headers: dict[str, str] = {"Accept-Language": "en"}

    def get(self, path):
        return self.client.get(path, headers=self.headers)

    def post(self, path, body=None, *, raw=None, content_type="application/json"):
        data = raw if raw is not None else json.dumps(body or {})
        return self.client.post(path, data, content_type=content_type, headers=self.headers)

    def sign_in(self, person, code_of):
        self.post("/api/v1/sign-in", {"email": person.email})
        answer = self.post("/api/v1/sign-in/code", {"email": person.email, "code": code_of(person)})
        assert answer.status_code == 200, answer.content
        self.headers["Authorization"] = f"Bearer {answer.json()['session']}"
        return answer.json()


@pytest.fixture
def caller():
    return Caller()


def problem(answer) -> dict:
    assert answer["Content-Type"] == "application/problem+json"
    document = answer.json()
    assert document["status"] == answer.status_code
    return document


def test_the_way_of_one_person(caller, person, code_of, keyring, judge, loaded_programme):
    given = caller.sign_in(person, code_of)
    assert read_door_pass(keyring, given["pass"], real_now=clock.real_now()) == person.id
    assert caller.get("/api/v1/status").json()["identity"] is None
    stated = caller.post("/api/v1/identity", IDENTITY)
    assert (stated.status_code, stated.json()) == (202, {"state": "pending"})
    wait = caller.get("/api/v1/status").json()["identity_wait"]
    assert (wait["waits_for"], wait["people_before"], wait["counted"]) == ("Dukcapil", 0, "exact")
    judge()
    status = caller.get("/api/v1/status").json()
    assert status["identity_wait"] is None
    assert status["email_confirmed"] is True
    assert status["identity"] == "verified"
    assert status["wave"]["id"] == "PKJ-2020-W01"
    assert status["wave"]["is_open"] is True
    assert status["entry"] is None
    assert "person_id" not in status


def test_known_and_unknown_addresses_get_the_same_answer(caller, person):
    answers = [
        caller.post("/api/v1/sign-in", {"email": email})
        for email in (person.email, "siti@example.id")
    ]
    assert {(a.status_code, a.content) for a in answers} == {(202, b"{}")}


@pytest.mark.parametrize("path", ["/api/v1/status", "/api/v1/nothing-here"])
@pytest.mark.parametrize("token", [None, "x" * 32, "", "../../x", "0" * 5000])
def test_without_a_session_nobody_is_told_anything(caller, db, path, token):
    if token is not None:
        caller.headers["Authorization"] = f"Bearer {token}"
    document = problem(caller.get(path))
    assert document["status"] == (401 if path.endswith("status") else 404)


def test_a_staff_session_opens_nothing_here(caller, at_desk):
    desk = at_desk("operator")
    caller.headers["Authorization"] = f"Bearer {desk.cookies['sesi'].value}"
    assert caller.get("/api/v1/status").status_code == 401


def test_the_cookie_alone_opens_nothing(caller, person, code_of):
    caller.sign_in(person, code_of)
    del caller.headers["Authorization"]
    assert "sesi" in caller.client.cookies
    assert caller.post("/api/v1/identity", IDENTITY).status_code == 401


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"nik": "317401170895990"}, "nik"),
        ({"nik": "3174011708959901x"}, "nik"),
        ({"nik": "٣١٧٤٠١١٧٠٨٩٥٩٩٠١"}, "nik"),
        ({"nik": "3174013102959901"}, "nik"),
        ({"nik": "3174015708959901"}, "nik"),
        ({"nik": "3174011708959901" * 30}, "nik"),
        ({"family_card_no": "12"}, "family_card_no"),
        ({"name": ""}, "name"),
        ({"name": "Budi 2"}, "name"),
        ({"sex": "both"}, "sex"),
        ({"birth_place": "   "}, "birth_place"),
        ({"birth_date": "1995-02-31"}, "birth_date"),
        ({"birth_date": "17-08-1995"}, "birth_date"),
        ({"birth_date": 800000000}, "birth_date"),
        ({"birth_date": "2999-01-01"}, "birth_date"),
        ({"province": "99"}, "province"),
        ({"nik": None}, "nik"),
        ({"surprise": "x"}, "surprise"),
    ],
)
def test_every_wrong_field_is_named(caller, person, code_of, change, field):
    caller.sign_in(person, code_of)
    document = problem(caller.post("/api/v1/identity", IDENTITY | change))
    assert document["status"] == 422
    assert field in {each["field"] for each in document["errors"]}
    assert "3174011708" not in json.dumps(document)


@pytest.mark.parametrize(
    ("raw", "content_type", "status"),
    [
        (b"{", "application/json", 400),
        (b"[]", "application/json", 400),
        (b'"text"', "application/json", 400),
        (b'{"email": NaN}', "application/json", 400),
        (b'{"email": "\xff"}', "application/json", 400),
        (b'{"email": "\\ud800x"}', "application/json", 400),
        (b"[" * 5000 + b"]" * 5000, "application/json", 400),
        (b'{"email": "' + b"a" * 20_000 + b'"}', "application/json", 413),
        (b"x" * 10_000_000, "application/json", 413),
        (b"email=budi@example.id", "application/x-www-form-urlencoded", 415),
        (b'{"email": "budi@example.id"}', "text/plain", 415),
        (b'{"email": "budi\\u0000@example.id"}', "application/json", 422),
        (b'{"email": ["budi@example.id"]}', "application/json", 422),
        (b"{}", "application/json", 422),
    ],
)
def test_every_body_that_is_none_gets_a_clear_answer(caller, db, raw, content_type, status):
    answer = caller.post("/api/v1/sign-in", raw=raw, content_type=content_type)
    assert problem(answer)["status"] == status


def test_refusals_speak_the_readers_language(caller, person, code_of):
    caller.sign_in(person, code_of)
    wrong = IDENTITY | {"nik": "3174015708959901"}
    english = problem(caller.post("/api/v1/identity", wrong))["title"]
    caller.headers["Accept-Language"] = "id"
    indonesian = problem(caller.post("/api/v1/identity", wrong))["title"]
    assert "female" in english
    assert "perempuan" in indonesian


def test_an_unconfirmed_address_comes_first(caller, make_person, code_of, db):
    somebody = make_person("siti@example.id", confirmed=False)
    caller.post("/api/v1/sign-in", {"email": somebody.email})
    answer = caller.post("/api/v1/sign-in/code", {"email": somebody.email, "code": "123456"})
    assert problem(answer)["status"] == 422


def test_stating_twice_is_told(caller, person, code_of):
    caller.sign_in(person, code_of)
    assert caller.post("/api/v1/identity", IDENTITY).status_code == 202
    assert problem(caller.post("/api/v1/identity", IDENTITY))["status"] == 409


def test_leaving_a_wave_that_one_is_not_in_is_told(caller, person, code_of, loaded_programme):
    caller.sign_in(person, code_of)
    assert problem(caller.post("/api/v1/waves/PKJ-2020-W01/withdraw"))["status"] == 409
    assert problem(caller.post("/api/v1/waves/nothing%20here/withdraw"))["status"] == 404


def test_the_funnel_is_missing_until_it_was_counted(caller, db, settings):
    assert problem(caller.get("/api/v1/funnel"))["status"] == 404
    folder = settings.GELOMBANG.data_dir / "public"
    folder.mkdir()
    counted = {
        "as_of": "2020-04-12T09:00:00+00:00", "registered": 4, "email_verified": 3,
        "nik_verified": 2, "joined": 1, "denominator": "registered",
    }  # fmt: skip
    (folder / "funnel.json").write_text(json.dumps(counted))
    assert caller.get("/api/v1/funnel").json() == counted


@pytest.mark.parametrize("method", ["put", "delete", "patch"])
def test_other_methods_are_refused(caller, db, method):
    assert getattr(caller.client, method)("/api/v1/sign-in").status_code == 405
