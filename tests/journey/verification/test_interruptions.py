"""People are told once that their check waits for a partner for long, and once that it goes on."""

from datetime import timedelta

import pytest
from django.db import Error, connection
from tests.journey.verification.world import (
    NOW,
    REAL,
    answer,
    claim,
    record,
    register,
    somebody,
    state,
)

from gelombang.journey.verification import actions
from gelombang.journey.verification.rules import NoFact
from gelombang.records.notices import actions as notices
from gelombang.records.partners import actions as partners
from gelombang.records.partners.queries import Agreed
from gelombang.records.programme.terms import PartnerContract

pytestmark = pytest.mark.usefixtures("database_url")
HOUR = timedelta(hours=1)
STOP = {"partner": "civil_registry", "actor": "job:test", "now": NOW, "real_now": REAL}


@pytest.fixture
def people(keyring):
    """Five people whose questions wait for a registry with a contract."""
    terms = PartnerContract("civil_registry", "Dukcapil", 10, 10, 1)
    partners.provide(agreed=Agreed(terms, 1), actor="cli:test", now=NOW, real_now=REAL)
    found = [register(keyring, f"p{number}@example.id") for number in range(5)]
    for number, person in enumerate(found):
        state(keyring, person, somebody(number))
    return found


def sweep(keyring, after: timedelta, *, limit: int = 2000) -> int:
    """The worker's sweep at an instant, until it finds nothing; how many it looked at."""
    now, real_now = NOW + after, REAL + after
    actions.watch_partners(now=now, real_now=real_now)
    total = 0
    while done := actions.tell_waits(
        keyring=keyring, base_url="http://x", now=now, real_now=real_now, limit=limit
    ):
        total += done
    return total


def letters() -> dict[str, int]:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT kind, count(*) FROM notices_notice WHERE kind IN"
            " ('verification.waits', 'verification.goes_on') GROUP BY kind"
        )
        return dict(cursor.fetchall())


def test_a_long_interruption_is_told_once_and_its_end_once(keyring, people):
    partners.stop(**STOP, reason="code 17")
    assert sweep(keyring, timedelta()) == 0
    assert sweep(keyring, 2 * HOUR - timedelta(seconds=1)) == 0
    assert letters() == {}
    assert sweep(keyring, 2 * HOUR, limit=2) == 5
    assert sweep(keyring, 3 * HOUR) == 0
    assert letters() == {"verification.waits": 5}
    partners.resume(partner="civil_registry", actor="cli:test", now=NOW, real_now=REAL)
    assert sweep(keyring, 4 * HOUR) == 0, "it may fail again at once"
    (question,) = claim(keyring, limit=1)
    record(keyring, [answer(question, NoFact("13"))])  # has a verdict, and needs no other letter
    assert sweep(keyring, 4 * HOUR + timedelta(minutes=10), limit=2) == 5
    assert sweep(keyring, 9 * HOUR) == 0
    assert letters() == {"verification.waits": 5, "verification.goes_on": 4}


def test_short_interruptions_are_told_nobody(keyring, people):
    for hours in range(0, 20, 2):
        partners.stop(**STOP, reason="code 17")
        sweep(keyring, hours * HOUR)
        sweep(keyring, hours * HOUR + timedelta(minutes=90))
        partners.resume(partner="civil_registry", actor="cli:test", now=NOW, real_now=REAL)
        sweep(keyring, hours * HOUR + timedelta(minutes=91))
        sweep(keyring, hours * HOUR + timedelta(minutes=102))
    assert letters() == {}


def test_a_partner_that_flickers_is_one_interruption(keyring, people):
    for minute in range(0, 150, 5):
        partners.stop(**STOP, reason="code 17")
        sweep(keyring, timedelta(minutes=minute))
        partners.resume(partner="civil_registry", actor="cli:test", now=NOW, real_now=REAL)
        sweep(keyring, timedelta(minutes=minute + 1))
    partners.stop(**STOP, reason="code 17")
    sweep(keyring, timedelta(minutes=150))
    assert letters() == {"verification.waits": 5}


def test_a_spent_quota_is_told_like_an_outage_and_a_second_one_again(keyring, people):
    for day in range(2):
        since = day * timedelta(days=1)
        partners.park(partner="civil_registry", until=NOW + since + 8 * HOUR)
        sweep(keyring, since)
        sweep(keyring, since + 3 * HOUR)
        assert letters()["verification.waits"] == 5 * (day + 1)
        sweep(keyring, since + 8 * HOUR)
        sweep(keyring, since + 8 * HOUR + timedelta(minutes=11))
        assert letters()["verification.goes_on"] == 5 * (day + 1)


def test_who_has_waited_for_less_than_that_is_told_when_they_have(keyring, people):
    partners.stop(**STOP, reason="code 17")
    sweep(keyring, timedelta())
    newcomer = register(keyring, "baru@example.id")
    state(keyring, newcomer, somebody(77), now=NOW + 2 * HOUR)
    assert sweep(keyring, 2 * HOUR + timedelta(minutes=1)) == 5
    assert sweep(keyring, 4 * HOUR) == 1
    assert letters() == {"verification.waits": 6}


def test_two_virtual_hours_in_a_real_minute_are_no_wait(keyring, people):
    partners.stop(**STOP, reason="code 17")
    actions.watch_partners(now=NOW, real_now=REAL)
    real_now = REAL + timedelta(minutes=9)
    told = actions.tell_waits(
        keyring=keyring, base_url="http://x", now=NOW + 40 * HOUR, real_now=real_now
    )
    assert told == 0


def test_a_batch_that_dies_is_told_again_as_if_it_had_not_been(keyring, people, monkeypatch):
    partners.stop(**STOP, reason="code 17")
    sweep(keyring, timedelta())

    def killed(**_):
        raise KeyboardInterrupt

    with monkeypatch.context() as patch, pytest.raises(KeyboardInterrupt):
        patch.setattr(notices, "owe", killed)
        sweep(keyring, 3 * HOUR)
    assert sweep(keyring, 3 * HOUR) == 5
    assert letters() == {"verification.waits": 5}


def test_the_database_refuses_to_note_a_change_twice(keyring, people):
    partners.stop(**STOP, reason="code 17")
    sweep(keyring, timedelta())
    sweep(keyring, 3 * HOUR)
    with pytest.raises(Error, match="verification_wait_told_once"), connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO verification_waitnotice (interruption_id, identity_id, phase, told_at)"
            " SELECT interruption_id, identity_id, phase, told_at FROM verification_waitnotice"
        )
