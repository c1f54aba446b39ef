"""Places in the queue and forecasts, from what was counted and not by counting."""

from datetime import timedelta

import pytest
from tests.journey.verification.world import NOW, REAL, claim, register, somebody, state, verify

from gelombang import store
from gelombang.journey.verification import actions, places, queries, sampling
from gelombang.journey.verification.rules import CheckKind, Counted
from gelombang.records.partners import actions as partners
from gelombang.records.partners.forecasting import Hold
from gelombang.records.partners.queries import Agreed
from gelombang.records.programme.terms import PartnerContract

pytestmark = pytest.mark.usefixtures("database_url")
DUKCAPIL = CheckKind.CIVIL_REGISTRY
MINUTE = timedelta(minutes=1)


@pytest.fixture
def contract():
    """The civil registry lets us ask ten times a second."""
    terms = PartnerContract("civil_registry", "Dukcapil", 10, 10, 1)
    partners.provide(agreed=Agreed(terms, 1), actor="cli:test", now=NOW, real_now=REAL)


@pytest.fixture
def crowd(keyring):
    """Thirty people whose questions wait in order."""
    people = [register(keyring, f"p{number}@example.id") for number in range(30)]
    for number, person in enumerate(people):
        state(keyring, person, somebody(number))
    return people


def wait_of(person, *, real_now=REAL, now=NOW):
    return queries.wait_of(person_id=person, now=now, real_now=real_now)


def sample(minutes: int, *, answers: int = 0) -> int:
    """Some minutes later: so many more answers, and a sample."""
    if answers:
        partners.tell(partner="civil_registry", answers=answers, outages=0, real_now=REAL)
    at = minutes * MINUTE
    return actions.sample_backlogs(now=NOW + at, real_now=REAL + at)


def test_who_is_far_behind_is_counted_from_a_mark(contract, crowd, monkeypatch):
    for module in (places, sampling):
        monkeypatch.setattr(module, "MOST_COUNTED", 7)
    before_sampling = wait_of(crowd[29])
    assert (before_sampling.before, before_sampling.counted) == (7, Counted.AT_LEAST)
    assert sample(0) == 1
    found = [(each.before, each.counted) for each in map(wait_of, crowd)]
    assert [before for before, _ in found] == list(range(30))
    assert [counted for _, counted in found] == [Counted.EXACT] * 8 + [Counted.ABOUT] * 22


def test_a_page_counts_a_bounded_part_of_the_queue(contract, crowd):
    plan = store.fetch(
        "EXPLAIN " + store.statement("gelombang.journey.verification", "people_before"),
        {
            "kind": "education", "after_due_at": "-infinity", "after_id": 0, "due_at": REAL,
            "check_id": 9, "limit": 5001, "close": None,
        },
    )  # fmt: skip
    assert "Limit" in str(plan)


def test_samples_are_taken_twice_a_minute_at_most_and_kept_for_two_days(contract, crowd):
    assert sample(0) == 1
    assert actions.sample_backlogs(now=NOW, real_now=REAL + timedelta(seconds=29)) == 0
    assert actions.sample_backlogs(now=NOW, real_now=REAL + timedelta(seconds=31)) == 1
    later = REAL + timedelta(hours=50)
    assert actions.sample_backlogs(now=NOW, real_now=later) == 1
    assert store.fetch_value("SELECT count(*) FROM verification_backlogsample") == 1


def test_a_measured_rate_replaces_the_contract(contract, crowd):
    for minute in range(20):
        sample(minute, answers=6)  # one in ten seconds, a hundredth of the contract
    (queue,) = queries.queues(now=NOW + 19 * MINUTE, real_now=REAL + 19 * MINUTE)
    assert (queue.kind, queue.waiting, queue.contract) == (DUKCAPIL, 30, 10)
    assert queue.per_second == pytest.approx(0.1)
    assert 4 * MINUTE < queue.band.about < 6 * MINUTE
    wait = wait_of(crowd[24], now=NOW + 19 * MINUTE, real_now=REAL + 19 * MINUTE)
    assert wait.minutes_from < 4 <= wait.minutes_about <= 5 < wait.minutes_to
    # An hour later nobody has counted any more: the contract is all that is known.
    late = wait_of(crowd[24], now=NOW, real_now=REAL + timedelta(hours=1))
    assert late.minutes_to <= 2


