from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from django.db import Error, connection

from gelombang.cli.places import clone
from gelombang.cli.programme import load_text
from gelombang.journey.waves import queries as waves
from gelombang.records.ledger import queries as ledger
from gelombang.records.programme import actions, queries, rules

PROGRAMME = clone() / "programmes" / "prakerja-2020.toml"
BEFORE = datetime(2020, 4, 10, 5, tzinfo=UTC)


@pytest.fixture
def text() -> str:
    return Path(PROGRAMME).read_text(encoding="utf-8")


@pytest.fixture
def loaded(text, database_url, real_now) -> int:
    return actions.load(text=text, actor="cli:test", now=BEFORE, real_now=real_now)


def door() -> dict[str, tuple]:
    with connection.cursor() as cursor:
        cursor.execute("SELECT subject, opens_at, closes_at, paused, name FROM door_facts")
        return {row[0]: row[1:] for row in cursor.fetchall()}


def set_door(controls: rules.DoorControls, *, real_now: datetime) -> None:
    actions.set_door(
        controls=controls, reason="uji", actor="staff:a", now=BEFORE, real_now=real_now
    )


def test_loading_twice_is_one_version(text, loaded, real_now):
    again = actions.load(text=text, actor="cli:test", now=BEFORE, real_now=real_now)
    assert again == loaded
    assert queries.current().number == 1


def test_another_file_is_the_next_version_and_keeps_the_calendar(text, loaded, real_now):
    scaled = text.replace("weekly_quota = 164_872", "weekly_quota = 330")
    actions.load(text=scaled, actor="cli:test", now=BEFORE, real_now=real_now)
    assert queries.current().number == 2
    assert queries.current().programme.waves[0].quota == 330
    assert len(queries.schedule_history(subject="PKJ-2020-W01")) == 2
    assert queries.version(version_id=loaded).programme.waves[0].quota == 164_872


def test_a_booked_budget_version_is_never_rewritten(text, loaded, real_now):
    changed = text.replace("amount = 20_000_000_000_000", "amount = 30_000_000_000_000")
    with pytest.raises(rules.BudgetRewritten) as refused:
        actions.load(text=changed, actor="cli:test", now=BEFORE, real_now=real_now)
    assert "apbn" in refused.value.text.id
    assert queries.current().number == 1


def test_a_wrong_file_stores_nothing(text, database_url, real_now):
    with pytest.raises(rules.ProgrammeInvalid) as refused:
        actions.load(
            text=text.replace("share_percent = 100", "share_percent = 90"),
            actor="cli:test",
            now=BEFORE,
            real_now=real_now,
        )
    assert "tiers" in refused.value.text.id
    assert queries.current() is None


def test_the_calendar_has_its_history_and_the_latest_is_in_force(loaded):
    history = queries.schedule_history(subject="PKJ-2020-W01")
    assert [entry.opens_at.isoformat() for entry in history] == [
        "2020-04-11T12:00:00+00:00",
        "2020-04-08T17:00:00+00:00",
    ]
    assert queries.schedule(subject="PKJ-2020-W01").closes_at == datetime(
        2020, 4, 16, 9, tzinfo=UTC
    )


def test_the_door_reads_calendar_pause_and_names(loaded, real_now):
    assert set(door()) == {"registration", *(f"PKJ-2020-W0{n}" for n in (1, 2, 3, 4))}
    assert door()["PKJ-2020-W01"] == (
        datetime(2020, 4, 11, 12, tzinfo=UTC),
        datetime(2020, 4, 16, 9, tzinfo=UTC),
        False,
        "Gelombang 1",
    )
    assert door()["registration"][1] is None
    set_door(rules.DoorControls(paused=True), real_now=real_now)
    assert all(row[2] for row in door().values())
    set_door(rules.DoorControls(), real_now=real_now)
    assert not any(row[2] for row in door().values())


def test_a_reschedule_keeps_what_was_announced_before(loaded, text, real_now):
    opens = datetime(2020, 4, 11, 14, tzinfo=UTC)
    closes = opens + timedelta(days=5)
    actions.reschedule(
        subject="PKJ-2020-W01",
        opens_at=opens,
        closes_at=closes,
        reason="mundur",
        actor="staff:a",
        now=BEFORE,
        real_now=real_now,
    )
    assert door()["PKJ-2020-W01"][:2] == (opens, closes)
    assert queries.schedule(subject="PKJ-2020-W01").reason == "mundur"
    actions.load(text=text + "\n# catatan\n", actor="cli:test", now=BEFORE, real_now=real_now)
    assert door()["PKJ-2020-W01"][:2] == (opens, closes)


@pytest.mark.parametrize(
    ("now", "opens", "closes", "refusal"),
    [
        ("2020-04-10T00:00", "2020-04-11T12:00", "2020-04-11T12:00", rules.ScheduleReversed),
        ("2020-04-16T09:00", "2020-04-11T12:00", "2020-04-20T09:00", rules.ScheduleOver),
        ("2020-04-12T09:00", "2020-04-13T12:00", "2020-04-16T09:00", rules.ScheduleStarted),
        ("2020-04-10T00:00", "2020-04-09T12:00", "2020-04-16T09:00", rules.ScheduleInPast),
        ("2020-04-12T09:00", "2020-04-11T12:00", "2020-04-12T08:00", rules.ScheduleInPast),
    ],
)
def test_a_calendar_never_takes_back_what_happened(loaded, real_now, now, opens, closes, refusal):
    moment, opens_at, closes_at = (
        datetime.fromisoformat(each).replace(tzinfo=UTC) for each in (now, opens, closes)
    )
    with pytest.raises(refusal):
        actions.reschedule(
            subject="PKJ-2020-W01",
            opens_at=opens_at,
            closes_at=closes_at,
            reason="x",
            actor="staff:a",
            now=moment,
            real_now=real_now,
        )


def test_an_unknown_subject_is_refused(loaded, real_now):
    with pytest.raises(rules.SubjectUnknown):
        actions.reschedule(
            subject="PKJ-W99",
            opens_at=BEFORE,
            closes_at=None,
            reason="x",
            actor="staff:a",
            now=BEFORE,
            real_now=real_now,
        )


@pytest.mark.parametrize("table", ["programmeversion", "scheduleentry", "doorcontrol", "signoff"])
@pytest.mark.parametrize("verb", ["DELETE FROM {}", "TRUNCATE {} CASCADE"])
def test_history_cannot_be_edited(loaded, table, verb):
    with pytest.raises(Error, match="append-only"), connection.cursor() as cursor:
        cursor.execute(verb.format(f"programme_{table}"))


def test_the_command_books_the_budget_and_plans_the_waves(text, database_url):
    load_text(text, actor="cli:test")
    load_text(text, actor="cli:test")
    assert ledger.left_to_promise(programme="PKJ-2020", funder="apbn") == 20_000_000_000_000
    assert ledger.transfer(reference="budget:PKJ-2020:apbn:1").amount == 10_000_000_000_000
    assert ledger.transfer(reference="budget:PKJ-2020:apbn:2").amount == 10_000_000_000_000
    assert [wave.id for wave in waves.waves()] == [f"PKJ-2020-W0{n}" for n in (1, 2, 3, 4)]
    assert waves.wave(wave_id="PKJ-2020-W01").quota == 164_872
