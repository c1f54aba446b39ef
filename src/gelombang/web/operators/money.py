"""The money desk: what is due, held, on its way and at each partner; and making a batch of it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.http import HttpRequest, HttpResponseBase
from django.utils.translation import gettext as _

from gelombang.journey.disbursement import actions, queries
from gelombang.journey.disbursement.actions.batches import MOST_IN_BATCH
from gelombang.journey.disbursement.queries import DueSummary, FloatView, Heap
from gelombang.journey.disbursement.rules import PARTNERS, BatchState
from gelombang.kit.errors import Refusal
from gelombang.kit.money import show_count, show_idr
from gelombang.web import reading
from gelombang.web.authority import (
    AUDITOR,
    FINANCE,
    FINANCE_MAKER,
    OPERATOR,
    PROGRAMME_DIRECTOR,
    WRITE,
    group_names,
    see_other,
    staff,
)
from gelombang.web.fields import Field, mark, show_form
from gelombang.web.operators import desk, money_words
from gelombang.web.reading import Instants

READERS = (*FINANCE, PROGRAMME_DIRECTOR, AUDITOR, OPERATOR)
BATCHES_SHOWN = 20
UNFINISHED = (BatchState.PREPARED, BatchState.APPROVED, BatchState.RELEASED)


@dataclass(frozen=True, slots=True)
class PartnerRow:
    """One partner on the overview: what waits for it, what is on its way, what lies there."""

    code: str
    name: str
    due: Heap
    clearing: int
    balance: int
    free: int
    trouble: str

    @property
    def lacks(self) -> int:
        """Rupiah that a batch of everything due would want beyond what is free; 0 if covered."""
        return max(self.due.amount - self.free, 0)


@staff(*READERS)
def overview(request: HttpRequest, *, actor: str) -> HttpResponseBase:  # noqa: ARG001 - reading only
    """What waits for whom, in rupiah; and the button that makes a batch of what is due."""
    return _show(request)


@staff(FINANCE_MAKER, methods=WRITE)
def make(request: HttpRequest, *, actor: str) -> HttpResponseBase:
    """Prepare payouts of everything that is due, or of one partner's part of it."""
    clocks = reading.instants()
    try:
        batch = actions.make_batch(
            actor=actor,
            now=clocks.now,
            real_now=clocks.real_now,
            partner=reading.typed(request, "partner") or None,
        )
    except Refusal as refusal:
        return _show(request, refusal)
    return see_other(f"/meja/uang/batch/{batch.reference}")


def _show(request: HttpRequest, refusal: Refusal | None = None) -> HttpResponseBase:
    clocks = reading.instants()
    due = queries.due_summary(now=clocks.now)
    page = desk.page_number(request)
    found = queries.batches(offset=(page - 1) * BATCHES_SHOWN, limit=BATCHES_SHOWN + 1)
    fields = [_partner_field(due)]
    fields, problems = mark(fields, refusal) if refusal else (fields, [])
    return show_form(
        request,
        "operators/uang.html",
        fields,
        problems=problems,
        is_maker=FINANCE_MAKER in group_names(request.user),
        due=due,
        most=MOST_IN_BATCH if due.payable.count > MOST_IN_BATCH else 0,
        elsewhere=due.due.get("", Heap()),
        partners=[_row(each, due, clocks) for each in queries.floats()],
        held=[(money_words.held(reason), heap) for reason, heap in sorted(due.held.items())],
        waiting=queries.waiting(now=clocks.now),
        batches=[_batch_row(each) for each in found[:BATCHES_SHOWN]],
        open_batches=sum(queries.batches_in(state=state) for state in UNFINISHED),
        unknowns=queries.unknown_count(),
        pages=desk.neighbours(page, has_more=len(found) > BATCHES_SHOWN),
        **desk.shared(request),
    )


def _partner_field(due: DueSummary) -> Field:
    """Which part of what is due goes into the batch, each with its size."""
    every = _("Semua mitra: %(heap)s") % {"heap": _heap_words(due.payable)}
    parts = [
        (code, f"{name}: {_heap_words(due.due[code])}")
        for code, name in PARTNERS.items()
        if code in due.due
    ]
    return Field("partner", _("Isi batch"), kind="radios", choices=[("", every), *parts])


def _heap_words(heap: Heap) -> str:
    slots = {"n": show_count(heap.count, reading.language()), "amount": show_idr(heap.amount)}
    return _("%(n)s pembayaran, %(amount)s") % slots


def _row(view: FloatView, due: DueSummary, clocks: Instants) -> PartnerRow:
    return PartnerRow(
        code=view.room.partner,
        name=view.name,
        due=due.due.get(view.room.partner, Heap()),
        clearing=view.room.clearing,
        balance=view.room.balance,
        free=view.room.free,
        trouble=_trouble(view, clocks),
    )


def _trouble(view: FloatView, clocks: Instants) -> str:
    """Why nothing is sent to a partner at the moment; empty where it is asked as usual."""
    health = view.health
    if health is None or not health.is_closed(now=clocks.now, real_now=clocks.real_now):
        return ""
    return health.stopped_reason or _("diistirahatkan; dicoba lagi tanpa petugas")


def _batch_row(batch: queries.BatchView) -> dict[str, Any]:
    return {"batch": batch, "state": money_words.batch_state(batch.state)}
