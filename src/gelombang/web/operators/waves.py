"""Wave control: open, close, freeze, draw. Each step is typed, reasoned, noted, told in words."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.http import Http404, HttpRequest, HttpResponseBase
from django.utils.translation import gettext as _

from gelombang.journey.selection import actions as selection, queries as draws
from gelombang.journey.waves import actions as waves, queries
from gelombang.journey.waves.queries import WaveView
from gelombang.journey.waves.rules import WaveState
from gelombang.kit.clock import WIB
from gelombang.kit.errors import Refusal
from gelombang.records.audit import queries as audit
from gelombang.records.programme import actions as programme
from gelombang.web import reading
from gelombang.web.authority import (
    AUDITOR,
    BOTH,
    OPERATOR,
    PROGRAMME_DIRECTOR,
    PROGRAMME_OFFICER,
    WRITE,
    may,
    see_other,
    staff,
)
from gelombang.web.fields import Field, Problem, mark, show_form
from gelombang.web.operators import desk, waiting
from gelombang.web.operators.door import reason_field

CHANGES_SHOWN = 20


@dataclass(frozen=True, slots=True)
class Step:
    """One deed on a wave: its address, its words, and what does it."""

    slug: str
    title: Callable[[WaveView], str]
    consequence: Callable[[WaveView], str]
    button: Callable[[], str]
    do: Callable[..., None]


def _open(*, wave: WaveView, request: HttpRequest, reason: str, actor: str) -> None:
    clocks = reading.instants()
    quota = reading.typed(request, "quota")
    waves.open_wave(
        wave_id=wave.id,
        quota=int(quota) if quota else None,
        opens_at=reading.wib_instant(reading.typed(request, "opens_at")),
        closes_at=reading.wib_instant(reading.typed(request, "closes_at")),
        reason=reason,
        actor=actor,
        now=clocks.now,
        real_now=clocks.real_now,
    )


def _close(*, wave: WaveView, request: HttpRequest, reason: str, actor: str) -> None:  # noqa: ARG001
    """Move the closing instant to now; the worker closes at once."""
    clocks = reading.instants()
    programme.reschedule(
        subject=wave.id,
        opens_at=wave.opens_at or clocks.now,
        closes_at=clocks.now,
        reason=reason,
        actor=actor,
        now=clocks.now,
        real_now=clocks.real_now,
    )


def _freeze(*, wave: WaveView, request: HttpRequest, reason: str, actor: str) -> None:  # noqa: ARG001
    clocks = reading.instants()
    selection.request_freeze(wave_id=wave.id, actor=actor, now=clocks.now, real_now=clocks.real_now)
    desk.note(actor=actor, action="desk.freeze", subject=f"wave:{wave.id}", reason=reason)


def _draw(*, wave: WaveView, request: HttpRequest, reason: str, actor: str) -> None:  # noqa: ARG001
    clocks = reading.instants()
    selection.request_draw(wave_id=wave.id, actor=actor, now=clocks.now, real_now=clocks.real_now)
    desk.note(actor=actor, action="desk.draw", subject=f"wave:{wave.id}", reason=reason)


def _resume(*, wave: WaveView, request: HttpRequest, reason: str, actor: str) -> None:  # noqa: ARG001
    clocks = reading.instants()
    selection.resume_awards(wave_id=wave.id, actor=actor, now=clocks.now, real_now=clocks.real_now)
    desk.note(actor=actor, action="desk.resume", subject=f"wave:{wave.id}", reason=reason)


STEPS = {
    "buka": Step(
        "buka",
        lambda wave: _("Buka atau jadwalkan %(wave)s") % {"wave": wave.name},
        lambda wave: _(  # noqa: ARG005 - the same for every wave
            "Tanpa waktu pembukaan, gelombang dibuka sekarang. Orang yang identitasnya "
            "terkonfirmasi dapat bergabung sampai waktu penutupan."
        ),
        lambda: _("Buka atau jadwalkan"),
        _open,
    ),
    "tutup": Step(
        "tutup",
        lambda wave: _("Tutup %(wave)s sekarang") % {"wave": wave.name},
        lambda wave: _(  # noqa: ARG005 - the same for every wave
            "Sesudah ini tidak ada yang dapat bergabung. Permintaan yang tiba sebelumnya tetap "
            "dicatat. Perubahan jadwal terlihat oleh umum."
        ),
        lambda: _("Tutup sekarang"),
        _close,
    ),
    "bekukan": Step(
        "bekukan",
        lambda wave: _("Bekukan daftar %(wave)s") % {"wave": wave.name},
        lambda wave: _(  # noqa: ARG005 - the same for every wave
            "Syarat setiap peserta dihitung, lalu daftar tiket dan sidik jarinya diumumkan dan "
            "dikirim ke saksi. Ini tidak dapat diulang."
        ),
        lambda: _("Bekukan daftar"),
        _freeze,
    ),
    "undi": Step(
        "undi",
        lambda wave: _("Undi %(wave)s") % {"wave": wave.name},
        lambda wave: (
            _(
                "Begitu putaran suar acak keluar, %(quota)s tempat dibagikan, hasil diumumkan, dan "
                "semua peserta dikabari. Ini tidak dapat diulang."
            )
            % {"quota": wave.quota}
        ),
        lambda: _("Undi gelombang ini"),
        _draw,
    ),
    "lanjutkan": Step(
        "lanjutkan",
        lambda wave: _("Lanjutkan pencatatan %(wave)s") % {"wave": wave.name},
        lambda wave: _(  # noqa: ARG005 - the same for every wave
            "Pencatatan penerima berhenti karena sebab yang tertulis di halaman gelombang. "
            "Lanjutkan sesudah sebab itu dibereskan. Yang sudah tercatat tidak berubah."
        ),
        lambda: _("Lanjutkan pencatatan"),
        _resume,
    ),
}


@staff(PROGRAMME_OFFICER, PROGRAMME_DIRECTOR, OPERATOR, AUDITOR)
def overview(request: HttpRequest, *, actor: str) -> HttpResponseBase:  # noqa: ARG001 - reading only
    """Every wave, its calendar, and where its draw stands."""
    rows = [{"wave": wave, "draw": draws.draw_of(wave_id=wave.id)} for wave in queries.waves()]
    return desk.page(request, "operators/gelombang.html", {"rows": rows})


@staff(PROGRAMME_OFFICER, PROGRAMME_DIRECTOR, methods=WRITE)
def plan(request: HttpRequest, *, actor: str) -> HttpResponseBase:  # noqa: ARG001 - no body to read
    """Make the waves that the programme in force plans and that are not there yet."""
    clocks = reading.instants()
    waves.plan_waves(actor=actor, now=clocks.now, real_now=clocks.real_now)
    return see_other("/meja/gelombang")


@staff(PROGRAMME_OFFICER, PROGRAMME_DIRECTOR, OPERATOR, AUDITOR)
def control(request: HttpRequest, *, actor: str, wave_id: str) -> HttpResponseBase:  # noqa: ARG001
    """One wave: its figures, the steps so far, what comes next and what that waits for."""
    wave = _wave(wave_id)
    clocks = reading.instants()
    draw = draws.draw_of(wave_id=wave_id)
    user: Any = request.user
    context = {
        "wave": wave,
        "draw": draw,
        "is_open": wave.is_open(clocks.now),
        "entries": queries.entries(wave_id=wave_id),
        "backlog": queries.backlog(),
        "waits_for": waiting.waits_for(
            wave, draw, clocks=clocks, witnesses=len(set(reading.environment().witnesses))
        ),
        "next": next_slug(wave, draw),
        "may_act": may(user, take.authority),  # type: ignore[attr-defined]
        "changes": audit.trail(subject=f"wave:{wave_id}", limit=CHANGES_SHOWN),
        "steps": {slug: step.button() for slug, step in STEPS.items()},
    }
    return desk.page(request, "operators/satu-gelombang.html", context)


def next_slug(wave: WaveView, draw: draws.DrawView | None) -> str:
    """The step that an operator can take next; empty when the machine works or all is done."""
    if wave.state == WaveState.PLANNED:
        return "buka"
    if wave.state == WaveState.OPEN:
        return "tutup"
    if wave.state == WaveState.VOID:
        return ""
    if draw is None:
        return "bekukan"
    if draw.stopped_reason:
        return "lanjutkan"
    return "undi" if draw.state == "frozen" and not draw.draw_requested_at else ""


@staff(PROGRAMME_OFFICER, PROGRAMME_DIRECTOR, methods=BOTH)
def take(request: HttpRequest, *, actor: str, wave_id: str, slug: str) -> HttpResponseBase:
    """Take one step: read what it does, type the wave's name, give a reason."""
    step, wave = STEPS.get(slug), _wave(wave_id)
    if step is None:
        raise Http404
    fields = _fields(step, wave)
    if request.method != "POST":
        return _show(request, step, wave, fields)
    fields = [field.typed_in(request) for field in fields]
    problems = _problems(fields, wave)
    if problems:
        return _show(request, step, wave, fields, problems)
    try:
        step.do(wave=wave, request=request, reason=reading.typed(request, "alasan"), actor=actor)
    except Refusal as refusal:
        fields, problems = mark(fields, refusal)
        return _show(request, step, wave, fields, problems)
    return see_other(f"/meja/gelombang/{wave_id}")


