"""What people state about themselves, and what is refused before the registry is asked.

The NIK itself tells sex and birth date, so most typing errors are found here for free
(standards §1.6, §10.3). Every refusal names its field and the part that differs.
"""

import re
import unicodedata
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import ClassVar

from gelombang.journey.verification.family_card import FamilyCardIsNik, check_family_card
from gelombang.kit.clock import WIB
from gelombang.kit.errors import Refusal
from gelombang.kit.nik import (
    PROVINCE_CODES,
    NikParts,
    Sex,
    parse_nik,
)
from gelombang.kit.words import Text

# Where somebody can live today; 54 (Timor Timur) stands only in numbers of its time.
RESIDENCE_CODES = PROVINCE_CODES - {"54"}
LONGEST_NAME = 100
LONGEST_PLACE = 100
SIGNS = " .,'`/()-"  # that stand in names and places
LONGEST_TYPED = 200  # beyond this nothing is even looked at
EARLIEST_BIRTH = date(1900, 1, 1)


@dataclass(frozen=True, slots=True, repr=False)
class StatedIdentity:
    """What a person typed, or, after `check_stated`, what it means. Its repr shows nothing."""

    nik: str
    family_card_no: str
    name: str
    sex: str
    birth_place: str
    birth_date: date
    province: str  # two-digit code of residence


class NameEmpty(Refusal):
    """No name."""

    sentence: ClassVar[Text] = Text(
        id="Tulis nama lengkap seperti di KTP. Satu kata saja boleh.",
        en="Enter your full name as on your identity card. A single name is fine.",
    )


class NameTooLong(Refusal):
    """Longer than any identity card."""

    sentence: ClassVar[Text] = Text(
        id="Nama paling panjang 100 huruf. Tulis seperti di KTP.",
        en="A name has at most 100 letters. Enter it as on your identity card.",
    )


class NameHasDigits(Refusal):
    """Digits in a name."""

    sentence: ClassVar[Text] = Text(
        id="Nama tidak berisi angka. Tulis seperti di KTP.",
        en="A name holds no digits. Enter it as on your identity card.",
    )


class NameHasSigns(Refusal):
    """Signs that no name has."""

    sentence: ClassVar[Text] = Text(
        id="Nama hanya berisi huruf, spasi, titik, koma, tanda hubung dan tanda petik.",
        en="A name holds only letters, blanks, full stops, commas, hyphens and apostrophes.",
    )


class SexUnknown(Refusal):
    """Neither of the two answers that identity cards have."""

    sentence: ClassVar[Text] = Text(
        id="Pilih laki-laki atau perempuan, seperti di KTP.",
        en="Choose male or female, as on your identity card.",
    )


class BirthPlaceEmpty(Refusal):
    """No birth place."""

    sentence: ClassVar[Text] = Text(
        id="Tulis tempat lahir seperti di KTP.",
        en="Enter your birth place as on your identity card.",
    )


class BirthPlaceMalformed(Refusal):
    """A birth place that is too long or holds odd signs."""

    sentence: ClassVar[Text] = Text(
        id="Tempat lahir hanya berisi huruf, paling panjang 100. Tulis seperti di KTP.",
        en="A birth place holds only letters, at most 100. Enter it as on your identity card.",
    )


class BirthDateImpossible(Refusal):
    """No such day."""

    sentence: ClassVar[Text] = Text(
        id="Tanggal lahir ini tidak ada di kalender. Contoh yang benar: 17 8 1995.",
        en="This birth date is not in the calendar. An example: 17 8 1995.",
    )


class BirthDateInFuture(Refusal):
    """Not born yet."""

    sentence: ClassVar[Text] = Text(
        id="Tanggal lahir ada di masa depan. Periksa tahunnya.",
        en="The birth date is in the future. Check the year.",
    )


