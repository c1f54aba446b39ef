"""What an answer of a partner does to a payout, and what batches refuse (money.md, rules 2 to 7).

Pure: no database, no clock. `Said` is what was heard, `Standing` how the payout stood when it was
heard, `decide` says what follows.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import ClassVar

from gelombang.journey.disbursement.rules import PayoutState
from gelombang.kit.errors import Refusal
from gelombang.kit.words import Text

SHORTEST_REASON = 10  # letters that a person who stops or funds something writes at least


class Call(StrEnum):
    """What a partner was asked."""

    PAY = "pay"
    """To carry the payment out."""
    ENQUIRE = "enquire"
    """What became of it."""


class Said(StrEnum):
    """What a call came to. Only the first two are final."""

    PAID = "Paid"
    """The money arrived."""
    REFUSED = "Refused"
    """It did not, and will not."""
    IN_PROGRESS = "InProgress"
    """The partner has it, without a final answer yet."""
    NOT_FOUND = "NotFound"
    """The partner knows no such reference."""
    NOT_NOW = "NotNow"
    """Certainly not carried out; it may be sent again."""
    NO_FUNDS = "NoFunds"
    """Certainly not carried out: our float there is empty."""
    OUR_FAULT = "OurFault"
    """A payment: certainly not carried out. An enquiry: we were told nothing."""
    UNANSWERED = "Unanswered"
    """Nobody knows."""


UNDER_WAY = frozenset({PayoutState.SENT, PayoutState.UNKNOWN})
NEVER_CARRIED_OUT = frozenset({Said.NOT_NOW, Said.NO_FUNDS, Said.OUR_FAULT})
"""Answers to a payment after which the same reference may be sent again."""


class Reason(StrEnum):
    """Why a payout failed, or what is strange about it."""

    ACCOUNT = "account"
    """The partner will not pay into this account."""
    LIMIT = "limit"
    """The account may not take so much."""
    OTHER = "other"
    """Another final refusal."""
    STOPPED = "stopped"
    """Its batch was stopped, and the partner had certainly not carried it out."""
    SUPERSEDED = "superseded"
    """An older attempt turned out to have arrived."""
    AMOUNT_DIFFERS = "amount_differs"
    """The partner says it paid another amount: a person must look."""
    PAID_TWICE = "paid_twice"
    """Reported as paid after a newer attempt had left: a person must look."""
    OLDER_PAID = "older_paid"
    """An older attempt is reported as paid: this one is not sent again."""
    FORFEITED = "forfeited"
    """Reported as paid after the award had ended: a person must look."""
    FLOAT_TOO_LOW = "float_too_low"
    """Reported as paid late, and the float does not cover it: fund it and ask again."""
    SAID_PAID = "said_paid"
    """Reported as paid after it had failed, and not settled yet: nothing new is made meanwhile."""
    ASKED = "asked"
    """Was strange; a person asked the partner again, and no final answer came yet."""
    ACCOUNT_REPLACED = "account_replaced"
    """Taken back before it left: the person has another account by now."""
    AWARD_ENDED = "award_ended"
    """Taken back before it left: the award does not hold any more."""
    CERTIFICATE_REVOKED = "certificate_revoked"
    """Taken back before it left: no valid certificate is left."""


STRANGE = frozenset(
    {
        Reason.AMOUNT_DIFFERS,
        Reason.PAID_TWICE,
        Reason.OLDER_PAID,
        Reason.FORFEITED,
        Reason.FLOAT_TOO_LOW,
        Reason.SAID_PAID,
        Reason.ASKED,
    }
)
"""Payouts that a person must look at; nothing was booked about what is strange."""
ASKABLE = frozenset({Reason.SAID_PAID, Reason.ASKED})
"""Strange, and a success that is reported now settles it."""


@dataclass(frozen=True, slots=True)
class Reply:
    """What one call about one payout came to."""

    payout_id: int
    attempt: int
    """Which sending it was, or was about."""
    call: Call
    said: Said
    code: str = ""
    amount: int | None = None
    """Whole rupiah that the partner says it paid."""
    partner_ref: str = ""
    reason: Reason = Reason.OTHER
    """Of a refusal."""
    answer_sha256: str = ""


@dataclass(frozen=True, slots=True)
class Standing:
    """A payout at the moment that a reply to it is recorded."""

    state: PayoutState
    attempts: int
    enquiries: int
    amount: int
    sent_at: datetime
    reason: str = ""
    may_resend: bool = False


@dataclass(frozen=True, slots=True)
class Pace:
    """The waits of the programme (money.md, rule 3)."""

    gap: timedelta
    enquiries: int
    grace: timedelta


class Deed(StrEnum):
    """What follows from a reply."""

    KEEP = "keep"
    """Nothing: the answer is kept in the list of answers."""
    SETTLE = "settle"
    """Paid: post the reservation, the instalment is paid."""
    FAIL = "fail"
    """Finally refused: void the reservation, the instalment is owed again."""
    WAIT = "wait"
    """Unknown: enquire at `next_step_at`, or never again by itself."""
    RESEND = "resend"
    """Certainly not carried out: send it again at `next_step_at` under the same reference."""
    DOUBT = "doubt"
    """Paid, it says, but not what we asked: unknown until a person has looked."""
    REST = "rest"
    """It failed, and that stands: nothing more is asked by itself."""
    ASK_LATE = "ask_late"
    """It failed, and now it is said to be paid: enquire, so that it is settled as late."""


@dataclass(frozen=True, slots=True)
class Step:
    """What to do, and when the next step is due (virtual time; None: none by itself)."""

    deed: Deed
    next_step_at: datetime | None = None
    reason: str = ""
    gives_back_enquiry: bool = False


def decide(standing: Standing, reply: Reply, *, pace: Pace, now: datetime) -> Step:
    """What a reply does to a payout that stands so. `now` is virtual.

    A success is about the reference, which never changes, so that it counts whichever sending it
    answers. Everything else counts only for the latest sending: what an earlier one came to says
    nothing about a later one. What is strange stays so until a person asks again.
    """
    if standing.state is PayoutState.FAILED:
        return _after_failure(standing, reply, now=now)
    if standing.state not in UNDER_WAY or standing.reason == Reason.AMOUNT_DIFFERS:
        return Step(Deed.KEEP)
    if reply.said is Said.PAID:
        is_ours = reply.amount == standing.amount
        kept = standing.reason if standing.reason == Reason.OLDER_PAID else ""
        return (
            Step(Deed.SETTLE, reason=kept)
            if is_ours
            else Step(Deed.DOUBT, reason=Reason.AMOUNT_DIFFERS)
        )
    if reply.attempt != standing.attempts or standing.may_resend:
        return Step(Deed.KEEP)
    if reply.said is Said.REFUSED:
        return Step(Deed.FAIL, reason=reply.reason)
    return _not_final(standing, reply, pace=pace, now=now)


def _is_newer(standing: Standing) -> bool:
    """Whether an older attempt of the same instalment is reported as paid."""
    return standing.reason == Reason.OLDER_PAID


def _after_failure(standing: Standing, reply: Reply, *, now: datetime) -> Step:
    if reply.said is Said.PAID and standing.reason not in STRANGE - ASKABLE:
        return Step(Deed.ASK_LATE, now, Reason.SAID_PAID)
    if reply.call is Call.ENQUIRE and reply.said in {Said.REFUSED, Said.NOT_FOUND}:
        was_asked = standing.reason == Reason.ASKED
        return Step(Deed.REST, None, Reason.OTHER if was_asked else standing.reason)
    return Step(Deed.KEEP)


def _not_final(standing: Standing, reply: Reply, *, pace: Pace, now: datetime) -> Step:
    if reply.call is Call.PAY:
        if reply.said in NEVER_CARRIED_OUT:
            return _never_arrived(standing, now + pace.gap)
        if standing.state is PayoutState.UNKNOWN:
            return Step(Deed.KEEP)  # its lease ran out before: the enquiry is planned
        return Step(Deed.WAIT, now + pace.gap, standing.reason)
    if standing.state is PayoutState.SENT:
        return Step(Deed.KEEP)
    return _told_nothing_final(standing, reply, pace=pace, now=now)


def _never_arrived(standing: Standing, at: datetime) -> Step:
    if _is_newer(standing):
        return Step(Deed.FAIL, reason=Reason.SUPERSEDED)
    return Step(Deed.RESEND, at)


def _told_nothing_final(standing: Standing, reply: Reply, *, pace: Pace, now: datetime) -> Step:
    """After an enquiry without a final answer."""
    if reply.said is Said.OUR_FAULT:
        return Step(Deed.WAIT, now + pace.gap, standing.reason, gives_back_enquiry=True)
    is_over = now >= standing.sent_at + pace.grace
    if reply.said is Said.NOT_FOUND and is_over:
        return _never_arrived(standing, now)
    if standing.enquiries >= pace.enquiries:
        return Step(Deed.WAIT, None, standing.reason)
    at = now + enquiry_gap(standing.enquiries, pace=pace)
    if reply.said is Said.NOT_FOUND:  # it says something only once the grace is over
        at = max(at, standing.sent_at + pace.grace)
    return Step(Deed.WAIT, at, standing.reason)


def enquiry_gap(made: int, *, pace: Pace) -> timedelta:
    """The wait after so many enquiries: the programme's gap, then doubled each time."""
    return pace.gap * (1 << max(made - 1, 0))


