"""Invented NIKs whose truth is known by how they were made, against the check of `kit.nik`.

The generator shares nothing with the check: provinces are listed here once more, and which days
exist is counted, not asked of the calendar.
"""

import time
from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from random import Random

from gelombang.kit.errors import Refusal
from gelombang.kit.nik import (
    NikDateImpossible,
    NikHasLetters,
    NikMalformed,
    NikProvinceUnknown,
    NikSerialZero,
    parse_nik,
)

# Kemendagri codes of 2026, and 54 of Timor Timur, by island group.
PROVINCES = (
    *range(11, 20), 21, *range(31, 37), *range(51, 55), *range(61, 66), *range(71, 77), 81, 82,
    *range(91, 97),
)  # fmt: skip
NO_PROVINCES = tuple(code for code in range(100) if code not in PROVINCES)
LENGTHS = (31, 29, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31)
FEBRUARY, LEAP_DAY = 2, 29
WOMAN = 40
LETTERS = "abcXYZ/,;+_OIl٣４"  # the last two are digits of other scripts
SEPARATORS = " .-"
DIGITS = 16


@dataclass(frozen=True, slots=True)
class Invented:
    """A number as somebody types it, and what is true of it."""

    typed: str
    refusal: type[Refusal] | None
    says: tuple[str, int, int, int] | None = None
    """Sex, day, month and two-digit year, where the number is sound."""


@dataclass(slots=True)
class NikBench:
    """How many numbers of each kind were judged, and how many wrongly."""

    judged: Counter[str] = field(default_factory=Counter)
    wrong: Counter[str] = field(default_factory=Counter)
    seconds: float = 0.0


def measure(*, count: int, seed: int) -> NikBench:
    """Invent `count` numbers, sound ones and every kind of defect in turn, and judge each."""
    source, bench, kinds = Random(seed), NikBench(), tuple(KINDS.items())  # noqa: S311 - no secret
    begun = time.perf_counter()
    for number in range(count):
        name, invent = kinds[number % len(kinds)]
        bench.judged[name] += 1
        bench.wrong[name] += not is_judged_right(invent(source))
    bench.seconds = time.perf_counter() - begun
    return bench


def is_judged_right(invented: Invented) -> bool:
    """Whether the check refuses for the right reason, or reads what the number says."""
    try:
        nik, parts = parse_nik(invented.typed)
    except Refusal as refusal:
        return type(refusal) is invented.refusal
    said = (parts.sex, parts.day, parts.month, parts.year_of_century)
    plain = "".join(letter for letter in invented.typed if letter not in SEPARATORS)
    return invented.refusal is None and said == invented.says and nik == plain


def exists(day: int, month: int, year: int) -> bool:
    """Whether some year 19yy or 20yy has this day. 2000 had a 29 February, 1900 had none."""
    if not 1 <= month <= len(LENGTHS) or not 1 <= day <= LENGTHS[month - 1]:
        return False
    return (month, day) != (FEBRUARY, LEAP_DAY) or year % 4 == 0


def _number(source: Random, *, province: int, date: str, serial: int) -> str:
    return f"{province:02d}{source.randrange(10_000):04d}{date}{serial:04d}"


def _born(source: Random) -> tuple[str, tuple[str, int, int, int]]:
    while True:
        day, month, year = source.randint(1, 31), source.randint(1, 12), source.randrange(100)
        if exists(day, month, year):
            break
    sex = source.choice(("male", "female"))
    written = day + WOMAN if sex == "female" else day
    return f"{written:02d}{month:02d}{year:02d}", (sex, day, month, year)


def _sound(source: Random) -> Invented:
    date, says = _born(source)
    typed = _number(
        source, province=source.choice(PROVINCES), date=date, serial=source.randint(1, 9999)
    )
    return Invented(typed, None, says)


def _grouped(source: Random) -> Invented:
    sound, typed = _sound(source), ""
    for digit in sound.typed:
        typed += digit + source.choice(("", "", "", *SEPARATORS))
    return Invented(typed, None, sound.says)


def _leap_day(source: Random) -> Invented:
    year = source.randrange(100)
    typed = _number(source, province=31, date=f"2902{year:02d}", serial=1)
    is_there = exists(LEAP_DAY, FEBRUARY, year)
    says = ("male", LEAP_DAY, FEBRUARY, year) if is_there else None
    return Invented(typed, None if is_there else NikDateImpossible, says)


def _no_province(source: Random) -> Invented:
    date, _ = _born(source)
    code = source.choice(NO_PROVINCES)
    return Invented(_number(source, province=code, date=date, serial=1), NikProvinceUnknown)


def _no_date(source: Random) -> Invented:
    while True:
        day, month, year = (source.randrange(100) for _ in range(3))
        born = day - WOMAN if day > WOMAN else day
        if not exists(born, month, year):
            break
    date = f"{day:02d}{month:02d}{year:02d}"
    typed = _number(source, province=source.choice(PROVINCES), date=date, serial=1)
    return Invented(typed, NikDateImpossible)


def _no_serial(source: Random) -> Invented:
    date, _ = _born(source)
    typed = _number(source, province=source.choice(PROVINCES), date=date, serial=0)
    return Invented(typed, NikSerialZero)


def _length(source: Random) -> Invented:
    sound = _sound(source).typed
    length = source.choice([each for each in range(DIGITS * 2) if each != DIGITS])
    return Invented((sound * 2)[:length], NikMalformed)


def _letters(source: Random) -> Invented:
    typed, place = _sound(source).typed, source.randrange(DIGITS + 1)
    end = place + source.randint(0, 1)
    return Invented(typed[:place] + source.choice(LETTERS) + typed[end:], NikHasLetters)


KINDS: Mapping[str, Callable[[Random], Invented]] = {
    "sound": _sound,
    "sound, with blanks, dots and hyphens": _grouped,
    "29 February": _leap_day,
    "no such province": _no_province,
    "no such day": _no_date,
    "serial 0000": _no_serial,
    "too short or too long": _length,
    "letters, signs, digits of other scripts": _letters,
}
