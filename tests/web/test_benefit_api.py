"""The API of the second half: one person's way by calls alone, and every refusal as a problem."""

import json

import pytest
from django.test import Client

pytestmark = pytest.mark.django_db
SHORT, LONG, DEAR = "PI-UTANG-08", "SK-WARUNG-07", "BT-LAMAN-03"


class Caller:
    """A program that calls the API for one person."""

    def __init__(self, who=None) -> None:
        self.client = Client(enforce_csrf_checks=True)
        self.headers = {"Accept-Language": "en"}
        self.who = who
        if who is not None:
            key = who.browser().session.session_key
            self.headers["Authorization"] = f"Bearer {key}"

    def get(self, path: str, status: int = 200):
        answer = self.client.get(f"/api/v1{path}", headers=self.headers)
        assert answer.status_code == status, answer.content
        return answer.json()

    def call(self, method: str, path: str, body=None, *, status: int):
        answer = self.client.generic(
            method, f"/api/v1{path}", json.dumps(body or {}), "application/json",
            headers=self.headers,
        )  # fmt: skip
        assert answer.status_code == status, answer.content
        return answer.json()

    def post(self, path: str, body=None, *, status: int = 200):
        return self.call("POST", path, body, status=status)

    def refused(self, path: str, body=None, *, status: int, code: str, method: str = "POST"):
        document = self.call(method, path, body, status=status)
        assert document["status"] == status
        assert document["type"].endswith(code), document
        assert document["title"]
        return document


@pytest.fixture
def pair(keyring, web_clock):
    """Two people with an open award."""
    from tests.web.benefiting import winners

    return winners(keyring, web_clock, 2)


@pytest.fixture
def winner(pair):
    """One of them."""
    return pair[0]


@pytest.fixture
def caller(winner):
    """A program that calls for one of them."""
    return Caller(winner)


@pytest.mark.parametrize("asked", ["category=%00", "mode=a%00b", "text=%00", "sort=%00"])
def test_a_question_about_courses_never_breaks_the_server(asked):
    caller = Caller()
    answer = caller.client.get(f"/api/v1/courses?{asked}")
    assert answer.status_code in {200, 422}


def test_the_whole_way_by_calls_alone(caller, winner):
    before = caller.get("/award")["award"]
    assert (before["state"], before["amount"], before["balance"]) == ("open", 3_550_000, 0)
    assert before["purchase_by"].startswith("2020-05-16T17:00")
    for _ in range(2):
        assert caller.post("/award/accept") == {"state": "accepted"}
    award = caller.get("/award")["award"]
    assert (award["balance"], award["training_aid"]) == (1_000_000, 1_000_000)
    assert [each["kind"] for each in award["movements"]] == ["grant"]
    bought = caller.post("/purchases", {"course": SHORT}, status=201)
    assert (bought["balance_before"], bought["balance_after"]) == (1_000_000, 950_000)
    assert bought["price"] == 50_000
    (purchase,) = caller.get("/purchases")
    assert purchase["redeem_code"] == bought["redeem_code"]
    assert (purchase["state"], purchase["attended"]) == ("held", 0)
    from gelombang.journey.learning import queries as learning

    winner.finish(learning.purchase(person_id=winner.id, purchase_id=bought["id"]))
    winner.issue()
    (certificate,) = caller.get("/certificates")
    assert (certificate["course"], certificate["state"]) == (SHORT, "valid")
    assert certificate["reviewed"] is False
    review = {"certificate": certificate["number"], "rating": 5, "words": "Jelas dan berguna."}
    assert caller.post("/reviews", review, status=201) == {"state": "reviewed"}
    assert caller.get("/certificates")[0]["reviewed"] is True
    account = {"partner": "gopay", "account_no": "+62 812-0000-9911"}
    assert caller.get("/payout-account")["state"] is None
    assert caller.call("PUT", "/payout-account", account, status=202) == {"state": "asked"}
    assert caller.get("/payout-account")["state"] == "asked"
    winner.partner_says()
    linked = caller.get("/payout-account")
    assert (linked["state"], linked["partner"], linked["ending"]) == ("linked", "gopay", "9911")
    assert linked["paid_to"]["ending"] == "9911"
    survey = caller.get("/survey")
    assert survey["is_open"] is True
    answers = {each["code"]: each["options"][-1]["code"] for each in survey["questions"]}
    assert caller.post("/survey", {"answers": answers}, status=201) == {"state": "answered"}
    assert caller.get("/survey")["answered_at"]
    winner.fall_due()
    winner.paid()
    payments = caller.get("/payments")
    assert sorted(each["state"] for each in payments) == ["paid"] * 2 + ["planned"] * 3
    assert all(each["reference"] for each in payments if each["state"] == "paid")


