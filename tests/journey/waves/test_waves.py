from datetime import UTC, datetime, timedelta
from uuid import uuid4

import pytest
from django.db import Error, connection
from django.test.utils import CaptureQueriesContext
from tests.journey.selection.world import (
    AFTER,
    CLOSES,
    DURING,
    OPENS,
    REAL,
    WAVE,
    Someone,
    add,
    ask,
    enter_all,
    load,
)

from gelombang.journey.waves import actions, queries, rules, tickets
from gelombang.journey.waves.rules import Asked, refusal_of

pytestmark = pytest.mark.usefixtures("database_url")


def value(sql: str, *params):
    with connection.cursor() as cursor:
        cursor.execute(sql, params)
        return cursor.fetchone()[0]


def test_a_verified_person_joins_once_however_often_they_press(keyring):
    load()
    someone = Someone()
    add(keyring, [someone])
    receipts = ask([someone, someone])
    assert enter_all(keyring) == 2
    answers = [queries.answer_to(receipt=receipt) for receipt in receipts]
    assert answers[0] == answers[1]
    assert answers[0].ticket.startswith("W01-")
    assert len(answers[0].ticket) == 16
    assert value("SELECT count(*) FROM waves_entry") == 1
    assert value("SELECT count(*) FROM notices_notice WHERE kind = 'waves.joined'") == 1


@pytest.mark.parametrize(
    ("someone", "wave", "at", "refusal"),
    [
        (Someone(state="pending"), WAVE, DURING, "not-verified"),
        (Someone(state="refuted"), WAVE, DURING, "not-verified"),
        (Someone(state="disputed"), WAVE, DURING, "not-verified"),
        (Someone(), WAVE, OPENS - timedelta(microseconds=1), "wave-not-open"),
        (Someone(), WAVE, CLOSES, "wave-closed"),
        (Someone(), "PKJ-2020-W77", DURING, "wave-unknown"),
        (Someone(), WAVE, CLOSES - timedelta(microseconds=1), ""),
        (Someone(), WAVE, OPENS, ""),
    ],
)
def test_the_instant_of_arrival_and_the_identity_decide(keyring, someone, wave, at, refusal):
    load()
    add(keyring, [someone])
    (receipt,) = ask([someone], wave_id=wave, at=at)
    enter_all(keyring, now=AFTER)
    answer = queries.answer_to(receipt=receipt)
    assert answer.refusal == refusal
    assert bool(answer.ticket) == (not refusal)
    assert queries.entry_of(person_id=someone.person_id, wave_id=wave).refusal == refusal


def test_somebody_without_an_identity_and_a_stranger_are_refused_not_lost(keyring):
    load()
    stranger = Someone()
    (receipt,) = ask([stranger])
    assert enter_all(keyring) == 1
    assert queries.answer_to(receipt=receipt).refusal == "not-verified"
    assert queries.backlog() == 0


def test_being_verified_after_the_request_does_not_count(keyring):
    load()
    someone = Someone()
    add(keyring, [someone], decided_at=DURING)
    (early,) = ask([someone], at=DURING - timedelta(seconds=1))
    (late,) = ask([someone], at=DURING)
    enter_all(keyring)
    assert queries.answer_to(receipt=early).refusal == "not-verified"
    assert queries.answer_to(receipt=late).ticket


def test_withdrawing_is_undone_by_joining_again_with_the_same_ticket(keyring):
    load()
    someone = Someone()
    add(keyring, [someone])
    ask([someone])
    enter_all(keyring)
    ticket = queries.entry_of(person_id=someone.person_id, wave_id=WAVE).ticket
    who = {"person_id": someone.person_id, "wave_id": WAVE, "actor": f"person:{uuid4()}"}
    actions.withdraw(**who, now=DURING + timedelta(hours=1), real_now=REAL)
    assert queries.counts(as_of=AFTER) == 0
    with pytest.raises(rules.NotJoined):
        actions.withdraw(**who, now=DURING + timedelta(hours=1), real_now=REAL)
    ask([someone], at=DURING + timedelta(minutes=30))  # met late: from before the withdrawal
    enter_all(keyring)
    assert queries.entry_of(person_id=someone.person_id, wave_id=WAVE).state == "withdrawn"
    ask([someone], at=DURING + timedelta(hours=2))
    enter_all(keyring)
    entry = queries.entry_of(person_id=someone.person_id, wave_id=WAVE)
    assert (entry.state, entry.ticket) == ("joined", ticket)
    assert queries.counts(as_of=AFTER) == 1
    assert queries.counts(as_of=DURING) == 0
    with pytest.raises(rules.WaveClosed):
        actions.withdraw(**who, now=CLOSES, real_now=REAL)


