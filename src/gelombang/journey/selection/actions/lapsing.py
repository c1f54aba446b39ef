"""Deadlines of awards: the reminder, the lapse of who bought nothing, the balance that expires.

Each verb is one bounded transaction over a set. Awards are locked first and judged by a second
statement, so that a purchase, which locks the same row, and a lapse never both happen.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from gelombang import store
from gelombang.journey.selection import letters, queries
from gelombang.journey.selection.letters import Letter
from gelombang.journey.selection.queries.terms import PACKAGE
from gelombang.journey.selection.rules import REMINDER, EndReason
from gelombang.journey.waves import queries as waves
from gelombang.journey.waves.letters import wave_name
from gelombang.kit.sealing import Keyring
from gelombang.kit.words import Language
from gelombang.records.ledger import actions as ledger
from gelombang.records.ledger.rules import (
    AccountKind,
    Purse,
    Transfer,
    TransferKind,
    balance_of,
    committed_to,
)
from gelombang.records.notices import actions as notices
from gelombang.records.notices.rules import letter_to
from gelombang.records.people import actions as people, queries as contacts
from gelombang.records.programme.terms import Scheme

BATCH = 1_000  # awards that one transaction settles

Row = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Wave:
    """What the awards of one wave share."""

    view: waves.WaveView
    scheme: Scheme


@dataclass(frozen=True, slots=True)
class Desk:
    """What the letters of one sweep need besides their words."""

    keyring: Keyring
    base_url: str
    now: datetime
    real_now: datetime


Writer = Callable[[Row, Wave, Language, str], Letter]


def lapse_due(
    *, now: datetime, real_now: datetime, keyring: Keyring, base_url: str, limit: int = BATCH
) -> int:
    """End awards whose training balance was never touched by the deadline; how many lapsed.

    Everything unspent goes back to the fund it came from. The lifetime claim is used, or released
    where the scheme says that a lapse does not bar (R075). A purchase that was cancelled counts
    as one: the balance was touched. 0 when nothing more is due.
    """
    desk = Desk(keyring, base_url, now, real_now)
    while True:
        looked, lapsed = _lapse_batch(desk, limit)
        if lapsed or not looked:
            return lapsed


def _lapse_batch(desk: Desk, limit: int) -> tuple[int, int]:
    with store.transaction():
        ids = _lock("due_to_lapse", now=desk.now, limit=limit)
        standing = _standing(ids)
        met = [row["id"] for row in standing if row["has_bought"]]
        lapsing = [row for row in standing if not row["has_bought"]]
        _mark("meet_deadline", met)
        if lapsing:
            _lapse(lapsing, desk)
    return len(ids), len(lapsing)


def _lapse(rows: Sequence[Row], desk: Desk) -> None:
    waves_by_id = _waves_of(rows)
    ledger.transfer(
        transfers=[
            forfeit
            for row in rows
            for forfeit in (
                _forfeit(row, balance_of(row["id"]), row["training_balance"]),
                _forfeit(row, committed_to(row["id"]), row["committed"]),
            )
            if forfeit is not None
        ],
        now=desk.now,
    )
    store.execute_set(
        store.statement(PACKAGE, "lapse"),
        {
            "ids": [row["id"] for row in rows],
            "now": desk.now,
            "reason": EndReason.NO_PURCHASE.value,
        },
    )
    _settle_claims(rows, waves_by_id, now=desk.now)
    _owe(rows, waves_by_id, desk, kind="lapsed", write=_lapsed_letter)


def _settle_claims(rows: Sequence[Row], found: Mapping[str, Wave], *, now: datetime) -> None:
    barring = [row for row in rows if found[row["wave_id"]].scheme.lapse_bars]
    free = [row for row in rows if not found[row["wave_id"]].scheme.lapse_bars]
    people.use_claims(bases=[f"award:{row['id']}" for row in barring], now=now)
    people.release_claims(bases=[f"award:{row['id']}" for row in free], now=now)


def expire_balances(
    *, now: datetime, real_now: datetime, keyring: Keyring, base_url: str, limit: int = BATCH
) -> int:
    """Take back what is left of training balances after the last day to spend; how many had some.

    A balance with a purchase under way waits until it is resolved, since its money may come back.
    0 when nothing more is due.
    """
    desk = Desk(keyring, base_url, now, real_now)
    while True:
        looked, expired = _expire_batch(desk, limit)
        if expired or not looked:
            return expired


def _expire_batch(desk: Desk, limit: int) -> tuple[int, int]:
    with store.transaction():
        ids = _lock("due_to_expire", now=desk.now, limit=limit)
        settled = [row for row in _standing(ids) if not row["has_open_hold"]]
        expiring = [row for row in settled if row["training_balance"] > 0]
        forfeits = [
            _forfeit(row, balance_of(row["id"]), row["training_balance"]) for row in expiring
        ]
        ledger.transfer(transfers=[each for each in forfeits if each], now=desk.now)
        _mark("close_balances", [row["id"] for row in settled])
        _owe(expiring, _waves_of(expiring), desk, kind="expired", write=_expired_letter)
    return len(settled), len(expiring)


def remind_due(
    *, now: datetime, real_now: datetime, keyring: Keyring, base_url: str, limit: int = BATCH
) -> int:
    """Write once to who bought nothing and has a week or less to do so; how many were looked at."""
    desk = Desk(keyring, base_url, now, real_now)
    with store.transaction():
        ids = _lock("due_to_remind", now=now, until=now + REMINDER, limit=limit)
        idle = [row for row in _standing(ids) if not row["has_bought"]]
        _owe(idle, _waves_of(idle), desk, kind="reminder", write=_reminder_letter)
        _mark("settle_reminder", ids, now=now)
    return len(ids)


def _lock(statement: str, **params: Any) -> list[int]:
    return [row["id"] for row in store.fetch(store.statement(PACKAGE, statement), params)]


def _standing(ids: Sequence[int]) -> list[dict[str, Any]]:
    if not ids:
        return []
    return store.fetch_set(store.statement(PACKAGE, "standing"), {"ids": list(ids)})


def _mark(statement: str, ids: Sequence[int], **params: Any) -> None:
    if ids:
        store.execute_set(store.statement(PACKAGE, statement), {"ids": list(ids), **params})


def _forfeit(row: Row, purse: Purse, amount: int) -> Transfer | None:
    """What is left in a purse goes back to the fund that promised it; None for an empty one."""
    if not amount:
        return None
    return Transfer(
        debit=purse,
        credit=Purse(AccountKind.PROGRAMME_FUND, row["fund"]),
        amount=amount,
        kind=TransferKind.FORFEIT,
        reference=f"forfeit:award:{row['id']}:{purse.kind}",
    )


def _waves_of(rows: Sequence[Row]) -> dict[str, Wave]:
    found = {}
    for wave_id in {row["wave_id"] for row in rows}:
        view = waves.wave(wave_id=wave_id)
        scheme = queries.scheme_of(wave=view)[1] if view else None
        if view is None or scheme is None:
            raise LookupError(f"{wave_id} has awards and no scheme")
        found[wave_id] = Wave(view, scheme)
    return found


def _owe(
    rows: Sequence[Row], found: Mapping[str, Wave], desk: Desk, *, kind: str, write: Writer
) -> None:
    reachable = contacts.contacts(person_ids=[row["person_id"] for row in rows])
    owed = []
    for row in rows:
        contact = reachable.get(UUID(str(row["person_id"])))
        if contact is None:
            continue  # erased meanwhile: there is nobody to write to
        page = f"{desk.base_url}/saya/bantuan"
        letter = write(row, found[row["wave_id"]], contact.language, page)
        owed.append(
            letter_to(
                contact,
                letter,
                key=f"selection.{kind}:award:{row['id']}",
                kind=f"selection.{kind}",
                person_id=row["person_id"],
                keyring=desk.keyring,
            )
        )
    notices.owe(notices=owed, now=desk.now, real_now=desk.real_now)


def _reminder_letter(row: Row, wave: Wave, language: Language, page: str) -> Letter:
    return letters.reminder(
        language=language, wave=wave_name(wave.view.number, language), ticket=row["ticket"],
        purchase_by=row["purchase_by"], page=page,
    )  # fmt: skip


def _lapsed_letter(row: Row, wave: Wave, language: Language, page: str) -> Letter:
    return letters.lapsed(
        language=language, wave=wave_name(wave.view.number, language), ticket=row["ticket"],
        purchase_by=row["purchase_by"], is_barred=wave.scheme.lapse_bars, page=page,
    )  # fmt: skip


def _expired_letter(row: Row, wave: Wave, language: Language, page: str) -> Letter:
    return letters.expired(
        language=language, wave=wave_name(wave.view.number, language), ticket=row["ticket"],
        amount=row["training_balance"], spend_by=row["spend_by"], page=page,
    )  # fmt: skip
