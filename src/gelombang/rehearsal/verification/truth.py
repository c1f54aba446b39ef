"""The fakes' truth, person by person, and what the database says: they must be the same."""

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Protocol

from gelombang.gateways.likeness import likeness
from gelombang.rehearsal.people import IdentityCard

FACT, NO_FACT = "fact", "no_fact"
CIVIL = "civil_registry"
THRESHOLD = 85  # percent, as the programme asks the registry
_CODES = {"deceased": "11", "duplicate": "12", "inactive": "14"}
_EXACT = ("nik", "family_card_no", "sex", "birth_date", "province")
_FUZZY = ("name", "birth_place")
FOUND, NOT_FOUND = "01", "13"
FINAL = {FACT: "verified", NO_FACT: "refuted"}


class Book(Protocol):
    """What a fake knows of people, by NIK."""

    def read(self, nik: str) -> Mapping[str, Any] | None:
        """The record of a NIK, or None."""


@dataclass(frozen=True, slots=True)
class Attested:
    """One answer as the database keeps it."""

    kind: str
    verdict: str
    code: str
    elements: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, repr=False)
class Stated:
    """One statement in force with everything that was answered about it. Never shown."""

    card: IdentityCard
    state: str
    open_checks: int
    answers: Sequence[Attested]


@dataclass(slots=True)
class Judged:
    """What the comparison found."""

    compared: int = 0
    """Facts that were held against the fakes' books."""
    wrong: Counter[str] = field(default_factory=Counter)
    """By kind."""
    lost: int = 0
    """People whose statement was acknowledged, and who have no final answer to everything."""

    @property
    def wrong_facts(self) -> int:
        """All of them."""
        return self.wrong.total()


def expected(kind: str, card: IdentityCard, book: Book) -> Attested:
    """What a partner that knows this book must have said. Raises KeyError for an unknown kind."""
    record = book.read(card.nik)
    if kind == CIVIL:
        return _civil(card, record)
    holds = _HOLDS[kind]
    return Attested(kind, FACT if record and holds(record) else NO_FACT, "")


_HOLDS: Mapping[str, Callable[[Mapping[str, Any]], bool]] = {
    "education": lambda record: record["status"] == "active",
    "social_aid": lambda record: bool(record["programmes"]),
    "employment": lambda record: record["membership"] == "active",
    "exclusions": lambda record: bool(record["lists"]),
}


def _civil(card: IdentityCard, record: Mapping[str, Any] | None) -> Attested:
    if record is None:
        return Attested(CIVIL, NO_FACT, NOT_FOUND)
    if record["status"] in _CODES:
        return Attested(CIVIL, NO_FACT, _CODES[record["status"]])
    stated = card.as_json()
    differing = [name for name in _EXACT if stated[name] != record[name]]
    differing += [name for name in _FUZZY if likeness(record[name], stated[name]) < THRESHOLD]
    return Attested(CIVIL, NO_FACT if differing else FACT, FOUND, tuple(differing))


def judge(
    acknowledged: Iterable[str], statements: Iterable[Stated], books: Mapping[str, Book]
) -> Judged:
    """Hold every statement's answers against the books, and look for everybody acknowledged.

    `acknowledged` are the NIKs that people stated and the system took in.
    """
    found, finished = Judged(), set()
    for stated in statements:
        wanted = {kind: expected(kind, stated.card, book) for kind, book in books.items()}
        final = FINAL[wanted[CIVIL].verdict]
        by_kind: dict[str, list[Attested]] = defaultdict(list)
        for answer in stated.answers:
            by_kind[answer.kind].append(answer)
        for kind, answers in by_kind.items():
            found.compared += len(answers)
            right = [each for each in answers if kind in wanted and _same(each, wanted[kind])]
            found.wrong[kind] += len(answers) - min(len(right), 1)  # one answer a question
        if stated.state in FINAL.values() and stated.state != final:
            found.wrong["state"] += 1
        needed = set(books) if final == FINAL[FACT] else {CIVIL}
        if stated.state in FINAL.values() and not stated.open_checks and needed <= by_kind.keys():
            finished.add(stated.card.nik)
    found.lost = len(set(acknowledged) - finished)
    return found


def _same(said: Attested, wanted: Attested) -> bool:
    if said.kind != CIVIL:  # hubs have codes of their own; their word is yes or no
        return said.verdict == wanted.verdict
    return (said.verdict, said.code, set(said.elements)) == (
        wanted.verdict, wanted.code, set(wanted.elements),
    )  # fmt: skip
