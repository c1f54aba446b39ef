"""Draws in public: the waves, the files to the byte, and where one ticket stands."""

from __future__ import annotations

import re

from django.http import Http404, HttpRequest, HttpResponseBase
from django.shortcuts import render
from django.utils.translation import gettext as _

from gelombang.journey.selection import queries as selection
from gelombang.journey.waves import queries as waves
from gelombang.web import reading
from gelombang.web.authority import public, see_other
from gelombang.web.fields import Field, Problem, show_form
from gelombang.web.public import publications

_TICKET = re.compile(r"W[0-9]{2,6}-[0-9]{12}")


@public()
def overview(request: HttpRequest) -> HttpResponseBase:
    """Every wave with the state of its draw."""
    now = reading.instants().now
    rows = [
        {
            "wave": wave,
            "draw": selection.draw_of(wave_id=wave.id),
            "is_open": wave.is_open(now),
            "is_coming": wave.opens_at is not None and wave.opens_at > now,
        }
        for wave in waves.waves()
    ]
    return render(request, "public/undian.html", {"rows": rows})


@public()
def draw(request: HttpRequest, wave_id: str) -> HttpResponseBase:
    """One draw: its state in words, its files, and how to repeat it by hand."""
    return _show_draw(request, wave_id)


@public()
def search(request: HttpRequest, wave_id: str) -> HttpResponseBase:
    """From a typed ticket to its page."""
    typed = re.sub(r"\s", "", request.GET.get("tiket", "")[:40]).upper()
    if not _TICKET.fullmatch(typed):
        sentence = _("Tiket ditulis seperti W01-048821930117: W, nomor gelombang, lalu 12 angka.")
        return _show_draw(request, wave_id, typed, Problem("tiket", sentence))
    return see_other(f"/undian/{wave_id}/tiket/{typed}")


def _show_draw(
    request: HttpRequest, wave_id: str, typed: str = "", problem: Problem | None = None
) -> HttpResponseBase:
    wave = waves.wave(wave_id=wave_id)
    if wave is None:
        raise Http404
    files = publications.files(reading.environment().data_dir, wave_id)
    hint = _("Tiket ada di surel dan di halaman status Anda.")
    field = Field("tiket", _("Nomor tiket"), hint=hint, value=typed)
    return show_form(
        request,
        "public/satu-undian.html",
        [field],
        problems=[problem] if problem else [],
        wave=wave,
        draw=selection.draw_of(wave_id=wave_id),
        files=files,
        names={file.name for file in files},
    )


@public()
def published_file(request: HttpRequest, wave_id: str, name: str) -> HttpResponseBase:
    """One published file, to the byte."""
    data_dir = reading.environment().data_dir
    return publications.response(request, data_dir=data_dir, wave_id=wave_id, name=name)


@public()
def ticket(request: HttpRequest, wave_id: str, ticket: str) -> HttpResponseBase:
    """One ticket: that it was in the list, its cell, score, cut-off and outcome."""
    wave = waves.wave(wave_id=wave_id)
    if wave is None:
        raise Http404
    found = selection.draw_of(wave_id=wave_id)
    is_frozen = found is not None and bool(found.list_sha256)
    proof = selection.ticket_proof(wave_id=wave_id, ticket=ticket) if is_frozen else None
    context = {
        "wave": wave,
        "draw": found,
        "is_frozen": is_frozen,
        "ticket": ticket,
        "proof": proof,
    }
    return render(request, "public/tiket.html", context)
