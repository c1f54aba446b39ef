"""Questions about identities, for pages, later steps and the worker."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from gelombang import store
from gelombang.journey.verification.models import Queue
from gelombang.journey.verification.places import Standing, place_of
from gelombang.journey.verification.rules import (
    FOLLOW_UPS,
    FOLLOW_UPS_IF_AGREED,
    SOURCES,
    CheckKind,
    CheckState,
    Counted,
    Estimate,
    IdentityState,
    StatedIdentity,
    estimate,
    is_long_wait,
)
from gelombang.journey.verification.statement import read_iso_birth_date
from gelombang.kit.sealing import Keyring, unseal
from gelombang.records.partners import queries as partners
from gelombang.records.partners.forecasting import Band, Days, Hold, Pace, foretell, from_plain

STALE = timedelta(minutes=5)  # real time: an older count tells nothing of how a partner does now
UNKNOWN_PACE = Pace(None, 0.0, Days(), Hold.NONE, None, timedelta())


@dataclass(frozen=True, slots=True)
class IdentityView:
    """Where somebody's statement stands, as the person sees it.

    A disputed statement looks like a pending one: nobody learns that somebody else claims a NIK.
    """

    identity_id: int
    version: int
    state: IdentityState
    submitted_at: datetime
    decided_at: datetime | None
    problem_code: str  # the registry's code when refuted, else empty
    problem_elements: tuple[str, ...]  # names of elements that differ when refuted
    area: str  # province of residence as the registry confirmed it; empty until then


def identity_of(*, person_id: UUID) -> IdentityView | None:
    """The statement in force of a person; None when they stated nothing yet."""
    rows = store.fetch(store.statement(__package__, "identity_of"), {"person_id": person_id})
    if not rows:
        return None
    row = rows[0]
    state = IdentityState(row["state"])
    refuted = state is IdentityState.REFUTED
    waiting = state in {IdentityState.PENDING, IdentityState.DISPUTED}
    return IdentityView(
        identity_id=row["id"],
        version=row["version"],
        state=IdentityState.PENDING if waiting else state,
        submitted_at=row["submitted_at"],
        decided_at=None if waiting else row["decided_at"],
        problem_code=row["code"] if refuted else "",
        problem_elements=tuple(json.loads(row["detail"]).get("elements", ())) if refuted else (),
        area=row["area"] if state is IdentityState.VERIFIED else "",
    )


def wait_of(*, person_id: UUID, now: datetime, real_now: datetime) -> Estimate | None:
    """How long somebody's check may take yet (R067); None when nothing of theirs is checked.

    A disputed statement looks like one at the head of the queue, as one that is asked about now.
    """
    rows = store.fetch(store.statement(__package__, "identity_of"), {"person_id": person_id})
    if not rows or rows[0]["state"] not in {IdentityState.PENDING, IdentityState.DISPUTED}:
        return None
    is_disputed = rows[0]["state"] == IdentityState.DISPUTED
    row = rows[0] | {"kind": CheckKind.CIVIL_REGISTRY}
    return _wait(row, at_the_head=is_disputed, now=now, real_now=real_now)


@dataclass(frozen=True, slots=True)
class FurtherWait:
    """A registry that has not answered about somebody who is verified, and how long it may take."""

    kind: CheckKind
    source: str
    estimate: Estimate


def further_waits_of(*, person_id: UUID, now: datetime, real_now: datetime) -> list[FurtherWait]:
    """The long waits of a verified person for further registries, as `wait_of` tells the first.

    A wait is long from the moment at which a letter may tell of it, and while the registry cannot
    be asked or will take as long as that (`is_long_wait`).
    """
    rows = store.fetch(store.statement(__package__, "open_follow_ups"), {"person_id": person_id})
    known = [row for row in rows if partners.partner(code=row["kind"]) is not None]
    waits = [(row, _wait(row, now=now, real_now=real_now)) for row in known]
    return [
        FurtherWait(CheckKind(row["kind"]), SOURCES[CheckKind(row["kind"])], wait)
        for row, wait in waits
        if is_long_wait(wait, since=row["decided_at"], now=now)
    ]


def _wait(
    row: Mapping[str, Any], *, now: datetime, real_now: datetime, at_the_head: bool = False
) -> Estimate:
    """The estimate for one open question: `kind`, check_id, due_at, needed_by and check_state."""
    kind = CheckKind(row["kind"])
    queue = Queue.objects.filter(kind=kind).first()
    before, counted = 0, Counted.EXACT
    if not at_the_head and row["check_state"] == CheckState.DUE:
        standing = Standing(kind, row["due_at"], row["check_id"], row["needed_by"])
        before, counted = place_of(standing, marks=queue.marks if queue else ())
    pace, contract = _pace(kind, queue, ahead=before, now=now, real_now=real_now)
    if pace and row["check_state"] == CheckState.HELD:  # people have to look at the question itself
        pace = replace(pace, hold=Hold.STOPPED, parked_until=None)
    band = foretell(pace, ahead=before, contract=contract, now=now) if pace else None
    return estimate(before=before, counted=counted, band=band, pace=pace)


def _pace(
    kind: CheckKind, queue: Queue | None, *, ahead: int, now: datetime, real_now: datetime
) -> tuple[Pace | None, float]:
    """How a partner gets on, with what holds it at this moment; and its contract."""
    partner = partners.partner(code=kind.value)
    if partner is None:
        return None, 0.0
    is_fresh = queue is not None and queue.counted_at > real_now - STALE
    pace = from_plain(queue.outlook).pace(ahead=ahead) if queue and is_fresh else UNKNOWN_PACE
    if partner.stopped_reason:
        pace = replace(pace, hold=Hold.STOPPED, parked_until=None)
    elif partner.is_parked(now=now):
        pace = replace(pace, hold=Hold.PARKED, parked_until=partner.parked_until)
    elif pace.hold is not Hold.DOWN:
        pace = replace(pace, hold=Hold.NONE, parked_until=None)
    return pace, partner.records_per_second


@dataclass(frozen=True, slots=True)
class QueueView:
    """The queue of one partner, and when it will be empty if nobody joins it."""

    kind: CheckKind
    name: str
    waiting: int
    counted_at: datetime | None  # real; None before the first count
    per_second: float | None  # measured; None while nothing was
    contract: int  # records a second
    hold: Hold
    parked_until: datetime | None  # virtual
    stopped_reason: str
    band: Band | None  # None while no end can be foretold
    held: int  # questions that the registry cannot process: they wait for people


def queues(*, now: datetime, real_now: datetime) -> list[QueueView]:
    """Every partner's queue and its forecast, from what was counted lately."""
    known = {row.kind: row for row in Queue.objects.all()}
    held = held_by_kind()
    found = []
    for kind in CheckKind:
        partner = partners.partner(code=kind.value)
        if partner is None:
            continue
        row = known.get(kind.value)
        waiting = row.waiting if row else 0
        pace, contract = _pace(kind, row, ahead=waiting, now=now, real_now=real_now)
        band = foretell(pace, ahead=waiting, contract=contract, now=now) if pace else None
        found.append(
            QueueView(
                kind=kind,
                name=partner.name,
                waiting=waiting,
                counted_at=row.counted_at if row else None,
                per_second=pace.per_second if pace else None,
                contract=partner.records_per_second,
                hold=pace.hold if pace else Hold.NONE,
                parked_until=pace.parked_until if pace else None,
                stopped_reason=partner.stopped_reason,
                band=band if waiting else None,
                held=held.get(kind.value, 0),
            )
        )
    return found