class SamePerson(Refusal):
    """Maker, checkers and releaser of a batch are different people (money.md, rule 12)."""

    sentence: ClassVar[Text] = Text(
        id="Pembuat, pemeriksa, dan pelepas harus orang yang berbeda.",
        en="Maker, checker and releaser must be different people.",
    )
    status: ClassVar[int] = 403


class BatchNotReady(Refusal):
    """The batch does not stand where this step begins."""

    sentence: ClassVar[Text] = Text(
        id="Batch pembayaran ini tidak pada tahap tersebut.",
        en="This batch is not at that stage.",
    )
    status: ClassVar[int] = 409


class FloatTooLow(Refusal):
    """What lies with a partner does not cover what the batch would pay through it."""

    sentence: ClassVar[Text] = Text(
        id="Dana di {partner} kurang Rp{missing}.",
        en="The float at {partner} is Rp{missing} too low.",
    )
    status: ClassVar[int] = 409


class NothingDue(Refusal):
    """No instalment that could be paid is due."""

    sentence: ClassVar[Text] = Text(
        id="Tidak ada pembayaran yang jatuh tempo dan siap dibayar.",
        en="No payment is due and ready.",
    )
    status: ClassVar[int] = 409


class NoProgramme(Refusal):
    """No programme is loaded: there are no terms to pay by."""

    sentence: ClassVar[Text] = Text(
        id="Belum ada program yang dimuat.", en="No programme is loaded yet."
    )
    status: ClassVar[int] = 409


