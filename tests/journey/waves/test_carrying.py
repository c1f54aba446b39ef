"""People who join while they are checked, and who is carried because nobody has answered."""

from datetime import timedelta

import pytest
from django.db import Error, connection
from tests.journey.selection.world import (
    AFTER,
    BASE_URL,
    CLOSES,
    DURING,
    FURTHER_RULES,
    LATER_REAL,
    OPENS,
    REAL,
    WAVE,
    Someone,
    add,
    ask,
    close,
    enter_all,
    load,
)

from gelombang import store
from gelombang.journey.selection import actions as selection, queries as draws
from gelombang.journey.waves import actions, queries
from gelombang.records.notices import actions as notices
from gelombang.records.programme import queries as programmes

pytestmark = pytest.mark.usefixtures("database_url")
PENDING_JOIN = ('join_requires = "identity_verified"', 'join_requires = "identity_submitted"')
NEXT = "PKJ-2020-W02"


def value(sql: str, *params):
    with connection.cursor() as cursor:
        cursor.execute(sql, params)
        return cursor.fetchone()[0]


def settle_all(keyring, *, now=AFTER, limit=5000) -> int:
    total = 0
    while done := actions.settle(
        wave_id=WAVE, keyring=keyring, base_url=BASE_URL, now=now, real_now=LATER_REAL, limit=limit
    ):
        total += done
    return total


def carry_on(keyring, *, now, limit=5000) -> int:
    actions.open_due(now=now, real_now=LATER_REAL)
    return actions.carry_on(
        keyring=keyring, base_url=BASE_URL, now=now, real_now=LATER_REAL, limit=limit
    )


def state_of(person: Someone, wave: str = WAVE) -> str:
    entry = queries.entry_of(person_id=person.person_id, wave_id=wave)
    return entry.state if entry else ""


def letters(kind: str) -> int:
    return value("SELECT count(*) FROM notices_notice WHERE kind = %s", kind)


def opening_of(wave: str = NEXT):
    return programmes.schedule(subject=wave).opens_at


@pytest.fixture
def joined(keyring):
    """Everybody who may join an open wave of a programme that lets people join while checked."""
    load(changes=[PENDING_JOIN])
    found = {
        "known": Someone(),
        "pending": Someone(state="pending", enrolled=None, social_aid=None),
        "disputed": Someone(state="disputed"),
        "school unknown": Someone(enrolled=None),
        "aid unknown": Someone(social_aid=None),
    }
    add(keyring, list(found.values()))
    ask(list(found.values()))
    enter_all(keyring)
    return found


def test_who_stated_an_identity_joins_and_who_was_refuted_or_stated_none_does_not(keyring, joined):
    assert {name: state_of(each) for name, each in joined.items()} == dict.fromkeys(
        joined, "joined"
    )
    refuted, stranger = Someone(state="refuted"), Someone()
    add(keyring, [refuted])
    ask([refuted, stranger])
    enter_all(keyring)
    for each in (refuted, stranger):
        entry = queries.entry_of(person_id=each.person_id, wave_id=WAVE)
        assert entry.refusal == "not-verified"


@pytest.mark.parametrize(
    ("decided_at", "refusal"),
    [(DURING, "not-verified"), (DURING + timedelta(seconds=1), "")],
)
def test_the_instant_of_the_request_decides_what_was_known(keyring, decided_at, refusal):
    load(changes=[PENDING_JOIN])
    refuted = Someone(state="refuted")
    add(keyring, [refuted], decided_at=decided_at)
    with connection.cursor() as cursor:
        cursor.execute("UPDATE verification_identity SET submitted_at = %s", [OPENS])
    (receipt,) = ask([refuted], at=DURING)
    enter_all(keyring)
    assert queries.answer_to(receipt=receipt).refusal == refusal


def test_stating_after_the_request_does_not_count(keyring):
    load(changes=[PENDING_JOIN])
    someone = Someone(state="pending")
    add(keyring, [someone], decided_at=DURING)
    (early,) = ask([someone], at=DURING - timedelta(microseconds=1))
    (late,) = ask([someone], at=DURING)
    enter_all(keyring)
    assert queries.answer_to(receipt=early).refusal == "not-verified"
    assert queries.answer_to(receipt=late).ticket


