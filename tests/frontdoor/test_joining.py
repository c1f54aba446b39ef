"""Joining a wave: with the door pass of the house, while the calendar has it open."""

import uuid
from datetime import timedelta
from urllib.parse import quote

import pytest
from tests.frontdoor.standing import fresh_key

from gelombang.kit import clock
from gelombang.kit.ids import uuid7
from gelombang.kit.tokens import (
    Ticket,
    TicketKind,
    confirm_token,
    door_pass,
    microseconds,
    ticket_token,
)

OVER, OPEN, LATER = (f"PKJ-2020-W0{n}" for n in (1, 2, 3))
ENTRIES = "wave_entry_request"


def call(door, wave, token, *, key=None, **headers):
    if token:
        headers["authorization"] = f"Bearer {token}"
    return door.call(f"/api/v1/waves/{wave}/entries", {}, key=key or fresh_key(), **headers)


def press(door, wave, token, *, nonce=None, **headers):
    fields = {"nonce": str(uuid7()) if nonce is None else nonce, "bahasa": "id"}
    return door.send(f"/gabung/{wave}", fields, cookie=f"pas={token}", **headers)


def issue(keyring, person, *, minutes=30) -> str:
    until = clock.real_now() + timedelta(minutes=minutes)
    return door_pass(keyring, person_id=person, expires_at=until)


@pytest.fixture
def person() -> uuid.UUID:
    return uuid7()


@pytest.fixture
def token(keyring, person) -> str:
    return issue(keyring, person)


def test_a_machine_joins_with_its_pass(door, token, person):
    key = fresh_key()
    first, again = (call(door, OPEN, token, key=key) for _ in range(2))
    assert first.status == again.status == 201
    assert first.body == again.body
    receipt = first.document["receipt"]
    sql = f"SELECT wave_id, person_id, language FROM {ENTRIES} WHERE receipt = %s"
    assert door.rows(sql, receipt) == [(OPEN, person, "id")]


def test_a_machine_may_carry_the_pass_as_a_cookie_and_send_no_body(door, token):
    answer = door.ask("POST", f"/api/v1/waves/{OPEN}/entries", b"", cookie=f"pas={token}",
                      idempotency_key=fresh_key())  # fmt: skip
    assert answer.status == 201


def test_a_press_leads_back_to_the_wave_with_the_receipt(door, token, person):
    nonce = str(uuid7())
    first, again = (press(door, OPEN, token, nonce=nonce) for _ in range(2))
    assert first.status == again.status == 303
    assert first.headers["location"] == again.headers["location"]
    start, _, receipt = first.headers["location"].partition("?tanda_terima=")
    assert start == f"/gabung/{OPEN}"
    assert door.count(ENTRIES, receipt) == 1
    assert door.rows(f"SELECT count(*) FROM {ENTRIES} WHERE person_id = %s", person) == [(1,)]


def test_a_ticket_that_was_used_leaves_the_browser(door, keyring, token):
    """Who leaves the wave and joins again would show a spent one for a day."""
    issued = microseconds(clock.real_now())
    ticket = ticket_token(keyring, Ticket(TicketKind.QUEUED, OPEN, issued, issued, 7))
    cookie = f"pas={token}; antrean-{OPEN}={ticket}"
    spent, again = (
        door.send(f"/gabung/{OPEN}", {"nonce": str(uuid7()), "bahasa": "id"}, cookie=cookie)
        for _ in range(2)
    )
    assert (spent.status, again.status) == (303, 422)
    for answer in (spent, again):
        assert answer.headers["set-cookie"].startswith(f"antrean-{OPEN}=; Path=/; Max-Age=0")
    assert "set-cookie" not in press(door, OPEN, token).headers


def test_a_key_of_one_person_is_none_of_another(door, keyring, token):
    key, nonce, other = fresh_key(), str(uuid7()), issue(keyring, uuid7())
    assert call(door, OPEN, token, key=key).status == 201
    refused = call(door, OPEN, other, key=key)
    assert (refused.status, refused.document["type"]) == (422, "urn:gelombang:key-reused")
    assert press(door, OPEN, token, nonce=nonce).status == 303
    assert press(door, OPEN, other, nonce=nonce).status == 422


