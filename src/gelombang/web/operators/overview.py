"""The first page of the desk: what waits for whom, and the figures; and the programme in force."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.http import HttpRequest, HttpResponseBase

from gelombang.journey.registration import pumping, queries as registration
from gelombang.journey.verification import queries as verification
from gelombang.journey.waves import queries as waves
from gelombang.records.notices import queries as notices
from gelombang.records.programme import queries as programme
from gelombang.web import reading
from gelombang.web.authority import (
    AUDITOR,
    OPERATOR,
    PROGRAMME_DIRECTOR,
    PROGRAMME_OFFICER,
    see_other,
    staff,
)
from gelombang.web.operators import desk
from gelombang.web.public import figures


@staff()
def overview(request: HttpRequest, *, actor: str) -> HttpResponseBase:  # noqa: ARG001 - reading only
    """Queues, the funnel, and the wave that concerns us now. Any member of staff."""
    clocks = reading.instants()
    now = clocks.now
    partners = verification.queues(now=now, real_now=clocks.real_now)
    context = {
        "paused": programme.door_controls_in_force().paused,
        "wave": waves.open_wave(now=now) or waves.next_wave(now=now),
        "funnel": figures.read(reading.environment().data_dir),
        "queues": _queues(),
        "texts": _texts(),
        "partners": [_shown(each) for each in partners],
    }
    return desk.page(request, "operators/ringkasan.html", context)


@dataclass(frozen=True, slots=True)
class Texts:
    """What text messages used of their budget: messages of this hour, rupiah of this day (real)."""

    hour: int
    hour_most: int
    day_idr: int
    day_most_idr: int


def _texts() -> Texts | None:
    """None where no provider of text messages is there."""
    if reading.environment().sms_url is None:
        return None
    budget = reading.text_budget()
    hour, day = pumping.periods(reading.instants().real_now)
    return Texts(
        hour=notices.used(scope=pumping.ALL, starts_at=hour),
        hour_most=budget.an_hour,
        day_idr=notices.used(scope=pumping.DAY, starts_at=day) * budget.idr_each,
        day_most_idr=budget.idr_a_day,
    )


def _queues() -> dict[str, int]:
    checks = verification.backlog_by_kind()
    return {
        "registration": registration.backlog(),
        "civil_registry": checks.get("civil_registry", 0),
        "education": checks.get("education", 0),
        "social_aid": checks.get("social_aid", 0),
        "entries": waves.backlog(),
        "notices": notices.backlog(),
    }


def _shown(queue: verification.QueueView) -> dict[str, Any]:
    """One partner's queue: its pace in whole questions a minute, its band in minutes."""
    band = queue.band
    minutes = (
        [int(each.total_seconds() // 60) for each in (band.earliest, band.about, band.latest)]
        if band is not None
        else []
    )
    measured = queue.per_second
    return {
        "queue": queue,
        "measured": round(measured * 60) if measured is not None else None,
        "contract": queue.contract * 60,
        "minutes": minutes,
    }


@staff()
def funnel(request: HttpRequest, *, actor: str) -> HttpResponseBase:  # noqa: ARG001 - reading only
    """The public figures are the desk's figures: one source."""
    return see_other("/angka")


@staff(PROGRAMME_OFFICER, PROGRAMME_DIRECTOR, OPERATOR, AUDITOR)
def programme_in_force(request: HttpRequest, *, actor: str) -> HttpResponseBase:  # noqa: ARG001
    """The version of the programme file that is in force, in words."""
    return desk.page(request, "operators/program.html", {"version": programme.current()})
