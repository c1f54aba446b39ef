"""Find a certificate by its number, and take it back for a reason."""

from __future__ import annotations

from django.http import Http404, HttpRequest, HttpResponseBase
from django.utils.translation import gettext as _

from gelombang.journey.certification import actions, queries
from gelombang.journey.certification.queries import PublicView
from gelombang.journey.certification.rules import CertificateState, read_number, show_number
from gelombang.kit.errors import Refusal
from gelombang.records.audit import queries as audit
from gelombang.web import reading
from gelombang.web.authority import (
    AUDITOR,
    BOTH,
    PROGRAMME_DIRECTOR,
    PROGRAMME_OFFICER,
    SUPPORT_AGENT,
    group_names,
    see_other,
    staff,
)
from gelombang.web.fields import Field, Problem, mark, show_form
from gelombang.web.operators import desk
from gelombang.web.operators.door import reason_field

LONGEST_TYPED = 60
CHANGES_SHOWN = 20
DECIDERS = (PROGRAMME_OFFICER, PROGRAMME_DIRECTOR)
FINDERS = (*DECIDERS, AUDITOR, SUPPORT_AGENT)


@staff(*FINDERS)
def find(request: HttpRequest, *, actor: str) -> HttpResponseBase:  # noqa: ARG001 - reading only
    """From a typed number to the certificate's page."""
    clocks = reading.instants()
    field = Field(
        "nomor",
        _("Nomor sertifikat"),
        hint=_("16 huruf dan angka, boleh dengan tanda hubung."),
        value=request.GET.get("nomor", "")[:LONGEST_TYPED],
    )
    problems = []
    if "nomor" in request.GET:
        number = read_number(field.value)
        if number is not None and _certificate(number) is not None:
            return see_other(f"/meja/sertifikat/{number}")
        sentence = (
            _("Nomor sertifikat terdiri dari 16 huruf dan angka.")
            if number is None
            else _("Tidak ada sertifikat dengan nomor ini.")
        )
        problems = [Problem("nomor", sentence)]
    counts = queries.counts(as_of=clocks.now)
    context = {"counts": counts, **desk.shared(request)}
    return show_form(request, "operators/sertifikat.html", [field], problems=problems, **context)


def _certificate(number: str) -> PublicView | None:
    return queries.certificate(number=number, keyring=reading.keyring())


def _known(number: str) -> PublicView:
    found = _certificate(number)
    if found is None:
        raise Http404
    return found


@staff(*FINDERS)
def certificate(request: HttpRequest, *, actor: str, number: str) -> HttpResponseBase:  # noqa: ARG001
    """What the public sees of it, who took it back and why."""
    found = _known(number)
    context = {
        "certificate": found,
        "shown": show_number(found.number),
        "is_valid": found.state == CertificateState.VALID,
        "may_revoke": bool(group_names(request.user) & set(DECIDERS)),
        "changes": _changes(found.number),
    }
    return desk.page(request, "operators/satu-sertifikat.html", context)


def _changes(number: str) -> list[audit.TrailEntry]:
    """What the office did with it; that its holder reviewed it is nobody's business here."""
    entries = audit.trail(subject=f"certificate:{number}", limit=CHANGES_SHOWN)
    return [entry for entry in entries if entry.action.startswith("certification.")]


@staff(*DECIDERS, methods=BOTH)
def revoke(request: HttpRequest, *, actor: str, number: str) -> HttpResponseBase:
    """Take a certificate back: a reason, and its number typed."""
    found = _known(number)
    shown = show_number(found.number)
    confirm = Field(
        "nomor",
        _("Ketik %(number)s untuk memastikan") % {"number": shown},
        hint=_("Tanda hubung boleh dilewati."),
    )
    fields = [reason_field(), confirm]
    if request.method != "POST" or found.state != CertificateState.VALID:
        return _show(request, found, fields)
    fields = [field.typed_in(request) for field in fields]
    problems = _problems(fields, found.number)
    if not problems:
        clocks = reading.instants()
        try:
            actions.revoke(
                number=found.number,
                reason=fields[0].value,
                actor=actor,
                now=clocks.now,
                real_now=clocks.real_now,
            )
        except Refusal as refusal:
            fields, problems = mark(fields, refusal)
        else:
            return see_other(f"/meja/sertifikat/{found.number}")
    return _show(request, found, fields, problems)


def _problems(fields: list[Field], number: str) -> list[Problem]:
    found = []
    if sentence := desk.lacking_reason(fields[0].value):
        found.append(Problem("alasan", sentence))
    if read_number(fields[1].value) != number:
        slots = {"number": show_number(number)}
        found.append(Problem("nomor", _("Ketik persis %(number)s.") % slots))
    return found


def _show(
    request: HttpRequest,
    found: PublicView,
    fields: list[Field],
    problems: list[Problem] | None = None,
) -> HttpResponseBase:
    return show_form(
        request,
        "operators/cabut-sertifikat.html",
        fields,
        problems=problems or [],
        certificate=found,
        shown=show_number(found.number),
        is_valid=found.state == CertificateState.VALID,
        **desk.shared(request),
    )
