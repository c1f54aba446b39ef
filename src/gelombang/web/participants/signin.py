"""Signing in by a code that comes by e-mail; the same answers for known and unknown addresses."""

from __future__ import annotations

import re
from collections.abc import Mapping

from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import render
from django.utils.translation import gettext as _

from gelombang.journey.registration import actions as registration
from gelombang.kit.email import normalise_email
from gelombang.kit.errors import Refusal
from gelombang.web import citizens, reading
from gelombang.web.authority import BOTH, WRITE, citizen, public, see_other
from gelombang.web.fields import Field, Problem, mark, show_form
from gelombang.web.participants import resending

WAITING = "signing_in"  # the address that waits for its code, sealed in the session
_CODE = re.compile(r"(?:[ -]*[0-9]){6}[ -]*")  # a miscount is no wrong code: no try is lost


def _email_field() -> Field:
    return Field(
        name="email",
        label=_("Alamat surel"),
        hint=_("Alamat yang Anda pakai saat mendaftar."),
        kind="email",
        autocomplete="email",
    )


def _code_field() -> Field:
    return Field(
        name="kode",
        label=_("Kode 6 angka"),
        hint=_("Kode berlaku 10 menit sejak dikirim."),
        kind="code",
        autocomplete="one-time-code",
        short=True,
    )


@public(BOTH)
def ask_email(request: HttpRequest) -> HttpResponseBase:
    """One field; whoever reads mail at that address gets a code."""
    back = reading.chosen_path(request, otherwise="/saya")
    clocks = reading.instants()
    if request.method != "POST":
        if citizens.signed_in(request.session, real_now=clocks.real_now):
            return see_other(back)
        return show_form(request, "participants/masuk.html", [_email_field()], back=back)
    field = _email_field().typed_in(request)
    try:
        email = normalise_email(field.value)
    except Refusal as refusal:
        fields, problems = mark([field], refusal)
        page = "participants/masuk.html"
        return show_form(request, page, fields, problems=problems, back=back)
    _send(request, email=email, back=back)
    return see_other("/masuk/kode")


@public(BOTH)
def ask_code(request: HttpRequest) -> HttpResponseBase:
    """The code opens a fresh session; a wrong one keeps the page."""
    waiting = citizens.kept(request.session, WAITING, keyring=reading.keyring())
    if not waiting:
        return see_other("/masuk")
    if request.method != "POST":
        return _show_code(request, waiting)
    code = reading.typed(request, "kode")
    if not _CODE.fullmatch(code):
        problem = Problem("kode", _("Kode terdiri dari 6 angka, misalnya 204816."))
        return _show_code(request, waiting, problem)
    clocks = reading.instants()
    try:
        person_id = registration.sign_in(
            keyring=reading.keyring(),
            email=waiting["email"],
            code=code,
            now=clocks.now,
            real_now=clocks.real_now,
        )
    except Refusal as refusal:
        sentence = refusal.text.in_language(reading.language())
        return _show_code(request, waiting, Problem("kode", sentence))
    citizens.sign_in(request, person_id=person_id, real_now=clocks.real_now)
    request.session.pop(WAITING, None)
    response = see_other(waiting.get("back", "/saya"))
    citizens.give_pass(response, person_id=person_id, real_now=clocks.real_now)
    return response


@public(WRITE)
def send_again(request: HttpRequest) -> HttpResponseBase:
    """Send another code to the address that waits."""
    waiting = citizens.kept(request.session, WAITING, keyring=reading.keyring())
    if not waiting:
        return see_other("/masuk")
    if resending.pause(waiting.get("next_at"), real_now=reading.instants().real_now) is not None:
        return see_other("/masuk/kode")
    _send(request, email=waiting["email"], back=waiting.get("back", "/saya"))
    return see_other("/masuk/kode?dikirim=lagi")


@citizen(BOTH)
def leave(request: HttpRequest, *, person_id: object) -> HttpResponseBase:  # noqa: ARG001 - any citizen
    """Ask once, then end the session."""
    if request.method != "POST":
        return render(request, "participants/keluar.html")
    response = see_other("/masuk?keluar=ya")
    citizens.sign_out(request, response)
    return response


def _send(request: HttpRequest, *, email: str, back: str) -> None:
    clocks = reading.instants()
    next_at = registration.send_code(
        keyring=reading.keyring(),
        base_url=reading.environment().base_url,
        email=email,
        language=reading.language(),
        now=clocks.now,
        real_now=clocks.real_now,
    )
    waiting = {"email": email, "back": back, "next_at": next_at.isoformat()}
    citizens.keep(request.session, WAITING, waiting, keyring=reading.keyring())


def _show_code(
    request: HttpRequest, waiting: Mapping[str, str], problem: Problem | None = None
) -> HttpResponse:
    return show_form(
        request,
        "participants/kode.html",
        [_code_field()],
        problems=[problem] if problem else [],
        email=waiting["email"],
        sent_again="dikirim" in request.GET,
        resending=resending.shown(waiting.get("next_at"), real_now=reading.instants().real_now),
    )
