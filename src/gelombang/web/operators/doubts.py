"""Payouts whose fate nobody knows or that are strange, and one payout with all that was said."""

from __future__ import annotations

from dataclasses import dataclass

from django.http import Http404, HttpRequest, HttpResponseBase
from django.utils.translation import gettext as _

from gelombang.journey.disbursement import actions, queries
from gelombang.journey.disbursement.paying import Call, Said
from gelombang.journey.disbursement.queries import AnswerView, PayoutView
from gelombang.journey.disbursement.rules import PayoutState
from gelombang.kit.errors import Refusal
from gelombang.kit.instants import show_instant
from gelombang.web import reading
from gelombang.web.authority import FINANCE, WRITE, group_names, see_other, staff
from gelombang.web.fields import Problem, show_form
from gelombang.web.operators import desk, money_words
from gelombang.web.operators.money import READERS

DOUBTS_SHOWN = 50


@dataclass(frozen=True, slots=True)
class Doubt:
    """A payout on the list of doubts, with what is strange about it and what comes next."""

    payout: PayoutView
    what: str
    next_step: str


@staff(*READERS)
def unknowns(request: HttpRequest, *, actor: str) -> HttpResponseBase:  # noqa: ARG001 - reading only
    """Unknown and strange payouts, the oldest first: since when, how often asked, what is next."""
    page = desk.page_number(request)
    found = queries.unknowns(offset=(page - 1) * DOUBTS_SHOWN, limit=DOUBTS_SHOWN + 1)
    context = {
        "total": queries.unknown_count(),
        "doubts": [
            Doubt(each, money_words.payout_reason(each.reason), _next_step(each))
            for each in found[:DOUBTS_SHOWN]
        ],
        "pages": desk.neighbours(page, has_more=len(found) > DOUBTS_SHOWN),
    }
    return desk.page(request, "operators/tak-pasti.html", context)


def _next_step(payout: PayoutView) -> str:
    """What happens by itself, or what a person may do."""
    if payout.next_step_at is None:
        return money_words.advice(payout.reason)
    slots = {"at": show_instant(payout.next_step_at).in_language(reading.language())}
    if payout.may_resend:
        return _("Dikirim lagi %(at)s dengan referensi yang sama.") % slots
    return _("Ditanyakan ke mitra %(at)s, tanpa petugas.") % slots


@staff(*READERS)
def payout(request: HttpRequest, *, actor: str, reference: str) -> HttpResponseBase:  # noqa: ARG001
    """One payout with every answer of its partner."""
    return _show(request, _payout(reference))


def _payout(reference: str) -> PayoutView:
    found = queries.payout(reference=reference)
    if found is None:
        raise Http404
    return found


@staff(*FINANCE, methods=WRITE)
def ask(request: HttpRequest, *, actor: str, reference: str) -> HttpResponseBase:
    """Have the partner asked once more; the worker asks within seconds."""
    found, clocks = _payout(reference), reading.instants()
    try:
        actions.ask_again(
            reference=reference, actor=actor, now=clocks.now, real_now=clocks.real_now
        )
    except Refusal as refusal:
        sentence = refusal.text.in_language(reading.language())
        return _show(request, found, [Problem("", sentence)])
    return see_other(f"/meja/uang/pembayaran/{reference}")


def is_askable(found: PayoutView) -> bool:
    """Whether nothing more is asked about a payout by itself, and a person may ask."""
    is_over = found.next_step_at is None and found.sent_at is not None
    return is_over and found.state in {PayoutState.FAILED, PayoutState.UNKNOWN}


def _show(
    request: HttpRequest, found: PayoutView, problems: list[Problem] | None = None
) -> HttpResponseBase:
    is_doubtful = found.state == PayoutState.UNKNOWN or money_words.is_strange(found.reason)
    answers = queries.answers_of(reference=found.reference)
    return show_form(
        request,
        "operators/pembayaran.html",
        [],
        problems=problems or [],
        payout=found,
        state=money_words.payout_state(found.state),
        what=money_words.payout_reason(found.reason),
        next_step=_next_step(found) if is_doubtful else "",
        answers=[(each, _call(each), _said(each)) for each in answers],
        is_askable=is_askable(found),
        may_ask=bool(group_names(request.user) & set(FINANCE)),
        **desk.shared(request),
    )


def _call(answer: AnswerView) -> str:
    return _("Perintah bayar") if answer.call == Call.PAY else _("Pertanyaan")


def _said(answer: AnswerView) -> str:
    """What a partner's answer came to; an outcome that this page does not know as its code."""
    said: dict[str, str] = {
        Said.PAID: _("sudah sampai"),
        Said.REFUSED: _("ditolak"),
        Said.IN_PROGRESS: _("sedang diproses mitra"),
        Said.NOT_FOUND: _("mitra tidak mengenal referensinya"),
        Said.NOT_NOW: _("tidak dijalankan sekarang"),
        Said.NO_FUNDS: _("dana di mitra habis"),
        Said.OUR_FAULT: _("permintaan kami keliru"),
        Said.UNANSWERED: _("tidak ada jawaban"),
    }
    return said.get(answer.outcome, answer.outcome)
