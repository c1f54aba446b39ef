"""What the API shows: the same standing as the status page, as plain values."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

from django.http import Http404

from gelombang.journey.selection.queries import ResultView
from gelombang.journey.verification import queries as verification
from gelombang.journey.verification.rules import SOURCES, CheckKind, StatedIdentity
from gelombang.journey.waves.queries import EntryView, WaveView
from gelombang.web.api import schemas
from gelombang.web.participants import progress
from gelombang.web.reading import Instants


def stated(body: schemas.Identity) -> StatedIdentity:
    """The statement in a body."""
    return StatedIdentity(
        nik=body.nik,
        family_card_no=body.family_card_no,
        name=body.name,
        sex=body.sex,
        birth_place=body.birth_place,
        birth_date=body.birth_date,
        province=body.province,
    )


def status(person_id: UUID, *, clocks: Instants) -> schemas.Status:
    """Where a person stands. Raises Http404 for an erased registration."""
    found = progress.standing(person_id=person_id, clocks=clocks, looks_ahead=False)
    if found is None:
        raise Http404
    return schemas.Status(
        email_confirmed=found.registration.email_confirmed_at is not None,
        identity=found.identity.state.value if found.identity else None,
        identity_wait=_wait_of(person_id, clocks=clocks) if found.is_checked else None,
        wave=of_wave(found.wave, now=clocks.now) if found.wave else None,
        entry=_of_entry(found.entry) if found.entry else None,
        result=_of_result(found.result) if found.result else None,
    )


def _wait_of(person_id: UUID, *, clocks: Instants) -> schemas.Wait | None:
    """The wait for the civil registry; None when nothing of the person's is checked."""
    wait = verification.wait_of(person_id=person_id, now=clocks.now, real_now=clocks.real_now)
    if wait is None:
        return None
    return schemas.Wait(
        waits_for=SOURCES[CheckKind.CIVIL_REGISTRY],
        people_before=wait.before,
        counted=wait.counted.value,
        minutes_from=wait.minutes_from,
        minutes_about=wait.minutes_about,
        minutes_to=wait.minutes_to,
        hold=wait.hold.value,
        resumes_at=_at(wait.resumes_at),
    )


def of_wave(wave: WaveView, *, now: datetime) -> dict[str, Any]:
    """A wave with its calendar in force."""
    return {
        "id": wave.id,
        "number": wave.number,
        "name": wave.name,
        "quota": wave.quota,
        "state": wave.state,
        "is_open": wave.is_open(now),
        "opens_at": _at(wave.opens_at),
        "closes_at": _at(wave.closes_at),
    }


def _of_entry(entry: EntryView) -> dict[str, Any]:
    return {
        "state": entry.state or None,
        "ticket": entry.ticket or None,
        "joined_at": _at(entry.joined_at),
        "refusal": entry.refusal or None,
    }


def _of_result(result: ResultView) -> dict[str, Any]:
    return {
        "eligible": result.eligible,
        "reasons": list(result.reasons),
        "ticket": result.ticket,
        "area": result.area,
        "tier": result.tier,
        "score": result.score or None,
        "cutoff": result.cutoff,
        "outcome": result.outcome or None,
        "waiting_rank": result.waiting_rank,
        "amount": result.award.amount if result.award else None,
    }


def _at(instant: datetime | None) -> str | None:
    return instant.isoformat() if instant else None
