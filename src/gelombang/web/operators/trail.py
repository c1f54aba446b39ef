"""The audit trail, a page at a time: who did what, when, and its place in the chain."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponseBase

from gelombang.records.audit import queries
from gelombang.web.authority import AUDITOR, OPERATOR, PROGRAMME_DIRECTOR, staff
from gelombang.web.operators import desk

PAGE = 50
LARGEST_ID = 2**63 - 1
_NAMED = ("subject", "actor")


@staff(AUDITOR, OPERATOR, PROGRAMME_DIRECTOR)
def trail(request: HttpRequest, *, actor: str) -> HttpResponseBase:  # noqa: ARG001 - reading only
    """The latest entries first, of everything, of one subject or of one actor."""
    chosen = {name: request.GET.get(name, "")[:100].replace("\0", "") for name in _NAMED}
    entries = queries.trail(
        subject=chosen["subject"] or None,
        actor=chosen["actor"] or None,
        before=_before(request.GET.get("sebelum", "")),
        limit=PAGE,
    )
    context = {
        "entries": entries,
        "chosen": chosen,
        "older": entries[-1].id if len(entries) == PAGE else None,
        "head": queries.latest_head(),
        "backlog": queries.backlog(),
    }
    return desk.page(request, "operators/jejak.html", context)


def _before(text: str) -> int | None:
    is_number = text.isascii() and text.isdecimal() and len(text) <= len(str(LARGEST_ID))
    return min(int(text), LARGEST_ID) if is_number else None
