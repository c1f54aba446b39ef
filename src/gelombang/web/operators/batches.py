"""One batch of payouts: its sums both ways, who did what, and the steps of three people."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.utils.translation import gettext as _

from gelombang.journey.disbursement import actions, queries
from gelombang.journey.disbursement.queries import BatchView, Entitlement, FloatRoom, StateCount
from gelombang.journey.disbursement.rules import BatchState, PayoutState
from gelombang.kit.errors import Refusal
from gelombang.web import reading
from gelombang.web.authority import (
    BOTH,
    FINANCE,
    FINANCE_CHECKER,
    FINANCE_RELEASER,
    group_names,
    see_other,
    staff,
)
from gelombang.web.fields import Field, Problem, mark, show_form
from gelombang.web.operators import desk, money_words
from gelombang.web.operators.door import reason_field
from gelombang.web.operators.money import READERS, UNFINISHED

PAYOUTS_SHOWN = 50


@dataclass(frozen=True, slots=True)
class Act:
    """One deed on a batch: whose it is, at which stage, its words, and what does it."""

    slug: str
    groups: tuple[str, ...]
    stages: tuple[BatchState, ...]
    title: Callable[[], str]
    consequence: Callable[[BatchView], str]
    button: Callable[[], str]
    do: Callable[..., None]
    is_typed: bool
    is_dangerous: bool = False


@dataclass(frozen=True, slots=True)
class Offer:
    """A deed as one member of staff sees it: theirs to do, or the sentence that says why not."""

    act: Act
    why_not: str

    @property
    def button(self) -> str:
        """What its button says."""
        return self.act.button()


@dataclass(frozen=True, slots=True)
class Cover:
    """Whether a partner's float covers its part of a batch."""

    partner: str
    payouts: int
    amount: int
    free: int

    @property
    def missing(self) -> int:
        """Rupiah that are lacking; 0 where it is covered."""
        return max(self.amount - self.free, 0)


def _approve(*, reference: str, reason: str, actor: str) -> None:
    clocks = reading.instants()
    actions.approve_batch(
        reference=reference, actor=actor, now=clocks.now, real_now=clocks.real_now
    )
    desk.note(actor=actor, action="desk.approve_batch", subject=f"batch:{reference}", reason=reason)


def _release(*, reference: str, reason: str, actor: str) -> None:
    clocks = reading.instants()
    actions.release_batch(
        reference=reference, actor=actor, now=clocks.now, real_now=clocks.real_now
    )
    desk.note(actor=actor, action="desk.release_batch", subject=f"batch:{reference}", reason=reason)


def _stop(*, reference: str, reason: str, actor: str) -> None:
    clocks = reading.instants()
    actions.stop_batch(
        reference=reference,
        reason=reason,
        actor=actor,
        now=clocks.now,
        real_now=clocks.real_now,
    )


ACTS = {
    "setujui": Act(
        "setujui",
        (FINANCE_CHECKER,),
        (BatchState.PREPARED,),
        lambda: _("Setujui batch ini"),
        lambda batch: (
            _(
                "Jumlahnya besar: perlu dua pemeriksa. Sesudah keduanya setuju, orang lain lagi "
                "yang mencairkan. Belum ada uang yang berangkat."
            )
            if batch.needs_second_check
            else _(
                "Sesudah ini, orang lain yang mencairkan. Belum ada uang yang berangkat. Periksa "
                "jumlahnya dalam angka dan kata."
            )
        ),
        lambda: _("Setujui batch"),
        _approve,
        is_typed=True,
    ),
    "cairkan": Act(
        "cairkan",
        (FINANCE_RELEASER,),
        (BatchState.APPROVED,),
        lambda: _("Cairkan batch ini"),
        lambda batch: _(  # noqa: ARG005 - the same for every batch
            "Begitu dicairkan, uang berangkat ke akun orang dalam hitungan detik. Yang sudah "
            "berangkat tidak dapat ditarik kembali."
        ),
        lambda: _("Cairkan batch"),
        _release,
        is_typed=True,
    ),
    "hentikan": Act(
        "hentikan",
        FINANCE,
        UNFINISHED,
        lambda: _("Hentikan batch ini"),
        lambda batch: _(  # noqa: ARG005 - the same for every batch
            "Mulai saat itu tidak ada lagi yang berangkat. Yang belum berangkat kembali jatuh "
            "tempo dan masuk batch berikutnya. Batch yang dihentikan tidak dapat dilanjutkan."
        ),
        lambda: _("Hentikan sekarang"),
        _stop,
        is_typed=False,
        is_dangerous=True,
    ),
}


@staff(*READERS)
def control(request: HttpRequest, *, actor: str, reference: str) -> HttpResponseBase:
    """One batch: totals in digits and words, its split, its people, its payouts page by page."""
    batch = _batch(reference)
    entitlement = queries.entitlement_of_batch(reference=reference)
    wanted = request.GET.get("keadaan", "")
    state = wanted if wanted in set(PayoutState) else ""
    page = desk.page_number(request)
    found = queries.payouts_of_batch(
        reference=reference,
        state=state,
        offset=(page - 1) * PAYOUTS_SHOWN,
        limit=PAYOUTS_SHOWN + 1,
    )
    context = {
        "batch": batch,
        "state": money_words.batch_state(batch.state),
        "entitlement": entitlement,
        "covers": _covers(reference),
        "counts": queries.counts_of_batch(reference=reference),
        "offers": _offers(request, batch, actor, entitlement),
        "waits_for": _waits_for(batch),
        "chosen": state,
        "payouts": [
            (each, money_words.payout_reason(each.reason)) for each in found[:PAYOUTS_SHOWN]
        ],
        "pages": desk.neighbours(page, has_more=len(found) > PAYOUTS_SHOWN),
    }
    return desk.page(request, "operators/batch.html", context)


