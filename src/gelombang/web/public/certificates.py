"""Anybody may check a certificate by its number: it holds, was taken back, or is unknown."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponseBase
from django.shortcuts import render
from django.utils.translation import gettext as _

from gelombang.journey.certification import queries as certification
from gelombang.journey.certification.rules import read_number, show_number
from gelombang.web import reading
from gelombang.web.authority import public, see_other
from gelombang.web.fields import Field, Problem, show_form

LONGEST_TYPED = 60


@public()
def search(request: HttpRequest) -> HttpResponseBase:
    """From a typed number to its page."""
    if "nomor" not in request.GET:
        return show_form(request, "public/sertifikat.html", [_number_field("")])
    typed = request.GET["nomor"][:LONGEST_TYPED]
    number = read_number(typed)
    if number is None:
        words = _("Nomor sertifikat terdiri dari 16 huruf dan angka, misalnya K7QF-2M5A-XW4T-JJ2C.")
        problems = [Problem("nomor", words)]
        return show_form(
            request, "public/sertifikat.html", [_number_field(typed)], problems=problems
        )
    return see_other(f"/sertifikat/{number}")


def _number_field(value: str) -> Field:
    hint = _("Tertulis di sertifikat, di bawah kode kotak (QR).")
    return Field("nomor", _("Nomor sertifikat"), hint=hint, value=value, short=True)


@public()
def certificate(request: HttpRequest, number: str) -> HttpResponseBase:
    """The least that shows whether a certificate holds; 404 in words for an unknown number."""
    found = certification.certificate(number=number, keyring=reading.keyring())
    context = {"certificate": found, "number": show_number(number.replace("-", ""))}
    status = 200 if found else 404
    return render(request, "public/satu-sertifikat.html", context, status=status)
