"""The programme in force, its calendar and its history."""

from collections.abc import Sequence
from dataclasses import dataclass, fields
from datetime import date, datetime
from functools import lru_cache
from typing import Literal

from gelombang import store
from gelombang.kit.buckets import from_pairs
from gelombang.kit.words import Text
from gelombang.records.programme import rules
from gelombang.records.programme.models import (
    DoorControl,
    ProgrammeVersion,
    ReadinessReport,
    ScheduleEntry,
    Signoff,
    VisitorDay,
)
from gelombang.records.programme.readiness import Report, read_report
from gelombang.records.programme.terms import Programme


@dataclass(frozen=True, slots=True)
class Version:
    """One loaded version and what it says."""

    id: int
    number: int
    loaded_at: datetime
    programme: Programme


@dataclass(frozen=True, slots=True)
class Calendar:
    """One announced calendar of a subject (R009)."""

    subject: str
    name: str
    opens_at: datetime
    closes_at: datetime | None
    announced_at: datetime
    reason: str
    actor: str


@lru_cache(maxsize=16)
def _parsed(version_id: int, source: str) -> Programme:  # noqa: ARG001 - part of the key
    return rules.parse(source)


def _version(row: ProgrammeVersion) -> Version:
    return Version(row.id, row.number, row.loaded_at, _parsed(row.id, row.source))


def current(*, code: str | None = None) -> Version | None:
    """The version loaded latest, of one programme or of any; None before the first load."""
    rows = ProgrammeVersion.objects.order_by("-id")
    row = (rows.filter(code=code) if code else rows).first()
    return _version(row) if row else None


def version(*, version_id: int) -> Version:
    """A version by its id: what an award was given under stays readable for ever (R025)."""
    return _version(ProgrammeVersion.objects.get(id=version_id))


@dataclass(frozen=True, slots=True)
class Needed:
    """Answers that must be fresh by the programmes that ask for it, as columns of one length."""

    versions: list[int]
    kinds: list[str]
    wanted: list[str]  # the verdict that the rules want; empty where any will do


def needed(*, before: Literal["award", "payment"]) -> Needed:
    """What each version of a programme wants fresh before an award, or before each payment."""
    found = Needed([], [], [])
    for row in ProgrammeVersion.objects.order_by("id"):
        programme = _parsed(row.id, row.source) if row.source else None
        if programme is None:
            continue
        recheck = programme.recheck
        for kind in recheck.before_award if before == "award" else recheck.before_payment:
            found.versions.append(row.id)
            found.kinds.append(kind)
            found.wanted.append(programme.wanted_of(kind))
    return found


def _calendar(row: ScheduleEntry) -> Calendar:
    return Calendar(
        subject=row.subject,
        name=row.name,
        opens_at=row.opens_at,
        closes_at=row.closes_at,
        announced_at=row.announced_at,
        reason=row.reason,
        actor=row.actor,
    )


def schedule(*, subject: str) -> Calendar | None:
    """The calendar in force for `registration` or a wave id."""
    row = ScheduleEntry.objects.filter(subject=subject).order_by("-id").first()
    return _calendar(row) if row else None


def schedules() -> Sequence[Calendar]:
    """Every calendar in force, in order of opening: the public schedule (at most 500)."""
    rows = ScheduleEntry.objects.order_by("subject", "-id").distinct("subject")[:500]
    return sorted(map(_calendar, rows), key=lambda entry: (entry.opens_at, entry.subject))


def schedule_history(*, subject: str) -> Sequence[Calendar]:
    """Every calendar that was ever announced for a subject, latest first (at most 500)."""
    return [
        _calendar(row)
        for row in ScheduleEntry.objects.filter(subject=subject).order_by("-id")[:500]
    ]


SLOT_SECONDS = 5  # as in door_slots.sql


@dataclass(frozen=True, slots=True)
class DoorSlot:
    """What all processes of the front door did in five seconds."""

    slot: int
    """Real seconds since 1970, by five."""
    offered: int = 0
    accepted: int = 0
    ticketed: int = 0
    shed: int = 0
    paced: int = 0
    refused: int = 0
    queue_depth: int = 0
    batches: int = 0
    rows: int = 0
    commit_ms: int = 0
    processes: int = 0


