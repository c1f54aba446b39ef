"""A fresh code of the present address before a change: by whoever reads that mail now."""

from __future__ import annotations

import re
from uuid import UUID

from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.utils.translation import gettext as _

from gelombang.journey.registration import actions as registration
from gelombang.journey.registration.naming import Name, NamedBy
from gelombang.kit.errors import Refusal
from gelombang.kit.sealing import unseal
from gelombang.records.people import queries as people
from gelombang.web import citizens, reading
from gelombang.web.authority import BOTH, WRITE, citizen, see_other
from gelombang.web.fields import Field, Problem, show_form
from gelombang.web.participants import resending

BACK, NEXT_AT = "stepping_back", "stepping_next_at"
OTHERWISE = "/saya/kontak"
_SIX_DIGITS = re.compile(r"(?:[ -]*[0-9]){6}[ -]*")


@citizen(BOTH)
def code(request: HttpRequest, *, person_id: UUID) -> HttpResponseBase:
    """Ask for the code, then type it; the right one opens the way for ten minutes."""
    if request.method != "POST":
        request.session[BACK] = reading.chosen_path(request, otherwise=_back(request))
        return _show(request)
    typed = reading.typed(request, "kode")
    if not _SIX_DIGITS.fullmatch(typed):
        return _show(request, _("Kode terdiri dari 6 angka, misalnya 204816."))
    clocks = reading.instants()
    try:
        who = registration.sign_in(
            keyring=reading.keyring(),
            base_url=reading.environment().base_url,
            name=Name(NamedBy.EMAIL, _email_of(person_id)),
            code=typed,
            now=clocks.now,
            real_now=clocks.real_now,
        )
    except Refusal as refusal:
        return _show(request, refusal.text.in_language(reading.language()))
    if who.person_id == person_id and who.by_email:
        citizens.note_code(request.session, real_now=clocks.real_now)
    request.session.pop(NEXT_AT, None)
    return see_other(_back(request))


@citizen(WRITE)
def send(request: HttpRequest, *, person_id: UUID) -> HttpResponseBase:
    """Send the code, unless one was sent just now."""
    clocks = reading.instants()
    next_at = registration.send_code(
        keyring=reading.keyring(),
        base_url=reading.environment().base_url,
        email=_email_of(person_id),
        language=reading.language(),
        now=clocks.now,
        real_now=clocks.real_now,
    )
    request.session[NEXT_AT] = next_at.isoformat()
    return see_other("/saya/kode")


def _back(request: HttpRequest) -> str:
    return str(request.session.get(BACK, OTHERWISE))


def _email_of(person_id: UUID) -> str:
    """The address of the person, for a moment only."""
    contact = people.contact_of(person_id=person_id)
    if contact is None:
        raise Http404
    return unseal(reading.keyring(), contact.email_sealed, purpose="email")


def _show(request: HttpRequest, sentence: str = "") -> HttpResponse:
    next_at = request.session.get(NEXT_AT)
    field = Field(
        "kode",
        _("Kode 6 angka"),
        hint=_("Kode berlaku 10 menit sejak dikirim."),
        kind="code",
        autocomplete="one-time-code",
        short=True,
    )
    return show_form(
        request,
        "participants/kode-segar.html",
        [field],
        problems=[Problem("kode", sentence)] if sentence else [],
        was_sent=next_at is not None or bool(sentence),
        back=_back(request),
        resending=resending.shown(next_at, real_now=reading.instants().real_now),
    )
