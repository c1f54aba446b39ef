"""Carry who is still being checked at the freeze into the next wave, in sets (R066).

Nobody is refused because a registry is slow. `settle` goes through a closed wave's entries once,
before anybody is judged; `carry_on` enters the carried ones into the next wave that is open. Both
may die anywhere: a batch is one transaction, and the next one goes on behind it.
"""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from gelombang import store
from gelombang.journey.waves import letters
from gelombang.journey.waves.models import Entry, Wave
from gelombang.journey.waves.queries import next_wave
from gelombang.journey.waves.rules import EntryState, WaveState
from gelombang.journey.waves.tickets import Entering, give_tickets
from gelombang.kit.sealing import Keyring
from gelombang.records.audit import actions as audit
from gelombang.records.notices import actions as notices
from gelombang.records.notices.rules import letter_to
from gelombang.records.people import queries as people
from gelombang.records.programme import queries as programmes

BATCH = 5_000
ACTOR = "job:waves"
CARRY = "waves.carry"  # held by who carries and by who closes: a wave closes before or after


def settle(
    *,
    wave_id: str,
    keyring: Keyring,
    base_url: str,
    now: datetime,
    real_now: datetime,
    limit: int = BATCH,
) -> int:
    """Carry whom a registry has not answered about, among the next entrants; how many were seen.

    For a closed wave whose candidates are about to be judged. 0 once all are settled
    (`Wave.settled_at`), or while another process works on it. Each carried person gets one letter.
    """
    with store.transaction():
        store.lock(CARRY)
        rows = Wave.objects.select_for_update(skip_locked=True)
        wave = rows.filter(id=wave_id, state=WaveState.CLOSED, settled_at=None).first()
        if wave is None:
            return 0
        seen = _next_entrants(wave, limit)
        if not seen:
            _note_settled(wave, now=now, real_now=real_now)
            return 0
        unknown = [row for row in seen if row["is_unknown"]]
        if unknown:
            entries = [row["entry_id"] for row in unknown]
            store.execute(store.statement(__package__, "carry"), {"entries": entries, "now": now})
            _tell_carried(wave, unknown, keyring, base_url, now=now, real_now=real_now)
        store.execute(
            store.statement(__package__, "settled_up_to"),
            {"wave": wave_id, "entry": seen[-1]["entry_id"]},
        )
        return len(seen)


def _next_entrants(wave: Wave, limit: int) -> list[dict[str, Any]]:
    rules = programmes.version(version_id=wave.programme_version_id).programme.eligibility
    return store.fetch(
        store.statement(__package__, "to_settle"),
        {
            "wave": wave.id,
            "after": wave.settling_entry,
            "limit": limit,
            **rules.needs(),
        },
    )


def _note_settled(wave: Wave, *, now: datetime, real_now: datetime) -> None:
    store.execute(store.statement(__package__, "settled"), {"wave": wave.id, "now": now})
    carried = Entry.objects.filter(wave=wave, state=EntryState.CARRIED).count()
    audit.note(actor=ACTOR, action="waves.settle", subject=f"wave:{wave.id}",
               detail={"carried": carried}, now=now, real_now=real_now)  # fmt: skip


def _tell_carried(
    wave: Wave,
    rows: Sequence[Mapping[str, Any]],
    keyring: Keyring,
    base_url: str,
    *,
    now: datetime,
    real_now: datetime,
) -> None:
    coming = next_wave(now=now)
    reachable = people.contacts(person_ids=[row["person_id"] for row in rows])
    owed = []
    for row in rows:
        contact = reachable.get(row["person_id"])
        if contact is None:
            continue  # erased meanwhile: there is nobody to write to
        letter = letters.carried(
            language=contact.language,
            wave=letters.wave_name(wave.number, contact.language),
            ticket=row["ticket"],
            opens_at=coming.opens_at if coming is not None else None,
            link=f"{base_url}/saya",
        )
        owed.append(
            letter_to(
                contact,
                letter,
                key=f"waves.carried:{row['ticket']}",
                kind="waves.carried",
                person_id=row["person_id"],
                keyring=keyring,
            )
        )
    notices.owe(notices=owed, now=now, real_now=real_now)


def carry_on(
    *, keyring: Keyring, base_url: str, now: datetime, real_now: datetime, limit: int = BATCH
) -> int:
    """Enter the next carried people into the first wave that is open after theirs; how many.

    Whoever joined that wave themselves stays as they are; whoever left it again stays out. The
    others get an entry and a ticket of it, and one letter with that.
    """
    total = 0
    for wave_id in (
        Wave.objects.filter(state=WaveState.OPEN).order_by("number").values_list("id", flat=True)
    ):
        with store.transaction():
            wave = Wave.objects.select_for_update().get(id=wave_id)
            if wave.state != WaveState.OPEN:
                continue
            calendar = programmes.schedule(subject=wave_id)
            rows = _to_continue(wave, calendar.closes_at if calendar else None, limit=limit)
            if not rows:
                continue
            fresh = _continue(wave, rows)
            _tell_tickets(wave, rows, fresh, keyring, base_url, now=now, real_now=real_now)
            total += len(rows)
    return total


def _to_continue(wave: Wave, closes_at: datetime | None, *, limit: int) -> list[dict[str, Any]]:
    return store.fetch(
        store.statement(__package__, "to_continue"),
        {
            "number": wave.number,
            "opened_at": wave.opened_at,
            "closes_at": closes_at,
            "limit": limit,
        },
    )


def waits_to_carry_on(wave: Wave, *, closes_at: datetime) -> bool:
    """Whether somebody is yet to be carried into this wave before it closes."""
    return bool(_to_continue(wave, closes_at, limit=1))


def _continue(wave: Wave, rows: Sequence[Mapping[str, Any]]) -> dict[tuple[str, UUID], str]:
    """Enter them, remember as what each goes on, and give tickets to who has none."""
    store.execute(
        store.statement(__package__, "enter"),
        {
            "waves": [wave.id] * len(rows),
            "people": [row["person_id"] for row in rows],
            "received": [row["joined_at"] for row in rows],
        },
    )
    store.execute(
        store.statement(__package__, "continue"),
        {"wave": wave.id, "entries": [row["entry_id"] for row in rows]},
    )
    return give_tickets([Entering(wave.id, row["person_id"], wave.number) for row in rows])


def _tell_tickets(
    wave: Wave,
    rows: Sequence[Mapping[str, Any]],
    fresh: Mapping[tuple[str, UUID], str],
    keyring: Keyring,
    base_url: str,
    *,
    now: datetime,
    real_now: datetime,
) -> None:
    former = {row["person_id"]: row["former_number"] for row in rows}
    reachable = people.contacts(person_ids=[person_id for _, person_id in fresh])
    owed = []
    for (_, person_id), ticket in fresh.items():
        contact = reachable.get(person_id)
        if contact is None:
            continue  # erased meanwhile: there is nobody to write to
        letter = letters.continued(
            language=contact.language,
            former=letters.wave_name(former[person_id], contact.language),
            wave=letters.wave_name(wave.number, contact.language),
            ticket=ticket,
            link=f"{base_url}/gabung/{wave.id}",
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
