"""Stating an identity: who may, how often, and what is kept of it."""

import logging
from dataclasses import replace
from datetime import timedelta
from uuid import uuid4

import psycopg
import pytest
from structlog.testing import capture_logs
from tests.journey.verification.world import (
    DUKCAPIL,
    NOW,
    REAL,
    STATED,
    answer,
    at_once,
    claim,
    one,
    record,
    refute,
    register,
    somebody,
    state,
    state_of,
    verify,
)

from gelombang import store
from gelombang.journey.verification import actions, queries
from gelombang.journey.verification.rules import (
    VERSIONS_PER_DAY,
    CheckKind,
    EmailNotConfirmed,
    Fact,
    IdentityAlreadyVerified,
    IdentityBeingChecked,
    IdentityState,
    NoFact,
    TooManyCorrections,
    Unknown,
)
from gelombang.journey.verification.statement import NikDateDiffers
from gelombang.kit.indexing import blind_index

pytestmark = pytest.mark.usefixtures("database_url")
PLAIN = (STATED.nik, STATED.family_card_no, STATED.name, STATED.birth_place, "1995-08-17")


def test_a_statement_is_pending_and_the_registry_is_owed_one_question(keyring):
    person = register(keyring)
    identity = state(keyring, person)

    view = queries.identity_of(person_id=person)
    assert (view.identity_id, view.version, view.state) == (identity, 1, IdentityState.PENDING)
    assert (view.submitted_at, view.decided_at, view.problem_elements) == (NOW, None, ())
    assert queries.backlog_by_kind() == {"civil_registry": 1, "education": 0, "social_aid": 0}
    assert queries.counts(as_of=NOW) == 0
    assert queries.opened(identity_ids=[identity], keyring=keyring) == {identity: STATED}


def test_nobody_who_stated_nothing_has_an_identity(keyring):
    assert queries.identity_of(person_id=register(keyring)) is None
    assert queries.wait_of(person_id=uuid4(), now=NOW, real_now=REAL) is None


def test_the_email_address_comes_first(keyring):
    unconfirmed = register(keyring, confirmed=False)
    for person in (unconfirmed, uuid4()):
        with pytest.raises(EmailNotConfirmed):
            state(keyring, person)
    assert one("SELECT count(*) FROM verification_identity") == 0


def test_a_wrong_statement_keeps_nothing(keyring):
    person = register(keyring)
    with pytest.raises(NikDateDiffers):
        state(keyring, person, somebody(1, birth_date=STATED.birth_date + timedelta(days=1)))
    assert one("SELECT count(*) FROM verification_identity") == 0
    assert one("SELECT count(*) FROM verification_check") == 0


def test_a_pending_statement_is_not_overtaken_by_another(keyring):
    person = register(keyring)
    state(keyring, person)
    with pytest.raises(IdentityBeingChecked):
        state(keyring, person, somebody(2))
    (question,) = claim(keyring)
    with pytest.raises(IdentityBeingChecked):
        state(keyring, person)
    record(keyring, [answer(question, Unknown("silence"))])
    with pytest.raises(IdentityBeingChecked):
        state(keyring, person)


def test_two_statements_at_once_are_one(keyring):
    person = register(keyring)
    outcomes = at_once(lambda: state(keyring, person), lambda: state(keyring, person, somebody(2)))
    assert sum(isinstance(each, int) for each in outcomes) == 1, outcomes
    assert sum(isinstance(each, IdentityBeingChecked) for each in outcomes) == 1, outcomes
    assert one("SELECT count(*) FROM verification_check") == 1


def test_who_is_verified_states_nothing_more(keyring):
    person = register(keyring)
    verify(keyring, person)
    with pytest.raises(IdentityAlreadyVerified):
        state(keyring, person, somebody(2))


def test_a_correction_is_a_new_version_and_the_earlier_one_stays(keyring):
    person = register(keyring)
    first = refute(keyring, person, replace(STATED, name="BUDI KELIRU"))
    second = verify(keyring, person)

    assert (state_of(first), state_of(second)) == ("refuted", "verified")
    view = queries.identity_of(person_id=person)
    assert (view.identity_id, view.version, view.state) == (second, 2, IdentityState.VERIFIED)
    assert (view.problem_code, view.problem_elements) == ("", ())
    assert queries.opened(identity_ids=[first], keyring=keyring)[first].name == "BUDI KELIRU"
    facts = store.fetch("SELECT identity_id, state FROM verification_facts")
    assert [(row["identity_id"], row["state"]) for row in facts] == [(second, "verified")]


def test_corrections_are_limited_in_a_day_and_not_for_ever(keyring):
    person, other = register(keyring), register(keyring, "ani@example.id")
    for number in range(VERSIONS_PER_DAY):
        refute(keyring, person, now=NOW + timedelta(minutes=number))
    with pytest.raises(TooManyCorrections):
        state(keyring, person, now=NOW + timedelta(hours=23))
    state(keyring, other, somebody(3))
    state(keyring, person, now=NOW + timedelta(hours=24, minutes=1))
    assert one("SELECT max(version) FROM verification_identity") == VERSIONS_PER_DAY + 1


