"""Address and number of a person, their changes under way, and where they are signed in."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import render
from django.utils.translation import gettext as _

from gelombang.journey.registration import actions as registration, queries
from gelombang.journey.registration.rules import Change, Channel, masked_email, masked_phone
from gelombang.kit.errors import Refusal
from gelombang.kit.sealing import unseal
from gelombang.records.notices import queries as notices
from gelombang.records.notices.rules import Via
from gelombang.records.people import queries as people
from gelombang.web import citizens, reading
from gelombang.web.authority import BOTH, WRITE, citizen, see_other
from gelombang.web.fields import Field, Problem, mark, show_form
from gelombang.web.participants import one_time_code, resending

HERE = "/saya/kontak"
EMAIL_CODE, PHONE_CODE = f"{HERE}/surel/kode", f"{HERE}/ponsel/kode"
NEXT_AT = "contact_next_at"  # when another code for a change can be asked for
_ANSWERS = {"surel": Channel.EMAIL, "ponsel": Channel.PHONE}


@dataclass(frozen=True, slots=True)
class Shown:
    """A change under way, as its page shows it."""

    channel: str
    new: str
    effective_at: datetime | None


def _shown(change: Change) -> Shown:
    value = unseal(reading.keyring(), bytes(change.value_sealed), purpose=change.channel)
    is_email = change.channel is Channel.EMAIL
    return Shown(
        channel="surel" if is_email else "ponsel",
        new=masked_email(value) if is_email else masked_phone(value),
        effective_at=change.effective_at,
    )


@citizen()
def contacts(request: HttpRequest, *, person_id: UUID) -> HttpResponseBase:
    """What is known of somebody's contacts, and every place where they are signed in."""
    contact, clocks = people.contact_of(person_id=person_id), reading.instants()
    if contact is None:
        raise Http404
    ring = reading.keyring()
    number = contact.phone_sealed and unseal(ring, contact.phone_sealed, purpose="phone")
    changes = queries.changes_of(person_id=person_id)
    context = {
        "email": masked_email(unseal(ring, contact.email_sealed, purpose="email")),
        "phone": masked_phone(number) if number else "",
        "phone_confirmed": queries.has_confirmed_phone(
            person_id=person_id, phone_index=contact.phone_index
        ),
        "changes": [_shown(each) for each in changes if each.effective_at is not None],
        "reachability": notices.reachability(person_id=person_id),
        "sign_ins": queries.sign_ins_of(person_id=person_id, since=clocks.real_now - citizens.IDLE),
        "own_sign_in": request.session.get(citizens.SIGN_IN),
        "texts": reading.environment().sms_url is not None,
        "told": request.GET.get("hasil", ""),
    }
    return render(request, "participants/kontak.html", context)


def _email_field() -> Field:
    return Field(
        "email",
        _("Alamat surel baru"),
        hint=_("Kami mengirim kode ke alamat itu untuk memastikan surel sampai."),
        kind="email",
        autocomplete="email",
    )


@citizen(BOTH)
def email(request: HttpRequest, *, person_id: UUID) -> HttpResponseBase:
    """One question: the new address. Whether a fresh code came first decides when it counts."""
    clocks = reading.instants()
    is_fresh = citizens.has_fresh_code(request.session, real_now=clocks.real_now)
    field, page = _email_field(), "participants/kontak-surel.html"
    if request.method != "POST":
        return show_form(request, page, [field], is_fresh=is_fresh)
    field = field.typed_in(request)
    try:
        next_at = registration.ask_email(
            person_id=person_id,
            email=field.value,
            is_stepped_up=is_fresh,
            keyring=reading.keyring(),
            base_url=reading.environment().base_url,
            now=clocks.now,
            real_now=clocks.real_now,
        )
    except Refusal as refusal:
        fields, problems = mark([field], refusal)
        return show_form(request, page, fields, problems=problems, is_fresh=is_fresh)
    request.session[NEXT_AT] = next_at.isoformat()
    return see_other(EMAIL_CODE)


def _phone_fields() -> list[Field]:
    return [
        Field(
            "phone",
            _("Nomor ponsel"),
            hint=_("Misalnya 0812 0000 1234. Spasi dan +62 boleh."),
            kind="digits",
            autocomplete="tel",
        ),
        Field(
            "via",
            _("Lewat apa kode dikirim?"),
            kind="radios",
            value=Via.SMS.value,
            choices=[(Via.SMS.value, "SMS"), (Via.WHATSAPP.value, "WhatsApp")],
        ),
    ]


