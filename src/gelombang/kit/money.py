"""Rupiah: whole numbers only, in digits as Indonesians write them, and in words."""

from collections.abc import Callable, Sequence

Below = Callable[[int, str], str]
MOST_IN_WORDS = 10**18 - 1  # beyond quadrillions nobody counts money
_UNITS_ID = (
    "nol", "satu", "dua", "tiga", "empat", "lima", "enam", "tujuh", "delapan", "sembilan",
    "sepuluh", "sebelas",
)  # fmt: skip
_SCALES_ID = ("", "ribu", "juta", "miliar", "triliun", "kuadriliun")
_UNITS_EN = (
    "zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten",
    "eleven", "twelve", "thirteen", "fourteen", "fifteen", "sixteen", "seventeen", "eighteen",
    "nineteen",
)  # fmt: skip
_TENS_EN = (
    "", "", "twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety",
)  # fmt: skip
_SCALES_EN = ("", "thousand", "million", "billion", "trillion", "quadrillion")


def show_idr(amount: int) -> str:
    """`Rp600.000`; a negative amount keeps its sign before the symbol."""
    sign = "-" if amount < 0 else ""
    return f"{sign}Rp{show_count(abs(amount))}"


def show_count(count: int, language: str = "id") -> str:
    """`1.432.133` in Indonesian, `1,432,133` in English."""
    grouped = f"{count:,}"
    return grouped if language == "en" else grouped.replace(",", ".")


def idr_in_words(amount: int, language: str = "id") -> str:
    """`dua miliar lima ratus lima puluh juta rupiah`, or the same in English.

    Raises ValueError beyond quadrillions.
    """
    return f"{number_in_words(amount, language)} rupiah"


def number_in_words(number: int, language: str = "id") -> str:
    """A whole number as it is read aloud; anything but "en" is read in Indonesian.

    Raises ValueError beyond quadrillions.
    """
    if abs(number) > MOST_IN_WORDS:
        raise ValueError("too large to be written in words")
    if number < 0:
        return f"minus {number_in_words(-number, language)}"
    if language == "en":
        return _by_thousands(number, _UNITS_EN[0], _SCALES_EN, _below_thousand_en)
    return _by_thousands(number, _UNITS_ID[0], _SCALES_ID, _below_thousand_id)


def _by_thousands(number: int, zero: str, scales: Sequence[str], below: Below) -> str:
    """Every group of three digits with its scale, the largest first."""
    if number == 0:
        return zero
    said: list[str] = []
    for scale in scales:
        number, group = divmod(number, 1000)
        if group:
            said.append(below(group, scale))
    return " ".join(reversed(said))


def _below_thousand_id(group: int, scale: str) -> str:
    if group == 1 and scale == "ribu":
        return "seribu"  # but satu juta, satu miliar
    words = _hundreds_id(group)
    return f"{words} {scale}".strip()


def _hundreds_id(number: int) -> str:
    hundreds, rest = divmod(number, 100)
    said = []
    if hundreds:
        said.append("seratus" if hundreds == 1 else f"{_UNITS_ID[hundreds]} ratus")
    if rest:
        said.append(_tens_id(rest))
    return " ".join(said)


def _tens_id(number: int) -> str:
    if number < len(_UNITS_ID):
        return _UNITS_ID[number]
    tens, units = divmod(number, 10)
    if tens == 1:
        return f"{_UNITS_ID[units]} belas"
    said = f"{_UNITS_ID[tens]} puluh"
    return f"{said} {_UNITS_ID[units]}" if units else said


def _below_thousand_en(group: int, scale: str) -> str:
    hundreds, rest = divmod(group, 100)
    said = []
    if hundreds:
        said.append(f"{_UNITS_EN[hundreds]} hundred")
    if rest:
        said.append(_tens_en(rest))
    return f"{' and '.join(said)} {scale}".strip()


def _tens_en(number: int) -> str:
    if number < len(_UNITS_EN):
        return _UNITS_EN[number]
    tens, units = divmod(number, 10)
    return f"{_TENS_EN[tens]}-{_UNITS_EN[units]}" if units else _TENS_EN[tens]
