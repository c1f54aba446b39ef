"""What every page of the desk shares: navigation by authority, and the note in the audit trail."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import resolve
from django.utils.translation import gettext as _

from gelombang import store
from gelombang.records.audit import actions as audit
from gelombang.web import reading
from gelombang.web.authority import Authority, may

_LONG_NUMBER = re.compile(r"\d(?:[ .-]?\d){9,}")
SHORTEST_REASON = 10  # letters; "ok" explains nothing to whoever reads the trail
LAST_PAGE = 100_000  # of any list; beyond it nobody turns pages


@dataclass(frozen=True, slots=True)
class Neighbours:
    """The pages before and after one page of a list, by number; 0 where there is none."""

    number: int
    newer: int
    older: int


def navigation(user: Any) -> list[tuple[str, str]]:
    """The pages that this member of staff may open, as (address, name)."""
    pages = [
        ("/meja/", _("Ringkasan")),
        ("/meja/gelombang", _("Gelombang")),
        ("/meja/orang", _("Orang")),
        ("/meja/nominasi", _("Usulan")),
        ("/meja/pelatihan", _("Pelatihan")),
        ("/meja/sertifikat", _("Sertifikat")),
        ("/meja/uang", _("Uang")),
        ("/meja/pintu", _("Pintu depan")),
        ("/meja/kesiapan", _("Kesiapan")),
        ("/meja/program", _("Program")),
        ("/meja/jejak", _("Jejak")),
    ]
    if reading.environment().demo:
        pages.append(("/meja/jam", _("Jam")))
    return [(path, name) for path, name in pages if may(user, _authority(path))]


def _authority(path: str) -> Authority:
    found: Authority = getattr(resolve(path).func, "authority")  # noqa: B009 - set by a decorator
    return found


def page(
    request: HttpRequest, template: str, context: Mapping[str, Any], *, status: int = 200
) -> HttpResponse:
    """A page of the desk."""
    return render(request, template, {**shared(request), **context}, status=status)


def shared(request: HttpRequest) -> dict[str, Any]:
    """What the frame of the desk shows."""
    user: Any = request.user
    pages = navigation(user)
    return {
        "desk_pages": pages,
        "opens": [path for path, _name in pages],
        "staff_name": user.get_username(),
        "now": reading.instants().now,
        "is_demo": reading.environment().demo,
    }


def note(*, actor: str, action: str, subject: str, **detail: str | int | bool) -> None:
    """Write what was done at the desk into the audit trail."""
    clocks = reading.instants()
    with store.transaction():
        audit.note(
            actor=actor,
            action=action,
            subject=subject,
            detail=detail,
            now=clocks.now,
            real_now=clocks.real_now,
        )


def lacking_reason(reason: str) -> str:
    """The sentence that asks for a real reason; empty when there is one."""
    if _LONG_NUMBER.search(reason):
        return _(
            "Jangan tulis NIK atau nomor panjang lain di alasan: jejak tidak memuat data pribadi."
        )
    if sum(letter.isalpha() for letter in reason) >= SHORTEST_REASON:
        return ""
    return _("Tulis alasannya dalam satu kalimat, paling sedikit 10 huruf. Alasan ini dicatat.")


def page_number(request: HttpRequest) -> int:
    """The page of a list that `hal` names; the first for anything else."""
    text = request.GET.get("hal", "")
    is_number = text.isascii() and text.isdecimal() and len(text) <= len(str(LAST_PAGE))
    return min(max(int(text), 1), LAST_PAGE) if is_number else 1


def neighbours(page: int, *, has_more: bool) -> Neighbours:
    """Where a list goes on from a page of it."""
    return Neighbours(number=page, newer=page - 1, older=page + 1 if has_more else 0)
