"""Registering by form and by API: one key, one row, one receipt, whoever asks how often."""

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest
from tests.frontdoor.standing import fresh_email, fresh_key

from gelombang.kit.ids import show_receipt
from gelombang.kit.sealing import unseal

API = "/api/v1/registrations"
SUBMISSION = "registration_submission"


def receipt_of(answer) -> str:
    """The receipt that a form led to."""
    assert answer.status == 303, answer.text
    assert answer.headers["location"].startswith("/tanda-terima/")
    return answer.headers["location"].removeprefix("/tanda-terima/")


def form_fields(door, **more) -> dict[str, str]:
    return door.get("/daftar").kept | {"email": fresh_email(), "phone": ""} | more


def test_the_form_leads_to_a_receipt_and_one_sealed_row(door, keyring):
    fields = form_fields(door, phone="0812-0000-1234")
    receipt = receipt_of(door.send("/daftar", fields))
    sql = f"SELECT email_sealed, phone_sealed, language FROM {SUBMISSION} WHERE receipt = %s"
    ((email, phone, language),) = door.rows(sql, receipt)
    assert unseal(keyring, email, purpose="email") == fields["email"]
    assert unseal(keyring, phone, purpose="phone") == "+6281200001234"
    assert language == "id"
    page = door.get(f"/tanda-terima/{receipt}")
    assert page.status == 200
    assert show_receipt(receipt) in page.text


def test_the_api_answers_with_a_receipt_that_the_page_knows(door):
    answer = door.register(fresh_email(), phone="+62 812 0000 0001")
    assert answer.status == 201
    receipt = answer.document["receipt"]
    assert door.count(SUBMISSION, receipt) == 1
    assert door.get(f"/tanda-terima/{show_receipt(receipt).lower()}").status == 200
    wrong = receipt[:-1] + ("A" if receipt[-1] != "A" else "B")
    assert door.get(f"/tanda-terima/{wrong}").status == 404


def test_the_stored_instant_is_virtual_and_the_other_real(door):
    receipt = door.register(fresh_email()).document["receipt"]
    sql = f"SELECT received_at, real_at FROM {SUBMISSION} WHERE receipt = %s"
    ((received, real),) = door.rows(sql, receipt)
    assert (received.year, received.month, received.day) == (2020, 4, 19)
    assert real.year > 2020


@pytest.mark.parametrize(
    ("email", "said"),
    [
        (f"{'a' * 289}@example.id", "254"),
        ("orang.example.id", "nama@contoh.id"),
        ("", "nama@contoh.id"),
        ("orang@", "nama@contoh.id"),
        ("ora\x00ng@example.id", "nama@contoh.id"),
        ("budi\u00ed@example.id", "nama@contoh.id"),
    ],
)
def test_an_address_that_mail_cannot_reach_comes_back_with_a_sentence(door, email, said):
    fields = form_fields(door, email=email)
    page = door.send("/daftar", fields)
    assert page.status == 422
    assert said in page.text
    assert 'aria-invalid="true"' in page.text
    assert page.kept["nonce"] == fields["nonce"]
    machine = door.register(email)
    assert machine.status == 422
    assert machine.headers["content-type"] == "application/problem+json"
    assert [each["field"] for each in machine.document["errors"]] == ["email"]
    assert said in machine.document["errors"][0]["detail"]


def test_an_international_domain_is_the_same_address_as_its_ascii_spelling(door, keyring):
    stored = []
    for spelling in ("budi@b\u00fccher.example.id", "BUDI@XN--BCHER-KVA.example.id"):
        receipt = receipt_of(door.send("/daftar", form_fields(door, email=spelling)))
        sql = f"SELECT email_index, email_sealed FROM {SUBMISSION} WHERE receipt = %s"
        stored += door.rows(sql, receipt)
    assert stored[0][0] == stored[1][0]
    assert unseal(keyring, stored[0][1], purpose="email") == "budi@xn--bcher-kva.example.id"


def test_what_was_typed_comes_back_as_text_never_as_html(door):
    fields = form_fields(door, email='"><script>alert(1)</script>', phone="abc")
    page = door.send("/daftar", fields)
    assert page.status == 422
    assert "<script>" not in page.text
    assert "&lt;script&gt;" in page.text
    assert page.text.count('aria-invalid="true"') == 2


def test_a_form_sent_twice_is_one_row_and_one_receipt(door):
    fields = form_fields(door)
    first, second = (receipt_of(door.send("/daftar", fields)) for _ in range(2))
    assert first == second
    assert door.count(SUBMISSION, first) == 1


