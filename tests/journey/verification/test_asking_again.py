"""Questions become due again when answers expire; another answer is kept beside the old one."""

from datetime import timedelta

import pytest
from tests.journey.verification.world import NOW, REAL, answer, claim, record, register, verify

from gelombang import store
from gelombang.journey.verification import actions, queries
from gelombang.journey.verification.rules import (
    VALIDITY,
    CheckKind,
    Fact,
    IdentityState,
    NoFact,
    Unknown,
)

pytestmark = pytest.mark.usefixtures("database_url")
DUKCAPIL, AID = CheckKind.CIVIL_REGISTRY, CheckKind.SOCIAL_AID


@pytest.fixture
def person(keyring):
    """Somebody who is verified and about whom the social registry has answered."""
    found = register(keyring)
    verify(keyring, found)
    record(keyring, [answer(claim(keyring, AID)[0], NoFact("10"))], kind=AID)
    return found


def again(person, *kinds: CheckKind, before) -> int:
    wanted = [(person, kind.value) for kind in kinds]
    return actions.ask_again(wanted=wanted, before=before, real_now=REAL)


def facts(person, kind: CheckKind) -> list[tuple]:
    rows = store.fetch(
        "SELECT verdict, expires_at FROM attestation_facts WHERE person_id = %s AND kind = %s",
        [person, kind.value],
    )
    return [(row["verdict"], row["expires_at"]) for row in rows]


def test_only_what_expires_is_asked_again_and_only_once(keyring, person):
    ends = NOW + VALIDITY[AID]
    assert again(person, AID, before=ends - timedelta(seconds=1)) == 0
    assert again(person, AID, DUKCAPIL, before=ends) == 1
    assert again(person, AID, DUKCAPIL, before=ends) == 0
    (question,) = claim(keyring, AID)
    assert facts(person, AID) == [("no_fact", ends)], "it holds until another answer comes"
    record(keyring, [answer(question, Unknown("time-out"))], kind=AID, now=ends)
    assert facts(person, AID) == [("no_fact", ends)], "an outage is no answer"
    (question,) = claim(keyring, AID, real_now=REAL + timedelta(hours=1))
    record(keyring, [answer(question, Fact("11"))], kind=AID, now=ends)
    assert facts(person, AID) == [("fact", ends + VALIDITY[AID])]
    assert claim(keyring, AID, real_now=REAL + timedelta(days=1)) == []


def test_a_registry_that_says_otherwise_later_changes_no_verdict_by_itself(keyring, person):
    ends = NOW + VALIDITY[DUKCAPIL]
    assert again(person, DUKCAPIL, before=ends) == 1
    record(keyring, [answer(claim(keyring)[0], NoFact("13"))], now=ends)
    assert queries.identity_of(person_id=person).state is IdentityState.VERIFIED
    assert facts(person, DUKCAPIL)[0][0] == "no_fact"


def test_nobody_is_asked_about_without_a_verified_identity(keyring):
    assert again(register(keyring), DUKCAPIL, before=NOW) == 0
    assert actions.ask_again(wanted=[], before=NOW, real_now=REAL) == 0
