"""The catalogue's file, read: categories, providers, courses, and every mistake it has.

Reading finds missing, mistyped and unknown keys; the judgements find what the file says and must
not say: codes that stand twice, categories and providers that do not exist.
"""

import re
import tomllib
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from typing import ClassVar

from gelombang.journey.learning.rules import LAST_SESSION, Mode
from gelombang.kit.errors import Refusal
from gelombang.kit.words import Text
from gelombang.records.programme.reading import Problem, Problems, Table

MOST_PRICE = 1_000_000
"""Rupiah: the whole training balance of a recipient (R029), so that anybody can buy anything."""
MOST_HOURS = 1_000
PROVIDER_CODE = re.compile(r"[a-z][a-z0-9-]{1,31}")
CLIENT_CODE = re.compile(r"[A-Za-z0-9_-]{4,40}")
COURSE_CODE = re.compile(r"[A-Z][A-Z0-9-]{2,31}")
CATEGORY_CODE = re.compile(r"[a-z][a-z0-9-]{1,31}")


@dataclass(frozen=True, slots=True)
class Category:
    """What courses are sorted by."""

    code: str
    name: Text


@dataclass(frozen=True, slots=True)
class Provider:
    """A training provider; `is_approved` is the programme office's decision (R080)."""

    code: str
    name: str
    client_code: str
    is_approved: bool


@dataclass(frozen=True, slots=True)
class Course:
    """A course as its provider offers it; `price` in whole rupiah."""

    code: str
    provider: str
    category: str
    title: Text
    about: Text
    mode: str
    price: int
    hours: int
    sessions: int
    schedule_code: str
    schedule: Text
    is_on_sale: bool


@dataclass(frozen=True, slots=True)
class Catalogue:
    """Everything a catalogue's file says."""

    categories: tuple[Category, ...]
    providers: tuple[Provider, ...]
    courses: tuple[Course, ...]


@dataclass(frozen=True, slots=True)
class CheckedCatalogue:
    """A file's mistakes, and the catalogue when there is none."""

    catalogue: Catalogue | None
    problems: tuple[Problem, ...]


class CatalogueInvalid(Refusal):
    """A catalogue file with mistakes; `problems` names every one."""

    sentence: ClassVar[Text] = Text(
        id="Katalog ini memuat {count} kesalahan. Yang pertama ada di {place}.",
        en="This catalogue has {count} mistakes. The first one is at {place}.",
    )

    def __init__(self, problems: tuple[Problem, ...]) -> None:
        self.problems = problems
        first = problems[0]
        place = f"{first.key_path or 'TOML'}" if first.line is None else f"TOML:{first.line}"
        super().__init__(count=len(problems), place=place)


def check(text: str) -> CheckedCatalogue:
    """Read and judge a whole catalogue file. Every mistake is named, not only the first."""
    try:
        raw = tomllib.loads(text)
    except tomllib.TOMLDecodeError as broken:
        return CheckedCatalogue(None, (_syntax_problem(text, broken),))
    problems = Problems()
    catalogue = _read(Table(raw, "", problems))
    _judge(catalogue, problems)
    return CheckedCatalogue(None if problems.stop else catalogue, tuple(problems.found))


def parse(text: str) -> Catalogue:
    """The catalogue of a file without mistakes. Raises CatalogueInvalid."""
    checked = check(text)
    if checked.catalogue is None:
        raise CatalogueInvalid(checked.problems)
    return checked.catalogue


def _syntax_problem(text: str, broken: tomllib.TOMLDecodeError) -> Problem:
    found = re.search(r"^(.*) \(at (?:line (\d+), column (\d+)|end of document)\)$", str(broken))
    what = found.group(1) if found else str(broken)
    line = int(found.group(2)) if found and found.group(2) else text.count("\n") + 1
    message = Text(id="penulisan TOML tidak sah: {what}", en="not valid TOML: {what}")
    return Problem("", Text(id=message.id.replace("{what}", what),
                            en=message.en.replace("{what}", what)), line=line)  # fmt: skip


