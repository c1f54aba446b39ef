"""Buying a training with the balance, and the trainings bought: code, progress, giving back."""

from __future__ import annotations

from uuid import UUID

from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import render
from django.utils.translation import gettext as _

from gelombang.journey.learning import actions as learning, queries
from gelombang.journey.learning.queries import CourseView
from gelombang.journey.learning.rules import UnfinishedTraining
from gelombang.journey.selection.rules import AwardState
from gelombang.kit.errors import Refusal
from gelombang.web import reading
from gelombang.web.authority import BOTH, citizen, see_other
from gelombang.web.fields import Problem
from gelombang.web.participants import benefit, wording
from gelombang.web.participants.benefit import Benefit
from gelombang.web.participants.refusing import problem_of

MINE = "/saya/pelatihan"
CONFLICT = 409
NO_AWARD, ACCEPT, ENDED, UNFINISHED, SHORT, OFF, MAY = (
    "no-award", "accept", "ended", "unfinished", "short", "off", "may"
)  # fmt: skip


@citizen(BOTH)
def buy(request: HttpRequest, *, person_id: UUID, code: str) -> HttpResponseBase:
    """The balance before and after; one button buys. Why not, where it cannot be bought."""
    course = queries.course(code=code)
    if course is None:
        raise Http404
    found = benefit.benefit_of(person_id=person_id)
    if request.method != "POST":
        return _show_confirm(request, course, found)
    if reading.typed(request, "harga") != str(course.price):
        words = _("Harganya berubah sejak Anda membuka halaman ini. Periksa lagi sebelum membeli.")
        return _show_confirm(request, course, found, Problem("", words))
    return _buy(request, person_id, course, found)


def _buy(
    request: HttpRequest, person_id: UUID, course: CourseView, found: Benefit | None
) -> HttpResponse:
    clocks = reading.instants()
    try:
        bought = learning.buy(
            person_id=person_id,
            course_code=course.code,
            actor=f"person:{person_id}",
            now=clocks.now,
            real_now=clocks.real_now,
        )
    except UnfinishedTraining as refusal:
        found = benefit.benefit_of(person_id=person_id)
        if found and found.unfinished and found.unfinished.course.code == course.code:
            return see_other(f"{MINE}/{found.unfinished.id}")  # the same deed, sent twice
        return _show_confirm(request, course, found, problem_of(refusal))
    except Refusal as refusal:
        return _show_confirm(request, course, found, problem_of(refusal))
    return see_other(f"{MINE}/{bought.id}?dibeli=ya")


def _show_confirm(
    request: HttpRequest,
    course: CourseView,
    found: Benefit | None,
    problem: Problem | None = None,
) -> HttpResponse:
    context = {
        "course": course,
        "benefit": found,
        "stage": _stage(course, found),
        "after": found.balance - course.price if found else 0,
        "short": course.price - found.balance if found else 0,
        "problems": [problem] if problem else [],
    }
    status = CONFLICT if problem else 200
    return render(request, "participants/beli.html", context, status=status)


def _stage(course: CourseView, found: Benefit | None) -> str:
    """Whether the course can be bought, or what stands in the way."""
    if found is None:
        return NO_AWARD
    if found.award.state == AwardState.OPEN:
        return ACCEPT
    if not found.is_accepted:
        return ENDED
    if found.unfinished is not None:
        return UNFINISHED
    if not course.is_on_sale:
        return OFF
    return SHORT if course.price > found.balance else MAY


@citizen()
def trainings(request: HttpRequest, *, person_id: UUID) -> HttpResponseBase:
    """Every training bought, with its progress and what comes next."""
    found = benefit.benefit_of(person_id=person_id)
    rows = [
        {"purchase": each, "told": wording.purchase(each)}
        for each in (found.purchases if found else ())
    ]
    context = {"benefit": found, "rows": rows}
    return render(request, "participants/pelatihan-saya.html", context)


@citizen()
def training(request: HttpRequest, *, person_id: UUID, purchase_id: int) -> HttpResponseBase:
    """One training: the redeem code and what to do with it, progress, certificate."""
    return _show_training(request, person_id, purchase_id)


def _show_training(
    request: HttpRequest, person_id: UUID, purchase_id: int, problem: Problem | None = None
) -> HttpResponse:
    purchase = queries.purchase(person_id=person_id, purchase_id=purchase_id)
    found = benefit.benefit_of(person_id=person_id)
    if purchase is None or found is None:
        raise Http404
    mine = [each for each in found.certificates if each.purchase_id == purchase.id]
    certificate = mine[0] if mine else None
    context = {
        "benefit": found,
        "purchase": purchase,
        "told": wording.purchase(purchase),
        "end_reason": wording.end_reason(purchase),
        "left": max(0, purchase.course.sessions - purchase.attended),
        "certificate": certificate,
        "is_reviewed": certificate is not None and certificate.number in found.reviewed,
        "was_bought_now": "dibeli" in request.GET and purchase.can_be_cancelled,
        "before": found.balance + purchase.price,
        "problems": [problem] if problem else [],
    }
    status = CONFLICT if problem else 200
    return render(request, "participants/satu-pelatihan-saya.html", context, status=status)


@citizen(BOTH)
def cancel(request: HttpRequest, *, person_id: UUID, purchase_id: int) -> HttpResponseBase:
    """What giving back means, and the deed; given back twice is given back once."""
    purchase = queries.purchase(person_id=person_id, purchase_id=purchase_id)
    if purchase is None:
        raise Http404
    if request.method != "POST":
        if not purchase.can_be_cancelled:
            return see_other(f"{MINE}/{purchase_id}")
        return render(request, "participants/batal-pelatihan.html", {"purchase": purchase})
    clocks = reading.instants()
    try:
        learning.cancel(
            person_id=person_id,
            purchase_id=purchase_id,
            actor=f"person:{person_id}",
            now=clocks.now,
            real_now=clocks.real_now,
        )
    except Refusal as refusal:
        return _show_training(request, person_id, purchase_id, problem_of(refusal))
    return see_other(f"{MINE}/{purchase_id}")
