"""A fresh code of the present address before a change: by whoever reads that mail now."""

from __future__ import annotations

from uuid import UUID

from django.http import HttpRequest, HttpResponse, HttpResponseBase

from gelombang.web import reading
from gelombang.web.authority import BOTH, WRITE, citizen, see_other
from gelombang.web.fields import Problem, show_form
from gelombang.web.participants import fresh_code, one_time_code, resending

BACK, NEXT_AT = "stepping_back", "stepping_next_at"
OTHERWISE = "/saya/kontak"


@citizen(BOTH)
def code(request: HttpRequest, *, person_id: UUID) -> HttpResponseBase:
    """Ask for the code, then type it; the right one opens the way for ten minutes."""
    if request.method != "POST":
        request.session[BACK] = reading.chosen_path(request, otherwise=_back(request))
        return _show(request)
    if sentence := fresh_code.check_typed(request, person_id=person_id):
        return _show(request, sentence)
    request.session.pop(NEXT_AT, None)
    return see_other(_back(request))


@citizen(WRITE)
def send(request: HttpRequest, *, person_id: UUID) -> HttpResponseBase:
    """Send the code, unless one was sent just now."""
    next_at = fresh_code.send(person_id=person_id)
    request.session[NEXT_AT] = next_at.isoformat()
    return see_other("/saya/kode")


def _back(request: HttpRequest) -> str:
    return str(request.session.get(BACK, OTHERWISE))


def _show(request: HttpRequest, sentence: str = "") -> HttpResponse:
    next_at = request.session.get(NEXT_AT)
    return show_form(
        request,
        "participants/kode-segar.html",
        [one_time_code.field()],
        problems=[Problem("kode", sentence)] if sentence else [],
        was_sent=next_at is not None or bool(sentence),
        back=_back(request),
        resending=resending.shown(next_at, real_now=reading.instants().real_now),
    )