def _read(file: Table) -> Catalogue:
    catalogue = Catalogue(
        categories=tuple(_category(each) for each in file.tables("categories")),
        providers=tuple(_provider(each) for each in file.tables("providers")),
        courses=tuple(_course(each) for each in file.tables("courses")),
    )
    file.close()
    return catalogue


def _category(table: Table) -> Category:
    return Category(code=table.text("code"), name=table.both("name"))


def _provider(table: Table) -> Provider:
    return Provider(
        code=table.text("code"),
        name=table.text("name"),
        client_code=table.text("client_code"),
        is_approved=table.yes_or_no("approved"),
    )


def _course(table: Table) -> Course:
    return Course(
        code=table.text("code"),
        provider=table.text("provider"),
        category=table.text("category"),
        title=table.both("title"),
        about=table.both("about"),
        mode=table.choice("mode", [mode.value for mode in Mode]),
        price=table.whole("price", most=MOST_PRICE),
        hours=table.whole("hours", most=MOST_HOURS),
        sessions=table.whole("sessions", most=LAST_SESSION),
        schedule_code=table.text("schedule_code"),
        schedule=table.both("schedule"),
        is_on_sale=table.yes_or_no("on_sale"),
    )


def _judge(catalogue: Catalogue, problems: Problems) -> None:
    """Every judgement whose part of the file could be read."""
    broken = problems.broken
    if "categories" not in broken:
        codes = [each.code for each in catalogue.categories]
        _judge_codes(codes, "categories", "code", CATEGORY_CODE, problems)
    if "providers" not in broken:
        codes = [each.code for each in catalogue.providers]
        _judge_codes(codes, "providers", "code", PROVIDER_CODE, problems)
        clients = [each.client_code for each in catalogue.providers]
        _judge_codes(clients, "providers", "client_code", CLIENT_CODE, problems)
    if "courses" not in broken:
        codes = [each.code for each in catalogue.courses]
        _judge_codes(codes, "courses", "code", COURSE_CODE, problems)
    if not broken:
        _judge_courses(catalogue, problems)


def _judge_codes(
    codes: list[str], part: str, key: str, form: re.Pattern[str], problems: Problems
) -> None:
    """Each code has its form and stands once."""
    for number, code in enumerate(codes):
        if code and not form.fullmatch(code):
            problems.add(f"{part}[{number}].{key}",
                         id="“{code}” tidak berbentuk {form}",
                         en="“{code}” does not have the form {form}",
                         code=code, form=form.pattern)  # fmt: skip
    for code, count in Counter(codes).items():
        if count > 1:
            problems.add(f"{part}[{_last(codes, code)}].{key}",
                         id="{code} tertulis {count} kali", en="{code} stands {count} times",
                         code=code, count=count)  # fmt: skip


def _last(codes: list[str], code: str) -> int:
    return len(codes) - 1 - codes[::-1].index(code)


def _judge_courses(catalogue: Catalogue, problems: Problems) -> None:
    categories = {each.code for each in catalogue.categories}
    providers = {each.code for each in catalogue.providers}
    for number, course in enumerate(catalogue.courses):
        path = f"courses[{number}]"
        if course.category not in categories:
            _unknown(problems, f"{path}.category", course.category, categories)
        if course.provider not in providers:
            _unknown(problems, f"{path}.provider", course.provider, providers)
        if course.sessions > course.hours:
            problems.add(f"{path}.sessions",
                         id="{sessions} pertemuan lebih banyak daripada {hours} jam belajar",
                         en="{sessions} sessions are more than {hours} hours of study",
                         sessions=course.sessions, hours=course.hours)  # fmt: skip


def _unknown(problems: Problems, path: str, word: str, known: Iterable[str]) -> None:
    problems.add(path, id="“{word}” tidak ada; yang ada: {known}",
                 en="there is no “{word}”; there are: {known}",
                 word=word, known=", ".join(sorted(known)))  # fmt: skip
