"""What a nomination can become, and what a row of an agency's list must say.

A nomination never registers anyone (R054): it names somebody who may be invited to register.
"""

import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import ClassVar

from gelombang.kit.errors import Refusal
from gelombang.kit.nik import PROVINCE_CODES, parse_nik
from gelombang.kit.phone import normalise_phone
from gelombang.kit.words import Text


class NominationState(StrEnum):
    """Where a nomination stands. It never registers anyone (R054)."""

    RECEIVED = "received"
    """Read from an agency's list."""
    VALIDATED = "validated"
    """Its fields make sense."""
    REJECTED = "rejected"
    """A field is wrong; the error file says which."""
    INVITED = "invited"
    """The person was asked to register."""
    WITHDRAWN = "withdrawn"
    """The agency took it back."""


NOMINATION_MOVES: Mapping[str, frozenset[str]] = {
    NominationState.RECEIVED: frozenset({NominationState.VALIDATED, NominationState.REJECTED}),
    NominationState.VALIDATED: frozenset({NominationState.INVITED, NominationState.WITHDRAWN}),
    NominationState.INVITED: frozenset({NominationState.WITHDRAWN}),
    NominationState.REJECTED: frozenset(),
    NominationState.WITHDRAWN: frozenset(),
}

HEADER = ("nik", "name", "phone", "agency_type", "sector", "employment_status", "area", "reason")
LARGEST_FILE = 32 * 1024**2  # bytes
MOST_ROWS = 200_000
LONGEST_CELL = 300
LONGEST_NAME = 100
MOST_PROBLEMS = 50_000  # lines of an error file; beyond this the list itself is the problem

# Words for employment in the programme's vocabulary, and how agencies write them.
EMPLOYMENT = {
    "laid_off": ("phk", "laid off", "terkena phk"),
    "furloughed": ("dirumahkan",),
    "informal_worker": ("pekerja informal", "informal worker", "informal"),
    "micro_small_business": ("umk", "umkm", "usaha mikro kecil", "micro small business"),
    "job_seeker": ("pencari kerja", "job seeker"),
    "worker": ("pekerja", "buruh"),
}
_EMPLOYMENT = {word: code for code, words in EMPLOYMENT.items() for word in (code, *words)}
_AREA = re.compile(r"[0-9]{2}(?:\.?[0-9]{2})?")
_FORMULA = ("=", "+", "-", "@", "\t", "\r")  # a spreadsheet would run such a cell


class EmptyFile(Refusal):
    """Nothing in the file."""

    sentence: ClassVar[Text] = Text(
        id="Berkas ini kosong. Unggah CSV dengan judul kolom dan sekurangnya satu baris.",
        en="This file is empty. Upload a CSV with its header and at least one row.",
    )


class FileTooLarge(Refusal):
    """Too many bytes or rows for one list."""

    sentence: ClassVar[Text] = Text(
        id="Berkas ini terlalu besar. Bagi menjadi beberapa daftar, paling banyak 200.000 baris.",
        en="This file is too large. Split it into lists of at most 200,000 rows.",
    )
    status: ClassVar[int] = 413


class NotUtf8(Refusal):
    """Another encoding, or no text at all."""

    sentence: ClassVar[Text] = Text(
        id="Berkas ini bukan teks UTF-8. Simpan lagi sebagai “CSV UTF-8”.",
        en="This file is not UTF-8 text. Save it again as “CSV UTF-8”.",
    )


class WrongHeader(Refusal):
    """The first line does not name the agreed columns."""

    sentence: ClassVar[Text] = Text(
        id="Baris pertama harus berisi: {header}.",
        en="The first line must read: {header}.",
    )


class AlreadyImported(Refusal):
    """The same bytes from the same agency."""

    sentence: ClassVar[Text] = Text(
        id="Daftar ini sudah pernah diunggah. Tidak ada yang diubah.",
        en="This list was uploaded before. Nothing was changed.",
    )
    status: ClassVar[int] = 409


@dataclass(frozen=True, slots=True)
class Problem:
    """What is wrong with a column of a row; never the value."""

    code: str
    column: str
    text: Text


@dataclass(frozen=True, slots=True, repr=False)
class Nominee:
    """A row that makes sense. Its repr shows nothing."""

    nik: str
    name: str
    phone: str  # E.164, or empty
    agency_type: str
    sector: str
    employment_status: str
    area: str
    reason: str