def test_no_column_of_any_table_holds_what_was_stated(keyring, database_url):
    person = register(keyring)
    refute(keyring, person)
    verify(keyring, person)
    with psycopg.connect(database_url) as reader:
        tables = reader.execute(
            "SELECT table_name FROM information_schema.tables"
            " WHERE table_schema = 'public' AND table_type = 'BASE TABLE'"
        ).fetchall()
        for (table,) in tables:
            for (row,) in reader.execute(f'SELECT to_jsonb(t)::text FROM "{table}" t').fetchall():
                for plain in PLAIN:
                    assert plain not in row, table
                    assert plain.encode().hex() not in row, table


def test_equal_numbers_are_found_by_index_and_sealed_differently(keyring):
    for number, email in enumerate(("a@example.id", "b@example.id")):
        state(keyring, register(keyring, email), replace(STATED, name="ANI " + "B" * number))
    rows = store.fetch("SELECT * FROM verification_identity ORDER BY id")
    one_index = blind_index(keyring, STATED.nik, purpose="person")
    assert {bytes(row["person_index"]) for row in rows} == {one_index}
    for name in ("nik_sealed", "family_card_sealed", "birth_date_sealed", "sex_sealed"):
        assert len({bytes(row[name]) for row in rows}) == 2
    indexes = {bytes(rows[0][f"{name}_index"]) for name in ("person", "nomination", "lifetime")}
    assert len(indexes) == 3, "indexes of different purposes cannot be joined"


def test_neither_log_nor_exception_carries_what_was_stated(keyring, caplog, capfd):
    caplog.set_level(logging.DEBUG)
    said = []
    with capture_logs() as logs:
        person, rival = register(keyring), register(keyring, "rival@example.id")
        for wrong in (replace(STATED, sex="female"), replace(STATED, name="BUDI PERCOBAAN 2")):
            with pytest.raises(Exception) as refused:  # noqa: PT011 any of them
                state(keyring, person, wrong)
            said.append(repr(refused.value))
        refute(keyring, person)
        state(keyring, person)
        with pytest.raises(IdentityBeingChecked) as refused:
            state(keyring, person)
        said.append(repr(refused.value))
        state(keyring, rival)
        questions = claim(keyring)
        said.append(repr(questions))
        record(keyring, [answer(each, Fact("01")) for each in questions])
    out, err = capfd.readouterr()
    whole = f"{said} {logs} {caplog.text} {out} {err}"
    for plain in PLAIN:
        assert plain not in whole


def test_the_audit_trail_knows_that_somebody_stated_but_not_what(keyring):
    person = register(keyring)
    identity = state(keyring, person)
    (row,) = store.fetch("SELECT * FROM audit_entry WHERE action = 'verification.state'")
    assert (row["actor"], row["subject"]) == (f"person:{person}", f"identity:{identity}")
    assert not any(plain in str(row) for plain in PLAIN)


@pytest.mark.parametrize("kind", [CheckKind.EDUCATION, CheckKind.SOCIAL_AID])
def test_other_registries_learn_the_nik_alone(keyring, kind):
    verify(keyring, register(keyring))
    (question,) = claim(keyring, kind)
    assert (question.nik, question.stated) == (STATED.nik, None)


def test_somebody_waits_behind_those_who_came_before(keyring):
    people = [register(keyring, f"p{number}@example.id") for number in range(3)]
    for number, person in enumerate(people):
        state(keyring, person, somebody(number))
    waits = [queries.wait_of(person_id=each, now=NOW, real_now=REAL).before for each in people]
    assert waits == [0, 1, 2]
    record(keyring, [answer(claim(keyring, limit=1)[0], NoFact("13"))])
    waits = [queries.wait_of(person_id=each, now=NOW, real_now=REAL) for each in people]
    assert waits[0] is None
    assert [each.before for each in waits[1:]] == [0, 1]


def test_a_claim_takes_the_oldest_and_never_the_same_twice(keyring):
    for number in range(6):
        state(keyring, register(keyring, f"p{number}@example.id"), somebody(number))
    first = claim(keyring, limit=2)
    assert [each.nik for each in first] == [somebody(0).nik, somebody(1).nik]
    both = at_once(lambda: claim(keyring, limit=2), lambda: claim(keyring, limit=2))
    taken = [question.check_id for batch in (first, *both) for question in batch]
    assert len(taken) == len(set(taken)) == 6
    assert claim(keyring) == []


def test_a_lease_that_ran_out_is_asked_again_and_only_then(keyring):
    state(keyring, register(keyring))
    (first,) = claim(keyring)
    assert claim(keyring, real_now=REAL + actions.LEASE - timedelta(microseconds=1)) == []
    due = {"kind": DUKCAPIL, "limit": 10}
    assert queries.waiting(**due, real_now=REAL + timedelta(seconds=1)).count == 0
    assert queries.waiting(**due, real_now=REAL + actions.LEASE).count == 1
    (again,) = claim(keyring, real_now=REAL + actions.LEASE)
    assert (again.check_id, again.attempt) == (first.check_id, first.attempt + 1)
