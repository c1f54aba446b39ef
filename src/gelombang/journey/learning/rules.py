"""Courses, purchases and what becomes of them."""

import re
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import ClassVar

from gelombang.kit.errors import Refusal
from gelombang.kit.words import Text


class Mode(StrEnum):
    """How a course is given."""

    SELF_PACED = "self_paced"
    """Videos and tasks, whenever the learner likes."""
    WEBINAR = "webinar"
    """Live, on line, at set hours."""
    FACE_TO_FACE = "face_to_face"
    """In a class room."""


MODE_NAMES: Mapping[Mode, Text] = {
    Mode.SELF_PACED: Text(id="Belajar mandiri", en="Self-paced"),
    Mode.WEBINAR: Text(id="Webinar", en="Webinar"),
    Mode.FACE_TO_FACE: Text(id="Tatap muka", en="Face to face"),
}


class PurchaseState(StrEnum):
    """Where a purchase stands. The money is held until it is completed, failed or cancelled."""

    HELD = "held"
    """Bought: the price is held, the redeem code waits for the provider."""
    REDEEMED = "redeemed"
    """The provider has taken the redeem code."""
    ATTENDING = "attending"
    """At least one session was attended."""
    COMPLETED = "completed"
    """Ended: the provider reported completion, the hold is posted."""
    FAILED = "failed"
    """Ended: not passed, the hold is voided."""
    CANCELLED = "cancelled"
    """Ended: the course did not happen or was given back, the hold is voided."""


PURCHASE_MOVES: Mapping[str, frozenset[str]] = {
    PurchaseState.HELD: frozenset({PurchaseState.REDEEMED, PurchaseState.CANCELLED}),
    PurchaseState.REDEEMED: frozenset(
        {
            PurchaseState.ATTENDING,
            PurchaseState.COMPLETED,
            PurchaseState.FAILED,
            PurchaseState.CANCELLED,
        }
    ),
    PurchaseState.ATTENDING: frozenset(
        {PurchaseState.COMPLETED, PurchaseState.FAILED, PurchaseState.CANCELLED}
    ),
    PurchaseState.COMPLETED: frozenset(),
    PurchaseState.FAILED: frozenset(),
    PurchaseState.CANCELLED: frozenset(),
}
UNFINISHED = (PurchaseState.HELD, PurchaseState.REDEEMED, PurchaseState.ATTENDING)
"""While one of these stands, no second course can be bought (R079)."""
REDEEMED_ONCE = (PurchaseState.REDEEMED, PurchaseState.ATTENDING, PurchaseState.COMPLETED)
"""States that a purchase reaches only by its redeem code."""
GIVEN_BACK = (PurchaseState.FAILED, PurchaseState.CANCELLED)
"""Ended without the provider earning anything: the price is back on the balance."""

REDEEM, LAST_SESSION, FINAL = 1, 10, 999
"""Sequences of a report: the code is redeemed, later sessions up to the tenth, the final test."""

# Why a purchase was given back, as `end_reason` keeps it. A class that the office called off has
# the office's own words instead.
BY_BUYER, NOT_PASSED = "given_back", "not_passed"


class AwardNotAccepted(Refusal):
    """Only who accepted an award has a balance to spend."""

    status: ClassVar[int] = 409
    sentence: ClassVar[Text] = Text(
        id="Terima dulu bantuan Anda; setelah itu saldo pelatihan dapat dipakai.",
        en="Accept your award first; then you can spend its training balance.",
    )


class SpendingOver(Refusal):
    """The day until which the balance had to be spent has passed."""

    status: ClassVar[int] = 409
    sentence: ClassVar[Text] = Text(
        id="Batas waktu membeli pelatihan dengan saldo ini sudah lewat.",
        en="The time to buy courses with this balance is over.",
    )


class CourseNotOnSale(Refusal):
    """Nobody sells such a course, or not any more."""

    status: ClassVar[int] = 409
    sentence: ClassVar[Text] = Text(
        id="Pelatihan ini tidak dijual. Pilih pelatihan lain dari daftar.",
        en="This course is not on sale. Choose another one from the list.",
    )


class UnfinishedTraining(Refusal):
    """The first training must be finished before the next (R079)."""

    status: ClassVar[int] = 409
    sentence: ClassVar[Text] = Text(
        id="Selesaikan dulu pelatihan yang sudah Anda beli, baru beli yang berikutnya.",
        en="Finish the course that you have bought before you buy the next one.",
    )


class PurchaseNotYours(Refusal):
    """No purchase of this person has that number."""

    status: ClassVar[int] = 404
    sentence: ClassVar[Text] = Text(
        id="Pembelian ini tidak ada pada Anda.", en="You have no such purchase."
    )


class AlreadyRedeemed(Refusal):
    """The provider has taken the code: the buyer can no longer give the course back."""

    status: ClassVar[int] = 409
    sentence: ClassVar[Text] = Text(
        id="Kode pelatihan ini sudah dipakai, sehingga tidak dapat dibatalkan lagi.",
        en="The code of this course has been used, so it can no longer be cancelled.",
    )


