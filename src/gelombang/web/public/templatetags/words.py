"""Numbers, instants and sentences as readers of the page's language write them."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from decimal import Decimal

from django import template
from django.utils.translation import gettext as _

from gelombang.kit.clock import WIB
from gelombang.kit.figures import show_percent
from gelombang.kit.ids import show_receipt
from gelombang.kit.instants import show_date, show_instant, show_three_zones
from gelombang.kit.money import show_count, show_idr
from gelombang.kit.words import Text
from gelombang.web import reading

MINUTES_A_DAY = 24 * 60
register = template.Library()


@register.filter
def count(number: int | None) -> str:
    """`1.432.133`; a dash where nothing is known."""
    return "–" if number is None else show_count(number, reading.language())


@register.filter
def share(part: int, whole: int) -> str:
    """`74,2%` of the whole; a dash where the whole is nothing."""
    return show_percent(part, whole, reading.language())


@register.filter
def width(part: int, whole: int) -> str:
    """The length of a bar out of 1000, written for SVG."""
    return str(min(1000, 1000 * part // whole)) if whole else "0"


@register.filter
def instant(at: datetime | None) -> str:
    """`23 April 2020, 16.00 WIB`."""
    return "–" if at is None else say(show_instant(at))


@register.filter
def weekday_instant(at: datetime) -> str:
    """`Kamis, 23 April 2020, 16.00 WIB`."""
    return say(show_instant(at, weekday=True))


@register.filter
def zones(at: datetime) -> str:
    """`16.00 WIB / 17.00 WITA / 18.00 WIT`."""
    return say(show_three_zones(at))


@register.filter
def span(minutes: int) -> str:
    """A rough span of time: `25 menit`, `14 jam`, `3 hari`."""
    if minutes < MINUTES_A_DAY // 12:
        return _("%(n)s menit") % {"n": count(max(1, minutes))}
    if minutes < 3 * MINUTES_A_DAY:
        return _("%(n)s jam") % {"n": count(minutes // 60)}
    return _("%(n)s hari") % {"n": count(minutes // MINUTES_A_DAY)}


@register.filter
def span_up(minutes: int) -> str:
    """The end of a band in whole units: never earlier than it is."""
    unit = 1
    if minutes >= MINUTES_A_DAY // 12:
        unit = 60 if minutes < 3 * MINUTES_A_DAY else MINUTES_A_DAY
    return span(-(-minutes // unit) * unit)


@register.filter
def roughly(number: int) -> str:
    """A count to three digits: `439.000` of 438.612."""
    digits = max(0, len(str(number)) - 3)
    return count(round(number, -digits))


@register.filter
def day(on: date) -> str:
    """`23 April 2020`."""
    return say(show_date(on))


@register.filter
def rupiah(amount: int) -> str:
    """`Rp600.000`."""
    return show_idr(amount)


@register.filter
def say(text: Text) -> str:
    """A sentence of ours in the reader's language."""
    return text.in_language(reading.language())


@register.filter
def receipt(plain: str) -> str:
    """A receipt in groups of four."""
    return show_receipt(plain)


@register.filter
def decimal(number: Decimal | None) -> str:
    """`4,6` in Indonesian, `4.6` in English; a dash where nothing is known."""
    if number is None:
        return "–"
    shown = f"{number:.1f}"
    return shown if reading.language() == "en" else shown.replace(".", ",")


@register.filter
def last_day(ends: datetime | None) -> str:
    """The last whole day before a deadline at midnight in WIB: `16 Mei 2020`."""
    if ends is None:
        return "–"
    return say(show_date((ends - timedelta(microseconds=1)).astimezone(WIB).date()))


@register.filter
def local_day(at: datetime | None) -> str:
    """The day of an instant in WIB: `17 Mei 2020`."""
    return "–" if at is None else say(show_date(at.astimezone(WIB).date()))


@register.filter
def signed(amount: int) -> str:
    """`+Rp1.000.000` or `-Rp350.000`."""
    return f"+{show_idr(amount)}" if amount > 0 else show_idr(amount)
