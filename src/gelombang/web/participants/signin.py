"""Signing in by a code: by letter, or by a message to a number that was proven before.

Somebody names their account by address, number or receipt, and gets the same answers whether it is
there or not.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta

from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import render
from django.utils.translation import gettext as _

from gelombang.journey.registration import actions as registration
from gelombang.journey.registration.naming import Name, NamedBy, read_name
from gelombang.kit.clock import WIB
from gelombang.kit.errors import Refusal
from gelombang.records.notices.rules import Via
from gelombang.web import citizens, reading
from gelombang.web.authority import BOTH, WRITE, citizen, public, see_other
from gelombang.web.fields import Field, Problem, mark, show_form
from gelombang.web.participants import one_time_code, resending

WAITING = "signing_in"  # whose code is waited for, and how it comes, sealed in the session
OTHER_WAY_AFTER = timedelta(seconds=60)
"""Real time after which a code that does not come is offered by another way."""


def _name_field() -> Field:
    texts = reading.environment().sms_url is not None
    return Field(
        name="email",
        label=_("Surel, nomor ponsel, atau nomor tanda terima")
        if texts
        else _("Surel atau nomor tanda terima"),
        hint=_("Yang Anda pakai saat mendaftar. Nomor ponsel harus sudah terkonfirmasi.")
        if texts
        else _("Yang Anda pakai saat mendaftar."),
        kind="contact",
        autocomplete="email",
    )


@public(BOTH)
def ask_name(request: HttpRequest) -> HttpResponseBase:
    """One field; whoever reads mail or messages there gets a code."""
    back = reading.chosen_path(request, otherwise="/saya")
    clocks = reading.instants()
    if request.method != "POST":
        if citizens.signed_in(request.session, real_now=clocks.real_now):
            return see_other(back)
        return _show_name(request, [_name_field()], back=back)
    field = _name_field().typed_in(request)
    try:
        name = read_name(field.value, texts=reading.environment().sms_url is not None)
    except Refusal as refusal:
        fields, problems = mark([field], refusal)
        return _show_name(request, fields, back=back, problems=problems)
    via = Via.SMS if name.by is NamedBy.PHONE else Via.EMAIL
    _send(request, name, via=via, back=back)
    return see_other("/masuk/kode")


def _show_name(
    request: HttpRequest, fields: list[Field], *, back: str, problems: list[Problem] | None = None
) -> HttpResponse:
    page, is_status = "participants/masuk.html", back == "/saya/status"
    return show_form(request, page, fields, problems=problems or [], back=back, is_status=is_status)


@public()
def ask_status(request: HttpRequest) -> HttpResponseBase:
    """Where do I stand: the code leads straight to the journey."""
    if citizens.signed_in(request.session, real_now=reading.instants().real_now):
        return see_other("/saya/status")
    return see_other("/masuk?ke=/saya/status")


@public(BOTH)
def ask_code(request: HttpRequest) -> HttpResponseBase:
    """The code opens a fresh session; a wrong one keeps the page."""
    waiting = citizens.kept(request.session, WAITING, keyring=reading.keyring())
    if not waiting:
        return see_other("/masuk")
    if request.method != "POST":
        return _show_code(request, waiting)
    code = reading.typed(request, "kode")
    if sentence := one_time_code.miscount(code):
        return _show_code(request, waiting, Problem("kode", sentence))
    clocks = reading.instants()
    try:
        who = registration.sign_in(
            keyring=reading.keyring(),
            base_url=reading.environment().base_url,
            name=_named(waiting),
            code=code,
            now=clocks.now,
            real_now=clocks.real_now,
        )
    except Refusal as refusal:
        sentence = refusal.text.in_language(reading.language())
        return _show_code(request, waiting, Problem("kode", sentence))
    citizens.sign_in(
        request, person_id=who.person_id, by_email=who.by_email, real_now=clocks.real_now
    )
    request.session.pop(WAITING, None)
    response = see_other(waiting.get("back", "/saya"))
    citizens.give_pass(response, person_id=who.person_id, real_now=clocks.real_now)
    return response


@public(WRITE)
def send_again(request: HttpRequest) -> HttpResponseBase:
    """Send another code the same way, or, once the first had its minute, by another one."""
    waiting = citizens.kept(request.session, WAITING, keyring=reading.keyring())
    if not waiting:
        return see_other("/masuk")
    real_now, via = reading.instants().real_now, _via(waiting)
    wanted = reading.typed(request, "lewat")
    if wanted and wanted != via:
        if wanted not in _other_ways(waiting) or real_now < _other_way_at(waiting):
            return see_other("/masuk/kode")
        via = Via(wanted)
    elif resending.pause(waiting.get("next_at"), real_now=real_now) is not None:
        return see_other("/masuk/kode")
    _send(request, _named(waiting), via=via, back=waiting.get("back", "/saya"))
    return see_other("/masuk/kode?dikirim=lagi")


@citizen(BOTH)
def leave(request: HttpRequest, *, person_id: object) -> HttpResponseBase:  # noqa: ARG001 - any citizen
    """Ask once, then end the session."""
    if request.method != "POST":
        return render(request, "participants/keluar.html")
    response = see_other("/masuk?keluar=ya")
    citizens.sign_out(request, response)
    return response


def _send(request: HttpRequest, name: Name, *, via: Via, back: str) -> None:
    clocks = reading.instants()
    next_at = registration.send_code_to(
        keyring=reading.keyring(),
        base_url=reading.environment().base_url,
        name=name,
        via=via,
        budget=reading.text_budget(),
        language=reading.language(),
        now=clocks.now,
        real_now=clocks.real_now,
    )
    waiting = {
        "by": name.by.value, "name": name.value, "via": via.value, "back": back,
        "asked_at": clocks.real_now.isoformat(), "next_at": next_at.isoformat(),
    }  # fmt: skip
    citizens.keep(request.session, WAITING, waiting, keyring=reading.keyring())


def _named(waiting: Mapping[str, str]) -> Name:
    return Name(NamedBy(waiting["by"]), waiting["name"])


def _via(waiting: Mapping[str, str]) -> Via:
    return Via(waiting["via"])


def _other_way_at(waiting: Mapping[str, str]) -> datetime:
    return datetime.fromisoformat(waiting["asked_at"]) + OTHER_WAY_AFTER


def _other_ways(waiting: Mapping[str, str]) -> dict[str, str]:
    """The ways that a code could come instead, with the words of their buttons."""
    ways = {Via.EMAIL.value: _("Kirim lewat surel")}
    if reading.environment().sms_url is not None:
        ways[Via.SMS.value] = _("Kirim lewat SMS")
        ways[Via.WHATSAPP.value] = _("Kirim lewat WhatsApp")
    return {code: words for code, words in ways.items() if code != _via(waiting)}


def _show_code(
    request: HttpRequest, waiting: Mapping[str, str], problem: Problem | None = None
) -> HttpResponse:
    real_now, via, name = reading.instants().real_now, _via(waiting), _named(waiting)
    other_way_at = _other_way_at(waiting)
    return show_form(
        request,
        "participants/kode.html",
        [one_time_code.field()],
        problems=[problem] if problem else [],
        email=name.value if name.by is NamedBy.EMAIL else "",
        via=via.value,
        via_name="WhatsApp" if via is Via.WHATSAPP else "SMS",
        sent_again="dikirim" in request.GET,
        resending=resending.shown(
            waiting.get("next_at"), real_now=real_now, by_email=via is Via.EMAIL
        ),
        other_ways=_other_ways(waiting),
        other_way_at=""
        if real_now >= other_way_at
        else f"{other_way_at.astimezone(WIB):%H.%M.%S} WIB",
    )
