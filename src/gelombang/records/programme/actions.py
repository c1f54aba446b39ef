"""Load a version, move a calendar, hold the door. Nothing is edited: every change is a new row."""

from dataclasses import asdict
from datetime import date, datetime, timedelta
from hashlib import sha256
from itertools import groupby
from typing import Any

from django.db.models import Max

from gelombang import store
from gelombang.kit import sketch
from gelombang.records.audit import actions as audit
from gelombang.records.programme import queries, rules
from gelombang.records.programme.models import (
    DoorControl,
    ProgrammeVersion,
    ReadinessReport,
    ScheduleEntry,
    Signoff,
    VisitorDay,
    VisitorSketch,
)
from gelombang.records.programme.readiness import Report, State, plain
from gelombang.records.programme.terms import Announcement, Programme

SKETCHES_KEPT = timedelta(days=7)
COUNTS_KEPT = timedelta(days=7)  # of the front door and its queues, real time
MOST_SKETCHES = 2_000  # read at a time: 8 MB


def load(*, text: str, actor: str, now: datetime, real_now: datetime) -> int:
    """Store a version of a programme file and announce its calendar; the version's id.

    The same file again is the same version. Raises ProgrammeInvalid with every mistake,
    BudgetRewritten or StagesRewritten.
    """
    checked = rules.check(text)
    if checked.programme is None:
        raise rules.ProgrammeInvalid(checked.problems)
    digest = sha256(text.encode()).hexdigest()
    with store.transaction():
        store.lock(f"programme:{checked.programme.code}")
        known = ProgrammeVersion.objects.filter(code=checked.programme.code).order_by("-number")
        same = known.filter(sha256=digest).first()
        if same is not None:
            return int(same.id)
        latest = known.first()
        if latest is not None:
            before = rules.parse(latest.source)
            rules.check_succession(before=before, after=checked.programme)
            rules.check_stages_kept(
                before=before, after=checked.programme, opened=_opened(before, now=now), now=now
            )
        row = ProgrammeVersion.objects.create(
            code=checked.programme.code,
            number=latest.number + 1 if latest else 1,
            sha256=digest,
            source=text,
            content=rules.content_of(text),
            loaded_at=now,
            loaded_by=actor,
        )
        _announce_calendar(checked.programme, actor=actor, now=now)
        _note("programme.load", f"programme:{row.code}", actor=actor, now=now, real_now=real_now,
              version=row.number, sha256=digest)  # fmt: skip
    return int(row.id)


def _opened(programme: Programme, *, now: datetime) -> list[str]:
    """The waves whose announced opening has come."""
    ids = [wave.id for wave in programme.waves]
    calendars = (queries.schedule(subject=wave_id) for wave_id in ids)
    return [each.subject for each in calendars if each is not None and each.opens_at <= now]


def _announce_calendar(programme: Programme, *, actor: str, now: datetime) -> None:
    """Append the file's announcements that are not in the schedule yet, in the file's order.

    An operator's later reschedule therefore stays in force when a file is loaded again.
    """
    for entry in programme.calendar:
        known = ScheduleEntry.objects.filter(
            programme_code=programme.code,
            subject=entry.subject,
            opens_at=entry.opens_at,
            closes_at=entry.closes_at,
            announced_at=entry.announced_at,
        )
        if not known.exists():
            _append(programme.code, entry, actor=actor, now=now)


def _append(code: str, entry: Announcement, *, actor: str, now: datetime) -> None:
    ScheduleEntry.objects.create(
        programme_code=code,
        subject=entry.subject,
        name=entry.name,
        opens_at=entry.opens_at,
        closes_at=entry.closes_at,
        announced_at=entry.announced_at,
        reason=entry.reason,
        recorded_at=now,
        actor=actor,
    )


def reschedule(
    *,
    subject: str,
    opens_at: datetime,
    closes_at: datetime | None,
    reason: str,
    actor: str,
    now: datetime,
    real_now: datetime,
) -> None:
    """Announce another calendar for a subject; the older ones stay as its history (R008).

    Raises SubjectUnknown, or what `rules.check_reschedule` refuses.
    """
    with store.transaction():
        announce(subject=subject, opens_at=opens_at, closes_at=closes_at, reason=reason,
                 actor=actor, now=now, real_now=real_now)  # fmt: skip


def announce(
    *,
    subject: str,
    opens_at: datetime,
    closes_at: datetime | None,
    reason: str,
    actor: str,
    now: datetime,
    real_now: datetime,
) -> None:
    """`reschedule` inside its caller's transaction."""
    store.transaction_required()
    store.lock(f"schedule:{subject}")
    present = ScheduleEntry.objects.filter(subject=subject).order_by("-id").first()
    if present is None:
        raise rules.SubjectUnknown(field="subject", subject=subject)
    rules.check_reschedule(
        opens_at=opens_at,
        closes_at=closes_at,
        present_opens_at=present.opens_at,
        present_closes_at=present.closes_at,
        now=now,
    )
    entry = Announcement(
        subject=subject,
        name=present.name,
        opens_at=opens_at,
        closes_at=closes_at,
        announced_at=now,
        reason=reason,
    )
    _append(present.programme_code, entry, actor=actor, now=now)
    _note("programme.reschedule", f"schedule:{subject}", actor=actor, now=now,
          real_now=real_now, reason=reason, opens_at=opens_at.isoformat(),
          closes_at=closes_at.isoformat() if closes_at else None)  # fmt: skip


