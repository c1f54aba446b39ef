"""The first page after signing in: what to do next, the tasks, and the journey so far."""

from __future__ import annotations

from uuid import UUID

from django.http import Http404, HttpRequest, HttpResponseBase
from django.shortcuts import render

from gelombang.journey.verification import queries as verification
from gelombang.records.notices import queries as notices
from gelombang.web import reading
from gelombang.web.authority import citizen
from gelombang.web.participants import progress
from gelombang.web.participants.next_steps import next_step
from gelombang.web.participants.waiting import further_waits


@citizen()
def home(request: HttpRequest, *, person_id: UUID) -> HttpResponseBase:
    """Task list and status."""
    return _show(request, person_id, "participants/saya.html")


@citizen()
def journey(request: HttpRequest, *, person_id: UUID) -> HttpResponseBase:
    """Every stage: since when, what it waits for, what comes next."""
    return _show(request, person_id, "participants/status.html")


def _show(request: HttpRequest, person_id: UUID, template: str) -> HttpResponseBase:
    clocks = reading.instants()
    found = progress.standing(person_id=person_id, clocks=clocks)
    if found is None:
        raise Http404
    tasks = progress.tasks(found)
    context = {
        "standing": found,
        "tasks": tasks,
        "done": sum(task.is_done for task in tasks),
        "next": next_step(found),
        "reachability": notices.reachability(person_id=person_id),
        "wait": verification.wait_of(person_id=person_id, now=clocks.now, real_now=clocks.real_now),
        "further_waits": further_waits(found, person_id=person_id, clocks=clocks),
    }
    return render(request, template, context)
