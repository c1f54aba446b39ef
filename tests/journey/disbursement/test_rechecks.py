"""Instalments wait for fresh answers before they go into a batch; changed facts hold them."""

from datetime import timedelta
from functools import partial

import pytest
from django.db import connection
from tests.journey.disbursement import paying, world
from tests.journey.disbursement.world import NOW
from tests.journey.selection import world as drawn

from gelombang.journey.disbursement import actions, queries
from gelombang.journey.disbursement.paying import NothingDue

pytestmark = pytest.mark.django_db(transaction=True)
MINUTES = timedelta(minutes=11)


@pytest.fixture(autouse=True)
def rechecks(monkeypatch):
    """A programme that wants fresh answers before each payment, and answers that are not."""
    monkeypatch.setattr(drawn, "add", partial(drawn.add, valid_for=timedelta(days=1)))
    monkeypatch.setattr(drawn, "programme_text", partial(changed, drawn.programme_text))


def changed(text, **changes) -> str:
    """The programme with other answers that must be fresh."""
    wants = {
        'before_award = ["civil_registry", "education", "social_aid"]': "",
        'before_payment = ["civil_registry"]': 'before_payment = ["civil_registry", "education"]',
    }
    whole = text(**changes)
    for now, then in wants.items():
        assert now in whole
        whole = whole.replace(now, then)
    return whole


def attest(person_id, kind: str, verdict: str, *, expires_at=NOW + timedelta(days=9)) -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO verification_attestation (identity_id, kind, verdict, source, code,"
            " detail, answer_sha256, answered_at, expires_at)"
            " SELECT id, %s, %s, 'Pusdatin', 'active', '{}', '', %s, %s"
            " FROM verification_identity WHERE person_id = %s",
            [kind, verdict, NOW, expires_at, person_id],
        )


def held() -> dict:
    return dict(
        world.rows(
            "SELECT person_id, held_reason FROM disbursement_instalment WHERE state = 'held'"
        )
    )


def due() -> set:
    return {each for (each,) in world.rows(
        "SELECT person_id FROM disbursement_instalment WHERE state = 'due'"
    )}  # fmt: skip


def fresh(person_id, **changes) -> None:
    attest(person_id, "civil_registry", "fact", **changes)
    attest(person_id, "education", "no_fact", **changes)


def test_what_falls_due_waits_for_fresh_answers_and_goes_on_by_itself(keyring):
    ready, silent, at_school = people = paying.owed(keyring, 3)
    assert held() == dict.fromkeys(people, "recheck")
    shown = queries.payments_of(person_id=ready)
    assert shown[0].held_reason == "recheck"
    assert set(queries.to_recheck(before=NOW, limit=100)) == {
        (each, kind) for each in people for kind in ("civil_registry", "education")
    }
    fresh(ready)
    attest(at_school, "civil_registry", "fact")
    attest(at_school, "education", "fact")
    assert world.fall_due(keyring, now=NOW + MINUTES) == 3
    assert due() == {ready}
    assert held() == {silent: "recheck", at_school: "fact_changed"}
    # A changed fact waits for people; who is silent is looked at for as long as it takes.
    assert world.fall_due(keyring, now=NOW + 2 * MINUTES) == 1
    assert held() == {silent: "recheck", at_school: "fact_changed"}
    fresh(silent)
    assert world.fall_due(keyring, now=NOW + 3 * MINUTES) == 1
    assert due() == {ready, silent}


def test_a_fresh_answer_rouses_at_once_who_waited_for_it(keyring):
    ready, silent = paying.owed(keyring, 2)
    assert actions.rouse_rechecked(now=NOW) == 0
    fresh(ready)
    assert actions.rouse_rechecked(now=NOW) == 1
    assert world.fall_due(keyring) == 1
    assert due() == {ready}
    assert held() == {silent: "recheck"}


def test_what_expired_since_it_was_due_is_in_no_batch(keyring):
    stays, expires, changes = paying.owed(keyring, 3)
    for person in (stays, expires, changes):
        fresh(person, expires_at=NOW + timedelta(hours=1))
    assert world.fall_due(keyring, now=NOW + MINUTES) == 3
    later = NOW + timedelta(hours=2)
    fresh(stays)
    attest(changes, "civil_registry", "no_fact")
    attest(changes, "education", "no_fact")
    batch = paying.make(now=later)
    assert batch.payouts == 1
    assert held() == {expires: "recheck", changes: "fact_changed"}
    with pytest.raises(NothingDue):
        paying.make(now=later)
    coming = queries.to_recheck(before=later, limit=100)
    assert (expires, "education") in coming
    assert stays not in {person for person, _ in coming}


def test_answers_are_renewed_before_the_payment_that_needs_them(keyring):
    (person,) = paying.owed(keyring, 1)
    fresh(person, expires_at=NOW + timedelta(days=20))
    next_month = timedelta(days=28)  # the second instalment is due in a month
    assert queries.to_recheck(before=NOW + timedelta(days=19), limit=100) == []
    found = queries.to_recheck(before=NOW + next_month + timedelta(days=4), limit=100)
    assert set(found) == {(person, "civil_registry"), (person, "education")}