def test_who_is_unknown_at_the_freeze_is_carried_and_told_once(keyring, joined):
    close()
    assert settle_all(keyring, limit=2) == 5
    assert {name: state_of(each) for name, each in joined.items()} == {
        "known": "joined",
        "pending": "carried",
        "disputed": "carried",
        "school unknown": "carried",
        "aid unknown": "carried",
    }
    assert letters("waves.carried") == 4
    assert settle_all(keyring) == 0
    assert letters("waves.carried") == 4
    assert queries.wave(wave_id=WAVE).settled_at == AFTER
    # Nobody is refused, and the next wave is not open yet: they wait, without a second entry.
    assert value("SELECT count(*) FROM waves_entry") == 5
    assert carry_on(keyring, now=AFTER) == 0


def test_the_carried_go_on_once_in_the_next_wave_with_a_ticket_of_it(keyring, joined):
    close()
    settle_all(keyring)
    opens = opening_of()
    assert carry_on(keyring, now=opens, limit=3) == 3
    assert carry_on(keyring, now=opens, limit=3) == 1
    assert carry_on(keyring, now=opens) == 0
    following = queries.entry_of(person_id=joined["pending"].person_id, wave_id=NEXT)
    assert (following.state, following.ticket[:4]) == ("joined", "W02-")
    assert following.joined_at == opens
    assert state_of(joined["known"], NEXT) == ""
    assert letters("waves.joined") == 5 + 4
    where = queries.carried_to(person_id=joined["pending"].person_id, wave_id=WAVE)
    assert where == NEXT


def test_who_joined_or_left_the_next_wave_themselves_goes_on_as_they_decided(keyring, joined):
    opens = opening_of()
    actions.open_due(now=opens, real_now=REAL)
    close()
    keen, gone = joined["pending"], joined["disputed"]
    ask([keen, gone], wave_id=NEXT, at=opens)
    enter_all(keyring, now=opens)
    actions.withdraw(person_id=gone.person_id, wave_id=NEXT, actor="person:x", now=opens,
                     real_now=REAL)  # fmt: skip
    ticket = queries.entry_of(person_id=keen.person_id, wave_id=NEXT).ticket
    settle_all(keyring, now=opens)
    assert carry_on(keyring, now=opens) == 4
    assert queries.entry_of(person_id=keen.person_id, wave_id=NEXT).ticket == ticket
    assert state_of(gone, NEXT) == "withdrawn"
    assert value("SELECT count(*) FROM waves_entry WHERE wave_id = %s", NEXT) == 4
    assert letters("waves.joined") == 5 + 4
    # Left again after being carried: out, and nothing enters them a second time.
    unknown = joined["aid unknown"]
    actions.withdraw(person_id=unknown.person_id, wave_id=NEXT, actor="person:x",
                     now=opens + timedelta(hours=1), real_now=REAL)  # fmt: skip
    assert carry_on(keyring, now=opens + timedelta(hours=2)) == 0
    assert state_of(unknown, NEXT) == "withdrawn"


def test_a_wave_does_not_close_before_those_carried_into_it_are_in(keyring, joined):
    close()
    settle_all(keyring)
    after_next = programmes.schedule(subject=NEXT).closes_at + timedelta(seconds=1)
    actions.open_due(now=after_next, real_now=REAL)  # a clock that jumped over the whole wave
    actions.close_due(now=after_next, real_now=REAL)
    assert queries.wave(wave_id=NEXT).state == "open"
    assert actions.carry_on(keyring=keyring, base_url=BASE_URL, now=after_next, real_now=REAL) == 4
    actions.close_due(now=after_next, real_now=REAL)
    assert queries.wave(wave_id=NEXT).state == "closed"
    assert state_of(joined["pending"], NEXT) == "joined"


def test_a_batch_that_dies_is_carried_again_as_if_it_had_not_been(keyring, joined, monkeypatch):
    close()

    def killed(**_):
        raise KeyboardInterrupt

    for step in ("settle", "carry_on"):
        with monkeypatch.context() as patch:
            patch.setattr(notices, "owe", killed)
            with pytest.raises(KeyboardInterrupt):
                settle_all(keyring) if step == "settle" else carry_on(keyring, now=opening_of())
        assert value("SELECT count(*) FROM waves_entry WHERE state = 'carried'") == (
            0 if step == "settle" else 4
        )
        settle_all(keyring)
    assert carry_on(keyring, now=opening_of()) == 4
    assert (letters("waves.carried"), letters("waves.joined")) == (4, 9)


