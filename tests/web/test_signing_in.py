"""Signing in and out: one field, one answer, codes that are wrong, late, spent or made up."""

import re
from datetime import timedelta

import pytest
from django.test import Client

from gelombang import store
from gelombang.kit import clock
from gelombang.kit.tokens import read_door_pass
from gelombang.web import citizens

pytestmark = pytest.mark.django_db
CLOCK = re.compile(rb"[0-9]+ detik|[0-9]{2}[.][0-9]{2}[.][0-9]{2} WIB")
TOKEN = re.compile(rb'name="csrfmiddlewaretoken" value="[^"]+"')


def test_the_code_of_the_letter_opens_a_session_and_a_pass(person, signed_in, keyring):
    browser = signed_in(person)
    assert browser.get("/saya").status_code == 200
    token = browser.cookies["pas"].value
    assert read_door_pass(keyring, token, real_now=clock.real_now()) == person.id
    assert browser.cookies["pas"]["httponly"]
    assert browser.cookies["sesi"]["samesite"] == "Lax"


def test_known_and_unknown_addresses_get_the_same_bytes(person):
    answers = []
    for email in (person.email, "siti@example.id"):
        browser = Client()
        sent = browser.post("/masuk", {"email": email})
        page = browser.get("/masuk/kode")
        wrong = browser.post("/masuk/kode", {"kode": "000000"})
        body = TOKEN.sub(b"", page.content + wrong.content).replace(email.encode(), b"")
        body = CLOCK.sub(b"", body)
        answers.append(
            (sent.status_code, sent["Location"], page.status_code, wrong.status_code, body)
        )
    assert answers[0] == answers[1]


@pytest.mark.parametrize(
    "email",
    ["", "tanpa-at", "a" * 300 + "@example.id", "budi@exämple.id@", "budi@.id", "budi @example.id"],
)
def test_an_address_that_cannot_be_one_is_explained(db, email):
    answer = Client().post("/masuk", {"email": email})
    assert answer.status_code == 422
    page = answer.content.decode()
    assert "Ada yang perlu diperbaiki" in page
    assert '<a href="#email">' in page


@pytest.mark.parametrize("code", ["", "12345", "1234567", "abcdef", "١٢٣٤٥٦", "12 34"])
def test_what_is_no_code_costs_no_try(person, code):
    browser = Client()
    browser.post("/masuk", {"email": person.email})
    for _ in range(7):
        answer = browser.post("/masuk/kode", {"kode": code})
        assert answer.status_code == 422
        assert "6 angka" in answer.content.decode()


def test_a_wrong_code_keeps_the_page_and_five_use_it_up(person, code_of):
    browser = Client()
    browser.post("/masuk", {"email": person.email})
    right = code_of(person)
    wrong = f"{(int(right) + 1) % 1_000_000:06d}"
    pages = [browser.post("/masuk/kode", {"kode": wrong}) for _ in range(5)]
    assert {page.status_code for page in pages} == {422}
    assert 'name="kode"' in pages[0].content.decode()
    late = browser.post("/masuk/kode", {"kode": right})
    assert late.status_code == 422
    assert browser.get("/saya").status_code == 303


def test_a_code_works_once(person, code_of):
    first, second = Client(), Client()
    for browser in (first, second):
        browser.post("/masuk", {"email": person.email})
    code = code_of(person)
    assert first.post("/masuk/kode", {"kode": code}).status_code == 303
    assert second.post("/masuk/kode", {"kode": code}).status_code == 422


def test_blanks_and_a_hyphen_in_the_code_are_forgiven(person, code_of):
    browser = Client()
    browser.post("/masuk", {"email": person.email})
    code = code_of(person)
    answer = browser.post("/masuk/kode", {"kode": f" {code[:3]}-{code[3:]} "})
    assert answer.status_code == 303


def test_signing_in_changes_the_session_key(person, code_of):
    browser = Client()
    browser.post("/masuk", {"email": person.email})
    before = browser.cookies["sesi"].value
    browser.post("/masuk/kode", {"kode": code_of(person)})
    assert browser.cookies["sesi"].value != before


def test_two_idle_hours_end_the_sign_in_and_keep_what_was_typed(
    person, signed_in, code_of, monkeypatch
):
    browser = signed_in(person)
    browser.post("/saya/identitas/nik", {"nik": "3174 0117 0895 9901"})
    later = clock.real_now() + citizens.IDLE + timedelta(minutes=1)
    monkeypatch.setattr(clock, "real_now", lambda: later)
    answer = browser.get("/saya/identitas/kk")
    assert answer.status_code == 303
    assert answer["Location"] == "/masuk?ke=%2Fsaya%2Fidentitas%2Fkk"
    browser.post("/masuk", {"email": person.email, "ke": "/saya/identitas/nik"})
    after = browser.post("/masuk/kode", {"kode": code_of(person)})
    assert after["Location"] == "/saya/identitas/nik"
    assert "3174 0117 0895 9901" in browser.get("/saya/identitas/nik").content.decode()


