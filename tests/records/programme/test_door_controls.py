from dataclasses import asdict, replace
from datetime import UTC, datetime, timedelta

import pytest
from django.db import IntegrityError, connection, transaction

from gelombang.cli.places import clone
from gelombang.kit.words import Text
from gelombang.records.audit import queries as audit
from gelombang.records.programme import actions, queries, rules
from gelombang.records.programme.readiness import Check, Report, State, plain, read_report

PROGRAMME = clone() / "programmes" / "prakerja-2020.toml"
BEFORE = datetime(2020, 4, 10, 5, tzinfo=UTC)
SENTENCE = Text(id="Ruang cakram habis.", en="The disk is full.")
GOOD = Report(BEFORE, (Check("disk", State.OK, SENTENCE), Check("mail", State.UNKNOWN, SENTENCE)))
BAD = Report(BEFORE, (*GOOD.checks, Check("keys", State.FAILED, SENTENCE)))
SPEED = rules.DoorControls(admission_per_second=9, proof_cost=0, house_admission=True)


@pytest.fixture(autouse=True)
def _loaded(database_url, real_now):
    text = PROGRAMME.read_text(encoding="utf-8")
    actions.load(text=text, actor="cli:test", now=BEFORE, real_now=real_now)


@pytest.fixture
def deed(real_now) -> dict:
    return {"reason": "uji coba", "actor": "staff:a", "now": BEFORE, "real_now": real_now}


def facts(*columns: str) -> dict[str, tuple]:
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT subject, {', '.join(columns)} FROM door_facts")
        return {row[0]: row[1:] for row in cursor.fetchall()}


def trail(action: str) -> list:
    return [each for each in audit.trail(limit=9) if each.action == action]


CONTROLS = tuple(asdict(rules.DoorControls()))


def test_nobody_set_it_so_the_defaults_hold():
    assert queries.door_controls_in_force() == rules.DoorControls()
    assert set(facts(*CONTROLS).values()) == {tuple(asdict(rules.DoorControls()).values())}
    assert queries.door_changes() == []


def test_the_latest_controls_are_in_force_and_the_trail_says_old_and_new(deed):
    actions.set_door(controls=SPEED, **deed)
    actions.set_door(controls=replace(SPEED, paused=True), **deed)
    assert queries.door_controls_in_force() == replace(SPEED, paused=True)
    assert facts(*CONTROLS)["PKJ-2020-W01"] == tuple(asdict(replace(SPEED, paused=True)).values())
    latest, first = queries.door_changes()
    assert (first.before, first.controls) == (rules.DoorControls(), SPEED)
    assert (latest.before, latest.controls) == (SPEED, replace(SPEED, paused=True))
    assert queries.door_changes(limit=1) == [latest]
    entries = trail("programme.set_door")
    assert [each.detail["before"]["admission_per_second"] for each in entries] == [9, 2500]
    assert [each.detail["paused"] for each in entries] == [True, False]


@pytest.mark.parametrize(
    ("name", "value"),
    [
        (name, value)
        for name, (lowest, highest) in rules.DOOR_LIMITS.items()
        for value in (lowest - 1, highest + 1)
    ],
)
def test_controls_out_of_range_are_refused_by_name_and_by_the_database(name, value, deed):
    wrong = replace(rules.DoorControls(), **{name: value})
    with pytest.raises(rules.ControlOutOfRange) as refused:
        actions.set_door(controls=wrong, **deed)
    assert refused.value.field == name
    assert queries.door_changes() == []
    with pytest.raises(IntegrityError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(
            f"INSERT INTO programme_doorcontrol (paused, recorded_at, actor, reason, {name})"
            " VALUES (false, now(), 'staff:a', '', %s)",
            [value],
        )


@pytest.mark.parametrize("edge", [0, 1])
def test_the_limits_themselves_are_allowed(edge, deed):
    values = {name: limits[edge] for name, limits in rules.DOOR_LIMITS.items()}
    actions.set_door(controls=rules.DoorControls(**values), **deed)
    assert queries.door_controls_in_force() == rules.DoorControls(**values)


def test_only_registration_waits_for_its_sign_off(deed):
    assert [name for name, (signed,) in facts("signed_off").items() if not signed] == [
        "registration"
    ]
    actions.sign_off(subject="registration", report=GOOD, overridden=False, **deed)
    assert facts("signed_off")["registration"] == (True,)
    signed = queries.signoff_in_force(subject="registration")
    assert (signed.report, signed.overridden, signed.actor) == (GOOD, False, "staff:a")
    with pytest.raises(rules.SignoffNotNeeded):
        actions.sign_off(subject="PKJ-2020-W01", report=GOOD, overridden=False, **deed)


def test_a_moved_opening_needs_another_sign_off(deed):
    actions.sign_off(subject="registration", report=GOOD, overridden=False, **deed)
    opening = queries.schedule(subject="registration").opens_at
    moved = opening + timedelta(days=1)
    actions.reschedule(subject="registration", opens_at=moved, closes_at=None, **deed)
    assert facts("signed_off")["registration"] == (False,)
    assert queries.signoff_in_force(subject="registration") is None
    actions.reschedule(subject="registration", opens_at=opening, closes_at=None, **deed)
    assert facts("signed_off")["registration"] == (True,)


def test_a_failed_check_refuses_unless_somebody_overrides_it(deed):
    with pytest.raises(rules.NotReady) as refused:
        actions.sign_off(subject="registration", report=BAD, overridden=False, **deed)
    assert "1" in refused.value.text.id
    assert queries.signoffs(subject="registration") == []
    actions.sign_off(subject="registration", report=BAD, overridden=True, **deed)
    assert queries.signoff_in_force(subject="registration").overridden
    actions.sign_off(subject="registration", report=GOOD, overridden=True, **deed)
    assert [each.overridden for each in queries.signoffs(subject="registration")] == [False, True]
    entries = trail("programme.sign_off")
    assert [each.detail["failed"] for each in entries] == [[], ["keys"]]


def test_a_report_comes_back_as_it_was_kept():
    assert read_report(plain(BAD)) == BAD
    assert (BAD.failed, GOOD.failed, Report(BEFORE, ()).failed) == (1, 0, 1)
