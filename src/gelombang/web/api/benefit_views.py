"""The second half as plain values: award, courses, purchases, certificates, survey, money.

Amounts are whole rupiah, instants virtual and in ISO 8601.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any

from gelombang.journey.certification.queries import OwnView
from gelombang.journey.disbursement.queries import AccountView, PaymentView
from gelombang.journey.feedback.queries import SurveyStanding
from gelombang.journey.feedback.survey import EMPLOYMENT
from gelombang.journey.learning.queries import CourseView, PurchaseView
from gelombang.journey.selection import queries as selection
from gelombang.journey.selection.queries import AwardView
from gelombang.kit.words import Language
from gelombang.records.ledger import queries as ledger
from gelombang.records.ledger.rules import balance_of


def of_award(award: AwardView) -> dict[str, Any]:
    """An award with its balance, deadlines and every movement of the balance."""
    return {
        "id": award.id,
        "state": award.state,
        "scheme": award.scheme,
        "ticket": award.ticket,
        "wave": award.wave_id,
        "amount": award.amount,
        "training_aid": selection.training_aid_of(award=award),
        "balance": balance(award.id),
        "awarded_at": _at(award.awarded_at),
        "accepted_at": _at(award.accepted_at),
        "purchase_by": _at(award.purchase_by),
        "spend_by": _at(award.spend_by),
        "ended_at": _at(award.ended_at),
        "movements": [
            {
                "kind": movement.kind,
                "amount": movement.amount,
                "balance": movement.balance,
                "at": _at(movement.happened_at),
                "reference": movement.reference,
            }
            for movement in selection.statement(award_id=award.id)
        ],
    }


def balance(award_id: int) -> int:
    """What is left to buy courses with."""
    purse = balance_of(award_id)
    return ledger.balance(kind=purse.kind, holder=purse.holder)


def of_course(course: CourseView, *, language: Language) -> dict[str, Any]:
    """A course as the catalogue offers it."""
    return {
        "code": course.code,
        "title": course.title.in_language(language),
        "about": course.about.in_language(language),
        "category": course.category_code,
        "mode": course.mode,
        "price": course.price,
        "hours": course.hours,
        "sessions": course.sessions,
        "schedule": course.schedule.in_language(language),
        "provider": course.provider_code,
        "provider_name": course.provider_name,
        "rating": float(course.rating) if course.rating is not None else None,
        "rating_count": course.rating_count,
    }


def of_purchase(purchase: PurchaseView, *, language: Language) -> dict[str, Any]:
    """A purchase with its code and progress."""
    return {
        "id": purchase.id,
        "course": purchase.course.code,
        "title": purchase.course.title.in_language(language),
        "price": purchase.price,
        "state": purchase.state,
        "redeem_code": purchase.redeem_code,
        "attended": purchase.attended,
        "sessions": purchase.course.sessions,
        "bought_at": _at(purchase.bought_at),
        "redeemed_at": _at(purchase.redeemed_at),
        "completed_at": _at(purchase.completed_at),
        "ended_at": _at(purchase.ended_at),
        "end_reason": purchase.end_reason or None,
    }


def of_certificate(certificate: OwnView, *, language: Language, reviewed: bool) -> dict[str, Any]:
    """A certificate in its holder's list."""
    return {
        "number": certificate.number,
        "course": certificate.course_code,
        "title": certificate.title.in_language(language),
        "state": certificate.state.value,
        "issued_at": _at(certificate.issued_at),
        "reviewed": reviewed,
    }


def of_survey(standing: SurveyStanding, *, language: Language) -> dict[str, Any]:
    """The survey with its questions, whoever may answer it."""
    return {
        "is_open": standing.is_open,
        "answered_at": _at(standing.answered_at),
        "version": EMPLOYMENT.version,
        "questions": [
            {
                "code": question.code,
                "text": question.text.in_language(language),
                "options": [
                    {"code": option.code, "text": option.text.in_language(language)}
                    for option in question.options
                ],
            }
            for question in EMPLOYMENT.questions
        ],
    }


def of_accounts(*, linked: AccountView | None, stated: AccountView | None) -> dict[str, Any]:
    """The account stated last, and the one that money goes to meanwhile.

    Without any account the state is null.
    """
    latest = stated or linked
    shown = of_account(latest) if latest else dict.fromkeys(_ACCOUNT)
    return {**shown, "paid_to": of_account(linked) if linked else None}


_ACCOUNT = ("state", "reason", "partner", "ending", "effective_at")


def of_account(account: AccountView) -> dict[str, Any]:
    """A payout account; its number is never shown but for its last digits."""
    return {
        "state": str(account.state),
        "reason": account.reason or None,
        "partner": account.partner,
        "ending": account.ending,
        "effective_at": _at(account.effective_at),
    }


def of_payment(payment: PaymentView) -> dict[str, Any]:
    """A payment that the award promises, and how far it came."""
    return {
        "kind": payment.kind,
        "number": payment.number,
        "times": payment.times,
        "amount": payment.amount,
        "state": str(payment.state),
        "held_reason": payment.held_reason or None,
        "due_at": _at(payment.due_at),
        "paid_at": _at(payment.paid_at),
        "partner": payment.partner or None,
        "ending": payment.ending or None,
        "reference": payment.reference or None,
    }


def _at(instant: datetime | None) -> str | None:
    return instant.isoformat() if instant else None
