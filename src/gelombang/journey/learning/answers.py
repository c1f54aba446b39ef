"""What providers are answered: the published envelope, our fault codes, the codes to try out."""

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import Enum
from http import HTTPStatus

from gelombang.journey.learning.rules import FINAL, MODE_NAMES, REDEEM, Mode, PurchaseState, Report
from gelombang.kit.words import Text

PLATFORM = "Gelombang"
STATUS_NUMBERS: Mapping[str, int] = {
    PurchaseState.HELD: 0,
    PurchaseState.REDEEMED: 1,
    PurchaseState.ATTENDING: 1,
    PurchaseState.COMPLETED: 2,
    PurchaseState.FAILED: 3,
    PurchaseState.CANCELLED: 4,
}
"""0 waits for its provider, 1 is being attended, 2 completed, 3 not passed, 4 cancelled."""
TYPE_NUMBERS: Mapping[str, int] = {Mode.SELF_PACED: 1, Mode.WEBINAR: 2, Mode.FACE_TO_FACE: 3}
"""As in the codes to try out: TC1 self-paced, TC2 webinar; 3 is ours."""


@dataclass(frozen=True, slots=True)
class ProviderAnswer:
    """What goes back: the HTTP status, and JSON to the byte."""

    status: int
    body: bytes


class Fault(Enum):
    """Why a call was not done: a code that never changes, and a sentence."""

    SIGNATURE = (
        "ERRSIG40001",
        Text(id="Tanda tangan tidak cocok.", en="The signature does not match."),
    )
    TIMESTAMP = (
        "ERRSIG40002",
        Text(
            id="Header timestamp berselisih lebih dari 300 detik dari waktu kami.",
            en="The timestamp header differs by more than 300 seconds from our time.",
        ),
    )
    TOO_LARGE = (
        "ERRREQ40001",
        Text(id="Isi kiriman paling besar 16 KB.", en="A body holds at most 16 KB."),
    )
    BODY = (
        "ERRREQ40002",
        Text(
            id="Isi kiriman bukan JSON dengan redeem_code, atau sequence bukan 1-10 atau 999.",
            en="The body is not JSON with redeem_code, or sequence is not 1-10 or 999.",
        ),
    )
    METHOD = ("ERRREQ40003", Text(id="Panggil dengan POST.", en="Call it with POST."))
    UNKNOWN_CODE = (
        "ERRRDM40001",
        Text(id="Kode redeem tidak ditemukan.", en="There is no such redeem code."),
    )
    GIVEN_BACK = (
        "ERRRDM40002",
        Text(
            id="Pembelian dengan kode ini sudah dibatalkan.",
            en="The purchase of this code was cancelled.",
        ),
    )
    DONE_BEFORE = (
        "ERRRDM40003",
        Text(
            id="Sudah dilaporkan sebelumnya; tidak ada yang berubah.",
            en="This was reported before; nothing changed.",
        ),
    )
    NOT_REDEEMED = (
        "ERRRDM40004",
        Text(
            id="Kode ini belum dipakai: laporkan sequence 1 dulu.",
            en="This code was not redeemed yet: report sequence 1 first.",
        ),
    )
    NO_SUCH_SESSION = (
        "ERRRDM40005",
        Text(
            id="Pelatihan ini tidak punya pertemuan dengan sequence itu.",
            en="This course has no session with that sequence.",
        ),
    )
    SESSIONS_MISSING = (
        "ERRRDM40006",
        Text(
            id="Belum semua pertemuan dilaporkan hadir.",
            en="Not every session was reported as attended yet.",
        ),
    )
    FINISHED = (
        "ERRRDM40007",
        Text(
            id="Pelatihan dengan kode ini sudah selesai.",
            en="The course of this code is completed already.",
        ),
    )
    PAUSED = (
        "ERRSYS42901",
        Text(
            id="Layanan sedang dijeda sebentar. Kirim lagi panggilan yang sama nanti.",
            en="The service is paused for a moment. Send the same call again later.",
        ),
    )

    @property
    def code(self) -> str:
        """The code that clients look at."""
        return self.value[0]

    @property
    def sentence(self) -> Text:
        """The sentence that people read."""
        return self.value[1]


