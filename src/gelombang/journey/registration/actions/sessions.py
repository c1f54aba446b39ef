"""Where somebody is signed in: opened with a code, seen now and then, ended by its owner."""

from datetime import datetime
from uuid import UUID

from django.contrib.sessions.models import Session

from gelombang import store
from gelombang.journey.registration.actions.admitting import BATCH, PACKAGE
from gelombang.records.audit import actions as audit


def open_sign_in(*, person_id: UUID, device: str, real_now: datetime) -> int:
    """Note where somebody signed in; its number, which the session keeps."""
    params = {"person_id": person_id, "device": device, "real_now": real_now}
    with store.transaction():
        return int(store.fetch_value(store.statement(PACKAGE, "open_sign_in"), params))


def see_sign_in(*, sign_in_id: int, real_now: datetime) -> None:
    """Note that it was used."""
    with store.transaction():
        params = {"id": sign_in_id, "real_now": real_now}
        store.execute(store.statement(PACKAGE, "see_sign_in"), params)


def end_sign_in(*, person_id: UUID, sign_in_id: int, real_now: datetime) -> None:
    """End one."""
    with store.transaction():
        _end(person_id, sign_in_id, only=True, real_now=real_now)


def end_other_sign_ins(
    *, person_id: UUID, except_id: int, now: datetime, real_now: datetime
) -> int:
    """End every other one of this person; how many ended."""
    with store.transaction():
        ended = _end(person_id, except_id, only=False, real_now=real_now)
        if ended:
            person = f"person:{person_id}"
            audit.note(
                actor=person, action="registration.sign_out_others", subject=person,
                detail={"ended": ended}, now=now, real_now=real_now,
            )  # fmt: skip
        return ended


def _end(person_id: UUID, sign_in_id: int, *, only: bool, real_now: datetime) -> int:
    params = {"person_id": person_id, "id": sign_in_id, "only": only, "real_now": real_now}
    return store.execute(store.statement(PACKAGE, "end_sign_ins"), params)


def forget_sign_ins(*, before: datetime, limit: int = BATCH) -> int:
    """Sweep away sign-ins that were not used since a real instant; how many."""
    with store.transaction():
        params = {"before": before, "limit": limit}
        return store.execute(store.statement(PACKAGE, "forget_sign_ins"), params)


def forget_sessions(*, real_now: datetime, limit: int = BATCH) -> int:
    """Sweep away browsers' sessions that are over, with what they kept; how many.

    A session that somebody is using is not waited for.
    """
    with store.transaction():
        over = Session.objects.filter(expire_date__lt=real_now).order_by("expire_date")
        keys = over.select_for_update(skip_locked=True).values_list("session_key", flat=True)
        return Session.objects.filter(session_key__in=list(keys[:limit])).delete()[0]
