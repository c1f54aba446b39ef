"""The programme in force, its calendar and its history."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache

from gelombang.records.programme import rules
from gelombang.records.programme.models import DoorControl, ProgrammeVersion, ScheduleEntry
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


def is_paused() -> bool:
    """Whether an operator holds the front door."""
    control = DoorControl.objects.order_by("-id").first()
    return control is not None and control.paused


def door_controls() -> Sequence[DoorControl]:
    """The latest hundred door controls, latest first."""
    return list(DoorControl.objects.order_by("-id")[:100])
