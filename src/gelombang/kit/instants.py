"""Instants and dates in words, in the zones of Indonesia."""

from collections.abc import Sequence
from datetime import date, datetime
from zoneinfo import ZoneInfo

from gelombang.kit.clock import WIB, WIT, WITA
from gelombang.kit.words import Text

_MONTHS_ID = (
    "Januari Februari Maret April Mei Juni Juli Agustus September Oktober November Desember"
).split()
_MONTHS_EN = (
    "January February March April May June July August September October November December"
).split()
_DAYS_ID = "Senin Selasa Rabu Kamis Jumat Sabtu Minggu".split()
_DAYS_EN = "Monday Tuesday Wednesday Thursday Friday Saturday Sunday".split()

_ZONES = (("WIB", WIB), ("WITA", WITA), ("WIT", WIT))


def _local(at: datetime, zone: ZoneInfo) -> datetime:
    if at.tzinfo is None:
        raise ValueError("an instant without a zone says nothing")
    return at.astimezone(zone)


def show_date(day: date) -> Text:
    """`23 April 2020` in both languages."""
    return Text(
        id=f"{day.day} {_MONTHS_ID[day.month - 1]} {day.year}",
        en=f"{day.day} {_MONTHS_EN[day.month - 1]} {day.year}",
    )


def show_instant(at: datetime, *, weekday: bool = False) -> Text:
    """`Kamis, 23 April 2020, 16.00 WIB`: always with its zone, the weekday on wish."""
    local = _local(at, WIB)
    day = show_date(local.date())
    return Text(
        id=(f"{_DAYS_ID[local.weekday()]}, " if weekday else "") + f"{day.id}, {local:%H.%M} WIB",
        en=(f"{_DAYS_EN[local.weekday()]}, " if weekday else "") + f"{day.en}, {local:%H:%M} WIB",
    )


def show_three_zones(at: datetime) -> Text:
    """`19.00 WIB / 20.00 WITA / 21.00 WIT`, for people all over the country.

    Where it is already the next day in the east, it says so.
    """
    return _in_zones(at, _ZONES)


def show_eastern_zones(at: datetime) -> Text:
    """`20.00 WITA / 21.00 WIT`, the same beside an instant that is told in WIB."""
    return _in_zones(at, _ZONES[1:])


def _in_zones(at: datetime, zones: Sequence[tuple[str, ZoneInfo]]) -> Text:
    day = _local(at, WIB).date()
    local = [(name, _local(at, zone)) for name, zone in zones]
    return Text(
        id=" / ".join(
            f"{t:%H.%M} {name}" + (" (hari berikutnya)" if t.date() != day else "")
            for name, t in local
        ),
        en=" / ".join(
            f"{t:%H:%M} {name}" + (" (next day)" if t.date() != day else "") for name, t in local
        ),
    )
