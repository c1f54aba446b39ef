"""What we ask the civil registry and what it can answer, free of its wire format."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Protocol

from gelombang.kit.nik import Sex


@dataclass(frozen=True, slots=True, repr=False)
class Elements:
    """What a person stated, as it is compared. Never shown: its repr is the class name."""

    nik: str
    family_card_no: str
    name: str
    sex: Sex
    birth_place: str
    birth_date: date
    province: str  # two-digit code of residence


@dataclass(frozen=True, slots=True)
class Match:
    """How one element compares; `score` (0 to 100) only where the registry gives one."""

    agrees: bool
    score: int | None = None


@dataclass(frozen=True, slots=True)
class RegistryAnswer:
    """An answer about a NIK: either `matches` by our names of elements, or a `code` alone.

    A code alone says something of the person, but for `NOT_PROCESSABLE`, which says nothing.
    """

    code: str
    matches: Mapping[str, Match]
    answer_sha256: str
    quota_left: int | None


class ResponseCode(StrEnum):
    """The registry's response codes and what they mean (standards §1.4)."""

    FOUND = "01"
    """Found; the elements follow."""
    LOGIN_FAILED = "03"
    """User or password is wrong."""
    IP_MISMATCH = "04"
    """Called from an address that is not ours."""
    QUOTA_SPENT = "05"
    """The day's quota is used up."""
    OUTSIDE_HOURS = "06"
    """Outside the hours of access."""
    INCOMPLETE = "07"
    """A parameter is missing."""
    NOT_PROCESSABLE = "08"
    """This NIK cannot be processed, now or ever: nothing is said about the person."""
    EMPTY_CREDENTIALS = "09"
    """User, password or address is empty."""
    IP_INVALID = "10"
    """The address is none."""
    DECEASED = "11"
    """Found, deceased."""
    DUPLICATE = "12"
    """Found, but the record is a duplicate."""
    NOT_FOUND = "13"
    """No such NIK."""
    INACTIVE = "14"
    """Found, not active."""
    NOT_ITS_FORMAT = "15"
    """Not found: not a NIK of the registry's format."""
    INSTITUTION_INACTIVE = "16"
    """Our institution is not active."""
    USER_INACTIVE = "17"
    """Our user is not active."""


ABOUT_THE_PERSON = frozenset(
    {
        ResponseCode.DECEASED,
        ResponseCode.DUPLICATE,
        ResponseCode.NOT_FOUND,
        ResponseCode.INACTIVE,
        ResponseCode.NOT_ITS_FORMAT,
    }
)
ABOUT_US = frozenset(
    {
        ResponseCode.LOGIN_FAILED,
        ResponseCode.IP_MISMATCH,
        ResponseCode.INCOMPLETE,
        ResponseCode.EMPTY_CREDENTIALS,
        ResponseCode.IP_INVALID,
        ResponseCode.INSTITUTION_INACTIVE,
        ResponseCode.USER_INACTIVE,
    }
)


TEXTS: Mapping[ResponseCode, str] = {
    ResponseCode.LOGIN_FAILED: "User/password salah (Login gagal)",
    ResponseCode.IP_MISMATCH: "IP Address Tidak Sesuai",
    ResponseCode.QUOTA_SPENT: "Kuota Akses Hari ini telah Habis",
    ResponseCode.OUTSIDE_HOURS: "Di luar waktu akses yang diizinkan",
    ResponseCode.INCOMPLETE: "Parameter tidak lengkap",
    ResponseCode.NOT_PROCESSABLE: "NIK tidak dapat diproses",
    ResponseCode.EMPTY_CREDENTIALS: "User / password / IP kosong",
    ResponseCode.IP_INVALID: "IP tidak valid",
    ResponseCode.DECEASED: "Data Ditemukan, Meninggal Dunia",
    ResponseCode.DUPLICATE: "Data Ditemukan, Data Ganda",
    ResponseCode.NOT_FOUND: "Data Tidak Ditemukan, NIK tidak terdapat di database Kependudukan",
    ResponseCode.INACTIVE: "Data Ditemukan, Status Non Aktif silahkan hubungi Dinas Dukcapil",
    ResponseCode.NOT_ITS_FORMAT: "Data Tidak Ditemukan, NIK tidak sesuai format Dukcapil",
    ResponseCode.INSTITUTION_INACTIVE: "Lembaga non-aktif",
    ResponseCode.USER_INACTIVE: "User ID non-aktif",
}
"""What the registry says with each code; some installations say it without the code."""
OTHER_TEXTS: Mapping[str, ResponseCode] = {
    "Login gagal": ResponseCode.LOGIN_FAILED,
    "Data tidak ditemukan": ResponseCode.NOT_FOUND,
}


class CivilRegistry(Protocol):
    """The civil registry as the programme sees it."""

    async def compare(self, stated: Elements) -> RegistryAnswer:
        """Compare what somebody stated with the registry.

        Raises QuotaSpent, OutsideHours, OurFault, WrongPerson, Throttled, or Outage when it did
        not answer as agreed.
        """


@dataclass(frozen=True, slots=True, repr=False)
class Use:
    """One check whose answer we used, as it is reported back. Never shown."""

    reference: str  # ours, of the check; it never changes
    nik: str


class UsageReports(Protocol):
    """Where the registry wants to be told how its data was used ("data balikan")."""

    async def report(self, uses: Sequence[Use]) -> bool:
        """Report a batch; False when the registry had it already, which is as good.

        Raises OurFault, Throttled, or Outage when it did not answer as agreed.
        """
