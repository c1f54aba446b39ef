"""The calls of the second half: award, courses, purchases, certificates, survey, money.

One call a deed, the same actions as the pages; who repeats a deed gets the same answer as there.
"""

from __future__ import annotations

import re
from typing import Annotated, Any
from uuid import UUID

from django.http import Http404, HttpRequest
from ninja import Query, Router, Status

from gelombang.journey.certification import queries as certification
from gelombang.journey.disbursement import actions as disbursement, queries as money
from gelombang.journey.feedback import actions as feedback, queries as answers
from gelombang.journey.learning import actions as learning, queries as learned
from gelombang.journey.learning.queries import PurchaseView
from gelombang.journey.selection import actions as selection, queries as selected
from gelombang.journey.selection.queries import AwardView
from gelombang.journey.selection.rules import AwardNotYours
from gelombang.web import reading
from gelombang.web.api import benefit_views as views, problems, schemas
from gelombang.web.api.sessions import CitizenSession, person_of, require_fresh_code

COURSE_CODE = re.compile(r"[A-Z0-9-]{1,40}")
PURCHASE_ID = re.compile(r"[1-9][0-9]{0,17}")

router = Router()
signed_in = CitizenSession()


@router.get("/award", response=dict[str, Any], auth=signed_in)
def award(request: HttpRequest) -> dict[str, Any]:
    """The person's latest award with its balance, deadlines and movements; null without one."""
    found = selected.award_of(person_id=person_of(request))
    return {"award": views.of_award(found) if found else None}


@router.post("/award/accept", response=schemas.State, auth=signed_in)
def accept(request: HttpRequest) -> schemas.State:
    """Take the award up: the training aid becomes the training balance."""
    person_id, clocks = person_of(request), reading.instants()
    selection.accept(
        person_id=person_id,
        award_id=_award(person_id).id,
        actor=f"person:{person_id}",
        now=clocks.now,
        real_now=clocks.real_now,
    )
    return schemas.State(state="accepted")


@router.post("/award/decline", response=schemas.State, auth=signed_in)
def decline(request: HttpRequest) -> schemas.State:
    """Say no to the award: everything goes back to the budget."""
    person_id, clocks = person_of(request), reading.instants()
    selection.decline(
        person_id=person_id,
        award_id=_award(person_id).id,
        actor=f"person:{person_id}",
        now=clocks.now,
        real_now=clocks.real_now,
    )
    return schemas.State(state="declined")


@router.get("/courses", auth=None)
def courses(request: HttpRequest, asked: Annotated[schemas.Courses, Query()]) -> dict[str, Any]:
    """A page of the catalogue."""
    found = learned.catalogue(
        category=asked.category,
        mode=asked.mode,
        text=asked.text,
        most_price=asked.most_price,
        sort=asked.sort,
        offset=asked.offset,
        limit=asked.limit,
    )
    language = problems.language(request)
    listed = [views.of_course(course, language=language) for course in found.courses]
    return {"courses": listed, "total": found.total}


@router.post("/purchases", response={201: schemas.Bought}, auth=signed_in)
def buy(request: HttpRequest, body: schemas.Purchase) -> Status[schemas.Bought]:
    """Buy a course; its price is held from the training balance until it is finished."""
    if not COURSE_CODE.fullmatch(body.course):
        raise Http404
    person_id, clocks = person_of(request), reading.instants()
    bought = learning.buy(
        person_id=person_id,
        course_code=body.course,
        actor=f"person:{person_id}",
        now=clocks.now,
        real_now=clocks.real_now,
    )
    return Status(201, _bought(bought))


def _bought(bought: PurchaseView) -> schemas.Bought:
    left = views.balance(bought.award_id)
    return schemas.Bought(
        id=bought.id,
        redeem_code=bought.redeem_code,
        price=bought.price,
        balance_before=left + bought.price,
        balance_after=left,
    )


@router.get("/purchases", response=list[dict[str, Any]], auth=signed_in)
def purchases(request: HttpRequest) -> list[dict[str, Any]]:
    """What the person bought, latest first."""
    language = problems.language(request)
    found = learned.purchases_of(person_id=person_of(request))
    return [views.of_purchase(purchase, language=language) for purchase in found]