def test_nothing_of_it_is_told_to_a_stranger_or_to_somebody_without_an_award(
    person, loaded_programme
):
    stranger = Caller()
    for path in ("/award", "/purchases", "/certificates", "/survey", "/payout-account",
                 "/payments"):  # fmt: skip
        assert stranger.get(path, 401)["type"].endswith("not-signed-in")


def test_the_catalogue_is_open_and_strict_about_its_questions(winner):
    stranger = Caller()
    page = stranger.get("/courses?limit=5&sort=price")
    assert page["total"] == 14
    cheapest = page["courses"][0]
    assert (cheapest["code"], cheapest["price"]) == (SHORT, 50_000)
    assert stranger.get("/courses?text=xyzzy") == {"courses": [], "total": 0}
    assert stranger.get("/courses?text=%00")["total"] >= 0
    for wrong in ("limit=0", "limit=101", "limit=x", "offset=-1", "most_price=-1"):
        assert stranger.get(f"/courses?{wrong}", 422)["type"].endswith("fields"), wrong


def test_without_an_award_every_deed_is_refused(person, loaded_programme, keyring):
    from tests.web.making import sign_in

    nobody = Caller()
    session = sign_in(keyring, person).session.session_key
    nobody.headers["Authorization"] = f"Bearer {session}"
    assert nobody.get("/award") == {"award": None}
    assert nobody.get("/payments") == []
    assert nobody.get("/purchases") == []
    nobody.refused("/award/accept", status=404, code="award-not-yours")
    nobody.refused("/award/decline", status=404, code="award-not-yours")
    nobody.refused("/purchases", {"course": SHORT}, status=409, code="award-not-accepted")
    account = {"partner": "gopay", "account_no": "0812 0000 9911"}
    nobody.refused("/payout-account", account, status=409, code="no-award", method="PUT")


def test_an_award_ends_only_once(caller):
    assert caller.post("/award/decline") == {"state": "declined"}
    caller.refused("/award/accept", status=409, code="award-ended")
    caller.refused("/purchases", {"course": SHORT}, status=409, code="award-ended")


def test_buying_is_refused_for_every_reason_there_is(caller, winner):
    caller.refused("/purchases", {"course": SHORT}, status=409, code="award-not-accepted")
    caller.post("/award/accept")
    caller.refused("/award/decline", status=409, code="award-accepted")
    caller.refused("/purchases", {"course": "TIDAK-ADA-1"}, status=409, code="course-not-on-sale")
    for wrong in ("../x", "", "\x00", "a" * 300):
        caller.refused("/purchases", {"course": wrong}, status=404, code="not-found")
    for wrong in ({}, {"course": 1}, {"course": SHORT, "price": 1}, {"course": "x" * 400}):
        caller.refused("/purchases", wrong, status=422, code="fields")
    bought = caller.post("/purchases", {"course": DEAR}, status=201)
    caller.refused("/purchases", {"course": SHORT}, status=409, code="unfinished-training")
    from gelombang.journey.learning import queries as learning

    winner.finish(learning.purchase(person_id=winner.id, purchase_id=bought["id"]))
    caller.refused("/purchases", {"course": DEAR}, status=422, code="balance-too-low")
    winner.stage.set(winner.award.spend_by)
    caller.refused("/purchases", {"course": SHORT}, status=409, code="spending-over")