def test_the_freeze_judges_who_is_known_and_nobody_who_was_carried(keyring, joined):
    close()
    refuted = joined["pending"]
    with connection.cursor() as cursor:  # as the registry's answer would
        cursor.execute("UPDATE verification_identity SET state = 'refuted', decided_at = %s"
                       " WHERE person_id = %s", [CLOSES, refuted.person_id])  # fmt: skip
    freeze = {"wave_id": WAVE, "now": AFTER, "real_now": LATER_REAL}
    selection.request_freeze(**freeze, actor="staff:a")
    wait = draws.freeze_wait(**freeze)
    assert (wait.open_checks, wait.is_over, wait.settles) == (3, True, True)
    assert selection.assess(**freeze, keyring=keyring) == 0  # not before everybody is settled
    settle_all(keyring)
    assert selection.assess(**freeze, keyring=keyring) == 2
    rows = store.fetch("SELECT person_id, reasons FROM selection_candidate")
    judged = {row["person_id"]: row["reasons"] for row in rows}
    assert judged.keys() == {joined["known"].person_id, refuted.person_id}
    assert '"rule": "identity_refuted"' in judged[refuted.person_id]
    assert '"source": "Dukcapil"' in judged[refuted.person_id]


def test_who_is_unknown_to_a_further_registry_is_carried_where_a_rule_needs_it(keyring):
    load(changes=[PENDING_JOIN, FURTHER_RULES])
    known = {"employed": "no_fact", "excluded": "no_fact"}
    found = {
        "known": Someone(**known),
        "barred": Someone(**known | {"excluded": "fact"}),
        "work unknown": Someone(**known | {"employed": None}),
        "lists unknown": Someone(**known | {"excluded": None}),
    }
    add(keyring, list(found.values()))
    ask(list(found.values()))
    enter_all(keyring)
    close()
    settle_all(keyring)
    assert {name: state_of(each) for name, each in found.items()} == {
        "known": "joined",
        "barred": "joined",
        "work unknown": "carried",
        "lists unknown": "carried",
    }


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE waves_entry SET state = 'carried'",  # without its instant
        "UPDATE waves_entry SET carried_at = now()",  # without being carried
        "UPDATE waves_entry SET continues_as_id = id",
        "UPDATE waves_entry SET state = 'carried', carried_at = now(), continues_as_id = id",
    ],
)
def test_the_database_refuses_half_a_carry(keyring, joined, statement):
    with pytest.raises(Error), connection.cursor() as cursor:
        cursor.execute(statement)


def test_the_database_refuses_a_carried_candidate_and_another_continuation(keyring, joined):
    close()
    freeze = {"wave_id": WAVE, "now": AFTER, "real_now": LATER_REAL}
    selection.request_freeze(**freeze, actor="staff:a")
    settle_all(keyring)
    with pytest.raises(Error, match="not in the wave"), connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO selection_candidate (entry_id, draw_id, person_id, ticket, area, tier,"
            " eligible, reasons, decided_at, score, outcome)"
            " SELECT e.id, d.id, e.person_id, t.ticket, '31', 'T1', true, '[]', now(), '', ''"
            " FROM waves_entry e JOIN waves_ticket t ON t.entry_id = e.id, selection_draw d"
            " WHERE e.state = 'carried' LIMIT 1"
        )
    carry_on(keyring, now=opening_of())
    with pytest.raises(Error, match="go on like this"), connection.cursor() as cursor:
        cursor.execute(
            "UPDATE waves_entry SET continues_as_id = (SELECT max(id) FROM waves_entry)"
            " WHERE id = (SELECT min(id) FROM waves_entry WHERE state = 'carried')"
        )


def test_where_the_programme_wants_it_verified_nothing_changes(keyring):
    load()
    pending, known = Someone(state="pending"), Someone(enrolled=None)
    add(keyring, [pending, known])
    (refused, _) = ask([pending, known])
    enter_all(keyring)
    assert queries.answer_to(receipt=refused).refusal == "not-verified"
    close()
    wait = draws.freeze_wait(wave_id=WAVE, now=AFTER, real_now=LATER_REAL)
    assert (wait.open_checks, wait.is_over, wait.settles) == (1, False, False)