def _fields(step: Step, wave: WaveView) -> list[Field]:
    confirm = Field(
        "gelombang",
        _("Ketik %(wave)s untuk memastikan") % {"wave": wave.id},
        hint=_("Huruf besar dan tanda hubung harus sama."),
    )
    fields = [reason_field(), confirm]
    if step.slug != "buka":
        return fields
    wib = _("Dalam WIB.")
    opening = [
        Field("quota", _("Kuota"), kind="digits", value=str(wave.quota), short=True),
        Field(
            "opens_at", _("Dibuka"), kind="instant", hint=_("Dalam WIB. Kosong berarti sekarang.")
        ),
        Field("closes_at", _("Ditutup"), kind="instant", hint=wib, value=_local(wave)),
    ]
    return [*opening, *fields]


def _local(wave: WaveView) -> str:
    return f"{wave.closes_at.astimezone(WIB):%Y-%m-%dT%H:%M}" if wave.closes_at else ""


def _problems(fields: list[Field], wave: WaveView) -> list[Problem]:
    values = {field.name: field.value for field in fields}
    found = []
    quota = values.get("quota", "")
    if quota and not (quota.isascii() and quota.isdecimal() and len(quota) <= len("99999999")):
        found.append(Problem("quota", _("Kuota adalah bilangan bulat, paling sedikit 1.")))
    found += [
        Problem(name, _("Tulis tanggal dan jam yang lengkap."))
        for name in ("opens_at", "closes_at")
        if values.get(name) and reading.wib_instant(values[name]) is None
    ]
    if sentence := desk.lacking_reason(values["alasan"]):
        found.append(Problem("alasan", sentence))
    if values["gelombang"] != wave.id:
        found.append(Problem("gelombang", _("Ketik persis %(wave)s.") % {"wave": wave.id}))
    return found


def _show(
    request: HttpRequest,
    step: Step,
    wave: WaveView,
    fields: list[Field],
    problems: list[Problem] | None = None,
) -> HttpResponseBase:
    return show_form(
        request,
        "operators/langkah.html",
        fields,
        problems=problems or [],
        wave=wave,
        slug=step.slug,
        title=step.title(wave),
        consequence=step.consequence(wave),
        button=step.button(),
        **desk.shared(request),
    )


def _wave(wave_id: str) -> WaveView:
    wave = queries.wave(wave_id=wave_id)
    if wave is None:
        raise Http404
    return wave
