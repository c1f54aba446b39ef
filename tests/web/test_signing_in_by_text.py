"""Signing in by a number or a receipt, and a code that comes another way after a minute."""

import re
from datetime import timedelta

import pytest
from django.test import Client

from gelombang import store
from gelombang.journey.registration.pumping import TEXTS_A_DAY
from gelombang.kit import clock
from gelombang.kit.sealing import unseal
from gelombang.records.notices.rules import ADDRESS, open_letter
from gelombang.web import citizens
from gelombang.web.participants import signin

pytestmark = pytest.mark.django_db
NUMBER, TYPED = "+6281200009901", "0812-0000 9901"
CLOCK = re.compile(r"\d+ (detik|menit)|[0-9.]{5,8} WIB|value=\"[A-Za-z0-9]{64}\"")


@pytest.fixture(autouse=True)
def texts(settings):
    settings.GELOMBANG = settings.GELOMBANG.model_copy(
        update={"sms_url": "http://127.0.0.1:9/sms-a"}
    )


def messages(keyring):
    rows = store.fetch("SELECT * FROM notices_notice WHERE channel <> 'email' ORDER BY id")
    return [
        (
            unseal(keyring, row["address_sealed"], purpose=ADDRESS),
            open_letter(keyring, row["letter_sealed"]).body,
        )
        for row in rows
    ]


def code_in(keyring):
    return re.match(r"\d{6}", messages(keyring)[-1][1])[0]


def prove(browser, keyring):
    browser.post("/saya/kontak/ponsel", {"phone": TYPED, "via": "sms"})
    browser.post("/saya/kontak/ponsel/kode", {"kode": code_in(keyring)})
    store.execute("DELETE FROM registration_signincode")


@pytest.fixture
def reachable(person, signed_in, keyring):
    """Somebody with a proven number."""
    prove(signed_in(person), keyring)
    return person


@pytest.fixture
def later(monkeypatch):
    """Lets real time pass."""
    real = clock.real_now

    def go_on(**span):
        at = real() + timedelta(**span)
        monkeypatch.setattr(clock, "real_now", lambda: at)

    return go_on


def test_a_code_that_does_not_come_is_sent_by_text_after_a_minute(reachable, keyring, later):
    browser = Client()
    browser.post("/masuk", {"email": reachable.email})
    page = browser.get("/masuk/kode").content.decode()
    assert re.search(r"Mulai pukul [0-9.]{8} WIB, kode bisa juga dikirim dengan cara lain", page)
    assert "Kirim lewat SMS" not in page
    count = len(messages(keyring))
    browser.post("/masuk/kirim-ulang", {"lewat": "sms"})
    assert len(messages(keyring)) == count, "not before its minute"
    later(seconds=61)
    assert "Kirim lewat WhatsApp" in browser.get("/masuk/kode").content.decode()
    browser.post("/masuk/kirim-ulang", {"lewat": "sms"})
    to, body = messages(keyring)[-1]
    assert to == NUMBER
    assert "berlaku sampai pukul" in body
    page = browser.get("/masuk/kode").content.decode()
    assert "Lihat pesan di ponsel Anda" in page
    assert browser.post("/masuk/kode", {"kode": code_in(keyring)})["Location"] == "/saya"
    assert browser.get("/saya").status_code == 200


def test_the_letter_and_the_message_bring_the_same_code(reachable, keyring, later, code_of):
    browser = Client()
    browser.post("/masuk", {"email": reachable.email})
    later(seconds=61)
    browser.post("/masuk/kirim-ulang", {"lewat": "whatsapp"})
    assert code_in(keyring) == code_of(reachable), "there are never two codes that work"
    assert store.fetch_value("SELECT count(*) FROM registration_signincode") == 1
    count = len(messages(keyring))
    browser.post("/masuk/kirim-ulang", {"lewat": "sms"})
    assert len(messages(keyring)) == count, "one message, not one by each way"


def test_a_number_signs_in_and_counts_as_no_fresh_code(reachable, keyring):
    browser = Client()
    assert browser.post("/masuk", {"email": TYPED})["Location"] == "/masuk/kode"
    page = browser.get("/masuk/kode").content.decode()
    assert "lewat SMS" in page
    assert NUMBER not in page
    assert browser.post("/masuk/kode", {"kode": code_in(keyring)}).status_code == 303
    assert browser.get("/saya").status_code == 200
    assert citizens.CODE_GIVEN not in browser.session
    told = store.fetch("SELECT * FROM notices_notice WHERE key LIKE '%signed_in_by_text:%'")
    assert [unseal(keyring, row["address_sealed"], purpose=ADDRESS) for row in told] == [
        reachable.email
    ]
    assert "kode yang dikirim ke ponsel" in open_letter(keyring, told[0]["letter_sealed"]).body
    assert "72 jam" in browser.get("/saya/kontak/surel").content.decode()


def test_a_code_by_text_is_not_a_fresh_one_at_another_page_either(
    reachable, signed_in, keyring, later
):
    thief = signed_in(reachable)
    later(hours=1)
    thief.post("/saya/kode/kirim")
    later(hours=1, seconds=61)
    other = Client()
    other.post("/masuk", {"email": reachable.email})
    later(hours=1, seconds=130)
    other.post("/masuk/kirim-ulang", {"lewat": "sms"})
    thief.post("/saya/kode", {"kode": code_in(keyring)})
    assert "72 jam" in thief.get("/saya/kontak/surel").content.decode()