_TOO_LONG = Text(id="Isi terlalu panjang.", en="The cell is too long.")
_FORMULA_TEXT = Text(
    id="Isi tidak boleh diawali =, +, - atau @.", en="A cell must not begin with =, +, - or @."
)
_CONTROL = Text(id="Ada tanda yang tidak terbaca.", en="There is an unreadable sign.")
_NAME_MISSING = Text(id="Nama tidak boleh kosong.", en="The name must not be empty.")
_NAME_DIGITS = Text(id="Nama tidak berisi angka.", en="A name holds no digits.")
_EMPLOYMENT_UNKNOWN = Text(
    id="Status kerja tidak dikenal. Pakai: PHK, dirumahkan, pekerja informal, UMK, pencari kerja.",
    en="Unknown employment status. Use: " + ", ".join(EMPLOYMENT) + ".",
)
_AREA_UNKNOWN = Text(
    id="Isi kode provinsi (31) atau kabupaten/kota (31.74).",
    en="Give the code of a province (31) or of a regency (31.74).",
)
COLUMN_COUNT = Text(
    id="Jumlah kolom tidak sama dengan judulnya.", en="Not as many columns as the header has."
)
DUPLICATE = Text(
    id="NIK ini sudah ada di baris sebelumnya.", en="This NIK stands in an earlier row."
)
AND_MORE = Text(id="dan {count} masalah lagi", en="and {count} further problems")


def read_row(cells: Mapping[str, str]) -> Nominee | list[Problem]:
    """The nominee in a row by column name, or everything that is wrong with it."""
    plain = {column: " ".join(cells[column].split()) for column in HEADER}
    problems = [found for column in HEADER if (found := _unsafe(column, cells[column]))]
    if problems:
        return problems
    nik = _nik(plain["nik"])
    phone = _phone(plain["phone"])
    status = _EMPLOYMENT.get(plain["employment_status"].lower())
    judged = (nik, _name(plain["name"]), phone)
    problems += [found for found in judged if isinstance(found, Problem)]
    if status is None:
        problems.append(Problem("employment-unknown", "employment_status", _EMPLOYMENT_UNKNOWN))
    if not _AREA.fullmatch(plain["area"]) or plain["area"][:2] not in PROVINCE_CODES:
        problems.append(Problem("area-unknown", "area", _AREA_UNKNOWN))
    if problems or isinstance(nik, Problem) or isinstance(phone, Problem) or status is None:
        return problems
    return Nominee(
        nik=nik,
        name=plain["name"],
        phone=phone,
        agency_type=plain["agency_type"],
        sector=plain["sector"],
        employment_status=status,
        area=plain["area"].replace(".", ""),
        reason=plain["reason"],
    )


def _unsafe(column: str, value: str) -> Problem | None:
    if len(value) > LONGEST_CELL:
        return Problem("too-long", column, _TOO_LONG)
    if value.startswith(_FORMULA) and not (column == "phone" and value.startswith("+62")):
        return Problem("formula", column, _FORMULA_TEXT)
    if any(unicodedata.category(letter) == "Cc" for letter in value):
        return Problem("unreadable", column, _CONTROL)
    return None


def _nik(typed: str) -> str | Problem:
    try:
        return parse_nik(typed)[0]
    except Refusal as refusal:
        # Without its slots: an error file never repeats a value.
        return Problem(refusal.code, "nik", _NIK_TEXTS.get(refusal.code, _NIK_OTHER))


def _name(name: str) -> Problem | None:
    if not name:
        return Problem("name-empty", "name", _NAME_MISSING)
    if len(name) > LONGEST_NAME:
        return Problem("too-long", "name", _TOO_LONG)
    if any(letter.isdigit() for letter in name):
        return Problem("name-has-digits", "name", _NAME_DIGITS)
    return None


def _phone(typed: str) -> str | Problem:
    if not typed:
        return ""
    try:
        return normalise_phone(typed)
    except Refusal as refusal:
        return Problem(refusal.code, "phone", refusal.sentence)


_NIK_OTHER = Text(id="NIK tidak benar.", en="The NIK is wrong.")
_NIK_TEXTS = {
    "nik-malformed": Text(id="NIK terdiri dari 16 angka.", en="A NIK has 16 digits."),
    "nik-has-letters": Text(id="NIK hanya berisi angka.", en="A NIK holds digits only."),
    "nik-province-unknown": Text(
        id="Dua angka pertama NIK bukan kode provinsi.",
        en="The first two digits of the NIK are no province code.",
    ),
    "nik-date-impossible": Text(
        id="Angka ke-7 sampai ke-12 NIK bukan tanggal.",
        en="Digits 7 to 12 of the NIK are no date.",
    ),
    "nik-serial-zero": Text(
        id="Empat angka terakhir NIK tidak mungkin 0000.",
        en="The last four digits of a NIK cannot be 0000.",
    ),
}