def _batch(reference: str) -> BatchView:
    batch = queries.batch(reference=reference)
    if batch is None:
        raise Http404
    return batch


def _covers(reference: str) -> list[Cover]:
    """The batch by partner, beside what lies there free for it."""
    parts: list[StateCount] = list(queries.partners_of_batch(reference=reference))
    rooms: dict[str, FloatRoom] = {
        room.partner: room
        for room in queries.float_rooms(partners=sorted(part.state for part in parts))
    }
    return [Cover(part.state, part.payouts, part.amount, rooms[part.state].free) for part in parts]


def _offers(
    request: HttpRequest, batch: BatchView, actor: str, entitlement: Entitlement
) -> list[Offer]:
    """The deeds that the batch's stage allows, each with why this person may not do it."""
    mine, fits = group_names(request.user), entitlement.difference == 0
    return [
        Offer(act, _why_not(act, batch, actor=actor, groups=mine, fits=fits))
        for act in ACTS.values()
        if batch.state in act.stages
    ]


def _why_not(act: Act, batch: BatchView, *, actor: str, groups: frozenset[str], fits: bool) -> str:
    """Why somebody may not do this to a batch; `fits` says whether it pays what is owed."""
    if not groups & set(act.groups):
        duties = _(" atau ").join(money_words.duty(group) for group in act.groups)
        return _("%(act)s: hanya untuk %(duties)s.") % {"act": act.button(), "duties": duties}
    if act.slug == "hentikan":
        return ""
    own = {
        batch.made_by: _("Anda membuat batch ini, jadi orang lain yang melanjutkan."),
        batch.approved_by: _("Anda sudah memeriksa batch ini, jadi orang lain yang melanjutkan."),
        batch.second_approved_by: _(
            "Anda sudah memeriksa batch ini, jadi orang lain yang melanjutkan."
        ),
    }
    if actor in own:
        return own[actor]
    return "" if fits else _("Jumlah batch berbeda dari hak penerimanya. Hentikan batch ini.")


def _waits_for(batch: BatchView) -> str:
    """One sentence on whose turn it is; empty once nobody is waited for."""
    if batch.state == BatchState.PREPARED:
        if batch.needs_second_check and batch.approved_by:
            return _("pemeriksa kedua, karena jumlahnya di atas batas.")
        return _("pemeriksa yang bukan pembuatnya.")
    if batch.state == BatchState.APPROVED:
        return _("pencair yang bukan pembuat atau pemeriksanya.")
    if batch.state == BatchState.RELEASED:
        return _("jawaban mitra atas setiap pembayaran; selesai tanpa petugas.")
    return ""


@staff(*FINANCE, methods=BOTH)
def act_on(request: HttpRequest, *, actor: str, reference: str, slug: str) -> HttpResponseBase:
    """Take one step of a batch: read what it does, say why, type the batch's number."""
    act, batch = ACTS.get(slug), _batch(reference)
    if act is None:
        raise Http404
    if batch.state not in act.stages:
        return _show(request, act, batch, why_not=_not_now(batch), status=409)
    fits = queries.entitlement_of_batch(reference=reference).difference == 0
    mine = group_names(request.user)
    if why_not := _why_not(act, batch, actor=actor, groups=mine, fits=fits):
        return _show(request, act, batch, why_not=why_not, status=403)
    fields = _fields(act, batch)
    if request.method != "POST":
        return _show(request, act, batch, fields)
    fields = [field.typed_in(request) for field in fields]
    problems = _problems(act, fields, batch)
    if not problems:
        try:
            act.do(reference=reference, reason=fields[0].value, actor=actor)
        except Refusal as refusal:
            fields, problems = mark(fields, refusal)
        else:
            return see_other(f"/meja/uang/batch/{reference}")
    return _show(request, act, batch, fields, problems)


def _not_now(batch: BatchView) -> str:
    said = money_words.batch_state(batch.state).words
    return _("Batch ini tidak pada tahap itu. Sekarang: %(state)s.") % {"state": said}


def _fields(act: Act, batch: BatchView) -> list[Field]:
    if not act.is_typed:
        return [reason_field()]
    confirm = Field(
        "batch",
        _("Ketik %(reference)s untuk memastikan") % {"reference": batch.reference},
        hint=_("Huruf besar dan tanda hubung harus sama."),
    )
    return [reason_field(), confirm]


def _problems(act: Act, fields: list[Field], batch: BatchView) -> list[Problem]:
    found = []
    if sentence := desk.lacking_reason(fields[0].value):
        found.append(Problem("alasan", sentence))
    if act.is_typed and fields[1].value != batch.reference:
        slots = {"reference": batch.reference}
        found.append(Problem("batch", _("Ketik persis %(reference)s.") % slots))
    return found


def _show(
    request: HttpRequest,
    act: Act,
    batch: BatchView,
    fields: list[Field] | None = None,
    problems: list[Problem] | None = None,
    *,
    why_not: str = "",
    status: int = 200,
) -> HttpResponse:
    context: dict[str, Any] = {
        "batch": batch,
        "act": act,
        "title": act.title(),
        "consequence": act.consequence(batch),
        "button": act.button(),
        "why_not": why_not,
        "covers": _covers(batch.reference) if act.slug == "cairkan" else [],
        "entitlement": queries.entitlement_of_batch(reference=batch.reference),
    }
    answer = show_form(
        request,
        "operators/batch-langkah.html",
        fields or [],
        problems=problems or [],
        **context,
        **desk.shared(request),
    )
    if why_not:
        answer.status_code = status
    return answer