def test_nobody_joins_without_a_pass_of_ours_that_lives(door, keyring, person, token):
    link = confirm_token(keyring, receipt="A" * 24, email_index=bytes(32),
                         expires_at=clock.real_now() + timedelta(days=1))  # fmt: skip
    expired = issue(keyring, person, minutes=-1)
    altered = token[:10] + ("A" if token[10] != "A" else "B") + token[11:]
    for wrong in ("", "x", expired, altered, link):
        answer = call(door, OPEN, wrong)
        assert answer.status == 401
        assert answer.headers["www-authenticate"].startswith("Bearer")
        page = press(door, OPEN, wrong)
        assert page.status == 401
        assert f"/masuk?ke=/gabung/{OPEN}" in page.text
    assert door.rows(f"SELECT count(*) FROM {ENTRIES} WHERE person_id = %s", person) == [(0,)]


def test_a_ticket_survives_the_sign_in_and_leads_from_its_page_to_the_wave(door, keyring):
    issued = microseconds(clock.real_now())
    ticket = ticket_token(keyring, Ticket(TicketKind.QUEUED, OPEN, issued, issued, 7))
    fields = {"nonce": str(uuid7()), "bahasa": "id", "ticket": ticket}
    page = door.send(f"/gabung/{OPEN}", fields, cookie="pas=x")
    assert page.status == 401
    back = quote(f"/gabung/{OPEN}?tiket={ticket}", safe="/")
    assert f'href="/masuk?ke={back}"' in page.text
    turn = door.get(f"/antrean/{ticket}")
    assert f'href="/gabung/{OPEN}?tiket={ticket}"' in turn.text
    assert "berlaku sampai Kamis, 23 April 2020, 16.15 WIB" in turn.text.replace("\u00a0", " ")
    forged = door.send(f"/gabung/{OPEN}", {**fields, "ticket": '"><b>'}, cookie="pas=x")
    assert f'href="/masuk?ke=/gabung/{OPEN}"' in forged.text


def test_another_site_cannot_press_the_button(door, token, person):
    assert press(door, OPEN, token, sec_fetch_site="cross-site").status == 403
    assert door.rows(f"SELECT count(*) FROM {ENTRIES} WHERE person_id = %s", person) == [(0,)]


@pytest.mark.parametrize("wave", ["PKJ-2020-W99", "registration", "%00", "x" * 3000, "..%2F.."])
def test_a_wave_that_does_not_exist_is_told(door, token, wave):
    assert call(door, wave, token).status == 404
    assert press(door, wave, token).status == 404


@pytest.mark.parametrize("nonce", ["", "nonsense"])
def test_a_press_without_a_nonce_is_asked_for_again(door, token, nonce):
    answer = press(door, OPEN, token, nonce=nonce)
    assert answer.status == 422
    assert f'href="/gabung/{OPEN}"' in answer.text


@pytest.mark.parametrize(
    ("wave", "code", "date"), [(OVER, "closed", "16 April"), (LATER, "not-open-yet", "25 April")]
)
def test_outside_its_hours_a_wave_says_when(door, token, person, wave, code, date):
    machine = call(door, wave, token)
    assert machine.status == 409
    assert machine.document["type"] == f"urn:gelombang:{code}"
    assert 1 <= int(machine.headers["retry-after"]) <= 3600
    page = press(door, wave, token)
    assert page.status == 409
    assert date in page.text
    assert "WIB" in page.text
    assert door.rows(f"SELECT count(*) FROM {ENTRIES} WHERE person_id = %s", person) == [(0,)]


def test_a_key_is_asked_of_machines(door, token):
    place = f"/api/v1/waves/{OPEN}/entries"
    assert door.call(place, {}, authorization=f"Bearer {token}").status == 400
    assert call(door, OPEN, token, key="short").status == 422
    unknown = door.call(place, {"wave": "x"}, key=fresh_key(), authorization=f"Bearer {token}")
    assert unknown.status == 422