def door_slots(*, since: datetime, until: datetime) -> Sequence[DoorSlot]:
    """Every slot of a span of real time, first to last, those without a tally too."""
    rows = store.fetch(store.statement(__package__, "door_slots"), {"since": since, "until": until})
    found = {row["slot"]: DoorSlot(**row) for row in rows}
    first, last = (int(at.timestamp() // SLOT_SECONDS) for at in (since, until))
    return [found.get(slot, DoorSlot(slot)) for slot in range(first, last)]


def door_latencies(*, since: datetime, until: datetime) -> Sequence[int]:
    """The latencies of the writing routes in a span of real time, in buckets (`kit.buckets`)."""
    rows = store.fetch(
        store.statement(__package__, "door_latencies"), {"since": since, "until": until}
    )
    return from_pairs([each for row in rows for each in (row["bucket"], row["count"])])


@dataclass(frozen=True, slots=True)
class Visitors:
    """One day's visitors. Days cannot be joined: a span is their sum."""

    day: date
    visitors: int


def visitors_by_day(*, limit: int = 31) -> Sequence[Visitors]:
    """The visitors of the latest days, latest first."""
    rows = VisitorDay.objects.order_by("-day")[:limit]
    return [Visitors(row.day, row.visitors) for row in rows]


def door_controls_in_force() -> rules.DoorControls:
    """How the front door stands; the defaults before anybody set it."""
    row = DoorControl.objects.order_by("-id").first()
    return _controls(row) if row else rules.DoorControls()


def _controls(row: DoorControl) -> rules.DoorControls:
    return rules.DoorControls(
        **{field.name: getattr(row, field.name) for field in fields(rules.DoorControls)}
    )


@dataclass(frozen=True, slots=True)
class DoorChange:
    """One setting of the door controls, and how they stood before it."""

    controls: rules.DoorControls
    before: rules.DoorControls
    recorded_at: datetime
    actor: str
    reason: str


def door_changes(*, limit: int = 100) -> Sequence[DoorChange]:
    """The latest settings of the door controls, latest first."""
    rows = list(DoorControl.objects.order_by("-id")[: limit + 1])
    stood = [_controls(row) for row in rows]
    if len(rows) <= limit:
        stood.append(rules.DoorControls())
    return [
        DoorChange(stood[place], stood[place + 1], row.recorded_at, row.actor, row.reason)
        for place, row in enumerate(rows[:limit])
    ]


@dataclass(frozen=True, slots=True)
class SignedOff:
    """One sign-off of an opening, with the checks as they stood."""

    opens_at: datetime
    report: Report
    overridden: bool
    reason: str
    actor: str
    recorded_at: datetime


def _signed(row: Signoff) -> SignedOff:
    return SignedOff(
        opens_at=row.opens_at,
        report=read_report(row.report),
        overridden=row.overridden,
        reason=row.reason,
        actor=row.actor,
        recorded_at=row.recorded_at,
    )


def signoff_in_force(*, subject: str) -> SignedOff | None:
    """The latest sign-off of the opening in force; None while it has none."""
    present = schedule(subject=subject)
    if present is None:
        return None
    rows = Signoff.objects.filter(subject=subject, opens_at=present.opens_at)
    row = rows.order_by("-id").first()
    return _signed(row) if row else None


def signoffs(*, subject: str) -> Sequence[SignedOff]:
    """The latest hundred sign-offs of a subject, latest first."""
    return [_signed(row) for row in Signoff.objects.filter(subject=subject).order_by("-id")[:100]]


def latest_readiness() -> Report | None:
    """The readiness report that was taken last."""
    row = ReadinessReport.objects.exclude(taken_at=None).order_by("-taken_at", "-id").first()
    return read_report(row.report) if row is not None and row.report else None


def readiness_is_asked() -> bool:
    """Whether somebody waits for a readiness report."""
    return ReadinessReport.objects.filter(taken_at=None).exists()


@dataclass(frozen=True, slots=True)
class StageView:
    """Areas of a wave and the instant from which their people may join it."""

    subject: str
    name: Text
    areas: frozenset[str]
    """Empty for all areas that no other stage names."""
    opens_at: datetime


def stages(*, subject: str | None = None) -> Sequence[StageView]:
    """The stages of one wave or of all, by opening; none where all areas join at once."""
    rows = store.fetch(store.statement(__package__, "stages"), {"subject": subject})
    return [
        StageView(
            subject=row["subject"],
            name=Text(id=row["name"], en=row["name_en"]),
            areas=frozenset(filter(None, row["areas"].split(","))),
            opens_at=row["opens_at"],
        )
        for row in rows
    ]


def stage_of(*, subject: str, area: str) -> StageView | None:
    """The stage that people of an area join a wave in; None where they join at its opening."""
    found = stages(subject=subject)
    own = next((each for each in found if area in each.areas), None)
    return own or next((each for each in found if not each.areas), None)