class BirthDateTooEarly(Refusal):
    """Before 1900."""

    sentence: ClassVar[Text] = Text(
        id="Tanggal lahir sebelum tahun 1900. Periksa tahunnya.",
        en="The birth date is before 1900. Check the year.",
    )


class ProvinceUnknown(Refusal):
    """Not one of the 38 provinces."""

    sentence: ClassVar[Text] = Text(
        id="Pilih provinsi tempat tinggal Anda dari daftar.",
        en="Choose the province you live in from the list.",
    )


class NikSexDiffers(Refusal):
    """The day in the NIK belongs to the other sex."""

    sentence: ClassVar[Text] = Text(
        id="Angka ke-7 dan ke-8 NIK ({part}) milik {nik_sex_id}, tetapi Anda memilih "
        "{stated_sex_id}. Periksa NIK dan jenis kelamin.",
        en="Digits 7 and 8 of the NIK ({part}) belong to a {nik_sex_en} person, but you chose "
        "{stated_sex_en}. Check the NIK and the sex.",
    )


class NikDateDiffers(Refusal):
    """The birth date in the NIK is another one; the sentence names the parts."""

    sentence: ClassVar[Text] = Text(
        id="{parts_id} di NIK tidak sama dengan tanggal lahir yang Anda isi. "
        "Periksa NIK dan tanggal lahir.",
        en="{parts_en} in the NIK differs from the birth date you gave. "
        "Check the NIK and the birth date.",
    )


_SEXES = {
    "male": Text(id="laki-laki", en="male"),
    "female": Text(id="perempuan", en="female"),
}
_PARTS = {
    "day": Text(id="Hari lahir (angka ke-7 dan ke-8)", en="The day (digits 7 and 8)"),
    "month": Text(id="Bulan lahir (angka ke-9 dan ke-10)", en="The month (digits 9 and 10)"),
    "year": Text(id="Tahun lahir (angka ke-11 dan ke-12)", en="The year (digits 11 and 12)"),
}


def check_stated(stated: StatedIdentity, *, now: datetime) -> StatedIdentity:
    """What the person means, in one spelling.

    Raises the first refusal of `problems_of`.
    """
    if problems := problems_of(stated, now=now):
        raise problems[0]
    return replace(
        stated,
        nik=check_nik(stated.nik)[0],
        family_card_no=check_family_card(stated.family_card_no),
        name=check_name(stated.name),
        sex=check_sex(stated.sex),
        birth_place=check_birth_place(stated.birth_place),
        province=check_province(stated.province),
    )


def problems_of(stated: StatedIdentity, *, now: datetime) -> tuple[Refusal, ...]:
    """Everything that is wrong with a statement, in the order of the questions; often empty."""
    checks = (
        lambda: check_nik(stated.nik),
        lambda: check_family_card(stated.family_card_no),
        lambda: check_name(stated.name),
        lambda: check_sex(stated.sex),
        lambda: check_birth_place(stated.birth_place),
        lambda: check_birth_date(stated.birth_date, now=now),
        lambda: check_province(stated.province),
    )
    found = []
    for check in checks:
        try:
            check()
        except Refusal as refusal:
            found.append(refusal)
    return tuple(found) or _contradictions(stated)


def _contradictions(stated: StatedIdentity) -> tuple[Refusal, ...]:
    nik, parts = check_nik(stated.nik)
    if check_family_card(stated.family_card_no) == nik:
        return (FamilyCardIsNik(field="family_card_no"),)
    refusals = (_sex_differs(nik, parts, stated.sex), _date_differs(parts, stated.birth_date))
    return tuple(refusal for refusal in refusals if refusal is not None)


def _sex_differs(nik: str, parts: NikParts, stated: str) -> Refusal | None:
    if parts.sex == stated:
        return None
    says, chose = _SEXES[parts.sex], _SEXES[stated]
    return NikSexDiffers(
        field="nik",
        part=nik[6:8],
        nik_sex_id=says.id,
        nik_sex_en=says.en,
        stated_sex_id=chose.id,
        stated_sex_en=chose.en,
    )


