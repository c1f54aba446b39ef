"""The payout account: choose where, type the number, and what the partner said.

Linking the first account needs the sign-in alone; changing it needs a fresh code by e-mail, so that
nobody at an open telephone turns somebody's money around.
"""

from __future__ import annotations

from uuid import UUID

from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import render
from django.utils.translation import gettext as _

from gelombang.journey.disbursement import actions as disbursement, queries
from gelombang.journey.disbursement.linking import ANSWER_DUE
from gelombang.journey.disbursement.queries import AccountView
from gelombang.journey.disbursement.rules import PARTNERS, AccountState
from gelombang.kit.errors import Refusal
from gelombang.web import citizens, reading
from gelombang.web.authority import BOTH, WRITE, citizen, see_other
from gelombang.web.fields import Field, Problem, mark, show_form
from gelombang.web.participants import fresh_code, one_time_code, wording

HERE, CHOOSE, NUMBER, CODE = (
    "/saya/akun",
    "/saya/akun/pilih",
    "/saya/akun/nomor",
    "/saya/akun/kode",
)
TYPED = "account_typed"  # the partner and number that wait for a code, sealed in the session


@citizen()
def account(request: HttpRequest, *, person_id: UUID) -> HttpResponseBase:
    """Where the money goes, and what became of the account stated last."""
    clocks = reading.instants()
    linked = queries.account_of(person_id=person_id)
    question = queries.account_question_of(person_id=person_id)
    is_asked = question is not None and question.state == AccountState.ASKED
    context = {
        "linked": linked,
        "question": question,
        "is_asked": is_asked,
        "may_state": not is_asked or _is_overdue(question, clocks),
        "renews": is_asked and "perbarui" not in request.GET,
        "is_cooling": linked is not None and _is_cooling(linked, clocks),
        "partner": wording.partner(linked.partner) if linked else "",
        "asked_partner": wording.partner(question.partner) if question else "",
        "refusal": wording.account_refusal(question)
        if question is not None and question.state == AccountState.REFUSED
        else None,
    }
    return render(request, "participants/akun.html", context)


def _is_overdue(question: AccountView | None, clocks: reading.Instants) -> bool:
    return question is not None and question.asked_at <= clocks.now - ANSWER_DUE


def _is_cooling(linked: AccountView, clocks: reading.Instants) -> bool:
    return linked.effective_at is not None and linked.effective_at > clocks.now


def _needs_code(request: HttpRequest, person_id: UUID) -> bool:
    """Whether a fresh code must come first: money goes somewhere already."""
    if queries.account_of(person_id=person_id) is None:
        return False
    return not citizens.has_fresh_code(request.session, real_now=reading.instants().real_now)


@citizen(BOTH)
def choose(request: HttpRequest, *, person_id: UUID) -> HttpResponseBase:
    """One question: which wallet or bank."""
    if _needs_code(request, person_id):
        return see_other(CODE)
    field = _partner_field()
    if request.method != "POST":
        return show_form(request, "participants/akun-pilih.html", [field])
    field = field.typed_in(request)
    if field.value not in PARTNERS:
        problem = Problem(field.name, _("Pilih satu dompet elektronik atau bank."))
        return show_form(request, "participants/akun-pilih.html", [field], problems=[problem])
    return see_other(f"{NUMBER}?partner={field.value}")


@citizen(BOTH)
def number(request: HttpRequest, *, person_id: UUID) -> HttpResponseBase:
    """The number, in any format; then the partner is asked."""
    partner = (request.POST if request.method == "POST" else request.GET).get("partner", "")
    kept = citizens.kept(request.session, TYPED, keyring=reading.keyring())
    partner = partner or kept.get("partner", "")
    if partner not in PARTNERS:
        return see_other(CHOOSE)
    field = _number_field(partner)
    if request.method != "POST":
        if _needs_code(request, person_id):
            return see_other(CODE)
        typed = kept.get("account_no", "") if kept.get("partner") == partner else ""
        return _show_number(request, partner, field.refilled(typed))
    field = field.typed_in(request)
    if _needs_code(request, person_id):
        values = {"partner": partner, "account_no": field.value}
        citizens.keep(request.session, TYPED, values, keyring=reading.keyring())
        return see_other(CODE)
    return _state(request, person_id, partner, field)


def _state(request: HttpRequest, person_id: UUID, partner: str, field: Field) -> HttpResponse:
    clocks = reading.instants()
    try:
        disbursement.state_account(
            person_id=person_id,
            partner=partner,
            account_no=field.value,
            keyring=reading.keyring(),
            actor=f"person:{person_id}",
            now=clocks.now,
            real_now=clocks.real_now,
        )
    except Refusal as refusal:
        if refusal.code == "account-question-open":
            return see_other(HERE)  # sent twice, or another one is being checked: it shows there
        fields, problems = mark([field], refusal)
        return _show_number(request, partner, fields[0], problems)
    request.session.pop(TYPED, None)
    return see_other(HERE)


def _show_number(
    request: HttpRequest, partner: str, field: Field, problems: list[Problem] | None = None
) -> HttpResponse:
    return show_form(
        request,
        "participants/akun-nomor.html",
        [field],
        problems=problems or [],
        partner=partner,
        name=wording.partner(partner),
    )


def _partner_field() -> Field:
    return Field(
        "partner",
        _("Ke mana insentif dikirim?"),
        kind="radios",
        choices=[
            ("gopay", _("GoPay (dompet elektronik)")),
            ("ovo", _("OVO (dompet elektronik)")),
            ("linkaja", _("LinkAja (dompet elektronik)")),
            ("bni", _("BNI (rekening bank)")),
        ],
    )


def _number_field(partner: str) -> Field:
    if partner in wording.WALLETS:
        label = _("Nomor ponsel %(partner)s Anda") % {"partner": wording.partner(partner)}
        hint = _("Misalnya 0812 0000 1234. Spasi dan +62 boleh.")
    else:
        label = _("Nomor rekening %(partner)s Anda") % {"partner": wording.partner(partner)}
        hint = _("Ada di buku tabungan atau aplikasi bank. Spasi boleh.")
    return Field("account_no", label, hint=hint, kind="digits", short=True)


@citizen(BOTH)
def code(request: HttpRequest, *, person_id: UUID) -> HttpResponseBase:
    """A fresh code by e-mail before a change; the right one opens the way for ten minutes."""
    if request.method != "POST":
        if not _needs_code(request, person_id):
            return see_other(_after_code(request))
        return _show_code(request)
    if sentence := fresh_code.check_typed(request, person_id=person_id):
        return _show_code(request, sentence)
    return see_other(_after_code(request))


@citizen(WRITE)
def send_code(request: HttpRequest, *, person_id: UUID) -> HttpResponseBase:
    """Send the code for a change; a fresh one given just now suffices."""
    if not _needs_code(request, person_id):
        return see_other(_after_code(request))
    fresh_code.send(person_id=person_id)
    return see_other(f"{CODE}?dikirim=ya")


def _after_code(request: HttpRequest) -> str:
    return NUMBER if request.session.get(TYPED) else CHOOSE


def _show_code(request: HttpRequest, sentence: str = "") -> HttpResponse:
    return show_form(
        request,
        "participants/akun-kode.html",
        [one_time_code.field()],
        problems=[Problem("kode", sentence)] if sentence else [],
        was_sent="dikirim" in request.GET or bool(sentence),
    )