class CourseUnknown(Refusal):
    """The catalogue has no such course."""

    status: ClassVar[int] = 404
    sentence: ClassVar[Text] = Text(
        id="Tidak ada pelatihan berkode {course}.", en="There is no course with the code {course}."
    )


class CallingOffUnexplained(Refusal):
    """A class called off without a real reason, or with a number that may be somebody's."""

    sentence: ClassVar[Text] = Text(
        id="Tulis alasannya dalam satu kalimat, 10 sampai 500 huruf, tanpa NIK atau nomor panjang. "
        "Alasan ini dikirim kepada semua pembeli.",
        en="Give the reason in one sentence of 10 to 500 letters, without a NIK or another long "
        "number. Every buyer reads it.",
    )


SHORTEST_REASON, LONGEST_REASON = 10, 500
LONG_NUMBER = re.compile(r"\d(?:[\s.-]?\d){9,}")
"""Ten digits or more in a row: a NIK, a telephone or an account number. No free text holds one."""


def check_reason(typed: str) -> str:
    """Why a class is called off, with single blanks. Raises CallingOffUnexplained."""
    reason = " ".join(typed.split())
    has_length = sum(map(str.isalpha, reason)) >= SHORTEST_REASON and len(reason) <= LONGEST_REASON
    if not has_length or not reason.isprintable() or LONG_NUMBER.search(reason):
        raise CallingOffUnexplained(field="reason")
    return reason


@dataclass(frozen=True, slots=True)
class CourseRating:
    """All reviews of a course together, as feedback counts them."""

    course_code: str
    rating_sum: int
    rating_count: int


# Redeem codes: `PK` and twelve letters of Crockford's base 32 (no I, L, O, U), so that a code can
# be read out on the telephone. 60 random bits: nobody guesses one.
CODE_LETTERS = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
CODE_LENGTH = 12
LONGEST_TYPED_CODE = 64
_CODE = re.compile(rf"PK[{CODE_LETTERS}]{{{CODE_LENGTH}}}")
_READ_AS = str.maketrans({"O": "0", "I": "1", "L": "1", " ": None, "-": None})


def redeem_code_of(number: int) -> str:
    """The code of a random number of 60 bits: `PK4G7TXW2M9QZE`."""
    letters = (CODE_LETTERS[number >> 5 * place & 31] for place in range(CODE_LENGTH))
    return "PK" + "".join(letters)


def show_redeem_code(code: str) -> str:
    """As people read it: `PK-4G7T-XW2M-9QZE`."""
    body = code[2:]
    groups = [body[start : start + 4] for start in range(0, len(body), 4)]
    return "-".join([code[:2], *groups])


def read_redeem_code(typed: str) -> str | None:
    """The code somebody typed, in any case, with blanks and hyphens; None where it is none."""
    if len(typed) > LONGEST_TYPED_CODE or not typed.isascii():
        return None
    code = typed.upper().translate(_READ_AS)
    return code if _CODE.fullmatch(code) else None


class Report(StrEnum):
    """What a provider's report of a sequence means for a purchase."""

    REDEEM = "redeem"
    """The code is taken."""
    ATTEND = "attend"
    """One more session was attended."""
    COMPLETE = "complete"
    """Passed: the provider has earned the price."""
    FAIL = "fail"
    """Not passed: the price goes back to the balance."""
    GIVEN_BACK = "given_back"
    """Refused: the purchase was cancelled or failed."""
    DONE_BEFORE = "done_before"
    """Refused: this was reported already."""
    NOT_REDEEMED = "not_redeemed"
    """Refused: the code was not taken yet."""
    NO_SUCH_SESSION = "no_such_session"
    """Refused: the course has fewer sessions."""
    SESSIONS_MISSING = "sessions_missing"
    """Refused: not every session was attended yet."""
    FINISHED = "finished"
    """Refused: the course was completed before."""


def judge_report(
    *, state: str, sequence: int, sessions: int, reported: Collection[int], passed: bool
) -> Report:
    """What to do about one report of a provider; `reported` are the sequences of before.

    Sequence 1 redeems and is the first attendance, 2 to 10 are later sessions, 999 ends the course
    once all its sessions were attended.
    """
    refusal = _refuse_report(state, sequence, reported)
    if refusal is not None:
        return refusal
    if sequence == REDEEM:
        return Report.REDEEM
    if sequence != FINAL:
        return Report.ATTEND if sequence <= sessions else Report.NO_SUCH_SESSION
    if not passed:
        return Report.FAIL
    return Report.COMPLETE if len(reported) >= sessions else Report.SESSIONS_MISSING


def _refuse_report(state: str, sequence: int, reported: Collection[int]) -> Report | None:
    """Why a purchase takes no such report any more, or not yet."""
    if state in GIVEN_BACK:
        return Report.GIVEN_BACK
    if sequence in reported:
        return Report.DONE_BEFORE
    if state == PurchaseState.COMPLETED:
        return Report.FINISHED
    if state == PurchaseState.HELD and sequence != REDEEM:
        return Report.NOT_REDEEMED
    return None
