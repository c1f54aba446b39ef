"""The synthetic population: the same seed makes the same people, and the funnel is exact.

Everything about a person follows from the seed, the scale and the person's number. Shares below are
invented but plausible; at least one person of each kind exists wherever the funnel leaves room.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from random import Random

from gelombang.kit.nik import Sex
from gelombang.rehearsal.figures import Figures
from gelombang.rehearsal.names import invent_name
from gelombang.rehearsal.people import (
    REFUTED_WAYS,
    Detour,
    IdentityCard,
    Submitting,
    SyntheticPerson,
    Way,
)
from gelombang.rehearsal.regions import EAST_TIMOR_DISTRICT, birth_places, districts

_REFUTED_SHARE = 0.02  # of the unverified, for each of the eight ways to be refuted
_RIVAL_PAIR_SHARE = 0.004
_ENGLISH_SHARE = 0.03
_RETRY_SHARE, _AGAIN_SHARE = 0.006, 0.004
_MISTYPED_SHARE, _MISNAMED_SHARE = 0.03, 0.02
_ENROLLED_SHARE, _SERVED_SHARE = 0.04, 0.015
_AIDED_SHARE, _NOMINATED_SHARE = 0.18, 0.09
_MOVED_SHARE = 0.10  # the NIK keeps the province of first issue
_EAST_TIMOR_SHARE = 0.0005
_UNDERAGE_SHARE = 0.006
_DAYS_LATE = (1, 0)  # the border is always tried from both sides
_WOMEN_SHARE = 0.49
_WOMANS_DAY = 40
_LOWEST_SERIAL, _SERIALS = 9900, 100
_PHONES = 10_000  # +62 812-0000-xxxx: families share a number
_AGES = ((20, 25, 34), (26, 35, 33), (36, 45, 20), (46, 64, 13))  # from, to, weight


@dataclass(frozen=True, slots=True)
class Programme:
    """What the population must know of the programme it plays."""

    area_weights: Mapping[str, int]
    """Weights by two-digit province code."""
    minimum_age: int
    age_inclusive: bool
    """Whether somebody whose birthday is the closing day is old enough."""
    closes_on: date
    """The day on which the age counts, in WIB."""


@dataclass(frozen=True, slots=True)
class Population:
    """All synthetic people of one rehearsal, in the order of their numbers."""

    seed: int
    figures: Figures
    people: tuple[SyntheticPerson, ...]

    def verified(self) -> Iterator[SyntheticPerson]:
        """The people whose NIK is verified in the end."""
        return (person for person in self.people if person.way is Way.VERIFIED)


def invent(*, seed: int, figures: Figures, programme: Programme) -> Population:
    """The population of a seed at a scale. Two calls with the same arguments make equal people."""
    chance = Random(f"gelombang {seed} {figures.scale.normalize()}")  # noqa: S311 repeatable on purpose
    ways = _deal_ways(chance, figures)
    early = _choose(
        chance, [n for n, way in enumerate(ways) if way is Way.VERIFIED], figures.joined
    )
    peak = _choose(chance, list(range(figures.registered)), figures.peak_minute)
    traits = _deal_traits(chance, ways)
    cards = _Cards(chance, programme)
    people = tuple(
        _invent_person(
            chance, number, way, seed=seed, cards=cards, traits=traits,
            joins_early=number in early, in_peak=number in peak,
        )
        for number, way in enumerate(ways)
    )  # fmt: skip
    return Population(seed=seed, figures=figures, people=people)


def _deal_ways(chance: Random, figures: Figures) -> list[Way]:
    """One way for each person, shuffled, so that the funnel is exact."""
    room = figures.email_verified - figures.nik_verified
    dealt: list[Way] = []
    for way in REFUTED_WAYS:
        dealt += [way] * min(room - len(dealt), max(1, int(room * _REFUTED_SHARE)))
    pairs = min((room - len(dealt)) // 2, max(1, int(room * _RIVAL_PAIR_SHARE)))
    dealt += [Way.RIVAL] * (2 * pairs)
    dealt += [Way.UNIDENTIFIED] * (room - len(dealt))
    dealt += [Way.VERIFIED] * figures.nik_verified
    dealt += [Way.SILENT] * (figures.registered - figures.email_verified)
    chance.shuffle(dealt)
    return dealt


def _choose(chance: Random, numbers: list[int], count: int) -> frozenset[int]:
    return frozenset(chance.sample(numbers, min(count, len(numbers))))


@dataclass(frozen=True, slots=True)
class _Traits:
    """Who of the verified people has which trait, by number."""

    at_age_limit: frozenset[int]
    enrolled: frozenset[int]
    served: frozenset[int]
    aided: frozenset[int]
    nominated: frozenset[int]
    mistyped: frozenset[int]
    misnamed: frozenset[int]


def _deal_traits(chance: Random, ways: list[Way]) -> _Traits:
    """Traits overlap freely, as in life, but for the two detours."""
    numbers = [number for number, way in enumerate(ways) if way is Way.VERIFIED]

    def some(share: float, among: list[int] = numbers) -> frozenset[int]:
        return _choose(chance, among, max(1, round(len(numbers) * share)))

    mistyped = some(_MISTYPED_SHARE)
    others = [number for number in numbers if number not in mistyped]
    return _Traits(
        at_age_limit=some(_UNDERAGE_SHARE), enrolled=some(_ENROLLED_SHARE),
        served=some(_SERVED_SHARE), aided=some(_AIDED_SHARE), nominated=some(_NOMINATED_SHARE),
        mistyped=mistyped, misnamed=some(_MISNAMED_SHARE, others),
    )  # fmt: skip


def _invent_person(
    chance: Random, number: int, way: Way, *,
    seed: int, cards: "_Cards", traits: _Traits, joins_early: bool, in_peak: bool,
) -> SyntheticPerson:  # fmt: skip
    card = cards.card_for(number, way, at_age_limit=number in traits.at_age_limit)
    name = card.name if card else invent_name(chance, _invent_sex(chance))
    return SyntheticPerson(
        number=number,
        email=f"{name.lower().replace(' ', '.')}.{number}.{seed}@example.id",
        phone=f"+62 812-0000-{number % _PHONES:04d}",
        language="en" if chance.random() < _ENGLISH_SHARE else "id",
        way=way,
        submitting=_invent_submitting(chance),
        detour=_detour_of(number, traits),
        card=card,
        enrolled=number in traits.enrolled,
        served=number in traits.served,
        aided=number in traits.aided,
        nominated=number in traits.nominated,
        joins_early=joins_early,
        in_peak_minute=in_peak,
    )


def _invent_submitting(chance: Random) -> Submitting:
    draw = chance.random()
    if draw < _RETRY_SHARE:
        return Submitting.RETRY
    return Submitting.AGAIN if draw < _RETRY_SHARE + _AGAIN_SHARE else Submitting.ONCE


def _detour_of(number: int, traits: _Traits) -> Detour:
    if number in traits.mistyped:
        return Detour.MISTYPED
    return Detour.MISNAMED if number in traits.misnamed else Detour.NONE


def _invent_sex(chance: Random) -> Sex:
    return "female" if chance.random() < _WOMEN_SHARE else "male"


class _Cards:
    """Invents identity cards whose NIK is unique, although serials stay within 9900 to 9999."""

    def __init__(self, chance: Random, programme: Programme) -> None:
        self._chance = chance
        self._programme = programme
        self._areas = tuple(programme.area_weights)
        self._weights = tuple(programme.area_weights.values())
        self._used: set[str] = set()
        self._rival: IdentityCard | None = None
        self._young = 0

    def card_for(self, number: int, way: Way, *, at_age_limit: bool) -> IdentityCard | None:
        """The card of one person; the second of two rivals has the card of the first."""
        if way in (Way.SILENT, Way.UNIDENTIFIED):
            return None
        if way is Way.RIVAL and self._rival is not None:
            card, self._rival = self._rival, None
            return card
        card = self._invent(number, self._at_age_limit() if at_age_limit else self._birth_date())
        if way is Way.RIVAL:
            self._rival = card
        return card

    def _invent(self, number: int, birth_date: date) -> IdentityCard:
        sex = _invent_sex(self._chance)
        province = self._chance.choices(self._areas, self._weights)[0]
        issued_in = province
        if self._chance.random() < _MOVED_SHARE:
            issued_in = self._chance.choices(self._areas, self._weights)[0]
        known = districts()
        if issued_in not in known:
            raise ValueError(f"no district of the area {issued_in} is known")
        while True:
            district = self._chance.choice(known[issued_in])
            if self._chance.random() < _EAST_TIMOR_SHARE:
                district = EAST_TIMOR_DISTRICT
            nik = _nik(district, birth_date, sex, _LOWEST_SERIAL + number % _SERIALS)
            if nik not in self._used:
                break
        self._used.add(nik)
        return IdentityCard(
            nik=nik,
            family_card_no=self._family_card_no(district, number),
            name=invent_name(self._chance, sex),
            sex=sex,
            birth_place=self._chance.choice(birth_places()[issued_in]),
            birth_date=birth_date,
            province=province,
        )

    def _family_card_no(self, district: str, number: int) -> str:
        """District and date of issue, like a NIK, and a serial 99xx; families may coincide."""
        issued = date(2012, 1, 1) + timedelta(days=self._chance.randrange(2900))
        return f"{district}{issued:%d%m%y}{_LOWEST_SERIAL + number % _SERIALS}"

    def _birth_date(self) -> date:
        """Well above the age limit: between 20 and 64 on the closing day."""
        groups, weights = [(a, b) for a, b, _ in _AGES], [weight for _, _, weight in _AGES]
        low, high = self._chance.choices(groups, weights)[0]
        age = self._chance.randint(low, high)
        return years_before(self._programme.closes_on, age) - timedelta(
            days=self._chance.randrange(364)
        )

    def _at_age_limit(self) -> date:
        """One reaches the age a day late, one on the day itself, others up to three years off."""
        limit = years_before(self._programme.closes_on, self._programme.minimum_age)
        self._young += 1
        if self._young <= len(_DAYS_LATE):
            return limit + timedelta(days=_DAYS_LATE[self._young - 1])
        return limit + timedelta(days=self._chance.randrange(1, 3 * 365))


def years_before(day: date, years: int) -> date:
    """The same day `years` earlier; 29 February becomes 28 February where it does not exist."""
    try:
        return day.replace(year=day.year - years)
    except ValueError:
        return day.replace(year=day.year - years, day=28)


def _nik(district: str, birth_date: date, sex: Sex, serial: int) -> str:
    day = birth_date.day + (_WOMANS_DAY if sex == "female" else 0)
    return f"{district}{day:02d}{birth_date:%m%y}{serial:04d}"
