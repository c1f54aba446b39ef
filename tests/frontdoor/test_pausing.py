"""An operator holds the door: nobody loses what was typed, and it goes on where it stopped."""

import html

import pytest
from tests.frontdoor.conftest import IN_WAVE_TWO
from tests.frontdoor.standing import (
    PROGRAMME,
    fresh_email,
    fresh_key,
    fresh_proof,
    standing_door,
    wait_until,
)

from gelombang.kit import clock
from gelombang.records.programme import actions, rules
from gelombang.records.programme.readiness import Report

OPERATOR = {"actor": "staff:operator", "reason": "perbaikan"}


@pytest.fixture
def own_door(database_url, scratch):
    """A door before the database that this process's actions write to."""
    text = PROGRAMME.read_text(encoding="utf-8")
    deed = {"actor": "cli:test", "now": IN_WAVE_TWO, "real_now": clock.real_now()}
    actions.load(text=text, **deed)
    report = Report(clock.real_now(), ())
    actions.sign_off(subject="registration", report=report, overridden=True, reason="uji", **deed)
    with standing_door(database_url, at=IN_WAVE_TWO, place=scratch / "paused") as door:
        yield door


def set_door(door, *, paused):
    """Set it, and wait until the door noticed: a second is promised, a busy machine gets five."""
    controls = rules.DoorControls(paused=paused)
    actions.set_door(controls=controls, now=IN_WAVE_TWO, real_now=clock.real_now(), **OPERATOR)
    wait_until(lambda: (door.get("/daftar").status == 429) is paused, seconds=5)


def test_a_paused_door_keeps_the_form_and_takes_it_later(own_door):
    door, key, email = own_door, fresh_key(), fresh_email()
    before = door.register(email, key=key)
    typed = {"email": "o'rang&co@example.id", "phone": "0812 0000 0003"}
    fields = door.get("/daftar").kept | typed | {"altcha": fresh_proof()}
    set_door(door, paused=True)

    page = door.send("/daftar", fields)
    assert page.status == 429
    assert 10 <= int(page.headers["retry-after"]) <= 30
    assert {name: html.unescape(value) for name, value in page.kept.items()} == fields
    assert 'action="/daftar"' in page.text
    assert "script-src 'self'" in page.headers["content-security-policy"]
    assert page.headers["cache-control"] == "no-store"

    look = door.get("/daftar")
    assert 'http-equiv="refresh"' in look.text
    assert "dijeda" in door.get("/").text
    machine = door.register(fresh_email())
    assert (machine.status, machine.document["type"]) == (429, "urn:gelombang:paused")
    assert 10 <= int(machine.headers["retry-after"]) <= 30
    assert door.register(email, key=key).body == before.body  # its answer was lost on the way
    assert door.register(fresh_email(), key=key).status == 422
    assert door.rows("SELECT count(*) FROM registration_submission") == [(1,)]

    set_door(door, paused=False)
    assert door.send("/daftar", fields).status == 303
    assert door.rows("SELECT count(*) FROM registration_submission") == [(2,)]
