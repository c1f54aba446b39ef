"""Changing the address by proof, told to the old one; sign-ins listed and ended."""

import re
from datetime import timedelta

import pytest
from django.test import Client

from gelombang import store
from gelombang.journey.registration import actions, queries
from gelombang.journey.registration.rules import WAITING_TIME
from gelombang.kit import clock
from gelombang.kit.sealing import unseal
from gelombang.records.notices.rules import open_letter
from gelombang.records.people import queries as people
from gelombang.web import citizens
from gelombang.web.citizens import device_of

pytestmark = pytest.mark.django_db
NEW = "baru@example.id"


def letters_to(keyring, address):
    rows = store.fetch("SELECT address_sealed, letter_sealed FROM notices_notice ORDER BY id")
    return [
        open_letter(keyring, row["letter_sealed"])
        for row in rows
        if unseal(keyring, row["address_sealed"], purpose="email") == address
    ]


def code_to(keyring, address):
    return re.search(r"^\d{6}$", letters_to(keyring, address)[-1].body, re.MULTILINE)[0]


def email_of(keyring, person):
    contact = people.contact_of(person_id=person.id)
    return unseal(keyring, contact.email_sealed, purpose="email")


def stale(browser):
    """As if the code that let this browser in were long ago."""
    session = browser.session
    session[citizens.CODE_GIVEN] = clock.real_now().timestamp() - 3_600
    session.save()


def apply_due(keyring, now, *, later):
    return actions.apply_due_changes(
        keyring=keyring, base_url="https://x.id", now=now, real_now=clock.real_now() + later
    )


def test_the_new_address_proves_itself_and_the_old_one_is_told(person, signed_in, keyring):
    browser, other = signed_in(person), signed_in(person)
    assert browser.post("/saya/kontak/surel", {"email": NEW})["Location"].endswith("/kode")
    assert email_of(keyring, person) == person.email, "nothing changes before the proof"
    wrong = browser.post("/saya/kontak/surel/kode", {"kode": "000000"})
    assert wrong.status_code == 422
    done = browser.post("/saya/kontak/surel/kode", {"kode": code_to(keyring, NEW)})
    assert done["Location"] == "/saya/kontak?hasil=diganti"
    assert email_of(keyring, person) == NEW
    told = letters_to(keyring, person.email)[-1].body
    assert "b•••@example.id" in told
    assert NEW not in told
    assert browser.get("/saya/kontak").status_code == 200
    assert other.get("/saya")["Location"].startswith("/masuk"), "other devices are signed out"
    again = signed_in(type(person)(id=person.id, email=NEW, receipt=person.receipt))
    assert again.get("/saya").status_code == 200


def test_without_a_fresh_code_the_change_waits_and_can_be_cancelled(
    person, signed_in, keyring, now
):
    browser = signed_in(person)
    stale(browser)
    assert "72 jam" in browser.get("/saya/kontak/surel").content.decode()
    browser.post("/saya/kontak/surel", {"email": NEW})
    done = browser.post("/saya/kontak/surel/kode", {"kode": code_to(keyring, NEW)})
    assert done["Location"] == "/saya/kontak?hasil=menunggu"
    assert email_of(keyring, person) == person.email
    assert "batalkan" in letters_to(keyring, person.email)[-1].body
    page = browser.get("/saya/kontak").content.decode()
    assert "Batalkan perubahan" in page
    assert apply_due(keyring, now, later=WAITING_TIME - timedelta(minutes=1)) == 0
    browser.post("/saya/kontak/batal", {"kontak": "surel"})
    assert apply_due(keyring, now, later=WAITING_TIME + timedelta(minutes=1)) == 0
    assert email_of(keyring, person) == person.email


def test_a_change_that_nobody_cancels_counts_after_its_time(person, signed_in, keyring, now):
    browser = signed_in(person)
    stale(browser)
    browser.post("/saya/kontak/surel", {"email": NEW})
    browser.post("/saya/kontak/surel/kode", {"kode": code_to(keyring, NEW)})
    assert apply_due(keyring, now, later=WAITING_TIME + timedelta(minutes=1)) == 1
    assert email_of(keyring, person) == NEW


