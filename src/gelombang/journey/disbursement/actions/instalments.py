"""Plan what an award promises, and let it fall due: in sets, once, with the books (money.md)."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from gelombang import store
from gelombang.journey.disbursement import letters
from gelombang.journey.disbursement.actions.accounts import INSTALMENTS, PACKAGE
from gelombang.journey.disbursement.rules import (
    LOOK_AGAIN,
    HeldBack,
    HeldReason,
    InstalmentState,
    months_later,
    next_month,
)
from gelombang.journey.feedback.rules import EMPLOYMENT_SURVEY
from gelombang.kit.clock import WIB
from gelombang.kit.sealing import Keyring
from gelombang.records.ledger import actions as ledger
from gelombang.records.ledger.rules import (
    BalanceTooLow,
    Transfer,
    TransferKind,
    committed_to,
    due_to,
)
from gelombang.records.notices import actions as notices
from gelombang.records.notices.rules import letter_to
from gelombang.records.people import queries as contacts
from gelombang.records.programme import queries as programmes
from gelombang.records.programme.terms import SURVEY_INCENTIVE, TRAINING_AID, Part, Programme

BATCH = 1_000  # awards that one transaction plans, or instalments that it looks at
REVIEWS, SURVEYS = "reviews", "surveys"

Row = dict[str, Any]


def plan(*, now: datetime, limit: int = BATCH) -> int:
    """Plan every instalment of the next awards whose first review came; how many rows that touched.

    The instalments with an interval begin at the review and go on by calendar months in the
    programme's zone; the survey incentive is due when the survey was answered. Each award is
    planned once. Reviews and answers are taken up in commit order, so that none is ever missed.
    """
    with store.transaction():
        store.lock(INSTALMENTS)
        return _plan_reviewed(now=now, limit=limit) + _take_surveys(limit=limit)


def _plan_reviewed(*, now: datetime, limit: int) -> int:
    since, frontier = _progress(REVIEWS)
    if not store.fetch(store.statement(PACKAGE, "newest_review"), {"since": str(since)}):
        return 0
    rows = store.fetch(
        store.statement(PACKAGE, "newly_reviewed"),
        {"survey": EMPLOYMENT_SURVEY, "since": str(since), "limit": limit},
    )
    first = {row["award_id"]: row for row in reversed(rows)}  # of two reviews the earlier stays
    terms = {number: programmes.version(version_id=number).programme for number in _versions(rows)}
    planned = [
        each
        for row in first.values()
        for each in _instalments_of(row, terms[row["programme_version_id"]])
    ]
    added = _add(planned, now=now)
    until = frontier if len(rows) < limit else min(frontier, int(rows[-1]["xid"]))
    if until > since:
        span = {"since": str(since), "until": str(until), "now": now}
        store.execute(store.statement(PACKAGE, "rouse_reviewed"), span)
        _move_progress(REVIEWS, until)
    return added


def _take_surveys(*, limit: int) -> int:
    since, frontier = _progress(SURVEYS)
    (taken,) = store.fetch(
        store.statement(PACKAGE, "take_surveys"),
        {
            "survey": EMPLOYMENT_SURVEY,
            "kind": SURVEY_INCENTIVE,
            "since": str(since),
            "limit": limit,
        },
    )
    if taken["seen"]:
        until = frontier if taken["seen"] < limit else min(frontier, int(taken["last"]))
        if until > since:
            _move_progress(SURVEYS, until)
    return int(taken["earned"])


def _progress(facts: str) -> tuple[int, int]:
    """Below which transaction everything was looked at, and below which everything has ended.

    The frontier is read before the facts are: whatever lies below it is visible then.
    """
    known = store.fetch_value(
        "SELECT before_xid FROM disbursement_progress WHERE facts = %s", [facts]
    )
    frontier = store.fetch_value("SELECT pg_snapshot_xmin(pg_current_snapshot())::text")
    return int(known or 0), int(frontier)


def _move_progress(facts: str, before_xid: int) -> None:
    store.execute(
        store.statement(PACKAGE, "move_progress"),
        {"facts": facts, "before_xid": str(before_xid)},
    )


@dataclass(frozen=True, slots=True)
class _Planned:
    """One instalment to be written down."""

    award_id: int
    person_id: UUID
    part: Part
    number: int
    due_at: datetime | None


def _versions(rows: Sequence[Row]) -> set[int]:
    return {row["programme_version_id"] for row in rows}


def _instalments_of(row: Row, programme: Programme) -> Iterator[_Planned]:
    for part in _parts(programme, row):
        for number in range(1, part.times + 1):
            due_at = _due_at(part, number, row, programme.zone)
            yield _Planned(row["award_id"], row["person_id"], part, number, due_at)


def _parts(programme: Programme, row: Row) -> list[Part]:
    """What the award's own scheme pays in money; the training aid is no money."""
    scheme = next(
        each
        for each in programme.schemes
        if (each.code, each.total) == (row["scheme"], row["award_amount"])
    )
    return [part for part in scheme.parts if part.kind != TRAINING_AID]


