"""How far one person's benefit has come: award, training, certificate, account, money, survey.

Read from the steps in order, never stored. Every page of the second half begins with it, and it
says which ONE thing comes next.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from uuid import UUID

from gelombang.journey.certification import queries as certification
from gelombang.journey.certification.queries import OwnView
from gelombang.journey.certification.rules import CertificateState
from gelombang.journey.disbursement import queries as disbursement
from gelombang.journey.disbursement.queries import AccountView, PaymentView
from gelombang.journey.disbursement.rules import HeldReason, InstalmentState
from gelombang.journey.feedback import queries as feedback
from gelombang.journey.feedback.queries import SurveyStanding
from gelombang.journey.learning import queries as learning
from gelombang.journey.learning.queries import PurchaseView
from gelombang.journey.learning.rules import UNFINISHED, PurchaseState
from gelombang.journey.selection import queries as selection
from gelombang.journey.selection.queries import AwardView
from gelombang.journey.selection.rules import HOLDING, AwardState
from gelombang.records.ledger import queries as ledger
from gelombang.records.ledger.rules import balance_of

TAKEN = (PurchaseState.REDEEMED, PurchaseState.ATTENDING)
STUCK = (
    HeldReason.ACCOUNT_REFUSED,
    HeldReason.LIMIT,
    HeldReason.CERTIFICATE_REVOKED,
    HeldReason.AWARD_ENDED,
)


class Stage(StrEnum):
    """What comes next for somebody who was awarded a benefit."""

    ACCEPT = "accept"
    """Take the award up, or decline it."""
    ENDED = "ended"
    """The award was declined, lapsed or was taken back."""
    BUY = "buy"
    """Choose the first training."""
    REDEEM = "redeem"
    """Give the redeem code to the provider."""
    LEARN = "learn"
    """Follow the sessions."""
    CERTIFICATE = "certificate"
    """The certificate is being made."""
    REVIEW = "review"
    """Tell how the training was."""
    ACCOUNT = "account"
    """Link an account of one's own."""
    ACCOUNT_CHECKED = "account_checked"
    """The partner is being asked about the account."""
    REPAIR = "repair"
    """A payment stands still, and only the person can get it going."""
    SURVEY = "survey"
    """Answer the survey."""
    MONEY = "money"
    """Payments come, month by month."""
    DONE = "done"
    """Everything was paid and answered."""


@dataclass(frozen=True, slots=True)
class Benefit:
    """Everything of a person's benefit, of one instant; amounts in whole rupiah."""

    award: AwardView
    balance: int
    purchases: Sequence[PurchaseView]  # latest first
    certificates: Sequence[OwnView]
    reviewed: frozenset[str]  # numbers of certificates
    account: AccountView | None  # where money goes
    question: AccountView | None  # the account stated last, unless it is the linked one
    survey: SurveyStanding
    payments: Sequence[PaymentView]

    @property
    def is_accepted(self) -> bool:
        """Whether the award is taken up and has not ended."""
        return self.award.state == AwardState.ACCEPTED

    @property
    def unfinished(self) -> PurchaseView | None:
        """The training that is under way: no other can be bought meanwhile (R079)."""
        return next((each for each in self.purchases if each.state in UNFINISHED), None)

    @property
    def completed(self) -> PurchaseView | None:
        """The latest finished training."""
        return next(
            (each for each in self.purchases if each.state == PurchaseState.COMPLETED), None
        )

    @property
    def valid_certificates(self) -> list[OwnView]:
        """The certificates that hold."""
        return [each for each in self.certificates if each.state == CertificateState.VALID]

    @property
    def to_review(self) -> OwnView | None:
        """A certificate that waits for its review."""
        return next(
            (each for each in self.valid_certificates if each.number not in self.reviewed), None
        )

    @property
    def is_reviewed(self) -> bool:
        """Whether a certificate that holds has the review that the money waits for."""
        return any(each.number in self.reviewed for each in self.valid_certificates)

    @property
    def is_asked(self) -> bool:
        """Whether a partner is being asked about an account."""
        return self.question is not None and self.question.state == "asked"

    @property
    def next_payment(self) -> PaymentView | None:
        """The next payment whose day is known and that has not arrived."""
        coming = [each for each in self.payments if each.due_at and not is_over(each)]
        return min(coming, key=lambda each: (each.due_at, each.number), default=None)

    @property
    def stuck(self) -> PaymentView | None:
        """A payment that is held for a reason that does not go away by itself."""
        if self.is_asked:
            return None  # they have done something about it
        return next((each for each in self.payments if each.held_reason in STUCK), None)

    @property
    def has_ended(self) -> bool:
        """Whether the award was declined, lapsed or was taken back."""
        return self.award.state not in HOLDING

    @property
    def stage(self) -> Stage:
        """The one thing that comes next."""
        if self.award.state == AwardState.OPEN:
            return Stage.ACCEPT
        if not self.is_accepted:
            return Stage.ENDED
        if self.stuck is not None:
            return Stage.REPAIR
        if not self.is_reviewed:
            return self._stage_of_learning()
        return self._stage_of_money()

    def _stage_of_learning(self) -> Stage:
        if self.to_review is not None:
            return Stage.REVIEW
        if self.unfinished is not None:
            return Stage.LEARN if self.unfinished.state in TAKEN else Stage.REDEEM
        if self.completed is not None and not self.certificates:
            return Stage.CERTIFICATE
        return Stage.BUY

    def _stage_of_money(self) -> Stage:
        if self.is_asked:
            return Stage.ACCOUNT_CHECKED
        if self.account is None:
            return Stage.ACCOUNT
        if self.survey.is_open and self.survey.answered_at is None:
            return Stage.SURVEY
        is_all_over = self.payments and all(is_over(each) for each in self.payments)
        return Stage.DONE if is_all_over else Stage.MONEY


def is_over(payment: PaymentView) -> bool:
    """Whether a payment arrived or will never come."""
    return payment.state in {
        InstalmentState.PAID,
        InstalmentState.FORFEITED,
        InstalmentState.RECOVERING,
        InstalmentState.RECOVERED,
    }


def benefit_of(*, person_id: UUID) -> Benefit | None:
    """The benefit of a person; None for somebody who was never awarded one."""
    award = selection.award_of(person_id=person_id)
    if award is None:
        return None
    purse = balance_of(award.id)
    certificates = certification.certificates_of(person_id=person_id)
    account = disbursement.account_of(person_id=person_id)
    return Benefit(
        award=award,
        balance=ledger.balance(kind=purse.kind, holder=purse.holder),
        purchases=learning.purchases_of(person_id=person_id),
        certificates=certificates,
        reviewed=frozenset(feedback.review_of(numbers=[each.number for each in certificates])),
        account=account,
        question=disbursement.account_question_of(person_id=person_id),
        survey=feedback.survey_of(person_id=person_id),
        payments=disbursement.payments_of(person_id=person_id),
    )
