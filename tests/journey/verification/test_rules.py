"""How the civil registry's comparison is read, the wait, and which moves exist."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given, strategies as st

from gelombang.gateways.civil_registry.protocol import ResponseCode
from gelombang.journey.verification.rules import (
    EXACT,
    FUZZY,
    IDENTITY_MOVES,
    LIKENESS_THRESHOLD,
    Counted,
    Fact,
    IdentityState,
    NoFact,
    Unknown,
    estimate,
    judge_registry,
)
from gelombang.records.partners.forecasting import Days, Hold, Pace, foretell

NOON = datetime(2020, 4, 13, 5, tzinfo=UTC)


@dataclass(frozen=True)
class Match:
    agrees: bool
    score: int | None = None


ALL = (*EXACT, *FUZZY)
RIGHT = dict.fromkeys(ALL, Match(agrees=True))


def test_a_person_whose_every_element_agrees_is_a_fact():
    assert judge_registry("01", RIGHT) == Fact("01")
    scored = RIGHT | {name: Match(agrees=True, score=LIKENESS_THRESHOLD) for name in FUZZY}
    assert judge_registry("01", scored) == Fact("01")


@pytest.mark.parametrize("name", ALL)
def test_one_element_that_differs_is_no_fact_and_is_named(name):
    outcome = judge_registry("01", RIGHT | {name: Match(agrees=False)})
    assert outcome == NoFact("01", (name,))


@pytest.mark.parametrize("name", ALL)
def test_an_element_that_was_not_compared_is_never_a_verdict(name):
    partly = {each: match for each, match in RIGHT.items() if each != name}
    assert isinstance(judge_registry("01", partly), Unknown)
    partly |= {other: Match(agrees=False) for other in partly}
    assert isinstance(judge_registry("01", partly), Unknown)


@pytest.mark.parametrize("name", FUZZY)
@pytest.mark.parametrize(
    ("agrees", "score", "usable"),
    [(True, 85, True), (True, 84, False), (False, 84, True), (False, 85, False),
     (False, 0, True), (True, 0, False), (True, 100, True), (False, 100, False)],
)  # fmt: skip
def test_a_score_that_contradicts_the_word_is_a_fault_of_the_partner(name, agrees, score, usable):
    outcome = judge_registry("01", RIGHT | {name: Match(agrees=agrees, score=score)})
    assert isinstance(outcome, Unknown) is not usable


@pytest.mark.parametrize("code", sorted(ResponseCode))
def test_only_codes_about_the_person_are_a_verdict(code):
    about_the_person = {"11", "12", "13", "14", "15"}
    outcome = judge_registry(code.value, {})
    assert isinstance(outcome, NoFact) is (code.value in about_the_person)
    if code.value in about_the_person:
        assert outcome == NoFact(code.value)
    else:
        assert isinstance(outcome, Unknown)


words = st.dictionaries(
    st.sampled_from([*ALL, "status"]),
    st.builds(Match, st.booleans(), st.none() | st.integers(0, 100)),
)


@given(st.sampled_from(["", "00", "01", "02", "1", "11", "99", "Sesuai"]), words)
def test_a_fact_needs_every_element_to_agree(code, matches):
    outcome = judge_registry(code, matches)
    if isinstance(outcome, Fact):
        assert code == "01"
        assert all(matches[name].agrees for name in ALL)
    if isinstance(outcome, NoFact) and code == "01":
        assert outcome.elements == tuple(name for name in ALL if not matches[name].agrees)
        assert outcome.elements


def test_a_refuted_statement_is_final_and_a_verdict_can_only_become_a_dispute():
    assert IDENTITY_MOVES[IdentityState.REFUTED] == frozenset()
    assert IDENTITY_MOVES[IdentityState.VERIFIED] == {IdentityState.DISPUTED}


@given(st.integers(0, 7 * 10**6), st.integers(1, 1000))  # nobody is told more than 90 days
def test_a_wait_is_a_band_of_minutes_that_holds_the_contract_rate(before, per_second):
    unmeasured = Pace(None, 0.0, Days(), Hold.NONE, None, timedelta())
    band = foretell(unmeasured, ahead=before, contract=per_second, now=NOON)
    guess = estimate(before=before, counted=Counted.EXACT, band=band, pace=unmeasured)
    assert guess.minutes_from <= guess.minutes_about <= guess.minutes_to
    assert guess.minutes_from <= before / per_second / 60 <= guess.minutes_to
    assert guess.minutes_from < guess.minutes_to


def test_a_stopped_partner_promises_no_minutes():
    stopped = Pace(5.0, 0.1, Days(), Hold.STOPPED, None, timedelta())
    for pace in (stopped, None):
        guess = estimate(before=3, counted=Counted.EXACT, band=None, pace=pace)
        assert (guess.minutes_from, guess.hold) == (None, Hold.STOPPED)