def set_door(
    *, controls: rules.DoorControls, reason: str, actor: str, now: datetime, real_now: datetime
) -> None:
    """Set how the front door stands; it notices within a second.

    The trail keeps what held before. Raises ControlOutOfRange.
    """
    rules.check_door_controls(controls)
    with store.transaction():
        store.lock("door")
        before = asdict(queries.door_controls_in_force())
        after = asdict(controls)
        DoorControl.objects.create(**after, reason=reason, actor=actor, recorded_at=now)
        _note("programme.set_door", "door", actor=actor, now=now, real_now=real_now,
              reason=reason, before=before, **after)  # fmt: skip


def sign_off(
    *,
    subject: str,
    report: Report,
    overridden: bool,
    reason: str,
    actor: str,
    now: datetime,
    real_now: datetime,
) -> None:
    """Answer for the opening in force: without this the door stays shut at its instant.

    It holds for that instant alone: who moves the opening signs off again. A sign-off counts as
    overridden only where a check failed. Raises SubjectUnknown, SignoffNotNeeded or NotReady.
    """
    rules.check_signoff(subject=subject, failed=report.failed, overridden=overridden)
    with store.transaction():
        store.lock(f"schedule:{subject}")
        present = ScheduleEntry.objects.filter(subject=subject).order_by("-id").first()
        if present is None:
            raise rules.SubjectUnknown(field="subject", subject=subject)
        is_overridden = overridden and report.failed > 0
        Signoff.objects.create(
            subject=subject,
            opens_at=present.opens_at,
            report=plain(report),
            overridden=is_overridden,
            reason=reason,
            actor=actor,
            recorded_at=now,
        )
        _note("programme.sign_off", f"schedule:{subject}", actor=actor, now=now,
              real_now=real_now, reason=reason, opens_at=present.opens_at.isoformat(),
              overridden=is_overridden, failed=_names_of_failed(report))  # fmt: skip


def _names_of_failed(report: Report) -> list[str]:
    return [check.name for check in report.checks if check.state is State.FAILED]


def ask_readiness(*, actor: str, real_now: datetime) -> None:
    """Ask the worker for a fresh readiness report."""
    with store.transaction():
        ReadinessReport.objects.create(asked_at=real_now, asked_by=actor)


def answer_readiness(*, report: Report) -> int:
    """Give a report to everybody who waits for one; how many."""
    with store.transaction():
        waiting = ReadinessReport.objects.filter(taken_at=None)
        return waiting.update(taken_at=report.taken_at, report=plain(report))


def keep_readiness(*, report: Report, actor: str) -> None:
    """Keep a report that somebody made for themselves, so that the desk shows it as well."""
    with store.transaction():
        ReadinessReport.objects.create(
            asked_at=report.taken_at, asked_by=actor, taken_at=report.taken_at, report=plain(report)
        )


def fold_visitors(*, now: datetime) -> int:
    """Count the visitors of each day from the sketches of all processes; the days counted anew.

    Sketches of more than a week ago are forgotten; their days keep their counts.
    """
    with store.transaction():
        if not store.lock_or_leave("programme:fold-visitors"):
            return 0
        latest = VisitorDay.objects.aggregate(latest=Max("day"))["latest"]
        since = latest - timedelta(days=1) if latest else date.min
        found = VisitorSketch.objects.filter(day__gte=since).order_by("day", "process", "-id")
        by_day = groupby(found.distinct("day", "process")[:MOST_SKETCHES], key=lambda row: row.day)
        days = [
            VisitorDay(
                day=day,
                visitors=sketch.estimate(sketch.merged(bytes(row.registers) for row in rows)),
                folded_at=now,
            )
            for day, rows in by_day
        ]
        VisitorDay.objects.bulk_create(
            days,
            update_conflicts=True,
            unique_fields=["day"],
            update_fields=["visitors", "folded_at"],
        )
        VisitorSketch.objects.filter(day__lt=now.date() - SKETCHES_KEPT).delete()
    return len(days)


def forget_counts(*, real_now: datetime, limit: int = 20_000) -> int:
    """Take away the front door's counts of more than a week ago; how many rows went.

    At most `limit` of each kind in one transaction. They say nothing about a person, and nothing
    that is decided goes by them any more.
    """
    before = int((real_now - COUNTS_KEPT).timestamp())
    with store.transaction():
        statement = store.statement(__package__, "forget_counts")
        return int(store.fetch_value(statement, {"before": before, "limit": limit}))


def _note(
    action: str, subject: str, *, actor: str, now: datetime, real_now: datetime, **detail: Any
) -> None:
    audit.note(
        actor=actor, action=action, subject=subject, detail=detail, now=now, real_now=real_now
    )
