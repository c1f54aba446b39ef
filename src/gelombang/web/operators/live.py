"""The front door as it stands now: figures and small curves of the last minutes, looked up anew.

Everything comes from the tallies in the database, so that all processes and machines are in it.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.http import HttpRequest, HttpResponseBase
from django.utils.formats import number_format
from django.utils.translation import gettext as _

from gelombang.kit import buckets
from gelombang.records.programme import queries
from gelombang.records.programme.queries import SLOT_SECONDS, DoorSlot
from gelombang.web import reading
from gelombang.web.authority import AUDITOR, OPERATOR, PROGRAMME_DIRECTOR, staff
from gelombang.web.operators import desk

SHOWN = timedelta(minutes=5)
MINUTE = timedelta(minutes=1)
TOLD_LATE = timedelta(seconds=2)  # a tally may arrive so long after its second
WIDTH, HEIGHT = 240, 40  # of a curve, in its own units
SHARES = (0.5, 0.99, 0.999)


@dataclass(frozen=True, slots=True)
class Curve:
    """One figure: now, at its highest, and its way there."""

    name: str
    unit: str
    now: str
    highest: str
    points: str
    """Of an SVG polyline."""


@staff(OPERATOR, PROGRAMME_DIRECTOR, AUDITOR)
def live(request: HttpRequest, *, actor: str) -> HttpResponseBase:  # noqa: ARG001 - reading only
    """The last five minutes of the front door; the page looks again every five seconds."""
    until = _whole_slot(reading.instants().real_now - TOLD_LATE)
    slots = queries.door_slots(since=until - SHOWN, until=until)
    context = {
        "until": until,
        "processes": slots[-1].processes,
        "curves": _curves(slots),
        "latencies": [(name, _waits(until - span, until)) for name, span in _spans()],
        "is_silent": not any(slot.processes for slot in slots),
        "paused": queries.door_controls_in_force().paused,
    }
    return desk.page(request, "operators/langsung.html", context)


def _whole_slot(at: datetime) -> datetime:
    """The instant at which the latest slot ended."""
    return datetime.fromtimestamp(at.timestamp() // SLOT_SECONDS * SLOT_SECONDS, tz=at.tzinfo)


def _spans() -> list[tuple[str, timedelta]]:
    return [(_("1 menit terakhir"), MINUTE), (_("5 menit terakhir"), SHOWN)]


def _waits(since: datetime, until: datetime) -> list[str]:
    """The percentiles of a span, in milliseconds; a dash where nothing was answered."""
    counts = queries.door_latencies(since=since, until=until)
    if not any(counts):
        return ["–" for _share in SHARES]
    return [f"{_number(buckets.quantile(counts, share) * 1000)} ms" for share in SHARES]


def _curves(slots: Sequence[DoorSlot]) -> list[Curve]:
    def each_second(read: Callable[[DoorSlot], int]) -> list[float]:
        return [read(slot) / SLOT_SECONDS for slot in slots]

    a_second = _("per detik")
    return [
        _curve(_("Datang"), a_second, each_second(lambda slot: slot.offered)),
        _curve(_("Diterima"), a_second, each_second(lambda slot: slot.accepted)),
        _curve(_("Diberi tiket"), a_second, each_second(lambda slot: slot.ticketed)),
        _curve(_("Diminta kembali nanti"), a_second, each_second(lambda slot: slot.shed)),
        _curve(_("Diperlambat"), a_second, each_second(lambda slot: slot.paced)),
        _curve(_("Ditolak"), a_second, each_second(lambda slot: slot.refused)),
        _curve(_("Menunggu disimpan"), _("baris"), [float(slot.queue_depth) for slot in slots]),
        _curve(_("Sekali simpan"), _("baris"), [_part(slot.rows, slot.batches) for slot in slots]),
        _curve(_("Waktu menyimpan"), "ms", [_part(slot.commit_ms, slot.batches) for slot in slots]),
    ]


def _part(whole: int, count: int) -> float:
    return whole / count if count else 0.0


def _curve(name: str, unit: str, values: Sequence[float]) -> Curve:
    highest = max(values)
    step = WIDTH / max(1, len(values) - 1)
    points = " ".join(
        f"{index * step:.1f},{HEIGHT - 1 - (value / highest if highest else 0) * (HEIGHT - 2):.1f}"
        for index, value in enumerate(values)
    )
    return Curve(name, unit, _number(values[-1]), _number(highest), points)


def _number(value: float) -> str:
    """A figure as people read it: one decimal below ten, none above."""
    places = 1 if 0 < value < 10 else 0  # noqa: PLR2004
    return number_format(round(value, places), decimal_pos=places, force_grouping=True)