def test_a_receipt_leads_to_a_letter_and_to_the_journey(person, code_of):
    browser = Client()
    assert browser.get("/status")["Location"] == "/masuk?ke=/saya/status"
    assert "Lihat status Anda" in browser.get("/masuk?ke=/saya/status").content.decode()
    typed = {"email": person.receipt.lower(), "ke": "/saya/status"}
    assert browser.post("/masuk", typed)["Location"] == "/masuk/kode"
    page = browser.get("/masuk/kode").content.decode()
    assert person.email not in page
    answer = browser.post("/masuk/kode", {"kode": code_of(person)})
    assert answer["Location"] == "/saya/status"
    page = browser.get("/saya/status").content.decode()
    assert "Perjalanan Anda" in page
    assert browser.get("/status")["Location"] == "/saya/status"


@pytest.mark.parametrize(
    ("known", "unknown"),
    [
        (TYPED, "0812 0000 7777"),
        ("receipt", "ABCDEFGHIJKLMNOPQRSTUVWX"),
        ("email", "takdiri@example.id"),
    ],
)
@pytest.mark.parametrize("limits", ["left", "used up"])
def test_no_name_tells_whether_it_is_known(reachable, later, known, unknown, limits):
    if limits == "used up":
        store.execute("UPDATE notices_allowance SET used = 1000000 WHERE scope LIKE 'sms:%'")
    names = {"receipt": reachable.receipt, "email": reachable.email}
    seen = []
    for name in (names.get(known, known), unknown):
        browser = Client()
        sent = browser.post("/masuk", {"email": name})
        pages = [browser.get("/masuk/kode"), browser.post("/masuk/kode", {"kode": "000000"})]
        later(seconds=61)
        for way in ("sms", "email"):
            browser.post("/masuk/kirim-ulang", {"lewat": way})
            pages.append(browser.get("/masuk/kode"))
            pages.append(browser.post("/masuk/kode", {"kode": "000000"}))
        later(seconds=0)
        text = "".join(page.content.decode() for page in pages).replace(name, "")
        seen.append((sent.status_code, [page.status_code for page in pages], CLOCK.sub("", text)))
    assert seen[0] == seen[1]


def test_a_number_that_several_share_signs_nobody_in(make_person, signed_in, keyring, settings):
    for email in ("ibu@example.id", "anak@example.id"):
        prove(signed_in(make_person(email)), keyring)
    count = len(messages(keyring))
    browser = Client()
    browser.post("/masuk", {"email": TYPED})
    assert len(messages(keyring)) == count
    assert "beberapa akun" in browser.get("/masuk/kode").content.decode()


def test_who_presses_again_and_again_gets_few_messages(reachable, keyring, later):
    count, browser = len(messages(keyring)), Client()
    for hour in range(23):
        later(hours=hour)
        browser.post("/masuk", {"email": TYPED})
    assert len(messages(keyring)) - count <= 2 * TEXTS_A_DAY, "a day has a limit, and two can begin"


@pytest.mark.parametrize("typed", ["", "budi", "021 5794 1234", "++62", "123"])
def test_what_names_no_account_is_explained(db, typed):
    answer = Client().post("/masuk", {"email": typed})
    assert answer.status_code == 422
    assert '<a href="#email">' in answer.content.decode()


def test_without_a_provider_numbers_are_not_asked_for(db, settings, later):
    settings.GELOMBANG = settings.GELOMBANG.model_copy(update={"sms_url": None})
    browser = Client()
    assert "nomor ponsel" not in browser.get("/masuk").content.decode()
    assert (
        "belum bisa dikirim ke ponsel" in browser.post("/masuk", {"email": TYPED}).content.decode()
    )
    browser.post("/masuk", {"email": "siapa@example.id"})
    later(seconds=signin.OTHER_WAY_AFTER.total_seconds() + 1)
    assert "cara lain</h2>" not in browser.get("/masuk/kode").content.decode()


def test_the_desk_sees_what_messages_use_of_their_budget(reachable, at_desk):
    from gelombang.web.authority import OPERATOR

    shown = at_desk(OPERATOR).get("/meja/").content.decode()
    assert "<b>1</b><span>pesan jam ini, dari paling banyak 1.000" in shown
    assert "<b>Rp400</b><span>hari ini, dari anggaran Rp4.000.000" in shown


def test_a_queue_of_letters_is_not_told_to_who_waits_for_a_message(reachable):
    waited = clock.real_now() - timedelta(minutes=3)
    letter, message = Client(), Client()
    letter.post("/masuk", {"email": reachable.email})
    store.execute("UPDATE notices_notice SET next_attempt_at = %s WHERE urgent", [waited])
    assert "Antrean surel" in letter.get("/masuk/kode").content.decode()
    store.execute("DELETE FROM registration_signincode")
    message.post("/masuk", {"email": TYPED})
    assert "Antrean surel" not in message.get("/masuk/kode").content.decode()