class ReasonTooShort(Refusal):
    """Whoever stops or funds something says why, in ten letters or more."""

    sentence: ClassVar[Text] = Text(
        id="Tuliskan alasannya, paling sedikit 10 huruf.",
        en="Say why, in 10 letters or more.",
    )


class AmountMalformed(Refusal):
    """An amount is whole rupiah above zero."""

    sentence: ClassVar[Text] = Text(
        id="Jumlah harus rupiah bulat di atas nol.", en="The amount is whole rupiah above zero."
    )


class NoSuchBatch(Refusal):
    """No batch has this reference."""

    sentence: ClassVar[Text] = Text(
        id="Batch pembayaran ini tidak ada.", en="There is no such batch."
    )
    status: ClassVar[int] = 404


class NoSuchPayout(Refusal):
    """No payout has this reference."""

    sentence: ClassVar[Text] = Text(id="Pembayaran ini tidak ada.", en="There is no such payout.")
    status: ClassVar[int] = 404


class NotAskable(Refusal):
    """Only a payout that failed, or whose fate nobody knows any more, is asked about again."""

    sentence: ClassVar[Text] = Text(
        id="Hanya pembayaran yang gagal atau tidak pasti dapat ditanyakan lagi.",
        en="Only a payout that failed or is unknown can be asked about again.",
    )
    status: ClassVar[int] = 409


class FundingTaken(Refusal):
    """This funding was booked before with another amount or partner."""

    sentence: ClassVar[Text] = Text(
        id="Pendanaan ini sudah dicatat dengan isi lain.",
        en="This funding was booked with other content.",
    )
    status: ClassVar[int] = 409


def check_reason(reason: str) -> str:
    """The reason without blanks around it. Raises ReasonTooShort for fewer than ten letters."""
    stripped = reason.strip()
    if sum(letter.isalpha() for letter in stripped) < SHORTEST_REASON:
        raise ReasonTooShort(field="reason")
    return stripped


def check_others(actor: str, *, done_by: Sequence[str]) -> None:
    """Insist on a person who did none of the steps before. Raises SamePerson."""
    if actor in done_by:
        raise SamePerson


NOTES = {
    "completion_incentive": "Insentif Prakerja {number}/{times}",
    "survey_incentive": "Insentif survei Prakerja {number}/{times}",
}
"""What the recipient reads in the partner's list of payments, by kind of instalment."""


def note_of(kind: str, *, number: int, times: int) -> str:
    """The words that go with a payment; at most 50 characters, as SNAP's remark allows."""
    return NOTES.get(kind, "Prakerja {number}/{times}").format(number=number, times=times)
