"""News of lost work is kept once, never edited, and asks again about whoever is of ours."""

from datetime import timedelta

import pytest
from django.db import IntegrityError, transaction
from tests.journey.verification.world import (
    INSURER,
    NOW,
    REAL,
    answer,
    at_once,
    claim,
    one,
    record,
    register,
    somebody,
    state,
    verify,
)
from tests.records.keys.world import rotated

from gelombang import store
from gelombang.cli.keys import wrap_all
from gelombang.cli.places import clone
from gelombang.journey.verification import actions, queries
from gelombang.journey.verification.rules import CheckKind, Fact, NoFact, Unknown
from gelombang.kit.indexing import blind_index, index_key_of
from gelombang.records.programme import actions as programme

pytestmark = pytest.mark.usefixtures("database_url")
EMPLOYMENT = CheckKind.EMPLOYMENT
BUDI = somebody(1)


@pytest.fixture
def asked() -> None:
    """The programme asks the insurer."""
    text = (clone() / "programmes" / "prakerja-2020.toml").read_text(encoding="utf-8")
    early = NOW - timedelta(days=3)
    programme.load(text=text + INSURER, actor="cli:test", now=early, real_now=REAL)


@pytest.fixture
def person(keyring, asked):
    """Somebody who is verified and of whom the insurer said that they are employed."""
    found = register(keyring)
    verify(keyring, found, BUDI)
    actions.ask_further(kinds=[EMPLOYMENT], after=0, real_now=REAL)
    record(keyring, [answer(claim(keyring, EMPLOYMENT)[0], Fact("employed"))], kind=EMPLOYMENT)
    return found


def event(reference="E-1", nik=BUDI.nik, reason="PHK"):
    return actions.LostWork(reference, nik, reason, REAL)


def take(keyring, *events) -> int:
    return actions.take_news(
        events=events or (event(),), message_sha256="cd" * 32, keyring=keyring, now=NOW,
        real_now=REAL,
    )  # fmt: skip


def heed() -> int:
    return actions.heed_news(now=NOW, real_now=REAL)


def kept() -> list[tuple]:
    rows = store.fetch(
        "SELECT code, person_index IS NULL AS is_stranger, message_sha256 "
        "FROM verification_employmentnews ORDER BY code DESC, id"
    )
    return [tuple(row.values()) for row in rows]


def verdicts(person) -> list[str]:
    rows = store.fetch(
        "SELECT employed_verdict FROM verification_facts WHERE person_id = %s", [person]
    )
    return [row["employed_verdict"] for row in rows]


def test_it_asks_again_once_and_is_no_verdict(keyring, person):
    assert claim(keyring, EMPLOYMENT) == []
    assert take(keyring) == 1
    assert kept() == [("PHK", False, "cd" * 32)]
    assert (heed(), heed()) == (1, 0)
    assert verdicts(person) == ["fact"], "the old answer stands until there is another"
    (question,) = claim(keyring, EMPLOYMENT)
    record(keyring, [answer(question, Unknown("time-out"))], kind=EMPLOYMENT)
    assert verdicts(person) == ["fact"]
    (question,) = claim(keyring, EMPLOYMENT, real_now=REAL + timedelta(hours=1))
    record(keyring, [answer(question, NoFact("not_employed"))], kind=EMPLOYMENT)
    assert verdicts(person) == ["no_fact"]
    assert (take(keyring), heed()) == (0, 0), "the same event told again is no news"
    assert claim(keyring, EMPLOYMENT, real_now=REAL + timedelta(hours=2)) == []
    assert (take(keyring, event("E-2", reason="resign")), heed()) == (1, 1)
    assert len(claim(keyring, EMPLOYMENT, real_now=REAL + timedelta(hours=2))) == 1