def test_requests_are_pulled_in_bounded_batches_in_commit_order(keyring):
    load()
    people = [Someone() for _ in range(25)]
    add(keyring, people)
    ask(people)
    steps = []
    while done := actions.enter(
        keyring=keyring, base_url="http://x", now=DURING, real_now=REAL, limit=10
    ):
        steps.append(done)
    assert steps == [10, 10, 5]
    assert value("SELECT count(DISTINCT ticket) FROM waves_ticket") == 25


def test_a_pull_that_finds_no_request_is_one_question(keyring):
    load()
    with CaptureQueriesContext(connection) as asked:
        assert not actions.enter(keyring=keyring, base_url="http://x", now=DURING, real_now=REAL)
    assert len(asked) == 1, "no transaction, and nothing for the disk"


def test_taken_ticket_numbers_are_given_to_nobody_twice(keyring, monkeypatch):
    load()
    people = [Someone() for _ in range(6)]
    add(keyring, people)
    ask(people)
    drawn = iter(["1"] * 4 + ["2"] * 4 + [str(n) for n in range(3, 40)])
    monkeypatch.setattr(tickets, "new_ticket", lambda number: f"W{number:02d}-{next(drawn):0>12}")
    enter_all(keyring)
    assert value("SELECT count(DISTINCT ticket) FROM waves_ticket") == 6


def test_a_wave_opens_and_closes_by_its_calendar():
    load()
    assert queries.wave(wave_id=WAVE).state == "open"
    assert queries.open_wave(now=DURING).id == WAVE
    assert actions.close_due(now=CLOSES - timedelta(seconds=1), real_now=REAL) == 0
    assert actions.close_due(now=CLOSES, real_now=REAL) == 1
    wave = queries.wave(wave_id=WAVE)
    assert (wave.state, wave.closed_at, wave.closed_real_at) == ("closed", CLOSES, REAL)
    assert queries.open_wave(now=CLOSES) is None
    assert queries.next_wave(now=CLOSES).id == "PKJ-2020-W02"


def test_an_operator_opens_a_wave_now_with_another_quota():
    load()
    now = datetime(2020, 4, 17, 3, tzinfo=UTC)
    actions.open_wave(wave_id="PKJ-2020-W02", quota=55, reason="siap lebih cepat",
                      actor="staff:a", now=now, real_now=REAL)  # fmt: skip
    wave = queries.wave(wave_id="PKJ-2020-W02")
    assert (wave.state, wave.quota, wave.opens_at) == ("open", 55, now)
    assert wave.closes_at == datetime(2020, 4, 23, 9, tzinfo=UTC)
    assert value("SELECT count(*) FROM audit_entry WHERE action = 'waves.open'") == 2


def test_an_operator_closes_a_wave_early():
    from gelombang.records.programme import actions as programme

    load()
    programme.reschedule(subject=WAVE, opens_at=OPENS, closes_at=DURING, reason="cukup",
                         actor="staff:a", now=DURING, real_now=REAL)  # fmt: skip
    assert actions.close_due(now=DURING, real_now=REAL) == 1
    assert queries.wave(wave_id=WAVE).closed_at == DURING


def test_what_an_operator_may_not_do():
    load()
    with pytest.raises(rules.WaveUnknown):
        actions.open_wave(wave_id="W99", reason="x", actor="staff:a", now=DURING, real_now=REAL)
    with pytest.raises(rules.QuotaTooSmall):
        actions.open_wave(wave_id=WAVE, quota=0, reason="x", actor="staff:a", now=DURING,
                          real_now=REAL)  # fmt: skip
    actions.close_due(now=AFTER, real_now=REAL)
    with pytest.raises(rules.WaveStarted):
        actions.open_wave(wave_id=WAVE, quota=3, reason="x", actor="staff:a", now=AFTER,
                          real_now=REAL)  # fmt: skip


@pytest.mark.parametrize("table", ["wave_entry_request", "waves_ticket", "waves_entryanswer"])
def test_intake_tickets_and_answers_are_never_edited(keyring, table):
    load()
    someone = Someone()
    add(keyring, [someone])
    ask([someone])
    enter_all(keyring)
    with pytest.raises(Error, match="append-only"), connection.cursor() as cursor:
        cursor.execute(f"DELETE FROM {table}")


def test_a_wave_does_not_reopen():
    load()
    actions.close_due(now=AFTER, real_now=REAL)
    with pytest.raises(Error, match="may not become"), connection.cursor() as cursor:
        cursor.execute("UPDATE waves_wave SET state = 'open' WHERE id = %s", [WAVE])


def test_a_wave_without_a_close_takes_everybody():
    asked = Asked(
        1, "1", WAVE, uuid4(), DURING, 1, OPENS, None, is_before_stage=False, is_verified=True
    )
    assert refusal_of(asked) == ""
