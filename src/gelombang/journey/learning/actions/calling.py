"""Answer training providers: where a redeem code stands, and what they report about it."""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from uuid import UUID

import msgspec

from gelombang import store
from gelombang.journey.learning import holding, letters
from gelombang.journey.learning.actions.buying import PACKAGE
from gelombang.journey.learning.answers import (
    FAULT_OF,
    TRIAL_PREFIX,
    Fault,
    ProviderAnswer,
    Standing,
    commit_data,
    done,
    refused,
    status_data,
    trial,
)
from gelombang.journey.learning.catalogue import CLIENT_CODE
from gelombang.journey.learning.models import Attendance, ProviderCall, Purchase
from gelombang.journey.learning.rules import (
    FINAL,
    LAST_SESSION,
    NOT_PASSED,
    PURCHASE_MOVES,
    REDEEM,
    PurchaseState,
    Report,
    judge_report,
    read_redeem_code,
)
from gelombang.journey.learning.signing import KEY_PURPOSE, SignedCall, is_signed
from gelombang.kit.sealing import Keyring, unseal
from gelombang.kit.words import Text
from gelombang.records.ledger import actions as ledger
from gelombang.records.notices import actions as notices
from gelombang.records.notices.rules import letter_to
from gelombang.records.people import queries as contacts

WINDOW_SECONDS = 300
"""Real seconds by which a call's timestamp may differ from our time, either way."""
KEPT = timedelta(hours=1)
"""Real time for which an answer is kept: longer than its call could be repeated."""
LONGEST_TIMESTAMP = 12


class _Body(msgspec.Struct):
    """What a provider sends; other keys are left alone, as clients that exist send some."""

    redeem_code: str
    sequence: int = REDEEM
    passed: bool = True


@dataclass(frozen=True, slots=True)
class _Told:
    """What the person gets to know of a report, and when it was made."""

    keyring: Keyring
    base_url: str
    now: datetime
    real_now: datetime


def answer_call(
    *, call: SignedCall, keyring: Keyring, base_url: str, now: datetime, real_now: datetime
) -> ProviderAnswer:
    """Answer one signed call: `status` reads, `commit` acts on the sequence it reports.

    An unknown client and a wrong signature get the same answer in the same time. A signature that
    was answered before gets that answer to the byte and has no second effect, also when two come
    at once; so does one whose call was refused. Its timestamp is held against `real_now`.
    """
    provider = _signer(call, keyring)
    if provider is None:
        return refused(Fault.SIGNATURE)
    if not _is_fresh(call.timestamp, real_now):
        return refused(Fault.TIMESTAMP)
    told = _Told(keyring, base_url, now, real_now)
    with store.transaction():
        store.lock(f"learning.call:{provider}:{call.signature}")
        known = ProviderCall.objects.filter(provider_id=provider, signature=call.signature).first()
        if known is not None:
            return ProviderAnswer(known.status, known.answer.encode())
        answer = _act(provider, call, told)
        ProviderCall.objects.create(
            provider_id=provider, signature=call.signature, path=call.path, status=answer.status,
            answer=answer.body.decode(), received_at=real_now,
        )  # fmt: skip
    return answer


def _signer(call: SignedCall, keyring: Keyring) -> str | None:
    """The code of the provider that signed the call; None where none did, after as much work."""
    client = call.client_code if CLIENT_CODE.fullmatch(call.client_code) else ""
    rows = store.fetch(store.statement(PACKAGE, "caller"), {"client_code": client})
    if not rows:
        return None
    key = unseal(keyring, bytes(rows[0]["sign_key_sealed"]), purpose=KEY_PURPOSE)
    is_right = is_signed(call, sign_key=key)
    return str(rows[0]["code"]) if is_right and rows[0]["is_caller"] else None


def _is_fresh(timestamp: str, real_now: datetime) -> bool:
    if not (timestamp.isascii() and timestamp.isdecimal()) or len(timestamp) > LONGEST_TIMESTAMP:
        return False
    return abs(real_now.timestamp() - int(timestamp)) <= WINDOW_SECONDS


def _act(provider: str, call: SignedCall, told: _Told) -> ProviderAnswer:
    body = _read(call.body)
    if body is None:
        return refused(Fault.BODY)
    if body.redeem_code.startswith(TRIAL_PREFIX):
        return trial(body.redeem_code, sequence=body.sequence, is_commit=call.is_commit)
    code = read_redeem_code(body.redeem_code)
    if code is None:
        return refused(Fault.UNKNOWN_CODE)
    if call.is_commit:
        return _commit(provider, code, body, told)
    return _status(provider, code, body.sequence)


