"""What the civil registry cannot process: asked ever more seldom, then held, never a verdict."""

from datetime import timedelta

import pytest
from tests.journey.verification.world import (
    NOW,
    REAL,
    answer,
    claim,
    one,
    record,
    register,
    state,
    state_of,
)

from gelombang.journey.verification import actions, queries
from gelombang.journey.verification.models import Check
from gelombang.journey.verification.rules import (
    UNPROCESSED_WAITS,
    CheckKind,
    Fact,
    Unknown,
    judge_registry,
)
from gelombang.records.audit.models import Entry
from gelombang.records.partners import actions as partners
from gelombang.records.partners.queries import Agreed
from gelombang.records.programme.terms import PartnerContract

pytestmark = pytest.mark.usefixtures("database_url")
TOLD = "SELECT count(*) FROM notices_notice WHERE kind = 'verification.unprocessed'"


def test_the_waits_grow_and_the_code_is_no_verdict():
    assert list(UNPROCESSED_WAITS) == sorted(UNPROCESSED_WAITS)
    assert judge_registry("08", {}) == Unknown("code 08", is_unprocessed=True)
    assert judge_registry("02", {}) == Unknown("code 02")


def ask_until_held(keyring):
    """The instant at which the question is held, asked at each end of its wait."""
    at = REAL
    for wait in UNPROCESSED_WAITS:
        (question,) = claim(keyring, real_now=at)
        record(keyring, [answer(question, judge_registry("08", {}))], real_now=at)
        assert claim(keyring, real_now=at + wait - timedelta(seconds=1)) == []
        assert one(TOLD) == 0
        at += wait
    (question,) = claim(keyring, real_now=at)
    record(keyring, [answer(question, judge_registry("08", {}))], real_now=at)
    return at


def test_it_is_held_for_people_and_the_person_is_told_once(keyring):
    person = register(keyring)
    identity = state(keyring, person)
    at = ask_until_held(keyring) + timedelta(days=30)
    assert claim(keyring, real_now=at) == []
    assert state_of(identity) == "pending"
    assert one("SELECT count(*) FROM verification_attestation") == 0
    assert one(TOLD) == 1
    assert queries.held_by_kind() == {"civil_registry": 1}
    terms = PartnerContract("civil_registry", "Dukcapil", 10, 10, 1)
    partners.provide(agreed=Agreed(terms, 1), actor="cli:test", now=NOW, real_now=at)
    (queue,) = queries.queues(now=NOW, real_now=at)
    assert (queue.held, queue.waiting) == (1, 0)
    assert queries.backlog() == 0
    wait = queries.wait_of(person_id=person, now=NOW, real_now=at)
    assert (wait.before, wait.minutes_from) == (0, None)

    again = {"kind": CheckKind.CIVIL_REGISTRY, "actor": "cli:rini", "now": NOW, "real_now": at}
    assert actions.ask_held_again(**again) == 1
    assert actions.ask_held_again(**again) == 0
    assert queries.held_by_kind() == {}
    entry = Entry.objects.get(action="verification.ask_held_again")
    assert (entry.actor, entry.detail) == ("cli:rini", {"questions": 1})
    (question,) = claim(keyring, real_now=at)
    assert record(keyring, [answer(question, Fact("01"))], real_now=at) == 1
    assert state_of(identity) == "verified"


def test_failures_between_do_not_count(keyring):
    state(keyring, register(keyring))
    (question,) = claim(keyring)
    record(keyring, [answer(question, Unknown("time-out"))])
    assert Check.objects.get().unprocessed == 0
    later = REAL + timedelta(minutes=1)
    (question,) = claim(keyring, real_now=later)
    record(keyring, [answer(question, judge_registry("08", {}))], real_now=later)
    assert (Check.objects.get().unprocessed, Check.objects.get().attempts) == (1, 2)
    assert Check.objects.get().due_at == later + UNPROCESSED_WAITS[0]


def test_an_answer_that_comes_late_still_counts(keyring):
    identity = state(keyring, register(keyring))
    (first,) = claim(keyring)
    Check.objects.update(state="asked")
    Check.objects.update(state="held")
    assert record(keyring, [answer(first, Fact("01"))]) == 1
    assert state_of(identity) == "verified"
