"""What must come out, computed from the population alone and in words of its own.

Nothing here calls the product's rules: the rehearsal is a second opinion on them.
"""

import tomllib
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from gelombang.rehearsal.catalogue import Offer
from gelombang.rehearsal.people import SyntheticPerson
from gelombang.rehearsal.population import Population, Programme, years_before
from gelombang.rehearsal.winners import FAULTS, Fault, course_of, deal_faults

AGE = "age_at_close"
ENROLLED = "not_enrolled"
SERVED = "once_in_a_lifetime"
FIRST_TIER, SECOND_TIER = "T1", "T2"
BALANCE = "training_aid"  # the one part of a benefit that is not paid in cash


@dataclass(frozen=True, slots=True)
class Expectation:
    """The generator's own figures: the funnel at hour 21, the wave, and the draw."""

    registered: int
    email_verified: int
    nik_verified: int
    joined: int
    entries: int
    eligible: int
    refused: Mapping[str, int]
    """People per rule that refuses them; somebody whom two rules refuse counts in both."""
    cells: Mapping[tuple[str, str], int]
    """Candidates by (area, tier)."""
    winners: int


def expect(population: Population, programme: Programme) -> Expectation:
    """The figures that a faultless system shows for these people."""
    refused: Counter[str] = Counter()
    cells: Counter[tuple[str, str]] = Counter()
    for person in population.verified():
        reasons = reasons_against(person, programme)
        refused.update(reasons)
        if not reasons and person.card is not None:
            cells[person.card.province, SECOND_TIER if person.aided else FIRST_TIER] += 1
    people, eligible = population.people, cells.total()
    return Expectation(
        registered=len({person.email.casefold() for person in people}),
        email_verified=sum(person.confirms for person in people),
        nik_verified=sum(person.joins for person in people),
        joined=sum(person.joins_early for person in people),
        entries=sum(person.joins for person in people),
        eligible=eligible,
        refused=dict(refused),
        cells=dict(cells),
        winners=min(eligible, population.figures.quota),
    )


def reasons_against(person: SyntheticPerson, programme: Programme) -> tuple[str, ...]:
    """The rules that refuse an entrant at the freeze (R063, R064, R075); none when eligible."""
    if person.card is None:
        raise ValueError("only people with an identity are judged")
    found = []
    if is_too_young(person.card.birth_date, programme):
        found.append(AGE)
    if person.enrolled:
        found.append(ENROLLED)
    if person.served:
        found.append(SERVED)
    return tuple(found)


def is_too_young(birth_date: date, programme: Programme) -> bool:
    """Whether the minimum age is not reached on the closing day."""
    latest = years_before(programme.closes_on, programme.minimum_age)
    return birth_date > latest or (birth_date == latest and not programme.age_inclusive)


@dataclass(frozen=True, slots=True)
class Benefit:
    """What a winner of the draw gets, read from the programme file a second time; rupiah."""

    balance: int
    cash: int
    payments: int
    """How many payments the cash comes in."""
    monthly: int
    """How many of them come month by month."""


@dataclass(frozen=True, slots=True)
class Afterwards:
    """What must come out after the draw; `_idr` are rupiah."""

    winners: int
    learners: int
    lapsed: int
    cancelled: int
    """Courses that the office takes back."""
    refused_accounts: int
    payments: int
    paid_idr: int
    training_idr: int
    forfeited_idr: int
    """The whole benefit of those who let it lapse."""
    faults: Mapping[Fault, int]


def read_benefit(text: str) -> Benefit:
    """The benefit of the first scheme whose places are drawn. Raises ValueError without one."""
    schemes = [each for each in tomllib.loads(text)["schemes"] if each["selection"] == "draw"]
    if not schemes:
        raise ValueError("no scheme of this programme is drawn")
    parts = schemes[0]["parts"]
    cash = [part for part in parts if part["kind"] != BALANCE]
    return Benefit(
        balance=sum(part["amount"] * part["times"] for part in parts if part["kind"] == BALANCE),
        cash=sum(part["amount"] * part["times"] for part in cash),
        payments=sum(part["times"] for part in cash),
        monthly=max(part["times"] for part in cash),
    )


def expect_afterwards(winners: int, *, seed: int, offer: Offer, benefit: Benefit) -> Afterwards:
    """The figures that a faultless system shows in the end: everybody but the lapsed is paid."""
    dealt = deal_faults(winners, seed=seed)
    faults: dict[Fault, int] = {fault: dealt.count(fault) for fault in FAULTS}
    learners = winners - faults[Fault.LAPSED]
    prices = [
        course_of(rank, offer.courses).price
        for rank, fault in enumerate(dealt)
        if fault is not Fault.LAPSED
    ]
    return Afterwards(
        winners=winners,
        learners=learners,
        lapsed=faults[Fault.LAPSED],
        cancelled=faults[Fault.COURSE_CANCELLED],
        refused_accounts=faults[Fault.WRONG_NAME],
        payments=learners * benefit.payments,
        paid_idr=learners * benefit.cash,
        training_idr=sum(prices),
        forfeited_idr=faults[Fault.LAPSED] * (benefit.balance + benefit.cash),
        faults=faults,
    )