def further_registries() -> tuple[CheckKind, ...]:
    """Who is asked about the verified: the programme in force names some of them, or does not."""
    named = (kind for kind in FOLLOW_UPS_IF_AGREED if partners.agreed(code=kind.value))
    return (*FOLLOW_UPS, *named)


def registries_asked() -> tuple[CheckKind, ...]:
    """Every registry that learns of somebody who states an identity now."""
    return (CheckKind.CIVIL_REGISTRY, *further_registries())


def counts(*, as_of: datetime) -> int:
    """How many people were NIK-verified at a virtual instant (R104)."""
    return int(store.fetch_value(store.statement(__package__, "counts"), {"as_of": as_of}))


def backlog_by_kind() -> dict[str, int]:
    """Open questions to each registry; one that not every programme asks only if there are any."""
    rows = store.fetch(store.statement(__package__, "backlog"))
    always = (CheckKind.CIVIL_REGISTRY, *FOLLOW_UPS)
    return {kind.value: 0 for kind in always} | {row["kind"]: row["open"] for row in rows}


def held_by_kind() -> dict[str, int]:
    """Questions that a registry cannot process and that wait for people, where there are any."""
    rows = store.fetch(store.statement(__package__, "held"))
    return {row["kind"]: row["held"] for row in rows}


def backlog() -> int:
    """Open questions to all registries together."""
    return sum(backlog_by_kind().values())


@dataclass(frozen=True, slots=True)
class Waiting:
    """Questions that may be asked now, counted up to a limit, and how long the oldest waits."""

    count: int
    age: timedelta  # real time


def waiting(*, kind: CheckKind, limit: int, real_now: datetime) -> Waiting:
    """The questions of a kind that may be asked now, counted up to `limit`."""
    (found,) = store.fetch(
        store.statement(__package__, "waiting"),
        {"kind": kind.value, "real_now": real_now, "limit": limit},
    )
    oldest = found["oldest"] or real_now
    return Waiting(found["due"], max(real_now - oldest, timedelta()))


def opened(*, identity_ids: Sequence[int], keyring: Keyring) -> dict[int, StatedIdentity]:
    """What a bounded batch of people stated, opened; by identity."""
    rows = store.fetch(store.statement(__package__, "opened"), {"ids": list(identity_ids)})
    return {row["id"]: open_row(row=row, keyring=keyring) for row in rows}


def sealed_names(*, person_ids: Sequence[UUID]) -> dict[UUID, bytes]:
    """The verified name of each of a batch of people, sealed for `name`; others are left out."""
    rows = store.fetch_set(
        store.statement(__package__, "sealed_names"), {"people": list(person_ids)}
    )
    return {row["person_id"]: bytes(row["name_sealed"]) for row in rows}


def verified_names(*, person_ids: Sequence[UUID], keyring: Keyring) -> dict[UUID, str]:
    """The names of a bounded set of people as the civil registry confirmed them; others are absent.

    Raises SealBroken.
    """
    rows = store.fetch_set(
        store.statement(__package__, "verified_names"), {"ids": list(person_ids)}
    )
    return {row["person_id"]: unseal(keyring, row["name_sealed"], purpose="name") for row in rows}


def open_row(*, row: Mapping[str, Any], keyring: Keyring) -> StatedIdentity:
    """The statement in a row of sealed columns. Raises SealBroken."""

    def plain(purpose: str) -> str:
        return unseal(keyring, row[f"{purpose}_sealed"], purpose=purpose)

    return StatedIdentity(
        nik=plain("nik"),
        family_card_no=plain("family_card"),
        name=plain("name"),
        sex=plain("sex"),
        birth_place=plain("birth_place"),
        birth_date=read_iso_birth_date(plain("birth_date")),
        province=plain("province"),
    )


def unmatched_list() -> int | None:
    """A list of nominations that was not compared with verified people yet (R058)."""
    found: int | None = store.fetch_value(store.statement(__package__, "unmatched_list"))
    return found
