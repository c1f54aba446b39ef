"""The structure of a NIK and of a family card number (standards §1.6).

16 digits: province, regency and district of first issue, birth date with 40 added to the day for
women, serial from 0001. There is no check digit. Regions stay in the number when they are split or
renamed, so an unknown district never refuses; the province must be a present or historic one.
"""

import re
from dataclasses import dataclass
from datetime import date
from typing import ClassVar, Literal

from gelombang.kit.errors import Refusal
from gelombang.kit.words import Text

Sex = Literal["male", "female"]

# The 38 provinces of 2026 by their Kemendagri codes, and 54 (Timor Timur) of earlier numbers.
PROVINCE_CODES = frozenset(
    "11 12 13 14 15 16 17 18 19 21 31 32 33 34 35 36 51 52 53 54 61 62 63 64 65 "
    "71 72 73 74 75 76 81 82 91 92 93 94 95 96".split()
)
DIGITS = 16
_WOMANS_DAY = 40


class NikMalformed(Refusal):
    """The text is not 16 digits."""

    sentence: ClassVar[Text] = Text(
        id="NIK terdiri dari 16 angka. Anda mengetik {count}.",
        en="A NIK has 16 digits. You typed {count}.",
    )


class NikHasLetters(Refusal):
    """The text holds something besides digits, blanks, dots and hyphens."""

    sentence: ClassVar[Text] = Text(
        id="NIK hanya berisi angka. Periksa lagi huruf yang terketik.",
        en="A NIK holds digits only. Check the letters you typed.",
    )


class NikProvinceUnknown(Refusal):
    """Digits 1 and 2 name no province, present or historic."""

    sentence: ClassVar[Text] = Text(
        id="Dua angka pertama NIK ({part}) bukan kode provinsi. Periksa angka ke-1 dan ke-2.",
        en="The first two digits ({part}) are no province code. Check digits 1 and 2.",
    )


class NikDateImpossible(Refusal):
    """Digits 7 to 12 are no date."""

    sentence: ClassVar[Text] = Text(
        id="Angka ke-7 sampai ke-12 NIK ({part}) bukan tanggal lahir yang ada.",
        en="Digits 7 to 12 ({part}) are not a possible birth date.",
    )


class NikSerialZero(Refusal):
    """The last four digits are 0000, which is never issued."""

    sentence: ClassVar[Text] = Text(
        id="Empat angka terakhir NIK tidak mungkin 0000. Periksa lagi.",
        en="The last four digits cannot be 0000. Check again.",
    )


@dataclass(frozen=True, slots=True)
class NikParts:
    """What the number says: region codes of first issue, sex, day, month, two-digit year."""

    province: str
    regency: str
    district: str
    sex: Sex
    day: int
    month: int
    year_of_century: int
    serial: int

    def birth_dates(self) -> tuple[date, ...]:
        """The dates it can mean: 19yy and 20yy, as far as they exist."""
        found = []
        for century in (1900, 2000):
            try:
                found.append(date(century + self.year_of_century, self.month, self.day))
            except ValueError:
                continue
        return tuple(found)


def normalise_digits(typed: str, *, field: str = "nik") -> str:
    """ASCII digits of the text, with blanks, dots and hyphens dropped.

    Raises NikHasLetters (of `field`) for anything else; digits of other scripts count as letters,
    so that one number has one spelling.
    """
    plain = re.sub(r"[\s.\-]", "", typed)
    if not re.fullmatch(r"[0-9]*", plain):
        raise NikHasLetters(field=field)
    return plain


def parse_nik(typed: str) -> tuple[str, NikParts]:
    """The 16 digits and what they say.

    Raises NikHasLetters, NikMalformed, NikProvinceUnknown, NikDateImpossible or NikSerialZero.
    """
    nik = normalise_digits(typed)
    if len(nik) != DIGITS:
        raise NikMalformed(field="nik", count=len(nik))
    if nik[:2] not in PROVINCE_CODES:
        raise NikProvinceUnknown(field="nik", part=nik[:2])
    day, month, year = int(nik[6:8]), int(nik[8:10]), int(nik[10:12])
    woman = day > _WOMANS_DAY
    parts = NikParts(
        province=nik[:2],
        regency=nik[2:4],
        district=nik[4:6],
        sex="female" if woman else "male",
        day=day - _WOMANS_DAY if woman else day,
        month=month,
        year_of_century=year,
        serial=int(nik[12:]),
    )
    if not parts.birth_dates():
        raise NikDateImpossible(field="nik", part=nik[6:12])
    if parts.serial == 0:
        raise NikSerialZero(field="nik")
    return nik, parts
