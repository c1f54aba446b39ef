"""What must come out, computed from the population alone and in words of its own.

Nothing here calls the product's rules: the rehearsal is a second opinion on them.
"""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from gelombang.rehearsal.people import SyntheticPerson
from gelombang.rehearsal.population import Population, Programme, years_before

AGE = "age_at_close"
ENROLLED = "not_enrolled"
SERVED = "once_in_a_lifetime"
FIRST_TIER, SECOND_TIER = "T1", "T2"


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