def test_what_holds_a_partner_is_said_at_once(contract, crowd):
    sample(0)
    until = NOW + timedelta(hours=5)
    partners.park(partner="civil_registry", until=until)
    parked = wait_of(crowd[3])
    assert (parked.hold, parked.resumes_at) == (Hold.PARKED, until)
    assert parked.minutes_from >= 5 * 60 - 1
    partners.stop(
        partner="civil_registry", reason="code 17", actor="job:test", now=NOW, real_now=REAL
    )
    stopped = wait_of(crowd[3])
    assert (stopped.hold, stopped.minutes_from) == (Hold.STOPPED, None)
    (queue,) = queries.queues(now=NOW, real_now=REAL)
    assert (queue.hold, queue.stopped_reason, queue.band) == (Hold.STOPPED, "code 17", None)


def test_a_partner_that_is_silent_while_people_wait_is_down(contract, crowd):
    for minute in range(10):
        sample(minute, answers=60)
    for minute in range(10, 16):
        sample(minute)
    wait = wait_of(crowd[3], now=NOW + 15 * MINUTE, real_now=REAL + 15 * MINUTE)
    assert wait.hold is Hold.DOWN
    assert wait.minutes_to >= 30


def test_without_a_contract_nothing_is_promised(crowd):
    assert sample(0) == 0
    assert wait_of(crowd[0]).minutes_from is None
    assert queries.queues(now=NOW, real_now=REAL) == []


def test_who_is_being_asked_about_waits_for_nobody_and_stands_before_nobody(
    contract, crowd, keyring
):
    claim(keyring, limit=5)
    assert [wait_of(crowd[place]).before for place in (0, 4, 5, 7)] == [0, 0, 0, 2]


@pytest.fixture
def waiting_for_education(keyring):
    """Twelve verified people about whom the education hub has not answered."""
    terms = PartnerContract("education", "Dapodik & PDDikti", 10, 10, 1)
    partners.provide(agreed=Agreed(terms, 1), actor="cli:test", now=NOW, real_now=REAL)
    people = [register(keyring, f"v{number}@example.id") for number in range(12)]
    for number, person in enumerate(people):
        verify(keyring, person, somebody(50 + number))
    return people


def further_waits(person, *, now=NOW, real_now=REAL):
    return queries.further_waits_of(person_id=person, now=now, real_now=real_now)


def test_who_is_verified_sees_only_long_waits_and_those_of_known_partners(waiting_for_education):
    assert further_waits(waiting_for_education[5]) == [], "ten a second: it is a moment's wait"
    (wait,) = further_waits(waiting_for_education[5], now=NOW + timedelta(hours=3))
    assert (wait.kind, wait.source) == (CheckKind.EDUCATION, "Dapodik & PDDikti")
    assert (wait.estimate.before, wait.estimate.counted) == (5, Counted.EXACT)
    partners.park(partner="education", until=NOW + timedelta(hours=5))
    (wait,) = further_waits(waiting_for_education[5])
    assert (wait.estimate.hold, wait.estimate.minutes_to) == (
        Hold.PARKED,
        pytest.approx(300, abs=3),
    )


def test_places_for_a_further_registry_are_counted_from_its_own_marks(
    waiting_for_education, monkeypatch
):
    for module in (places, sampling):
        monkeypatch.setattr(module, "MOST_COUNTED", 4)
    later = {"now": NOW + timedelta(hours=3), "real_now": REAL}
    assert further_waits(waiting_for_education[11], **later)[0].estimate.counted == "at_least"
    assert actions.sample_backlogs(now=NOW, real_now=REAL) == 1
    found = [further_waits(each, **later)[0].estimate for each in waiting_for_education]
    assert [each.before for each in found] == list(range(12))


def test_who_is_answered_or_still_checked_waits_for_no_further_registry(
    waiting_for_education, crowd, keyring
):
    late = NOW + timedelta(days=1)
    assert further_waits(crowd[0], now=late) == []
    store.execute("UPDATE verification_check SET state = 'asked' WHERE kind = 'education'")
    assert further_waits(waiting_for_education[0], now=late)[0].estimate.before == 0
    store.execute("UPDATE verification_check SET state = 'answered' WHERE kind = 'education'")
    assert further_waits(waiting_for_education[0], now=late) == []
