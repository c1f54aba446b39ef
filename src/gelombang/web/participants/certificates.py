"""A person's certificate on a page and on paper, and the review of the training."""

from __future__ import annotations

from uuid import UUID

from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import render
from django.utils.translation import gettext as _

from gelombang.journey.certification import paper, queries as certification
from gelombang.journey.certification.queries import HolderView
from gelombang.journey.certification.rules import CertificateState, show_number
from gelombang.journey.feedback import actions as feedback, queries as reviews
from gelombang.journey.feedback.rules import (
    HIGHEST_RATING,
    LOWEST_RATING,
    AlreadyReviewed,
)
from gelombang.kit.errors import Refusal
from gelombang.web import reading
from gelombang.web.authority import BOTH, citizen, see_other
from gelombang.web.fields import Field, Problem, mark, show_form


@citizen()
def certificate(request: HttpRequest, *, person_id: UUID, number: str) -> HttpResponseBase:
    """The certificate as its holder reads it."""
    found = _held(person_id, number)
    context = {
        "certificate": found,
        "number": show_number(found.number),
        "address": _public_address(found),
        "is_reviewed": bool(reviews.review_of(numbers=[found.number])),
        "is_valid": found.state == CertificateState.VALID,
    }
    return render(request, "participants/sertifikat-saya.html", context)


@citizen()
def certificate_pdf(request: HttpRequest, *, person_id: UUID, number: str) -> HttpResponseBase:  # noqa: ARG001 - Django's signature
    """The certificate on paper; none of a certificate that was taken back."""
    found = _held(person_id, number)
    if found.state != CertificateState.VALID:
        raise Http404
    page = paper.pdf(view=found, verify_url=_public_address(found), language=reading.language())
    name = f"sertifikat-{show_number(found.number)}.pdf"
    disposition = {"Content-Disposition": f'attachment; filename="{name}"'}
    return HttpResponse(page, content_type="application/pdf", headers=disposition)


def _held(person_id: UUID, number: str) -> HolderView:
    found = certification.certificate_for_holder(
        person_id=person_id, number=number, keyring=reading.keyring()
    )
    if found is None:
        raise Http404
    return found


def _public_address(found: HolderView) -> str:
    return f"{reading.environment().base_url}/sertifikat/{found.number}"


@citizen(BOTH)
def review(request: HttpRequest, *, person_id: UUID, number: str) -> HttpResponseBase:
    """A rating and words, once; what was sent before is shown as done."""
    found = _held(person_id, number)
    if request.method != "POST":
        return _show_review(request, found, _fields())
    fields = [field.typed_in(request) for field in _fields()]
    rating, words = (field.value for field in fields)
    clocks = reading.instants()
    try:
        feedback.review(
            person_id=person_id,
            certificate_number=found.number,
            rating=int(rating) if rating in _ratings() else 0,
            words=words,
            actor=f"person:{person_id}",
            now=clocks.now,
            real_now=clocks.real_now,
        )
    except AlreadyReviewed:
        return see_other(request.path)
    except Refusal as refusal:
        fields, problems = mark(fields, refusal)
        return _show_review(request, found, fields, problems)
    return see_other(f"{request.path}?terkirim=ya")


def _show_review(
    request: HttpRequest,
    found: HolderView,
    fields: list[Field],
    problems: list[Problem] | None = None,
) -> HttpResponse:
    done = reviews.review_of(numbers=[found.number]).get(found.number)
    return show_form(
        request,
        "participants/ulasan.html",
        fields,
        problems=problems or [],
        certificate=found,
        done=done,
        is_valid=found.state == CertificateState.VALID,
    )


def _ratings() -> dict[str, str]:
    names = {
        "5": _("5 – sangat baik"),
        "4": _("4 – baik"),
        "3": _("3 – cukup"),
        "2": _("2 – kurang"),
        "1": _("1 – buruk"),
    }
    known = {str(rating) for rating in range(LOWEST_RATING, HIGHEST_RATING + 1)}
    return {rating: name for rating, name in names.items() if rating in known}


def _fields() -> list[Field]:
    words = _("Apa yang berguna, apa yang kurang? Jangan tulis nama atau nomor siapa pun.")
    return [
        Field(
            "rating", _("Bagaimana pelatihan ini?"), kind="radios", choices=list(_ratings().items())
        ),
        Field("words", _("Ulasan Anda"), hint=words, kind="textarea"),
    ]
