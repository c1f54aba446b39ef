"""One person's result of a wave: outcome, rule, the fact used, and how to check it."""

from __future__ import annotations

from datetime import date
from typing import Any
from uuid import UUID

from django.http import Http404, HttpRequest, HttpResponseBase
from django.shortcuts import render

from gelombang.journey.selection import queries as selection
from gelombang.journey.selection.rules import sentence_of
from gelombang.journey.waves import queries as waves
from gelombang.web import reading
from gelombang.web.authority import citizen
from gelombang.web.participants import progress


@citizen()
def result(request: HttpRequest, *, person_id: UUID, wave_id: str) -> HttpResponseBase:
    """Accepted, not yet, or not eligible; or that the draw is still to come."""
    wave = waves.wave(wave_id=wave_id)
    if wave is None:
        raise Http404
    entry = waves.entry_of(person_id=person_id, wave_id=wave_id)
    found = progress.result_of(person_id=person_id, wave_id=wave_id)
    context = {
        "wave": wave,
        "entry": entry,
        "is_in": entry is not None and entry.state in progress.IN_THE_WAVE,
        "result": found,
        "reasons": _reasons(found) if found else [],
        "draw": selection.draw_of(wave_id=wave_id),
        "next_wave": waves.next_wave(now=reading.instants().now),
    }
    return render(request, "participants/hasil.html", context)


def _reasons(found: selection.ResultView) -> list[dict[str, Any]]:
    """Every rule that refused: in words, and what it was decided by."""
    return [
        {
            "sentence": sentence_of(reason, years=found.age_limit),
            "rule": reason["rule"],
            "version": reason["version"],
            "source": reason["source"],
            "date": date.fromisoformat(reason["date"]),
        }
        for reason in found.reasons
    ]