def _due_at(part: Part, number: int, row: Row, zone: ZoneInfo) -> datetime | None:
    if part.kind == SURVEY_INCENTIVE:
        answered: datetime | None = row["answered_at"] if number == 1 else None
        return answered
    reviewed: datetime = row["reviewed_at"]
    return months_later(reviewed, months=number - 1, zone=zone)


def _add(planned: Sequence[_Planned], *, now: datetime) -> int:
    if not planned:
        return 0
    return store.execute_set(
        store.statement(PACKAGE, "add_instalments"),
        {
            "awards": [each.award_id for each in planned],
            "people": [each.person_id for each in planned],
            "kinds": [each.part.kind for each in planned],
            "numbers": [each.number for each in planned],
            "times": [each.part.times for each in planned],
            "amounts": [each.part.amount for each in planned],
            "due": [each.due_at for each in planned],
            "now": now,
        },
    )


class _NotCovered(Exception):
    """The books refused a set of instalments; which."""

    def __init__(self, instalments: Sequence[int]) -> None:
        super().__init__("a promise is not covered")
        self.instalments = instalments


def fall_due(
    *, keyring: Keyring, base_url: str, now: datetime, real_now: datetime, limit: int = BATCH
) -> int:
    """Let the next instalments whose day has come fall due, with the books; how many it looked at.

    What something stands in the way of is held with the reason, and looked at again when that may
    be gone: after another account, after the cooling hours, after another review. One instalment
    that the books refuse is held alone (`uncovered`) and never stops its neighbours.
    """
    try:
        with store.transaction():
            store.lock(INSTALMENTS)
            return _fall_due(keyring, base_url, now=now, real_now=real_now, limit=limit)
    except _NotCovered as refused:
        if len(refused.instalments) == 1:
            return _set_aside(refused.instalments[0], now=now)
    half = max(1, limit // 2)
    return fall_due(keyring=keyring, base_url=base_url, now=now, real_now=real_now, limit=half)


def _fall_due(
    keyring: Keyring, base_url: str, *, now: datetime, real_now: datetime, limit: int
) -> int:
    params = {"now": now, "limit": limit} | asdict(programmes.needed(before="payment"))
    rows = store.fetch(store.statement(PACKAGE, "coming_due"), params)
    if not rows:
        return 0
    _book([row for row in rows if not row["obstacle"]], now=now)
    _settle([(row["id"], row["obstacle"], _look_again(row, now=now)) for row in rows], now=now)
    lacking = [row for row in rows if row["obstacle"] == HeldReason.NO_ACCOUNT]
    _owe_letters(lacking, keyring, base_url, now=now, real_now=real_now)
    return len(rows)


def _book(ready: Sequence[Row], *, now: datetime) -> None:
    """Owe what was promised. What was booked before it was held is not booked again."""
    transfers = [
        Transfer(
            debit=committed_to(row["award_id"]),
            credit=due_to(row["award_id"]),
            amount=row["amount"],
            kind=TransferKind.DUE,
            reference=f"due:{row['id']}",
        )
        for row in ready
    ]
    try:
        ledger.transfer(transfers=transfers, now=now)
    except BalanceTooLow as refused:
        raise _NotCovered([row["id"] for row in ready]) from refused


def _look_again(row: Row, *, now: datetime) -> datetime | None:
    if row["obstacle"] == HeldReason.RECHECK:
        return now + LOOK_AGAIN
    effective: datetime | None = row["effective_at"]
    return effective if row["obstacle"] == HeldReason.COOLING else None


def _settle(looked: Sequence[tuple[int, str, datetime | None]], *, now: datetime) -> int:
    """Write down the new state of each (instalment, obstacle, when to look again)."""
    states = (InstalmentState.HELD if each[1] else InstalmentState.DUE for each in looked)
    return store.execute_set(
        store.statement(PACKAGE, "fall_due"),
        {
            "ids": [each[0] for each in looked],
            "states": [state.value for state in states],
            "reasons": [each[1] for each in looked],
            "again": [each[2] for each in looked],
            "now": now,
        },
    )


def _set_aside(instalment_id: int, *, now: datetime) -> int:
    with store.transaction():
        store.lock(INSTALMENTS)
        return _settle([(instalment_id, HeldReason.UNCOVERED.value, None)], now=now)


def _owe_letters(
    rows: Sequence[Row], keyring: Keyring, base_url: str, *, now: datetime, real_now: datetime
) -> None:
    """Ask for an account, once an award."""
    first: Mapping[int, Row] = {row["award_id"]: row for row in reversed(rows)}
    reachable = contacts.contacts(person_ids=[row["person_id"] for row in first.values()])
    owed = []
    for award_id, row in first.items():
        contact = reachable.get(row["person_id"])
        if contact is None:
            continue  # erased meanwhile: there is nobody to write to
        letter = letters.no_account(
            language=contact.language, amount=row["amount"], base_url=base_url
        )
        owed.append(
            letter_to(
                contact,
                letter,
                key=f"disbursement.no_account:{award_id}",
                kind="disbursement.no_account",
                person_id=row["person_id"],
                keyring=keyring,
            )
        )
    notices.owe(notices=owed, now=now, real_now=real_now)


def rouse_rechecked(*, now: datetime, limit: int = BATCH) -> int:
    """Look at once at instalments whose fresh answers have come; how many.

    They would be looked at by themselves some virtual minutes later.
    """
    needed = asdict(programmes.needed(before="payment"))
    if not needed["kinds"]:
        return 0
    with store.transaction():
        store.lock(INSTALMENTS)
        return store.execute(
            store.statement(PACKAGE, "rouse_rechecked"), {"now": now, "limit": limit} | needed
        )


def hold_back(*, held: Sequence[HeldBack], now: datetime) -> int:
    """Hold due instalments that cannot be paid, inside the caller's transaction; how many.

    They become due again by themselves: after another account, and `limit` also with the next
    month in the programme's zone. Raises TransactionMissing outside a transaction.
    """
    store.transaction_required()
    if not held:
        return 0
    store.lock(INSTALMENTS)
    version = programmes.current()
    zone = version.programme.zone if version else WIB
    ordered = sorted(held, key=lambda each: each.instalment_id)
    return store.execute_set(
        store.statement(PACKAGE, "hold_back"),
        {
            "ids": [each.instalment_id for each in ordered],
            "reasons": [each.reason.value for each in ordered],
            "accounts": [each.account_id for each in ordered],
            "next_month": next_month(now, zone=zone),
            "look_again": now + LOOK_AGAIN,
        },
    )