def test_the_address_of_somebody_else_looks_the_same_and_stays_theirs(
    make_person, signed_in, keyring
):
    person, other = make_person("budi@example.id"), make_person("siti@example.id")
    browser = signed_in(person)
    free = browser.post("/saya/kontak/surel", {"email": NEW})
    store.execute("UPDATE registration_contactchange SET sent_at = sent_at - interval '1 minute'")
    taken = browser.post("/saya/kontak/surel", {"email": other.email})
    assert (free.status_code, free["Location"]) == (taken.status_code, taken["Location"])
    body = letters_to(keyring, other.email)[-1].body
    assert "sudah terdaftar" in body
    assert not re.search(r"^\d{6}$", body, re.MULTILINE)
    assert email_of(keyring, other) == other.email


def test_the_present_address_and_nonsense_are_refused_in_words(person, signed_in):
    browser = signed_in(person)
    for typed in (person.email, "bukan"):
        answer = browser.post("/saya/kontak/surel", {"email": typed})
        assert answer.status_code == 422
    assert browser.post("/saya/kontak/surel/kode", {"kode": "123456"}).status_code == 422
    assert browser.post("/saya/kontak/batal", {"kontak": "lain"}).status_code == 404


def test_a_code_has_five_tries(person, signed_in, keyring):
    browser = signed_in(person)
    browser.post("/saya/kontak/surel", {"email": NEW})
    code = code_to(keyring, NEW)
    wrong = f"{(int(code) + 1) % 10**6:06d}"
    for _ in range(5):
        browser.post("/saya/kontak/surel/kode", {"kode": wrong})
    assert browser.post("/saya/kontak/surel/kode", {"kode": code}).status_code == 422
    assert email_of(keyring, person) == person.email


def test_a_fresh_code_leads_back_to_the_change(person, signed_in, code_of):
    browser = signed_in(person)
    stale(browser)
    browser.get("/saya/kode?ke=/saya/kontak/surel")
    browser.post("/saya/kode/kirim")
    answer = browser.post("/saya/kode", {"kode": code_of(person)})
    assert answer["Location"] == "/saya/kontak/surel"
    assert "72 jam" not in browser.get("/saya/kontak/surel").content.decode()


def test_sign_ins_are_listed_and_ended_from_elsewhere(person, signed_in):
    mine, other = signed_in(person), signed_in(person)
    page = mine.get("/saya/kontak").content.decode()
    assert page.count("Terakhir dipakai") == 2
    assert page.count("Perangkat ini") == 1
    mine.post("/saya/kontak/keluarkan")
    assert mine.get("/saya").status_code == 200
    assert other.get("/saya").status_code == 303
    assert other.get("/saya")["Location"].startswith("/masuk")
    since = clock.real_now() - citizens.IDLE
    assert len(queries.sign_ins_of(person_id=person.id, since=since)) == 1
    mine.post("/keluar")
    assert queries.sign_ins_of(person_id=person.id, since=since) == []


def test_an_unreachable_address_is_told_on_the_first_page(person, signed_in):
    browser = signed_in(person)
    assert "tidak sampai" not in browser.get("/saya").content.decode()
    store.execute(
        "INSERT INTO notices_addressee (person_id, unreachable_at, status) VALUES (%s, %s, '')",
        [person.id, clock.real_now()],
    )
    page = browser.get("/saya").content.decode()
    assert "Surel kami tidak sampai" in page
    assert 'href="/saya/kontak/surel"' in page


def test_a_device_is_two_words():
    phone = "Mozilla/5.0 (Linux; Android 10; SM-A105G) AppleWebKit Chrome/120.0 Mobile Safari"
    assert device_of(phone) == "Chrome · Android"
    assert device_of("") == ""


def test_nobody_reads_contacts_without_signing_in():
    assert Client().get("/saya/kontak").status_code == 303
