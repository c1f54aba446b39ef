"""Plan, open and close waves; enter people, give them tickets, let them withdraw."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from gelombang import store
from gelombang.journey.waves import letters
from gelombang.journey.waves.carrying import (
    CARRY,
    carry_on as carry_on,  # noqa: PLC0414 offered to callers, as the next two
    settle as settle,  # noqa: PLC0414
    waits_to_carry_on,
)
from gelombang.journey.waves.models import Entry, IntakeCursor, Wave
from gelombang.journey.waves.queries import ENTRY_INTAKE
from gelombang.journey.waves.rules import (
    ENTRY_MOVES,
    WAVE_MOVES,
    Asked,
    EntryState,
    NotJoined,
    QuotaTooSmall,
    WaveClosed,
    WaveStarted,
    WaveState,
    WaveUnknown,
    refusal_of,
)
from gelombang.journey.waves.tickets import Entering, give_tickets
from gelombang.kit.sealing import Keyring
from gelombang.records.audit import actions as audit
from gelombang.records.notices import actions as notices
from gelombang.records.notices.rules import letter_to
from gelombang.records.people import queries as people
from gelombang.records.programme import actions as programme, queries as programmes


def plan_waves(*, actor: str, now: datetime, real_now: datetime) -> int:
    """Make the waves that the programme in force plans and that do not exist yet; how many."""
    version = programmes.current()
    if version is None:
        return 0
    planned = version.programme.waves
    known = set(
        Wave.objects.filter(id__in=[each.id for each in planned]).values_list("id", flat=True)
    )
    missing = [each for each in planned if each.id not in known]
    if not missing:
        return 0
    with store.transaction():
        store.lock("waves.plan")
        made = Wave.objects.bulk_create(
            [
                Wave(
                    id=each.id,
                    number=each.number,
                    quota=each.quota,
                    programme_version_id=version.id,
                )
                for each in missing
            ],
            ignore_conflicts=True,
        )
        for wave in made:
            _note("waves.plan", wave.id, actor=actor, now=now, real_now=real_now, quota=wave.quota)
    return len(made)


def _locked(wave_id: str) -> Wave:
    wave = Wave.objects.select_for_update().filter(id=wave_id).first()
    if wave is None:
        raise WaveUnknown(wave=wave_id)
    return wave


def open_wave(
    *,
    wave_id: str,
    reason: str,
    actor: str,
    now: datetime,
    real_now: datetime,
    quota: int | None = None,
    opens_at: datetime | None = None,
    closes_at: datetime | None = None,
) -> None:
    """Open a planned wave now, or announce its instants; the quota may be set until it closes.

    Without `opens_at` it opens now, or stays open; without `closes_at` the announced close holds.
    Raises WaveUnknown, WaveStarted, QuotaTooSmall, or what rescheduling refuses.
    """
    with store.transaction():
        wave = _locked(wave_id)
        if wave.state in {WaveState.CLOSED, WaveState.VOID}:
            raise WaveStarted
        present = programmes.schedule(subject=wave_id)
        if present is None:
            raise WaveUnknown(wave=wave_id)
        opens = opens_at or min(present.opens_at, now)
        closes = closes_at or present.closes_at
        if (opens, closes) != (present.opens_at, present.closes_at):
            programme.announce(subject=wave_id, opens_at=opens, closes_at=closes, reason=reason,
                               actor=actor, now=now, real_now=real_now)  # fmt: skip
        if quota is not None:
            _set_quota(wave, quota)
        if opens <= now and wave.state == WaveState.PLANNED:
            _open(wave, opened_at=opens)
        _note("waves.open", wave_id, actor=actor, now=now, real_now=real_now, quota=wave.quota,
              reason=reason)  # fmt: skip


def _set_quota(wave: Wave, quota: int) -> None:
    if quota < 1:
        raise QuotaTooSmall(field="quota")
    wave.quota = quota
    wave.save(update_fields=["quota"])


def _open(wave: Wave, *, opened_at: datetime) -> None:
    """The programme version in force at the opening is the one that the wave is run by."""
    version = programmes.current()
    wave.opened_at = opened_at
    if version is not None and any(each.id == wave.id for each in version.programme.waves):
        wave.programme_version_id = version.id
    wave.save(update_fields=["opened_at", "programme_version"])
    store.move(wave, to=WaveState.OPEN, allowed=WAVE_MOVES)


def open_due(*, now: datetime, real_now: datetime) -> int:
    """Open every planned wave whose announced instant has come; how many."""
    due = _due(WaveState.PLANNED, now=now, instant="opens_at")
    for wave_id, opens_at in due:
        with store.transaction():
            wave = _locked(wave_id)
            if wave.state != WaveState.PLANNED:
                continue
            _open(wave, opened_at=opens_at)
            _note("waves.open", wave_id, actor="job:waves", now=now, real_now=real_now,
                  quota=wave.quota)  # fmt: skip
    return len(due)


def close_due(*, now: datetime, real_now: datetime) -> int:
    """Close every open wave whose closing instant has come; how many (R032).

    Both instants are kept: the calendar's, which decides about entries, and the real one, after
    which the intake has time to drain before anything is frozen. A wave into which somebody is yet
    to be carried closes a moment later.
    """
    due = _due(WaveState.OPEN, now=now, instant="closes_at")
    for wave_id, closes_at in due:
        with store.transaction():
            store.lock(CARRY)
            wave = _locked(wave_id)
            if wave.state != WaveState.OPEN or waits_to_carry_on(wave, closes_at=closes_at):
                continue
            wave.closed_at, wave.closed_real_at = closes_at, real_now
            wave.save(update_fields=["closed_at", "closed_real_at"])
            store.move(wave, to=WaveState.CLOSED, allowed=WAVE_MOVES)
            _note("waves.close", wave_id, actor="job:waves", now=now, real_now=real_now,
                  closed_at=closes_at.isoformat())  # fmt: skip
    return len(due)


def _due(state: WaveState, *, now: datetime, instant: str) -> list[tuple[str, datetime]]:
    found = []
    for wave_id in Wave.objects.filter(state=state).order_by("number").values_list("id", flat=True):
        calendar = programmes.schedule(subject=wave_id)
        at = getattr(calendar, instant) if calendar else None
        if at is not None and at <= now:
            found.append((wave_id, at))
    return found


def void(*, wave_id: str, reason: str, actor: str, now: datetime, real_now: datetime) -> bool:
    """End a closed wave without a result, in public (draw.md). False if it was void already."""
    with store.transaction():
        wave = _locked(wave_id)
        if wave.state == WaveState.VOID:
            return False
        store.move(wave, to=WaveState.VOID, allowed=WAVE_MOVES)
        _note("waves.void", wave_id, actor=actor, now=now, real_now=real_now, reason=reason)
    return True


def enter(
    *, keyring: Keyring, base_url: str, now: datetime, real_now: datetime, limit: int = 5000
) -> int:
    """Decide the next entry requests in commit order, in one transaction; how many.

    Each request gets an answer: an entry with its ticket, mailed once, or a refusal. One process
    does it at a time; another one returns 0.
    """
    waiting = store.statement(__package__, "requests_wait")
    if not store.fetch_value(waiting, {"intake": ENTRY_INTAKE}):
        return 0
    with store.transaction():
        cursor = _claim_cursor()
        if cursor is None:
            return 0
        rows = store.fetch(
            store.statement(__package__, "pull"),
            {"xid": cursor.xid, "row_id": cursor.row_id, "limit": limit},
        )
        asked = _asked(rows)
        if not asked:
            return 0
        refusals = [refusal_of(each) for each in asked]
        entering = [each for each, no in zip(asked, refusals, strict=True) if not no]
        _enter(entering)
        fresh = give_tickets(
            [Entering(each.wave_id, each.person_id, each.number or 0) for each in entering]
        )
        _answer(asked, refusals, now=now)
        _owe_letters(fresh, entering, keyring=keyring, base_url=base_url, now=now,
                     real_now=real_now)  # fmt: skip
        cursor.xid, cursor.row_id = asked[-1].xid, asked[-1].id
        cursor.save(update_fields=["xid", "row_id"])
    return len(asked)


def _asked(rows: Sequence[dict[str, Any]]) -> list[Asked]:
    """Requests with what the programmes of their waves require; there are few programmes."""
    versions = {row.pop("programme_version_id") for row in (dict(each) for each in rows)}
    pending = {
        version: programmes.version(version_id=version).programme.joins_pending
        for version in versions - {None}
    }
    return [
        Asked(**row, joins_pending=pending.get(version, False))
        for row in rows
        for version in (row.pop("programme_version_id"),)
    ]


def _claim_cursor() -> IntakeCursor | None:
    IntakeCursor.objects.bulk_create([IntakeCursor(intake=ENTRY_INTAKE)], ignore_conflicts=True)
    return (
        IntakeCursor.objects.select_for_update(skip_locked=True).filter(intake=ENTRY_INTAKE).first()
    )


def _enter(entering: Sequence[Asked]) -> None:
    columns = _columns(entering) | {"received": [each.received_at for each in entering]}
    store.execute(store.statement(__package__, "enter_again"), columns)
    store.execute(store.statement(__package__, "enter"), columns)


def _columns(asked: Sequence[Asked]) -> dict[str, Any]:
    return {
        "waves": [each.wave_id for each in asked],
        "people": [each.person_id for each in asked],
    }


def _answer(asked: Sequence[Asked], refusals: Sequence[str], *, now: datetime) -> None:
    columns = {"requests": [each.id for each in asked], "refusals": list(refusals), "now": now}
    store.execute(store.statement(__package__, "answer"), columns | _columns(asked))


def _owe_letters(
    fresh: dict[tuple[str, UUID], str],
    entering: Iterable[Asked],
    *,
    keyring: Keyring,
    base_url: str,
    now: datetime,
    real_now: datetime,
) -> None:
    """Mail each new ticket once (draw.md)."""
    contacts = people.contacts(person_ids=[person for _, person in fresh])
    by_wave = {each.wave_id: each for each in entering}
    owed = []
    for (wave_id, person_id), ticket in fresh.items():
        contact, wave = contacts.get(person_id), by_wave[wave_id]
        if contact is None:
            continue  # erased meanwhile: there is nobody to write to
        letter = letters.joined(
            language=contact.language,
            wave=letters.wave_name(wave.number or 0, contact.language),
            ticket=ticket,
            closes_at=wave.closes_at,
            link=f"{base_url}/gabung/{wave_id}",
        )
        owed.append(
            letter_to(
                contact,
                letter,
                key=f"waves.joined:{ticket}",
                kind="waves.joined",
                person_id=person_id,
                keyring=keyring,
            )
        )
    notices.owe(notices=owed, now=now, real_now=real_now)


def withdraw(
    *, person_id: UUID, wave_id: str, actor: str, now: datetime, real_now: datetime
) -> None:
    """Leave a wave again, until it closes. Raises NotJoined or WaveClosed."""
    with store.transaction():
        entry = (
            Entry.objects.select_for_update()
            .filter(wave_id=wave_id, person_id=person_id, state=EntryState.JOINED)
            .first()
        )
        if entry is None:
            raise NotJoined
        calendar = programmes.schedule(subject=wave_id)
        if calendar is None or (calendar.closes_at is not None and now >= calendar.closes_at):
            raise WaveClosed
        entry.withdrawn_at = now
        entry.save(update_fields=["withdrawn_at"])
        store.move(entry, to=EntryState.WITHDRAWN, allowed=ENTRY_MOVES)
        _note("waves.withdraw", wave_id, actor=actor, now=now, real_now=real_now)


def _note(
    action: str, wave_id: str, *, actor: str, now: datetime, real_now: datetime, **detail: Any
) -> None:
    audit.note(actor=actor, action=action, subject=f"wave:{wave_id}", detail=detail, now=now,
               real_now=real_now)  # fmt: skip
