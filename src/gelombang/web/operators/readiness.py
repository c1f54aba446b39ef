"""Whether registration may open: the checks, and who answers for the opening."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from django.http import HttpRequest, HttpResponseBase
from django.utils.translation import gettext as _

from gelombang.journey.disbursement.rules import PARTNERS
from gelombang.kit.errors import Refusal
from gelombang.records.programme import actions as programme, queries
from gelombang.records.programme.readiness import Check, Report, State
from gelombang.records.programme.rules import REGISTRATION
from gelombang.web import reading
from gelombang.web.authority import (
    AUDITOR,
    BOTH,
    OPERATOR,
    PROGRAMME_DIRECTOR,
    PROGRAMME_OFFICER,
    WRITE,
    group_names,
    see_other,
    staff,
)
from gelombang.web.fields import Field, Problem, mark, show_form
from gelombang.web.operators import desk
from gelombang.web.operators.door import reason_field

FRESH = timedelta(minutes=10)
"""Real time for which a report stands; nobody answers for how things were an hour ago."""
TONES = {State.OK: "good", State.WARNING: "warn", State.FAILED: "bad", State.UNKNOWN: ""}


@dataclass(frozen=True, slots=True)
class Line:
    """One check as the page shows it."""

    name: str
    words: str
    tone: str
    sentence: str


@staff(OPERATOR, PROGRAMME_DIRECTOR, PROGRAMME_OFFICER, AUDITOR)
def checks(request: HttpRequest, *, actor: str) -> HttpResponseBase:  # noqa: ARG001 - reading only
    """The latest report, whether the opening is signed off, and every sign-off before."""
    user: Any = request.user
    return desk.page(
        request,
        "operators/kesiapan.html",
        {
            **_standing(),
            "signoffs": queries.signoffs(subject=REGISTRATION),
            "may_sign": bool({OPERATOR, PROGRAMME_DIRECTOR} & group_names(user)),
            "may_override": PROGRAMME_DIRECTOR in group_names(user),
        },
    )


@staff(OPERATOR, PROGRAMME_DIRECTOR, methods=WRITE)
def ask(request: HttpRequest, *, actor: str) -> HttpResponseBase:  # noqa: ARG001 - no body to read
    """Ask the worker to make every check anew; it takes a few seconds."""
    programme.ask_readiness(actor=actor, real_now=reading.instants().real_now)
    return see_other("/meja/kesiapan")


@staff(OPERATOR, PROGRAMME_DIRECTOR, methods=BOTH)
def sign_off(request: HttpRequest, *, actor: str) -> HttpResponseBase:
    """Answer for the opening; refused while a check fails."""
    return _signing(request, actor=actor, overridden=False)


@staff(PROGRAMME_DIRECTOR, methods=BOTH)
def override(request: HttpRequest, *, actor: str) -> HttpResponseBase:
    """Answer for the opening although a check fails."""
    return _signing(request, actor=actor, overridden=True)


def _signing(request: HttpRequest, *, actor: str, overridden: bool) -> HttpResponseBase:
    fields = [reason_field(), _name_field()]
    if request.method != "POST":
        return _show(request, fields, overridden=overridden)
    fields = [field.typed_in(request) for field in fields]
    report = _fresh_report()
    problems = _problems(request, fields, report)
    if problems or report is None:
        return _show(request, fields, problems, overridden=overridden)
    clocks = reading.instants()
    try:
        programme.sign_off(
            subject=REGISTRATION,
            report=report,
            overridden=overridden,
            reason=fields[0].value,
            actor=actor,
            now=clocks.now,
            real_now=clocks.real_now,
        )
    except Refusal as refusal:
        fields, problems = mark(fields, refusal)
        return _show(request, fields, problems, overridden=overridden)
    return see_other("/meja/kesiapan")


def _name_field() -> Field:
    return Field(
        "nama",
        _("Nama akun Anda"),
        hint=_(
            "Ketik nama yang Anda pakai untuk masuk: Anda bertanggung jawab atas pembukaan ini."
        ),
        kind="name",
    )


def _problems(request: HttpRequest, fields: list[Field], report: Report | None) -> list[Problem]:
    user: Any = request.user
    found = []
    if report is None:
        found.append(
            Problem(
                "", _("Pemeriksaan terakhir sudah lebih dari 10 menit. Minta yang baru dahulu.")
            )
        )
    if sentence := desk.lacking_reason(fields[0].value):
        found.append(Problem("alasan", sentence))
    if fields[1].value != user.get_username():
        found.append(Problem("nama", _("Nama ini bukan nama akun Anda.")))
    return found


def _fresh_report() -> Report | None:
    report = queries.latest_readiness()
    is_fresh = report is not None and reading.instants().real_now - report.taken_at <= FRESH
    return report if is_fresh else None


def _standing() -> dict[str, Any]:
    """What both pages show: the opening, its sign-off, the report and its age."""
    report = queries.latest_readiness()
    return {
        "opening": queries.schedule(subject=REGISTRATION),
        "signed": queries.signoff_in_force(subject=REGISTRATION),
        "report": report,
        "is_fresh": _fresh_report() is not None,
        "is_asked": queries.readiness_is_asked(),
        "lines": [_line(check) for check in report.checks] if report else [],
    }


def _line(check: Check) -> Line:
    words = {
        State.OK: _("terpenuhi"),
        State.WARNING: _("perhatikan"),
        State.FAILED: _("belum terpenuhi"),
        State.UNKNOWN: _("tidak terlihat"),
    }
    sentence = check.sentence.in_language(reading.language())
    return Line(_name(check.name), words[check.state], TONES[check.state], sentence)


def _name(name: str) -> str:
    """A check as people call it; a partner by its code."""
    kind, _colon, what = name.partition(":")
    if kind == "partner":
        return _("Mitra: %(what)s") % {"what": _partner(what)}
    names = {
        "database": _("Basis data"),
        "disk:data": _("Cakram berkas"),
        "disk:database": _("Cakram basis data"),
        "keys": _("Kunci"),
        "mail": _("Surel"),
        "clocks": _("Jam"),
        "backups": _("Cadangan"),
        "rehearsal": _("Gladi 24 jam terakhir"),
        "workers": _("Pekerja"),
    }
    return names.get(name, name)


def _partner(code: str) -> str:
    names = {
        "civil_registry": "Dukcapil",
        "education": _("data pendidikan"),
        "social_aid": _("data bantuan sosial"),
        "beacon": _("suar acak"),
    }
    return names.get(code) or PARTNERS.get(code, code)


def _show(
    request: HttpRequest,
    fields: list[Field],
    problems: list[Problem] | None = None,
    *,
    overridden: bool,
) -> HttpResponseBase:
    return show_form(
        request,
        "operators/sahkan.html",
        fields,
        problems=problems or [],
        overridden=overridden,
        **_standing(),
        **desk.shared(request),
    )