def _date_differs(parts: NikParts, stated: date) -> Refusal | None:
    pairs = (
        ("day", parts.day == stated.day),
        ("month", parts.month == stated.month),
        ("year", parts.year_of_century == stated.year % 100),
    )
    wrong = [_PARTS[name] for name, same in pairs if not same]
    if not wrong:
        return None
    return NikDateDiffers(
        field="nik",
        parts_id=", ".join(part.id for part in wrong),
        parts_en=", ".join(part.en for part in wrong),
    )


def check_nik(typed: str) -> tuple[str, NikParts]:
    """The NIK's 16 digits and what they say. Raises the refusals of kit.nik, field `nik`."""
    try:
        return parse_nik(typed[:LONGEST_TYPED])
    except Refusal as refusal:
        refusal.field = "nik"
        raise


def check_name(typed: str) -> str:
    """The name with single blanks; one word is a whole name. Raises its refusals."""
    name = _collapse(typed)
    if not name:
        raise NameEmpty(field="name")
    if len(name) > LONGEST_NAME:
        raise NameTooLong(field="name")
    if any(letter.isdigit() for letter in name):
        raise NameHasDigits(field="name")
    if not _is_of_letters(name):
        raise NameHasSigns(field="name")
    return name


def check_sex(chosen: str) -> Sex:
    """`male` or `female`. Raises SexUnknown."""
    if chosen == "male":
        return "male"
    if chosen == "female":
        return "female"
    raise SexUnknown(field="sex")


def check_birth_place(typed: str) -> str:
    """The birth place with single blanks. Raises BirthPlaceEmpty or BirthPlaceMalformed."""
    place = _collapse(typed)
    if not place:
        raise BirthPlaceEmpty(field="birth_place")
    if len(place) > LONGEST_PLACE or not _is_of_letters(place):
        raise BirthPlaceMalformed(field="birth_place")
    return place


def check_birth_date(born: date, *, now: datetime) -> date:
    """A day from 1900 to today in WIB. Raises BirthDateInFuture or BirthDateTooEarly."""
    if born > now.astimezone(WIB).date():
        raise BirthDateInFuture(field="birth_date")
    if born < EARLIEST_BIRTH:
        raise BirthDateTooEarly(field="birth_date")
    return born


def read_birth_date(*, day: str, month: str, year: str) -> date:
    """The date that three typed fields mean. Raises BirthDateImpossible."""
    typed = (day.strip(), month.strip(), year.strip())
    if not all(re.fullmatch(r"[0-9]{1,4}", part) for part in typed) or len(typed[2]) != 4:  # noqa: PLR2004
        raise BirthDateImpossible(field="birth_date")
    try:
        return date(*map(int, reversed(typed)))
    except ValueError:
        raise BirthDateImpossible(field="birth_date") from None


def read_iso_birth_date(text: str) -> date:
    """The date of `YYYY-MM-DD`. Raises BirthDateImpossible."""
    found = re.fullmatch(r"([0-9]{4})-([0-9]{2})-([0-9]{2})", text.strip()[:LONGEST_TYPED])
    if found is None:
        raise BirthDateImpossible(field="birth_date")
    return read_birth_date(day=found[3], month=found[2], year=found[1])


def check_province(chosen: str) -> str:
    """The code of a present province. Raises ProvinceUnknown."""
    if chosen not in RESIDENCE_CODES:
        raise ProvinceUnknown(field="province")
    return chosen


def _collapse(typed: str) -> str:
    plain = unicodedata.normalize("NFC", typed[:LONGEST_TYPED])
    return " ".join(plain.replace("\N{RIGHT SINGLE QUOTATION MARK}", "'").split())


def _is_of_letters(text: str) -> bool:
    some = any(letter.isalpha() for letter in text)
    return some and all(
        letter in SIGNS or unicodedata.category(letter)[0] in "LM" for letter in text
    )
