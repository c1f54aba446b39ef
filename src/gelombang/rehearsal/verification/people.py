"""Who states an identity in the rehearsal: most hold what the registry has, some do not."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from decimal import Decimal

from gelombang.rehearsal import books
from gelombang.rehearsal.figures import Figures
from gelombang.rehearsal.people import (
    REFUTED_WAYS,
    Detour,
    IdentityCard,
    Submitting,
    SyntheticPerson,
)
from gelombang.rehearsal.population import Population, Programme, invent

REFUTED_EVERY = 16  # one in so many meets a registry that contradicts
FEWEST_BY_HTTP, MOST_BY_HTTP = 20, 300
BY_HTTP_SHARE = 0.1
UNPACED_MOST = 6_000
EARLY_SHARE = 0.25


@dataclass(frozen=True, slots=True)
class Casting:
    """Who comes how: numbers of people, one range after the other."""

    population: Population
    by_http: range
    """They use the house's own API, and look at their status all the time."""
    early: range
    """Brought in through the intake's writer and the steps' own actions, and known to the civil
    registry before the contracts begin: the hubs are behind with them."""
    brought_in: range
    """Brought in the same way, and all that the civil registry is behind with at the begin."""
    unpaced: range
    """The same, for the time without a limit."""

    @property
    def people(self) -> int:
        """How many there are but for the time without a limit."""
        return self.unpaced.start

    def of(self, numbers: range) -> tuple[SyntheticPerson, ...]:
        """Those people."""
        return self.population.people[numbers.start : numbers.stop]

    def cards(self, numbers: range) -> Iterator[IdentityCard]:
        """Their cards."""
        return (person.card for person in self.of(numbers) if person.card is not None)


def cast_people(count: int, *, seed: int, programme: Programme) -> Casting:
    """`count` people for the time of the contracts, and more for the time without.

    The same arguments make the same people, in every process.
    """
    unpaced = min(count, UNPACED_MOST)
    whole = count + unpaced
    figures = Figures(
        scale=Decimal(1), registered=whole, email_verified=whole, nik_verified=whole,
        joined=0, quota=1, peak_minute=0,
    )  # fmt: skip
    invented = invent(seed=seed, figures=figures, programme=programme)
    people = tuple(_without_detours(person) for person in invented.people)
    by_http = min(count, MOST_BY_HTTP, max(FEWEST_BY_HTTP, round(count * BY_HTTP_SHARE)))
    early = round(count * EARLY_SHARE)
    return Casting(
        population=replace(invented, people=people),
        by_http=range(by_http),
        early=range(by_http, by_http + early),
        brought_in=range(by_http + early, count),
        unpaced=range(count, whole),
    )


def rows_of_books(population: Population) -> dict[str, Iterator[dict[str, object]]]:
    """What each registry knows of them, by the name of its fake's path."""
    return {
        "dukcapil": books.civil_registry_book(population),
        "pendidikan": books.education_book(population),
        "bansos": books.social_aid_book(population),
    }


def _without_detours(person: SyntheticPerson) -> SyntheticPerson:
    """Everybody states once; every sixteenth meets a registry that contradicts, in each way."""
    turn, rest = divmod(person.number, REFUTED_EVERY)
    way = person.way if rest else REFUTED_WAYS[turn % len(REFUTED_WAYS)]
    return replace(person, way=way, detour=Detour.NONE, submitting=Submitting.ONCE)