def _read(body: bytes) -> _Body | None:
    try:
        call = msgspec.json.decode(body, type=_Body)
    except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError):
        return None
    is_sequence = REDEEM <= call.sequence <= LAST_SESSION or call.sequence == FINAL
    return call if is_sequence else None


def _status(provider: str, code: str, sequence: int) -> ProviderAnswer:
    rows = Purchase.objects.select_related("course")
    row = rows.filter(redeem_code=code, provider_id=provider).first()
    if row is None:  # also another provider's: nobody learns which codes exist
        return refused(Fault.UNKNOWN_CODE)
    standing = Standing(
        redeem_code=row.redeem_code,
        invoice_code=f"INV-{row.id}",
        course_code=row.course.code,
        schedule_code=row.course.schedule_code,
        schedule=row.course.schedule_id,
        mode=row.course.mode,
        state=row.state,
        redeemed_at=row.redeemed_at,
        is_reported=sequence in _reported(row),
    )
    return done(status_data(standing, sequence=sequence))


def _reported(row: Purchase) -> set[int]:
    found = Attendance.objects.filter(purchase=row)
    return set(found.values_list("sequence", flat=True))


def _commit(provider: str, code: str, body: _Body, told: _Told) -> ProviderAnswer:
    rows = Purchase.objects.select_for_update(no_key=True, of=("self",)).select_related("course")
    row = rows.filter(redeem_code=code, provider_id=provider).first()
    if row is None:
        return refused(Fault.UNKNOWN_CODE)
    report = judge_report(
        state=row.state, sequence=body.sequence, sessions=row.course.sessions,
        reported=_reported(row), passed=body.passed,
    )  # fmt: skip
    if report in FAULT_OF:
        return refused(FAULT_OF[report])
    # The clock was read before we had the row: what was reported before us may be dated later.
    told = replace(told, now=max(filter(None, (told.now, row.bought_at, row.redeemed_at))))
    if report is Report.FAIL:
        _fail(row, told)
    else:
        _take(row, report, body.sequence, now=told.now)
    return done(commit_data(redeem_code=code, course_code=row.course.code, state=row.state))


def _take(row: Purchase, report: Report, sequence: int, *, now: datetime) -> None:
    """Write an attendance and what follows from it."""
    Attendance.objects.create(purchase=row, sequence=sequence, reported_at=now)
    if report is Report.REDEEM:
        row.redeemed_at = now
        row.save(update_fields=["redeemed_at"])
        store.move(row, to=PurchaseState.REDEEMED, allowed=PURCHASE_MOVES)
    elif report is Report.COMPLETE:
        row.completed_at = now
        row.save(update_fields=["completed_at"])
        store.move(row, to=PurchaseState.COMPLETED, allowed=PURCHASE_MOVES)
        ledger.transfer(transfers=[holding.post(row)], now=now)
    elif row.state == PurchaseState.REDEEMED:
        store.move(row, to=PurchaseState.ATTENDING, allowed=PURCHASE_MOVES)


def _fail(row: Purchase, told: _Told) -> None:
    """Not passed: the price goes back, and the person is told."""
    row.ended_at, row.end_reason = told.now, NOT_PASSED
    row.save(update_fields=["ended_at", "end_reason"])
    store.move(row, to=PurchaseState.FAILED, allowed=PURCHASE_MOVES)
    back = holding.void(purchase_id=row.id, award_id=row.award_id, price=row.price)
    ledger.transfer(transfers=[back], now=told.now)
    contact = contacts.contacts(person_ids=[row.person_id]).get(UUID(str(row.person_id)))
    if contact is None:
        return  # erased meanwhile: there is nobody to write to
    letter = letters.not_passed(
        language=contact.language, title=Text(id=row.course.title_id, en=row.course.title_en),
        price=row.price, base_url=told.base_url,
    )  # fmt: skip
    owed = letter_to(
        contact,
        letter,
        key=f"learning.not_passed:{row.id}",
        kind="learning.not_passed",
        person_id=row.person_id,
        keyring=told.keyring,
    )  # fmt: skip
    notices.owe(notices=[owed], now=told.now, real_now=told.real_now)


def forget_calls(*, real_now: datetime, limit: int = 5_000) -> int:
    """Delete answers that no repeated call can ask for any more; how many."""
    with store.transaction():
        return store.execute(
            store.statement(PACKAGE, "forget_calls"),
            {"before": real_now - KEPT, "limit": limit},
        )
