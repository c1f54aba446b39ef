"""Confirm links: only a press confirms, only once, only with a link of ours that still lives."""

import uuid
from datetime import timedelta

import pytest
from tests.frontdoor.standing import FORM, fresh_email

from gelombang.kit import clock
from gelombang.kit.indexing import blind_index
from gelombang.kit.tokens import confirm_token, door_pass

CONFIRMATION = "email_confirmation"


@pytest.fixture
def registered(door) -> tuple[str, str]:
    email = fresh_email()
    return email, door.register(email).document["receipt"]


def link(keyring, registered, *, days=7) -> str:
    email, receipt = registered
    token = confirm_token(keyring, receipt=receipt,
                          email_index=blind_index(keyring, email, purpose="email"),
                          expires_at=clock.real_now() + timedelta(days=days))  # fmt: skip
    return f"/konfirmasi/{token}"


def test_a_press_confirms_once_and_says_so(door, keyring, registered):
    place = link(keyring, registered)
    first = door.send(place, {"bahasa": "id"})
    assert first.status == 200
    assert "sudah dipastikan" in first.text
    assert 'href="/masuk"' in first.text
    again = door.send(place, {"bahasa": "id"})
    assert again.status == 200
    assert "sebelumnya" in again.text
    email, receipt = registered
    sql = f"SELECT email_index FROM {CONFIRMATION} WHERE receipt = %s"
    assert [bytes(index) for (index,) in door.rows(sql, receipt)] == [
        blind_index(keyring, email, purpose="email")
    ]


def test_looking_never_confirms(door, keyring, registered):
    place = link(keyring, registered)
    for method in ("GET", "HEAD", "GET"):
        assert door.ask(method, place).status == 200
    assert door.ask("OPTIONS", place).status == 405
    assert door.count(CONFIRMATION, registered[1]) == 0
    assert f'action="{place}"' in door.get(place).text


def test_a_press_without_any_field_confirms(door, keyring, registered):
    assert door.ask("POST", link(keyring, registered), b"", content_type=FORM).status == 200
    assert door.count(CONFIRMATION, registered[1]) == 1


def test_an_expired_link_says_so_and_confirms_nothing(door, keyring, registered):
    place = link(keyring, registered, days=-1)
    for answer in (door.get(place), door.send(place, {})):
        assert answer.status == 410
        assert "lewat waktunya" in answer.text
    assert door.count(CONFIRMATION, registered[1]) == 0


def forgeries(keyring, registered):
    place = link(keyring, registered)
    person = door_pass(keyring, person_id=uuid.uuid4(), expires_at=clock.real_now())
    other = "A" if place[20] != "A" else "B"
    return {
        "altered": place[:20] + other + place[21:],
        "cut off": place[:-4],
        "longer": f"{place}AAAA",
        "a door pass": f"/konfirmasi/{person}",
        "garbage": "/konfirmasi/%00%ff..",
        "endless": f"/konfirmasi/{'A' * 5000}",
        "one letter": "/konfirmasi/A",
    }


@pytest.mark.parametrize(
    "kind", ["altered", "cut off", "longer", "a door pass", "garbage", "endless", "one letter"]
)
def test_a_link_that_is_not_ours_confirms_nothing(door, keyring, registered, kind):
    place = forgeries(keyring, registered)[kind]
    for answer in (door.get(place), door.send(place, {})):
        assert answer.status == 404
        assert "tidak lengkap" in answer.text
    assert door.count(CONFIRMATION, registered[1]) == 0


def test_links_leave_no_trace_in_caches_referrers_and_logs(door, keyring, registered):
    place = link(keyring, registered)
    for answer in (door.get(place), door.send(place, {})):
        assert answer.headers["cache-control"] == "no-store"
        assert answer.headers["referrer-policy"] == "no-referrer"
    assert place.rpartition("/")[2] not in door.log.read_text()


def test_a_link_works_while_registration_is_closed(early_door, keyring):
    """The calendar decides who may register, not who may prove an address."""
    receipt = "A" * 24
    place = link(keyring, (fresh_email(), receipt))
    assert early_door.send(place, {}).status == 200
    assert early_door.count(CONFIRMATION, receipt) == 1