def test_an_answer_that_was_under_way_does_not_count_as_the_new_one(keyring, person):
    take(keyring)
    heed()
    (under_way,) = claim(keyring, EMPLOYMENT)
    take(keyring, event("E-2"))
    assert heed() == 0, "its answer may be from before the news"
    record(keyring, [answer(under_way, Fact("employed"))], kind=EMPLOYMENT)
    assert heed() == 1
    assert len(claim(keyring, EMPLOYMENT)) == 1


def test_one_message_may_tell_of_many_and_twice_of_the_same(keyring, person):
    stranger = event("E-3", nik=somebody(7).nik)
    assert take(keyring, event("E-2"), stranger, event("E-1"), event("E-2", reason="resign")) == 3
    assert [row[:2] for row in kept()] == [("PHK", False), ("PHK", False), ("", True)]
    assert heed() == 2
    assert len(claim(keyring, EMPLOYMENT)) == 1, "two news are one question"
    entries = store.fetch("SELECT detail FROM audit_entry WHERE action = 'verification.take_news'")
    assert [row["detail"] for row in entries] == ['{"events": 3, "about_ours": 2}']


def test_of_strangers_and_of_the_unverified_only_the_reference_is_kept(keyring, asked):
    state(keyring, register(keyring), BUDI)
    assert take(keyring, event("E-1"), event("E-2", nik=somebody(9).nik)) == 2
    assert [row[:2] for row in kept()] == [("", True), ("", True)]
    assert heed() == 0


def test_a_programme_that_does_not_ask_the_insurer_keeps_the_reference_alone(keyring):
    verify(keyring, register(keyring), BUDI)
    assert EMPLOYMENT not in queries.further_registries()
    assert (take(keyring), heed()) == (1, 0)
    assert [row[:2] for row in kept()] == [("", True)]


def test_a_question_that_is_due_or_not_made_yet_is_left_to_itself(keyring, asked):
    verify(keyring, register(keyring), BUDI)
    assert (take(keyring), heed()) == (1, 1)
    actions.ask_further(kinds=[EMPLOYMENT], after=0, real_now=REAL)
    assert (take(keyring, event("E-2")), heed()) == (1, 1)
    assert len(claim(keyring, EMPLOYMENT)) == 1


def test_who_tells_the_same_at_once_leaves_one_row(keyring, person):
    events = [event(f"E-{number}") for number in range(20)]
    told = at_once(*(
        (lambda order=order: take(keyring, *order)) for order in (events, events[::-1]) * 3
    ))  # fmt: skip
    assert sum(told) == 20
    assert one("SELECT count(*) FROM verification_opennews") == 20
    heeded = at_once(heed, heed, heed)
    assert sum(heeded) == 20
    assert len(claim(keyring, EMPLOYMENT)) == 1


def test_nobody_edits_it_and_a_rotation_changes_its_key_alone(keyring, person):
    take(keyring, event("E-1"), event("E-2", nik=somebody(9).nik))
    for statement in (
        "UPDATE verification_employmentnews SET code = 'resign'",
        "DELETE FROM verification_employmentnews",
        "TRUNCATE verification_employmentnews CASCADE",
    ):
        with pytest.raises(IntegrityError, match="append-only"), transaction.atomic():
            store.execute(statement)
    ring = rotated(keyring)
    wrap_all(ring, batch=5)
    known = store.fetch(
        "SELECT person_index, reference_index FROM verification_employmentnews "
        "WHERE person_index IS NOT NULL"
    )
    for name, value in (("person", BUDI.nik), ("news", "E-1")):
        (index,) = (bytes(row[f"{'reference' if name == 'news' else name}_index"]) for row in known)
        later = index_key_of(index)
        assert index == blind_index(ring, value, purpose=name, key_id=later)
        assert later != index_key_of(blind_index(ring, value, purpose=name))
    assert (take(ring), take(ring, event("E-3"))) == (0, 1)
    assert heed() == 2


def test_nothing_of_it_is_in_clear(keyring, person):
    take(keyring)
    row = str(store.fetch("SELECT * FROM verification_employmentnews"))
    assert BUDI.nik not in row + repr(event())
    assert "E-1" not in row
