"""Owe messages, hand them out for delivery, and record what became of them."""

from collections.abc import Sequence
from datetime import datetime

from gelombang import store
from gelombang.records.notices.models import Allowance
from gelombang.records.notices.rules import (
    LEASE,
    Answer,
    Claimed,
    NoticeState,
    Owed,
    attempts_after,
    pause_after,
    state_after,
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
        rows = store.fetch_set(
            store.statement(__package__, "claim_batch"),
            {"real_now": real_now, "leased_until": real_now + LEASE, "limit": limit},
        )
    return [Claimed(**row) for row in rows]


def record(*, answers: Sequence[Answer], real_now: datetime) -> int:
    """Record what became of a batch, in sets; how many notices are done with.

    A late answer of a deliverer whose lease ran out changes nothing, unless the letter was taken.
    """
    if not answers:
        return 0
    done = [answer for answer in answers if state_after(answer) is not NoticeState.OWED]
    again = [answer for answer in answers if state_after(answer) is NoticeState.OWED]
    with store.transaction():
        finished = _finish(done, real_now=real_now)
        _postpone(again, real_now=real_now)
    return finished


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


def take_allowance(*, scope: str, starts_at: datetime, want: int, most: int) -> int:
    """How many of `want` are left of the `most` that one period of a limit has; they count as used.

    Exact between processes: the row stays locked until it is written.
    """
    with store.transaction():
        Allowance.objects.get_or_create(scope=scope, starts_at=starts_at)
        row = Allowance.objects.select_for_update().get(scope=scope, starts_at=starts_at)
        granted = max(0, min(want, most - row.used))
        row.used += granted
        row.save(update_fields=["used"])
        return granted


def forget_allowances(*, before: datetime) -> int:
    """Sweep away the periods that began before an instant; how many."""
    with store.transaction():
        return Allowance.objects.filter(starts_at__lt=before).delete()[0]
