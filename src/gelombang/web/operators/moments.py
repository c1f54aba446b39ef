"""The clock of a demo: see it, hold it, let it run, jump ahead. Not there in a real deployment."""

from __future__ import annotations

from datetime import datetime, timedelta
from pathlib import Path

from django.http import Http404, HttpRequest, HttpResponseBase
from django.utils.translation import gettext as _

from gelombang.kit import clock
from gelombang.web import reading
from gelombang.web.authority import BOTH, OPERATOR, see_other, staff
from gelombang.web.fields import Field, Problem, show_form
from gelombang.web.operators import desk

RATES = {"tahan": 0.0, "biasa": 1.0, "menit": 60.0, "jam": 3600.0}
LEAPS = {
    "10-menit": timedelta(minutes=10),
    "1-jam": timedelta(hours=1),
    "6-jam": timedelta(hours=6),
    "1-hari": timedelta(days=1),
}
LONGEST_LEAP = timedelta(days=366)


def _clock_file() -> Path:
    environment = reading.environment()
    if not environment.demo or environment.clock is None:
        raise Http404
    return environment.clock


def _target_field() -> Field:
    return Field(
        "sampai",
        _("Lompat ke"),
        hint=_("Tanggal dan jam dalam WIB, sesudah jam sekarang."),
        kind="instant",
    )


@staff(OPERATOR, methods=BOTH)
def demo_clock(request: HttpRequest, *, actor: str) -> HttpResponseBase:
    """Show the clock; POST sets it by one of three ways: a rate, a leap, or an instant."""
    path = _clock_file()
    if request.method != "POST":
        return _show(request, path)
    problem = _set(request, path)
    if problem:
        return _show(request, path, Problem("sampai", problem))
    desk.note(actor=actor, action="clock.set", subject="clock", at=clock.now().isoformat())
    return see_other("/meja/jam")


def _set(request: HttpRequest, path: Path) -> str:
    """Move the clock as asked; the sentence that says why not, or nothing."""
    rate, leap = reading.typed(request, "laju"), reading.typed(request, "maju")
    if rate in RATES:
        clock.set_face(path, rate=RATES[rate])
        return ""
    if leap in LEAPS:
        clock.advance(path, LEAPS[leap])
        return ""
    target = reading.wib_instant(reading.typed(request, "sampai"))
    if target is None:
        return _("Tulis tanggal dan jam yang lengkap.")
    return _leap_to(path, target)


def _leap_to(path: Path, target: datetime) -> str:
    present = clock.now()
    if target > present + LONGEST_LEAP:
        return _("Paling jauh satu tahun sekali lompat.")
    try:
        clock.set_face(path, virtual=target, rate=clock.read_face(path).rate)
    except clock.ClockWentBack:
        return _("Jam tidak pernah mundur. Pilih waktu sesudah jam sekarang.")
    return ""


def _show(request: HttpRequest, path: Path, problem: Problem | None = None) -> HttpResponseBase:
    return show_form(
        request,
        "operators/jam.html",
        [_target_field().typed_in(request)],
        problems=[problem] if problem else [],
        rate=clock.read_face(path).rate,
        **desk.shared(request),
    )
