"""Questions about messages: how many wait, and what became of one."""

from datetime import datetime, timedelta
from uuid import UUID

from gelombang import store
from gelombang.records.notices.models import Addressee, Allowance
from gelombang.records.notices.rules import (
    LATEST_TEXTS,
    RATE_WINDOW,
    TEXT_WINDOW,
    TIMELY,
    Queue,
    Reachability,
    TextTaken,
    has_slow_receipts,
    wait_for_code,
)


def backlog() -> int:
    """Notices that are owed and neither sent nor given up."""
    return int(store.fetch_value(store.statement(__package__, "backlog")))


def due(*, real_now: datetime) -> int:
    """Owed notices that a deliverer would take at this real instant."""
    params = {"real_now": real_now}
    return int(store.fetch_value(store.statement(__package__, "due"), params))


def used(*, scope: str, starts_at: datetime) -> int:
    """How much of a limit is used in the period that began then."""
    row = Allowance.objects.filter(scope=scope, starts_at=starts_at).first()
    return row.used if row else 0


def receipts_are_slow(*, provider: str, real_now: datetime) -> bool:
    """Whether text messages that a provider took lately do not arrive, or arrive late."""
    params = {
        "provider": provider, "since": real_now - TEXT_WINDOW, "until": real_now - TIMELY,
        "most": LATEST_TEXTS,
    }  # fmt: skip
    rows = store.fetch(store.statement(__package__, "latest_texts"), params)
    return has_slow_receipts([TextTaken(**row) for row in rows])


def reachability(*, person_id: UUID) -> Reachability:
    """What is known of a person's address."""
    row = Addressee.objects.filter(person_id=person_id).first()
    if row is None:
        return Reachability()
    return Reachability(unreachable_at=row.unreachable_at, unwanted_at=row.unwanted_at)


def code_wait(*, real_now: datetime) -> timedelta | None:
    """How long a code asked for now takes to leave, where that exceeds a minute; else None."""
    params = {"real_now": real_now, "since": real_now - RATE_WINDOW}
    row = store.fetch(store.statement(__package__, "queue"), params)[0]
    return wait_for_code(Queue(**row), real_now=real_now)
