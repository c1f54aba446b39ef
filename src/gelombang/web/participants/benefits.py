"""The award's own page: what it holds, where every rupiah went, taking it up or declining it."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import render
from django.utils.translation import gettext as _

from gelombang.journey.selection import actions as selection, queries
from gelombang.journey.selection.rules import AwardState
from gelombang.kit.errors import Refusal
from gelombang.web import reading
from gelombang.web.authority import BOTH, WRITE, citizen, see_other
from gelombang.web.fields import Field, Problem, show_form
from gelombang.web.participants import benefit, wording
from gelombang.web.participants.benefit import Benefit
from gelombang.web.participants.next_steps import of_benefit
from gelombang.web.participants.refusing import problem_of

PAGE = "/saya/bantuan"


@citizen()
def award(request: HttpRequest, *, person_id: UUID) -> HttpResponseBase:
    """The award with its balance, deadlines and movements; in words where it ended."""
    return _show(request, benefit.benefit_of(person_id=person_id))


def _show(
    request: HttpRequest, found: Benefit | None, problem: Problem | None = None
) -> HttpResponse:
    context = {
        "benefit": found,
        "parts": _parts(found) if found else [],
        "rows": _rows(found) if found else [],
        "next": of_benefit(found) if found else None,
        "problems": [problem] if problem else [],
    }
    status = 422 if problem else 200
    return render(request, "participants/bantuan.html", context, status=status)


def _parts(found: Benefit) -> list[dict[str, str]]:
    """What the award consists of, part by part."""
    return [
        {"name": wording.part_name(part.kind), "words": wording.part_amount(part)}
        for part in queries.scheme_of_award(award=found.award).parts
    ]


def _rows(found: Benefit) -> list[dict[str, Any]]:
    """Every movement of the training balance, in words."""
    courses = {str(each.id): each.course.title for each in found.purchases}
    return [
        {
            "movement": movement,
            "words": wording.movement(movement, courses),
        }
        for movement in queries.statement(award_id=found.award.id)
    ]


@citizen(WRITE)
def accept(request: HttpRequest, *, person_id: UUID) -> HttpResponseBase:
    """Take the award up. Accepting again shows what is there already."""
    found = benefit.benefit_of(person_id=person_id)
    if found is None:
        return see_other(PAGE)
    clocks = reading.instants()
    try:
        selection.accept(
            person_id=person_id,
            award_id=found.award.id,
            actor=f"person:{person_id}",
            now=clocks.now,
            real_now=clocks.real_now,
        )
    except Refusal as refusal:
        return _show(request, benefit.benefit_of(person_id=person_id), problem_of(refusal))
    return see_other(f"{PAGE}?diterima=ya")


@citizen(BOTH)
def decline(request: HttpRequest, *, person_id: UUID) -> HttpResponseBase:
    """What declining means, a box to tick, and the deed."""
    found = benefit.benefit_of(person_id=person_id)
    if found is None or found.award.state != AwardState.OPEN:
        return see_other(PAGE)
    if request.method != "POST":
        return _show_consequence(request, found)
    if not reading.typed(request, "yakin"):
        return _show_consequence(request, found, is_unsure=True)
    clocks = reading.instants()
    try:
        selection.decline(
            person_id=person_id,
            award_id=found.award.id,
            actor=f"person:{person_id}",
            now=clocks.now,
            real_now=clocks.real_now,
        )
    except Refusal as refusal:
        return _show(request, benefit.benefit_of(person_id=person_id), problem_of(refusal))
    return see_other(PAGE)


def _show_consequence(
    request: HttpRequest, found: Benefit, *, is_unsure: bool = False
) -> HttpResponse:
    sure = Field(
        name="yakin",
        label=_("Saya mengerti dan tidak mengambil bantuan ini."),
        kind="checkbox",
    )
    words = _("Centang pernyataan ini bila Anda yakin. Bila tidak, kembali saja.")
    problems = [Problem("yakin", words)] if is_unsure else []
    return show_form(
        request, "participants/tolak.html", [sure], problems=problems, award=found.award
    )