def test_the_next_person_at_the_same_browser_sees_nothing_of_the_first(
    make_person, signed_in, code_of
):
    first, second = make_person("budi@example.id"), make_person("siti@example.id")
    browser = signed_in(first)
    browser.post("/saya/identitas/nik", {"nik": "3174011708959901"})
    browser.post("/masuk", {"email": second.email})
    browser.post("/masuk/kode", {"kode": code_of(second)})
    assert "9901" not in browser.get("/saya/identitas/nik").content.decode()


def test_signing_out_ends_session_and_pass(person, signed_in):
    browser = signed_in(person)
    key = browser.cookies["sesi"].value
    answer = browser.post("/keluar")
    assert answer["Location"] == "/masuk?keluar=ya"
    assert not browser.cookies["pas"].value
    thief = Client()
    thief.cookies["sesi"] = key
    assert thief.get("/saya").status_code == 303


@pytest.mark.parametrize("key", ["x" * 32, "../../etc/passwd", "", "0" * 4000])
def test_a_made_up_session_is_nobody(db, key):
    browser = Client()
    browser.cookies["sesi"] = key
    assert browser.get("/saya").status_code == 303


@pytest.mark.parametrize(
    "target", ["//evil.example", "https://evil.example/", "javascript:alert(1)", "/\\evil.example"]
)
def test_signing_in_never_leads_elsewhere(person, code_of, target):
    browser = Client()
    browser.post("/masuk", {"email": person.email, "ke": target})
    answer = browser.post("/masuk/kode", {"kode": code_of(person)})
    assert answer["Location"] == "/saya"


def test_a_form_without_the_token_of_its_page_is_refused(person):
    browser = Client(enforce_csrf_checks=True)
    answer = browser.post("/masuk", {"email": person.email})
    assert answer.status_code == 403
    assert "muat ulang" in answer.content.decode()


def test_the_session_table_never_shows_the_address(person):
    from django.contrib.sessions.models import Session

    browser = Client()
    browser.post("/masuk", {"email": person.email})
    kept = Session.objects.get(session_key=browser.cookies["sesi"].value).get_decoded()
    assert person.email not in str(kept)


def test_the_page_says_when_another_code_can_be_asked_for(person, keyring):
    browser = Client()
    browser.post("/masuk", {"email": person.email})
    page = browser.get("/masuk/kode").content.decode()
    assert re.search(r"Kode lain bisa diminta \d+ detik lagi, mulai pukul [0-9.]{8} WIB", page)
    assert 'autocomplete="one-time-code"' in page
    assert 'inputmode="numeric"' in page
    letters = store.fetch_value("SELECT count(*) FROM notices_notice")
    again = browser.post("/masuk/kirim-ulang")
    assert again["Location"] == "/masuk/kode", "too soon: nothing was sent again"
    assert store.fetch_value("SELECT count(*) FROM notices_notice") == letters


def test_a_long_queue_of_letters_is_told(person):
    browser = Client()
    browser.post("/masuk", {"email": person.email})
    assert "Antrean surel" not in browser.get("/masuk/kode").content.decode()
    waited = clock.real_now() - timedelta(minutes=3)
    store.execute("UPDATE notices_notice SET next_attempt_at = %s WHERE urgent", [waited])
    page = browser.get("/masuk/kode").content.decode()
    assert "kode Anda keluar dalam kira-kira 4 menit" in page


def test_sessions_that_are_over_are_swept_a_batch_at_a_time(person, signed_in):
    from django.contrib.sessions.models import Session

    from gelombang.journey.registration import actions

    browser = signed_in(person)
    for _ in range(3):
        Client().post("/masuk", {"email": person.email})
    mine = browser.cookies["sesi"].value
    assert Session.objects.count() == 4
    real_now = clock.real_now()
    assert actions.forget_sessions(real_now=real_now) == 0
    Session.objects.exclude(session_key=mine).update(expire_date=real_now - timedelta(seconds=1))
    assert actions.forget_sessions(real_now=real_now, limit=2) == 2
    assert actions.forget_sessions(real_now=real_now, limit=2) == 1
    assert [each.session_key for each in Session.objects.all()] == [mine]
    assert browser.get("/saya").status_code == 200
