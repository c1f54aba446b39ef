"""The pages of a mobile number, and the signed receipts of its provider."""

import json
import re

import pytest
from django.test import Client
from pydantic import SecretStr

from gelombang import store
from gelombang.gateways.messaging.signing import sign
from gelombang.kit import clock
from gelombang.kit.sealing import unseal
from gelombang.kit.tokens import notice_token
from gelombang.records.notices import actions
from gelombang.records.notices.rules import Answer, Delivery, open_letter

pytestmark = pytest.mark.django_db
SECRET = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"


@pytest.fixture(autouse=True)
def texts(settings):
    settings.GELOMBANG = settings.GELOMBANG.model_copy(
        update={"messaging_secret": SecretStr(SECRET), "sms_url": "http://127.0.0.1:9/sms-a"}
    )


def post(receipt):
    body, at = json.dumps(receipt).encode(), str(int(clock.real_now().timestamp()))
    signature = sign(SECRET, id="msg_1", timestamp=at, body=body)
    headers = {"webhook-id": "msg_1", "webhook-timestamp": at, "webhook-signature": signature}
    return Client().generic(
        "POST", "/api/v1/messaging/receipts", body, "application/json", headers=headers
    )


def test_a_number_is_confirmed_page_by_page(person, signed_in, keyring):
    browser = signed_in(person)
    assert "Konfirmasi nomor ponsel" in browser.get("/saya/kontak").content.decode()
    assert browser.get("/saya/kontak/ponsel").status_code == 200
    assert browser.post("/saya/kontak/ponsel", {"phone": "021 5794 1234"}).status_code == 422
    sent = browser.post("/saya/kontak/ponsel", {"phone": "0812-0000-9901", "via": "sms"})
    assert sent["Location"] == "/saya/kontak/ponsel/kode"
    page = browser.get("/saya/kontak/ponsel/kode").content.decode()
    assert 'autocomplete="one-time-code"' in page
    row = store.fetch("SELECT * FROM notices_notice WHERE channel = 'sms'")[0]
    code = re.search(r"\d{6}", open_letter(keyring, row["letter_sealed"]).body)[0]
    done = browser.post("/saya/kontak/ponsel/kode", {"kode": code})
    assert done["Location"] == "/saya/kontak?hasil=diganti"
    page = browser.get("/saya/kontak").content.decode()
    assert "•••• 901" in page
    assert "Ganti nomor ponsel" in page
    assert "0000" not in page.split("<main")[1].split("</main")[0]


def test_receipts_are_taken_only_from_the_provider(person, signed_in, keyring):
    browser = signed_in(person)
    browser.post("/saya/kontak/ponsel", {"phone": "0812-0000-9901", "via": "whatsapp"})
    real_now = clock.real_now()
    (claimed,) = actions.claim_texts(real_now=real_now, limit=5)
    actions.record(answers=[Answer(claimed, Delivery.TAKEN)], real_now=real_now)
    token = notice_token(keyring, notice_id=claimed.id)
    for wrong in ({"reference": "x", "status": "failed"}, {"status": "failed"}, [],
                  {"reference": token, "status": "eaten"}):  # fmt: skip
        assert post(wrong).status_code == 204
    assert store.fetch_value("SELECT count(*) FROM notices_notice WHERE channel <> 'email'") == 1
    assert post({"reference": token, "status": "failed"}).status_code == 204
    assert store.fetch_value("SELECT count(*) FROM notices_notice WHERE channel <> 'email'") == 2
    assert post({"reference": token, "status": "delivered"}).status_code == 204
    unsigned = Client().post("/api/v1/messaging/receipts", {}, content_type="application/json")
    assert unsigned.status_code == 401


def test_without_a_provider_nothing_is_offered(person, signed_in, settings):
    settings.GELOMBANG = settings.GELOMBANG.model_copy(update={"sms_url": None})
    browser = signed_in(person)
    assert "Konfirmasi nomor ponsel" not in browser.get("/saya/kontak").content.decode()
    assert browser.get("/saya/kontak/ponsel").status_code == 404


def test_a_number_is_a_task_that_nothing_waits_for(person, signed_in, keyring):
    browser = signed_in(person)
    page = browser.get("/saya").content.decode()
    assert re.search(r'href="/saya/kontak/ponsel">Nomor ponsel</a><span class="tag go">Belum', page)
    assert "1 dari 5 selesai" in page
    browser.post("/saya/kontak/ponsel", {"phone": "0812-0000-9901", "via": "sms"})
    row = store.fetch("SELECT * FROM notices_notice WHERE channel = 'sms'")[0]
    code = re.search(r"\d{6}", open_letter(keyring, row["letter_sealed"]).body)[0]
    browser.post("/saya/kontak/ponsel/kode", {"kode": code})
    page = browser.get("/saya").content.decode()
    assert re.search(r'href="/saya/kontak">Nomor ponsel</a><span class="tag good">Selesai', page)
    assert "2 dari 5 selesai" in page


def test_the_old_number_and_the_address_are_told_of_a_new_number(person, signed_in, keyring):
    browser = signed_in(person)
    for number in ("0812-0000-9901", "0812-0000-9902"):
        browser.post("/saya/kontak/ponsel", {"phone": number, "via": "sms"})
        row = store.fetch("SELECT * FROM notices_notice WHERE channel = 'sms' ORDER BY id")[-1]
        code = re.search(r"\d{6}", open_letter(keyring, row["letter_sealed"]).body)[0]
        browser.post("/saya/kontak/ponsel/kode", {"kode": code})
        store.execute("UPDATE registration_contactchange SET sent_at = sent_at - interval '1 h'")
    told = store.fetch("SELECT * FROM notices_notice WHERE kind = 'registration.contact'")
    by = [
        (row["channel"], unseal(keyring, row["address_sealed"], purpose="email"),
         open_letter(keyring, row["letter_sealed"]).body)
        for row in told
    ]  # fmt: skip
    texts = [(to, body) for channel, to, body in by if channel == "sms"]
    assert [to for to, _ in texts] == ["+6281200009901"], "a first number has no old one"
    assert "**** 902" in texts[0][1]
    assert [to for channel, to, _ in by if channel == "email"] == [person.email] * 2
