"""Numbers, instants and sentences as readers of the page's language write them."""

from __future__ import annotations

from datetime import date, datetime

from django import template
from django.utils.translation import gettext as _

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