def test_a_form_sent_again_with_other_answers_is_asked_for_once_more(door):
    fields = form_fields(door)
    receipt = receipt_of(door.send("/daftar", fields))
    again = door.send("/daftar", fields | {"email": fresh_email()})
    assert again.status == 422
    assert again.kept["nonce"] != fields["nonce"]
    assert door.count(SUBMISSION, receipt) == 1


@pytest.mark.parametrize("nonce", ["", "x", "6f1c1a9e-3b1f-4c57-9d6b-0d7d3c3a1b2c", "0" * 5000])
def test_a_nonce_that_is_not_ours_gets_a_fresh_one(door, nonce):
    fields = form_fields(door, nonce=nonce)
    page = door.send("/daftar", fields)
    assert page.status == 422
    assert page.kept["nonce"] not in {"", nonce}
    assert fields["email"] in page.text
    assert receipt_of(door.send("/daftar", fields | page.kept))


def test_a_key_means_one_body(door):
    key, email = fresh_key(), fresh_email()
    first = door.register(email, key=key)
    assert (first.status, door.register(email.upper(), key=key).body) == (201, first.body)
    for changed in (door.register(fresh_email(), key=key),
                    door.register(email, key=key, phone="0812 0000 0002")):  # fmt: skip
        assert changed.status == 422
        assert changed.document["type"] == "urn:gelombang:key-reused"
    assert door.count(SUBMISSION, first.document["receipt"]) == 1


@pytest.mark.parametrize(
    ("key", "status"),
    [(None, 400), ("   ", 400), ("short", 422), ("k" * 15, 422), ("k" * 65, 422),
     ("with a blank in it", 422), ("k" * 16, 201), ('"quoted-as-structured"', 201)],
)  # fmt: skip
def test_a_key_has_16_to_64_plain_letters(door, key, status):
    answer = door.call(API, {"email": "kunci@example.id"}, key=key)
    assert answer.status == status


@pytest.mark.parametrize(
    "body",
    [b"", b"{", b"[]", b'{"email": 5}', b'{"phone": "0812"}', b'{"email": "a@example.id", "x": 1}',
     b'{"email": "\\ud800@example.id"}', b"\xff\xfe", b"[" * 10_000],
)  # fmt: skip
def test_a_garbled_document_is_told_and_never_echoed(door, body):
    answer = door.ask("POST", API, body, content_type="application/json",
                      idempotency_key=fresh_key())  # fmt: skip
    assert answer.status == 422
    assert answer.document["type"] == "urn:gelombang:body-malformed"
    assert "example.id" not in answer.document.get("detail", "")


def test_200_at_once_with_one_key_are_one_row_and_one_receipt(door):
    key, email, together = fresh_key(), fresh_email(), Barrier(200)

    def press(_):
        together.wait(30)
        return door.register(email, key=key)

    with ThreadPoolExecutor(200) as people:
        answers = list(people.map(press, range(200)))
    assert {each.status for each in answers} == {201}
    assert len({each.body for each in answers}) == 1
    assert door.count(SUBMISSION, answers[0].document["receipt"]) == 1


def bare(answer, receipt):
    """Everything of an answer except the receipt and the time of day."""
    headers = {name: value for name, value in answer.headers.items() if name != "date"}
    return answer.status, str(headers).replace(receipt, "R"), answer.text.replace(receipt, "R")


def test_nobody_learns_whether_an_address_is_known(door):
    known = fresh_email()
    door.register(known)
    by_machine, by_form = [], []
    for email in (known, fresh_email()):
        answer = door.register(email)
        by_machine.append(bare(answer, answer.document["receipt"]))
        answer = door.send("/daftar", form_fields(door, email=email))
        by_form.append(bare(answer, receipt_of(answer)))
    assert by_machine[0] == by_machine[1]
    assert by_form[0] == by_form[1]


def test_before_the_opening_it_says_when(early_door):
    page = early_door.get("/daftar")
    assert page.status == 409
    assert "11 April 2020" in page.text
    machine = early_door.register(fresh_email())
    assert machine.status == 409
    assert machine.document["type"] == "urn:gelombang:not-open-yet"
    assert 1 <= int(machine.headers["retry-after"]) <= 3600
    assert early_door.rows(f"SELECT count(*) FROM {SUBMISSION} WHERE received_at < '2020-04-11'") \
        == [(0,)]  # fmt: skip
    assert "11 April 2020" in early_door.get("/").text


def test_no_address_and_no_receipt_is_ever_logged(door):
    email = fresh_email()
    receipt = door.register(email).document["receipt"]
    door.get(f"/tanda-terima/{receipt}")
    words = door.log.read_text()
    assert "POST /api/v1/registrations 201" in words
    assert "GET /tanda-terima/* 200" in words
    assert receipt not in words
    assert "example.id" not in words