@router.post("/purchases/{purchase_id}/cancel", response=schemas.State, auth=signed_in)
def cancel(request: HttpRequest, purchase_id: str) -> schemas.State:
    """Give a course back whose code the provider has not taken yet."""
    if not PURCHASE_ID.fullmatch(purchase_id):
        raise Http404
    person_id, clocks = person_of(request), reading.instants()
    learning.cancel(
        person_id=person_id,
        purchase_id=int(purchase_id),
        actor=f"person:{person_id}",
        now=clocks.now,
        real_now=clocks.real_now,
    )
    return schemas.State(state="cancelled")


@router.get("/certificates", response=list[dict[str, Any]], auth=signed_in)
def certificates(request: HttpRequest) -> list[dict[str, Any]]:
    """The person's certificates, and whether each was reviewed."""
    found = certification.certificates_of(person_id=person_of(request))
    reviews = answers.review_of(numbers=[certificate.number for certificate in found])
    language = problems.language(request)
    return [
        views.of_certificate(each, language=language, reviewed=each.number in reviews)
        for each in found
    ]


@router.post("/reviews", response={201: schemas.State}, auth=signed_in)
def review(request: HttpRequest, body: schemas.Review) -> Status[schemas.State]:
    """Review a finished course, once."""
    person_id, clocks = person_of(request), reading.instants()
    feedback.review(
        person_id=person_id,
        certificate_number=body.certificate,
        rating=body.rating,
        words=body.words,
        actor=f"person:{person_id}",
        now=clocks.now,
        real_now=clocks.real_now,
    )
    return Status(201, schemas.State(state="reviewed"))


@router.get("/survey", response=dict[str, Any], auth=signed_in)
def survey(request: HttpRequest) -> dict[str, Any]:
    """The survey's questions and options, whether it is open, and when it was answered."""
    standing = answers.survey_of(person_id=person_of(request))
    return views.of_survey(standing, language=problems.language(request))


@router.post("/survey", response={201: schemas.State}, auth=signed_in)
def answer_survey(request: HttpRequest, body: schemas.Survey) -> Status[schemas.State]:
    """Answer the survey, once."""
    person_id, clocks = person_of(request), reading.instants()
    feedback.answer_survey(
        person_id=person_id,
        answers=body.answers,
        actor=f"person:{person_id}",
        now=clocks.now,
        real_now=clocks.real_now,
    )
    return Status(201, schemas.State(state="answered"))


@router.put("/payout-account", response={202: schemas.State}, auth=signed_in)
def state_account(request: HttpRequest, body: schemas.PayoutAccount) -> Status[schemas.State]:
    """State where the money should go; the partner is asked afterwards.

    A change needs a session that was opened by a code within the last ten minutes.
    """
    person_id, clocks = person_of(request), reading.instants()
    if money.account_of(person_id=person_id) is not None:
        require_fresh_code(request, real_now=clocks.real_now)
    disbursement.state_account(
        person_id=person_id,
        partner=body.partner,
        account_no=body.account_no,
        keyring=reading.keyring(),
        actor=f"person:{person_id}",
        now=clocks.now,
        real_now=clocks.real_now,
    )
    return Status(202, schemas.State(state="asked"))


@router.get("/payout-account", response=dict[str, Any], auth=signed_in)
def account(request: HttpRequest) -> dict[str, Any]:
    """The account that money goes to, and what became of the one stated last."""
    person_id = person_of(request)
    return views.of_accounts(
        linked=money.account_of(person_id=person_id),
        stated=money.account_question_of(person_id=person_id),
    )


@router.get("/payments", response=list[dict[str, Any]], auth=signed_in)
def payments(request: HttpRequest) -> list[dict[str, Any]]:
    """Every payment that the award promises, and how far it came."""
    return [views.of_payment(each) for each in money.payments_of(person_id=person_of(request))]


def _award(person_id: UUID) -> AwardView:
    found = selected.award_of(person_id=person_id)
    if found is None:
        raise AwardNotYours
    return found
