"""Owe messages, hand them out for delivery, and record what became of them."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from gelombang import store
from gelombang.records.notices.models import Addressee, Allowance
from gelombang.records.notices.rules import (
    AGAIN,
    CAME_BACK,
    LEASE,
    RATE_WINDOW,
    SAMPLE,
    TEXT_LIFE,
    Answer,
    Claimed,
    Delivery,
    LetterQueue,
    Limit,
    NoticeState,
    Owed,
    Via,
    attempts_after,
    next_mark,
    pause_after,
    pause_before_again,
    state_after,
    wait_for_letter,
)


def owe(*, notices: Sequence[Owed], now: datetime, real_now: datetime) -> int:
    """Owe a set of messages inside the caller's transaction; how many were not owed before.

    The key of a notice says why it is owed: owing it again does nothing.
    Raises TransactionMissing outside a transaction.
    """
    store.transaction_required()
    if not notices:
        return 0
    return store.execute_set(
        store.statement(__package__, "owe"),
        {
            "keys": [notice.key for notice in notices],
            "people": [notice.person_id for notice in notices],
            "kinds": [notice.kind for notice in notices],
            "addresses": [notice.address_sealed for notice in notices],
            "languages": [notice.language for notice in notices],
            "letters": [notice.letter_sealed for notice in notices],
            "urgent": [notice.urgent for notice in notices],
            "channels": [notice.channel.value for notice in notices],
            "owed_at": now,
            "next_attempt_at": real_now,
        },
    )


def claim_batch(*, real_now: datetime, limit: int) -> list[Claimed]:
    """Take up to `limit` owed notices that are due, urgent ones first, under a lease (real time).

    Several deliverers never get the same one. After a crash the lease runs out and the notice is
    sent again: at most the notices of one unrecorded batch can reach people twice.
    """
    with store.transaction():
        store.read_in_index_order()
        rows = store.fetch_set(
            store.statement(__package__, "claim_batch"),
            {"real_now": real_now, "leased_until": real_now + LEASE, "limit": limit},
        )
    return [_claimed(row) for row in rows]


def claim_texts(*, real_now: datetime, limit: int) -> list[Claimed]:
    """The same for messages by SMS and WhatsApp."""
    with store.transaction():
        store.read_in_index_order()
        rows = store.fetch_set(
            store.statement(__package__, "claim_texts"),
            {"real_now": real_now, "leased_until": real_now + LEASE, "limit": limit},
        )
    return [_claimed(row) for row in rows]


def _claimed(row: dict[str, Any]) -> Claimed:
    return Claimed(**{**row, "channel": Via(row["channel"])})


def record(*, answers: Sequence[Answer], real_now: datetime) -> int:
    """Record what became of a batch, in sets; how many notices are done with.

    A late answer of a deliverer whose lease ran out changes nothing, unless the letter was taken.
    """
    if not answers:
        return 0
    done = [answer for answer in answers if state_after(answer) is not NoticeState.OWED]
    again = [answer for answer in answers if state_after(answer) is NoticeState.OWED]
    gone = [each.notice.id for each in answers if each.delivery is Delivery.UNKNOWN_ADDRESS]
    taken = sum(each.delivery is Delivery.TAKEN for each in answers)
    with store.transaction():
        finished = _finish(done, real_now=real_now)
        _postpone(again, real_now=real_now)
        if gone:
            _mark_unreachable(gone, status="5.1.1", real_now=real_now)
        if taken:
            minute = real_now.replace(second=0, microsecond=0)
            _count_up("taken", starts_at=minute, count=taken)
    return finished


def _mark_unreachable(ids: Sequence[int], *, status: str, real_now: datetime) -> None:
    store.execute_set(
        store.statement(__package__, "mark_unreachable"),
        {"ids": sorted(ids), "status": status, "real_now": real_now},
    )


def _count_up(scope: str, *, starts_at: datetime, count: int) -> None:
    params = {"scope": scope, "starts_at": starts_at, "count": count}
    store.execute(store.statement(__package__, "count_up"), params)


def _count_back(status: str, *, real_now: datetime) -> None:
    hour = real_now.replace(minute=0, second=0, microsecond=0)
    _count_up(f"{CAME_BACK}:{status or '?'}", starts_at=hour, count=1)


def came_back(*, notice_id: int, status: str, real_now: datetime) -> None:
    """A letter will never arrive: its person gets no more letters at that address, and is told.

    A letter that was for nobody we know, or went to an address of before, changes nothing; the
    report is counted by its status all the same.
    """
    with store.transaction():
        _count_back(status, real_now=real_now)
        _mark_unreachable([notice_id], status=status, real_now=real_now)


def came_back_for_now(*, notice_id: int, status: str, now: datetime, real_now: datetime) -> bool:
    """A letter did not arrive, and not for its mailbox's sake: owe it again, with growing patience.

    It says nothing about the person; the report is counted by its status. False when it was sent
    often enough, or was one that somebody waited for and is old by now.
    """
    with store.transaction():
        _count_back(status, real_now=real_now)
        key = store.fetch_value(store.statement(__package__, "key_of"), {"id": notice_id})
        mark = next_mark(key) if key else None
        if mark is None:
            return False
        params = {
            "id": notice_id, "mark": mark, "now": now,
            "next_attempt_at": real_now + pause_before_again(key),
        }  # fmt: skip
        return bool(store.execute(store.statement(__package__, "send_again"), params))


def text_arrived(*, notice_id: int, real_now: datetime) -> None:
    """A provider says that a text message is on its phone."""
    with store.transaction():
        params = {"id": notice_id, "real_now": real_now}
        store.execute(store.statement(__package__, "arrived"), params)


def text_failed(*, notice_id: int, now: datetime, real_now: datetime) -> bool:
    """A provider could not deliver a text message: owe it once more while its code still lives.

    It carries the same code, so there is never a second one that works.
    """
    with store.transaction():
        params = {
            "id": notice_id, "mark": AGAIN, "now": now, "real_now": real_now,
            "since": real_now - TEXT_LIFE,
        }  # fmt: skip
        return bool(store.execute(store.statement(__package__, "text_again"), params))


def called_unwanted(*, notice_id: int, real_now: datetime) -> None:
    """The reader of a letter called it unwanted: letters that need not be stop."""
    with store.transaction():
        params = {"id": notice_id, "real_now": real_now}
        store.execute(store.statement(__package__, "mark_unwanted"), params)


def readdress(*, person_id: UUID, address_sealed: bytes, real_now: datetime) -> int:
    """A person has a new address: what is owed goes there, and reports on the old one are over.

    How many letters were readdressed. Raises TransactionMissing outside a transaction.
    """
    store.transaction_required()
    Addressee.objects.update_or_create(
        person_id=person_id,
        defaults={
            "readdressed_at": real_now, "unreachable_at": None, "unwanted_at": None, "status": "",
        },
    )  # fmt: skip
    params = {"person_id": person_id, "address_sealed": address_sealed}
    return store.execute(store.statement(__package__, "readdress"), params)


def heard_from(*, person_id: UUID) -> None:
    """Somebody read a letter of ours: mail reaches them, whatever was reported.

    Raises TransactionMissing outside a transaction.
    """
    store.transaction_required()
    Addressee.objects.filter(person_id=person_id, unreachable_at__isnull=False).update(
        unreachable_at=None, status=""
    )


def _finish(answers: Sequence[Answer], *, real_now: datetime) -> int:
    if not answers:
        return 0
    ordered = sorted(answers, key=lambda answer: answer.notice.id)
    return store.execute_set(
        store.statement(__package__, "finish"),
        {
            "ids": [answer.notice.id for answer in ordered],
            "states": [state_after(answer).value for answer in ordered],
            "attempts": [answer.notice.attempts for answer in ordered],
            "providers": [answer.provider for answer in ordered],
            "real_now": real_now,
        },
    )


def _postpone(answers: Sequence[Answer], *, real_now: datetime) -> None:
    if not answers:
        return
    ordered = sorted(answers, key=lambda answer: answer.notice.id)
    store.execute_set(
        store.statement(__package__, "postpone"),
        {
            "ids": [answer.notice.id for answer in ordered],
            "claimed": [answer.notice.attempts for answer in ordered],
            "counted": [attempts_after(answer) for answer in ordered],
            "next_attempts": [real_now + pause_after(answer) for answer in ordered],
        },
    )


def take_allowance(
    *, scope: str, starts_at: datetime, want: int, most: int, real_now: datetime
) -> int:
    """How many of `want` are left of the `most` that one period of a limit has; they count as used.

    Exact between processes: the row stays locked until it is written.
    """
    with store.transaction():
        row = lock_allowance(scope=scope, starts_at=starts_at, real_now=real_now)
        granted = max(0, min(want, most - row.used))
        row.used += granted
        row.save(update_fields=["used"])
        return granted


def take_together(*, limits: Sequence[Limit], real_now: datetime) -> bool:
    """Use one of each limit, or none where one of them is used up; False then.

    Raises TransactionMissing outside a transaction.
    """
    store.transaction_required()
    ordered = sorted(limits, key=lambda limit: limit.scope)  # so that nobody deadlocks
    rows = [
        lock_allowance(scope=each.scope, starts_at=each.starts_at, real_now=real_now)
        for each in ordered
    ]
    if any(row.used >= limit.most for row, limit in zip(rows, ordered, strict=True)):
        return False
    for row in rows:
        row.used += 1
        row.save(update_fields=["used"])
    return True


def lock_allowance(*, scope: str, starts_at: datetime, real_now: datetime) -> Allowance:
    """The row of one period of a limit, locked until the caller's transaction ends.

    Raises TransactionMissing outside a transaction.
    """
    store.transaction_required()
    Allowance.objects.get_or_create(
        scope=scope, starts_at=starts_at, defaults={"real_at": real_now}
    )
    return Allowance.objects.select_for_update().get(scope=scope, starts_at=starts_at)


def measure_letter_wait(*, real_now: datetime) -> timedelta | None:
    """Measure how long an ordinary letter takes to leave, and keep it for the front door.

    None where that is not worth a word.
    """
    with store.transaction():
        store.read_in_index_order()
        params = {"real_now": real_now, "since": real_now - RATE_WINDOW, "sample": SAMPLE}
        row = store.fetch(store.statement(__package__, "letter_queue"), params)[0]
        wait = wait_for_letter(LetterQueue(**row), real_now=real_now)
        seconds = round(wait.total_seconds()) if wait else 0
        kept = {"seconds": seconds, "real_now": real_now}
        store.execute(store.statement(__package__, "keep_letter_wait"), kept)
    return wait


def forget_allowances(*, before: datetime) -> int:
    """Sweep away the periods that were first used before a real instant; how many."""
    with store.transaction():
        return Allowance.objects.filter(real_at__lt=before).delete()[0]
