"""Bounces and complaints over the signed call: what they change, and what they cannot."""

import pytest
from django.test import Client

from gelombang import store
from gelombang.gateways.messaging.fake_reports import FULL, GONE, bounce, complaint
from gelombang.gateways.messaging.message import compose
from gelombang.gateways.messaging.protocol import Mail
from gelombang.gateways.messaging.signing import sign
from gelombang.kit import clock
from gelombang.kit.sealing import seal
from gelombang.kit.tokens import notice_token
from gelombang.records.notices import actions, queries
from gelombang.records.notices.rules import Answer, Delivery, Owed, is_withheld, seal_letter

pytestmark = pytest.mark.django_db
SECRET = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"
PATH = "/api/v1/messaging/reports"


@pytest.fixture(autouse=True)
def secret(settings):
    from pydantic import SecretStr

    settings.GELOMBANG = settings.GELOMBANG.model_copy(
        update={"messaging_secret": SecretStr(SECRET)}
    )


@pytest.fixture
def a_letter(keyring, now):
    """Owes a letter to a person; its number."""

    def owe(person, key, *, kind="test.letter", urgent=False):
        owed = Owed(
            key=key, person_id=person.id, kind=kind, language="id", urgent=urgent,
            address_sealed=seal(keyring, "ani@example.id", purpose="email"),
            letter_sealed=seal_letter(keyring, "Hai", "Halo\n"),
        )  # fmt: skip
        with store.transaction():
            actions.owe(notices=[owed], now=now, real_now=clock.real_now())
        return store.fetch_value("SELECT id FROM notices_notice WHERE key = %s", [key])

    return owe


def send(*numbers):
    real_now = clock.real_now()
    claimed = actions.claim_batch(real_now=real_now, limit=100)
    mine = [each for each in claimed if each.id in numbers]
    actions.record(answers=[Answer(each, Delivery.TAKEN) for each in mine], real_now=real_now)


def raw_of(token):
    mail = Mail(1, to="ani@example.id", subject="Hai", body="Halo\n", token=token)
    return compose(mail, sender="G <g@example.id>", at=clock.real_now())


def post(body, *, signed=True):
    at = str(int(clock.real_now().timestamp()))
    signature = sign(SECRET, id="msg_1", timestamp=at, body=body) if signed else "v1,AAAA"
    headers = {"webhook-id": "msg_1", "webhook-timestamp": at, "webhook-signature": signature}
    return Client().generic("POST", PATH, body, "message/rfc822", headers=headers).status_code


def claimed(number):
    found = actions.claim_batch(real_now=clock.real_now(), limit=100)
    return next(each for each in found if each.id == number)


def test_a_hard_bounce_stops_letters_but_never_a_code(person, a_letter, keyring):
    number = a_letter(person, "surat-1")
    send(number)
    raw = raw_of(notice_token(keyring, notice_id=number))
    assert post(bounce(raw, address="ani@example.id", status=GONE)) == 204
    assert queries.reachability(person_id=person.id).unreachable_at is not None
    assert is_withheld(claimed(a_letter(person, "surat-2")))
    assert not is_withheld(claimed(a_letter(person, "kode", urgent=True)))
    with store.transaction():
        actions.heard_from(person_id=person.id)
    assert queries.reachability(person_id=person.id).unreachable_at is None


def test_a_full_mailbox_is_tried_again_with_patience(person, a_letter, keyring):
    number = a_letter(person, "surat-1")
    for repetition in range(3):
        store.execute("UPDATE notices_notice SET next_attempt_at = %s WHERE state = 'owed'",
                      [clock.real_now()])  # fmt: skip
        send(number)
        raw = raw_of(notice_token(keyring, notice_id=number))
        assert post(bounce(raw, address="ani@example.id", status=FULL)) == 204
        assert post(bounce(raw, address="ani@example.id", status=FULL)) == 204, "told twice"
        again = store.fetch("SELECT id FROM notices_notice WHERE state = 'owed'")
        assert len(again) == 1, repetition
        number = again[0]["id"]
    assert queries.reachability(person_id=person.id).unreachable_at is None


@pytest.mark.parametrize("status", ["5.7.1", "5.3.0", "5.2.2", "5.4.4", "5.1.8"])
def test_a_bounce_for_another_reason_says_nothing_about_the_person(
    person, a_letter, keyring, status
):
    letter, code = a_letter(person, "surat-1"), a_letter(person, "kode-1", urgent=True)
    send(letter, code)
    for number in (letter, code):
        raw = raw_of(notice_token(keyring, notice_id=number))
        assert post(bounce(raw, address="ani@example.id", status=status)) == 204
    assert queries.reachability(person_id=person.id).unreachable_at is None
    again = store.fetch("SELECT key FROM notices_notice WHERE state = 'owed'")
    assert [row["key"] for row in again] == ["surat-1:lagi"], "a code is too old by now"
    counted = "SELECT sum(used) FROM notices_allowance WHERE scope = %s"
    assert store.fetch_value(counted, [f"came_back:{status}"]) == 2


def test_a_complaint_stops_what_need_not_be(person, a_letter, keyring):
    number = a_letter(person, "surat-1")
    send(number)
    assert post(complaint(raw_of(notice_token(keyring, notice_id=number)))) == 204
    assert is_withheld(claimed(a_letter(person, "ingat", kind="selection.reminder")))
    assert not is_withheld(claimed(a_letter(person, "hasil", kind="selection.result")))


def test_nobody_else_can_tell_us_anything(person, a_letter, keyring, settings):
    number = a_letter(person, "surat-1")
    send(number)
    raw = raw_of(notice_token(keyring, notice_id=number))
    assert post(bounce(raw, address="ani@example.id", status=GONE), signed=False) == 401
    forged = raw_of("A" * 55)
    assert post(bounce(forged, address="ani@example.id", status=GONE)) == 204
    settings.GELOMBANG = settings.GELOMBANG.model_copy(update={"messaging_secret": None})
    assert post(bounce(raw, address="ani@example.id", status=GONE)) == 401
    assert Client().get(PATH).status_code == 405
    assert queries.reachability(person_id=person.id).unreachable_at is None


def test_a_report_on_the_old_address_says_nothing_about_the_new_one(person, a_letter, keyring):
    number = a_letter(person, "surat-1")
    send(number)
    owed = a_letter(person, "surat-2")
    sealed = seal(keyring, "baru@example.id", purpose="email")
    with store.transaction():
        assert (
            actions.readdress(person_id=person.id, address_sealed=sealed, real_now=clock.real_now())
            >= 1
        )
    raw = raw_of(notice_token(keyring, notice_id=number))
    assert post(bounce(raw, address="ani@example.id", status=GONE)) == 204
    assert queries.reachability(person_id=person.id).unreachable_at is None
    assert bytes(claimed(owed).address_sealed) == sealed


def test_an_address_that_is_refused_at_once_is_unreachable_too(person, a_letter):
    notice = claimed(a_letter(person, "surat-1"))
    answers = [Answer(notice, Delivery.UNKNOWN_ADDRESS)]
    actions.record(answers=answers, real_now=clock.real_now())
    assert queries.reachability(person_id=person.id).unreachable_at is not None