def test_giving_back_knows_whose_and_when(pair):
    owner, other = pair
    owner.accept()
    purchase = owner.buy()
    path = f"/purchases/{purchase.id}/cancel"
    Caller(other).refused(path, status=404, code="purchase-not-yours")
    for wrong in ("0", "-1", "x", "9" * 30):
        Caller(owner).post(f"/purchases/{wrong}/cancel", status=404)
    for _ in range(2):
        assert Caller(owner).post(path) == {"state": "cancelled"}
    again = owner.buy()
    owner.report(again, 1)
    late = f"/purchases/{again.id}/cancel"
    Caller(owner).refused(late, status=409, code="already-redeemed")


def test_reviews_are_of_ones_own_certificate_once(pair):
    owner, other = pair
    owner.accept()
    good = {"certificate": owner.certify(), "rating": 4, "words": "Contohnya mudah diikuti."}
    Caller(other).refused("/reviews", good, status=404, code="certificate-not-yours")
    caller = Caller(owner)
    for change, code in (
        ({"rating": 0}, "rating-unknown"), ({"rating": 6}, "rating-unknown"),
        ({"rating": "lima"}, "fields"), ({"rating": 4.5}, "fields"),
        ({"words": "x"}, "review-too-short"),
        ({"words": "Hubungi 0812 0000 9911 ya"}, "review-holds-number"), ({"stars": 5}, "fields"),
    ):  # fmt: skip
        caller.refused("/reviews", good | change, status=422, code=code)
    caller.refused(
        "/reviews", good | {"certificate": "\x00"}, status=404, code="certificate-not-yours"
    )
    caller.post("/reviews", good, status=201)
    caller.refused("/reviews", good, status=409, code="already-reviewed")
    owner.revoke()
    assert caller.get("/certificates")[0]["state"] == "revoked"


def test_the_survey_is_answered_whole_and_once(caller, winner):
    winner.accept()
    questions = caller.get("/survey")["questions"]
    assert len(questions) <= 12
    good = {each["code"]: each["options"][0]["code"] for each in questions}
    caller.refused("/survey", {"answers": good}, status=409, code="survey-not-open")
    winner.certify()
    winner.review()
    lacking = dict(list(good.items())[1:])
    for answers, code in (
        ({}, "answers-incomplete"), (lacking, "answers-incomplete"),
        (good | {"work_now": "pilot"}, "answer-unknown"), (good | {"extra": "x"}, "answer-unknown"),
        (good | {"work_now": "\x00"}, "answer-unknown"),
    ):  # fmt: skip
        caller.refused("/survey", {"answers": answers}, status=422, code=code)
    for body in ({}, {"answers": []}, {"answers": {"work_now": 1}}, {"answers": good, "x": 1},
                 {"answers": {str(n): "x" for n in range(41)}}):  # fmt: skip
        caller.refused("/survey", body, status=422, code="fields")
    caller.post("/survey", {"answers": good}, status=201)
    caller.refused("/survey", {"answers": good}, status=409, code="survey-answered")


def test_accounts_are_refused_by_their_form_and_changed_only_with_a_fresh_code(caller, winner):
    winner.accept()
    good = {"partner": "gopay", "account_no": "0812 0000 9911"}

    def put(body, status, code):
        caller.refused("/payout-account", body, status=status, code=code, method="PUT")

    put(good | {"partner": "dana"}, 422, "unknown-partner")
    for number in ("", "12", "x", "\x00", "9" * 300):
        put(good | {"account_no": number}, 422, "account-malformed")
    put(good | {"account_no": 812}, 422, "fields")
    caller.call("PUT", "/payout-account", good, status=202)
    put(good, 409, "account-question-open")
    winner.partner_says(name="BAMBANG ORANG LAIN")
    refused = caller.get("/payout-account")
    assert (refused["state"], refused["reason"], refused["paid_to"]) == ("refused", "name", None)
    winner.link()
    put(good, 409, "account-linked-already")
    from django.contrib.sessions.backends.db import SessionStore

    session = SessionStore(session_key=caller.headers["Authorization"].removeprefix("Bearer "))
    session["code_given"] -= 601
    session.save()
    put(good | {"account_no": "0812 0000 9912"}, 403, "fresh-code-needed")


def test_numbers_of_accounts_are_never_given_back(caller, winner):
    winner.accept()
    winner.link()
    text = json.dumps([caller.get("/payout-account"), caller.get("/payments")])
    assert "0000" not in text