@citizen(BOTH)
def phone(request: HttpRequest, *, person_id: UUID) -> HttpResponseBase:
    """The number, in any format, and how the code goes there."""
    if reading.environment().sms_url is None:
        raise Http404
    clocks, page = reading.instants(), "participants/kontak-ponsel.html"
    if request.method != "POST":
        return show_form(request, page, _phone_fields())
    fields = [field.typed_in(request) for field in _phone_fields()]
    via = Via.WHATSAPP if fields[1].value == Via.WHATSAPP else Via.SMS
    try:
        next_at = registration.ask_phone(
            person_id=person_id,
            phone=fields[0].value,
            via=via,
            is_stepped_up=citizens.has_fresh_code(request.session, real_now=clocks.real_now),
            budget=reading.text_budget(),
            keyring=reading.keyring(),
            now=clocks.now,
            real_now=clocks.real_now,
        )
    except Refusal as refusal:
        marked, problems = mark(fields, refusal)
        return show_form(request, page, marked, problems=problems)
    request.session[NEXT_AT] = next_at.isoformat()
    return see_other(PHONE_CODE)


@citizen(BOTH)
def email_code(request: HttpRequest, *, person_id: UUID) -> HttpResponseBase:
    """The code that came to the new address."""
    return _prove(request, person_id, Channel.EMAIL)


@citizen(BOTH)
def phone_code(request: HttpRequest, *, person_id: UUID) -> HttpResponseBase:
    """The code that came to the number."""
    return _prove(request, person_id, Channel.PHONE)


def _prove(request: HttpRequest, person_id: UUID, channel: Channel) -> HttpResponseBase:
    if request.method != "POST":
        return _show_code(request, channel)
    typed = reading.typed(request, "kode")
    if sentence := one_time_code.miscount(typed):
        return _show_code(request, channel, sentence)
    clocks = reading.instants()
    try:
        effective_at = registration.prove(
            person_id=person_id,
            channel=channel,
            code=typed,
            keyring=reading.keyring(),
            base_url=reading.environment().base_url,
            now=clocks.now,
            real_now=clocks.real_now,
        )
    except Refusal as refusal:
        return _show_code(request, channel, refusal.text.in_language(reading.language()))
    request.session.pop(NEXT_AT, None)
    if effective_at > clocks.real_now:
        return see_other(f"{HERE}?hasil=menunggu")
    _end_others(request, person_id)
    return see_other(f"{HERE}?hasil=diganti")


def _show_code(request: HttpRequest, channel: Channel, sentence: str = "") -> HttpResponse:
    return show_form(
        request,
        "participants/kontak-kode.html",
        [one_time_code.field()],
        problems=[Problem("kode", sentence)] if sentence else [],
        contact="ponsel" if channel is Channel.PHONE else "surel",
        resending=resending.shown(
            request.session.get(NEXT_AT),
            real_now=reading.instants().real_now,
            by_email=channel is Channel.EMAIL,
        ),
    )


@citizen(WRITE)
def cancel(request: HttpRequest, *, person_id: UUID) -> HttpResponseBase:
    """Drop a change that is under way."""
    channel = _ANSWERS.get(reading.typed(request, "kontak"))
    if channel is None:
        raise Http404
    clocks = reading.instants()
    registration.cancel_changes(
        person_id=person_id, channel=channel, now=clocks.now, real_now=clocks.real_now
    )
    return see_other(f"{HERE}?hasil=dibatalkan")


@citizen(WRITE)
def sign_out_others(request: HttpRequest, *, person_id: UUID) -> HttpResponseBase:
    """End every sign-in but this one."""
    _end_others(request, person_id)
    return see_other(f"{HERE}?hasil=keluar")


def _end_others(request: HttpRequest, person_id: UUID) -> None:
    clocks = reading.instants()
    registration.end_other_sign_ins(
        person_id=person_id,
        except_id=int(request.session.get(citizens.SIGN_IN, 0)),
        now=clocks.now,
        real_now=clocks.real_now,
    )
