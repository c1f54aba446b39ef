"""The front door: its calendar, and the switch that holds it. Both take a reason, both are kept."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from django.http import HttpRequest, HttpResponseBase
from django.utils.translation import gettext as _

from gelombang.kit.clock import WIB
from gelombang.kit.errors import Refusal
from gelombang.records.programme import actions as programme, queries
from gelombang.web import reading
from gelombang.web.authority import BOTH, OPERATOR, PROGRAMME_DIRECTOR, see_other, staff
from gelombang.web.fields import Field, Problem, mark, show_form
from gelombang.web.operators import desk


def reason_field() -> Field:
    """The question that stands on every page that changes something."""
    return Field(
        "alasan",
        _("Alasan"),
        hint=_("Satu kalimat. Tercatat di jejak dengan nama Anda."),
        kind="textarea",
    )


@staff(OPERATOR, PROGRAMME_DIRECTOR, methods=BOTH)
def switch(request: HttpRequest, *, actor: str) -> HttpResponseBase:
    """Hold the door, or let it go on."""
    present = queries.door_controls_in_force()
    field = reason_field().typed_in(request)
    if request.method != "POST":
        return _show_switch(request, field, paused=present.paused)
    if sentence := desk.lacking_reason(field.value):
        problem = Problem("alasan", sentence)
        return _show_switch(request, field, paused=present.paused, problem=problem)
    clocks = reading.instants()
    programme.set_door(
        controls=replace(present, paused=reading.typed(request, "menjadi") == "jeda"),
        reason=field.value,
        actor=actor,
        now=clocks.now,
        real_now=clocks.real_now,
    )
    return see_other("/meja/pintu")


def _show_switch(
    request: HttpRequest, field: Field, *, paused: bool, problem: Problem | None = None
) -> HttpResponseBase:
    return show_form(
        request,
        "operators/jeda.html",
        [field],
        problems=[problem] if problem else [],
        paused=paused,
        **desk.shared(request),
    )


@staff(OPERATOR, PROGRAMME_DIRECTOR, methods=BOTH)
def reschedule(request: HttpRequest, *, actor: str, subject: str) -> HttpResponseBase:
    """Announce another calendar for registration or for a wave."""
    present = queries.schedule(subject=subject)
    if present is None:
        return see_other("/meja/pintu")
    fields = [
        _instant_field("opens_at", _("Dibuka"), _local(present.opens_at)),
        _instant_field("closes_at", _("Ditutup"), _local(present.closes_at)),
        reason_field(),
    ]
    if request.method != "POST":
        return _show_calendar(request, fields, present=present)
    fields = [field.typed_in(request) for field in fields]
    problems = _calendar_problems(fields)
    if not problems:
        try:
            _announce(fields, subject=subject, actor=actor)
        except Refusal as refusal:
            fields, problems = mark(fields, refusal)
        else:
            return see_other("/meja/pintu")
    return _show_calendar(request, fields, problems, present=present)


def _announce(fields: list[Field], *, subject: str, actor: str) -> None:
    opens_at = reading.wib_instant(fields[0].value)
    if opens_at is None:
        raise ValueError("the opening instant was checked before")
    clocks = reading.instants()
    programme.reschedule(
        subject=subject,
        opens_at=opens_at,
        closes_at=reading.wib_instant(fields[1].value),
        reason=fields[2].value,
        actor=actor,
        now=clocks.now,
        real_now=clocks.real_now,
    )


def _calendar_problems(fields: list[Field]) -> list[Problem]:
    opens, closes, reason = fields
    found = []
    if reading.wib_instant(opens.value) is None:
        found.append(Problem("opens_at", _("Tulis tanggal dan jam pembukaan.")))
    if closes.value and reading.wib_instant(closes.value) is None:
        found.append(Problem("closes_at", _("Tulis tanggal dan jam penutupan, atau kosongkan.")))
    if sentence := desk.lacking_reason(reason.value):
        found.append(Problem("alasan", sentence))
    return found


def _instant_field(name: str, label: str, value: str) -> Field:
    return Field(name, label, hint=_("Dalam WIB."), kind="instant", value=value)


def _local(at: datetime | None) -> str:
    """An instant as the control for date and time wants it."""
    return f"{at.astimezone(WIB):%Y-%m-%dT%H:%M}" if at else ""


def _show_calendar(
    request: HttpRequest,
    fields: list[Field],
    problems: list[Problem] | None = None,
    *,
    present: queries.Calendar,
) -> HttpResponseBase:
    return show_form(
        request,
        "operators/kalender.html",
        fields,
        problems=problems or [],
        present=present,
        history=queries.schedule_history(subject=present.subject),
        **desk.shared(request),
    )