FAULT_OF: Mapping[Report, Fault] = {
    Report.GIVEN_BACK: Fault.GIVEN_BACK,
    Report.DONE_BEFORE: Fault.DONE_BEFORE,
    Report.NOT_REDEEMED: Fault.NOT_REDEEMED,
    Report.NO_SUCH_SESSION: Fault.NO_SUCH_SESSION,
    Report.SESSIONS_MISSING: Fault.SESSIONS_MISSING,
    Report.FINISHED: Fault.FINISHED,
}
"""The reports that are refused; the others are done."""


def refused(fault: Fault, *, status: int = HTTPStatus.BAD_REQUEST) -> ProviderAnswer:
    """`{"code":…,"message":…,"success":false}`, the sentence in both languages."""
    message = f"{fault.sentence.id} / {fault.sentence.en}"
    return _answer(int(status), {"code": fault.code, "message": message, "success": False})


def done(data: Mapping[str, object]) -> ProviderAnswer:
    """`{"success":true,"message":"OK","data":{…}}`."""
    return _answer(int(HTTPStatus.OK), {"success": True, "message": "OK", "data": dict(data)})


def _answer(status: int, document: Mapping[str, object]) -> ProviderAnswer:
    text = json.dumps(document, ensure_ascii=False, separators=(",", ":"))
    return ProviderAnswer(status, text.encode())


@dataclass(frozen=True, slots=True)
class Standing:
    """A purchase as a provider may see it: nothing that tells who bought it."""

    redeem_code: str
    invoice_code: str
    course_code: str
    schedule_code: str
    schedule: str
    mode: str
    state: str
    redeemed_at: datetime | None
    is_reported: bool
    """Whether the sequence that is asked about was reported."""


def status_data(standing: Standing, *, sequence: int) -> dict[str, object]:
    """The `data` of a status call, every published field in its type."""
    redeemed_at = standing.redeemed_at
    return {
        "redeem_code": standing.redeem_code,
        "course_code": standing.course_code,
        "invoice_code": standing.invoice_code,
        "schedule_code": standing.schedule_code,
        "status": STATUS_NUMBERS[standing.state],
        "attendance_status": int(standing.is_reported),
        "redeem_at": redeemed_at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
        if redeemed_at
        else None,
        "dp_platform": PLATFORM,
        "schedule_start_end": standing.schedule,
        "course_type": TYPE_NUMBERS[standing.mode],
        "course_type_label": MODE_NAMES[Mode(standing.mode)].id,
        "course_learning_method": standing.mode,
        "is_online_attendance": standing.mode != Mode.FACE_TO_FACE,
        "sequence": sequence,
    }


def commit_data(*, redeem_code: str, course_code: str, state: str) -> dict[str, object]:
    """The `data` of a commit call."""
    return {
        "redeem_code": redeem_code,
        "course_code": course_code,
        "status": STATUS_NUMBERS[state],
    }


# Codes to try out, PRAT-TC<type>-<sequence>-<HTTP status>: they change nothing and always answer
# the same, so that a provider can see its client work before the first participant comes.
TRIAL_PREFIX = "PRAT-"
_TRIAL = re.compile(r"PRAT-TC([123])-(00[1-9]|010|999)-(200|400)")


def trial(code: str, *, sequence: int, is_commit: bool) -> ProviderAnswer:
    """The answer to a code that begins with PRAT-."""
    found = _TRIAL.fullmatch(code)
    if found is None or found[3] == "400" or int(found[2]) != sequence:
        return refused(Fault.UNKNOWN_CODE)
    course, mode = f"PRAT-TC{found[1]}", list(TYPE_NUMBERS)[int(found[1]) - 1]
    if is_commit:
        state = _state_after(sequence)
        return done(commit_data(redeem_code=code, course_code=course, state=state))
    standing = Standing(
        redeem_code=code,
        invoice_code="PRAT-INV",
        course_code=course,
        schedule_code="PRAT-JADWAL",
        schedule="2020-04-01 - 2020-12-31",
        mode=mode,
        state=PurchaseState.HELD if sequence == REDEEM else PurchaseState.REDEEMED,
        redeemed_at=None if sequence == REDEEM else datetime(2020, 4, 11, 12, tzinfo=UTC),
        is_reported=False,
    )
    return done(status_data(standing, sequence=sequence))


def _state_after(sequence: int) -> PurchaseState:
    if sequence == FINAL:
        return PurchaseState.COMPLETED
    return PurchaseState.REDEEMED if sequence == REDEEM else PurchaseState.ATTENDING
