"""The front door: how it stands, and its controls, typed and confirmed with old beside new."""

from __future__ import annotations

from dataclasses import asdict, dataclass, replace
from datetime import datetime

from django.http import HttpRequest, HttpResponseBase
from django.utils.translation import gettext as _

from gelombang.kit.errors import Refusal
from gelombang.records.programme import actions as programme, queries
from gelombang.records.programme.rules import (
    DOOR_LIMITS,
    REGISTRATION,
    DoorControls,
    check_door_controls,
)
from gelombang.web import reading
from gelombang.web.authority import BOTH, OPERATOR, PROGRAMME_DIRECTOR, see_other, staff
from gelombang.web.fields import Field, Problem, mark, show_form
from gelombang.web.operators import desk
from gelombang.web.operators.door import reason_field

CHANGES_SHOWN = 20
NO_NUMBER = -1  # stands for what was typed and is no number; outside of every limit


@dataclass(frozen=True, slots=True)
class Control:
    """One control beside its value: for a table, or old beside new."""

    label: str
    value: str
    before: str = ""

    @property
    def changes(self) -> bool:
        """Whether it would be set to something else."""
        return self.value != self.before


@dataclass(frozen=True, slots=True)
class Change:
    """One setting of the door as the history shows it."""

    at: datetime
    controls: list[Control]
    actor: str
    reason: str


@staff(OPERATOR, PROGRAMME_DIRECTOR)
def door(request: HttpRequest, *, actor: str) -> HttpResponseBase:  # noqa: ARG001 - reading only
    """How the door stands, every calendar in force, and what was set before."""
    present = queries.door_controls_in_force()
    context = {
        "paused": present.paused,
        "controls": described(present),
        "signed": queries.signoff_in_force(subject=REGISTRATION),
        "changes": [
            Change(each.recorded_at, changed(each.controls, each.before), each.actor, each.reason)
            for each in queries.door_changes(limit=CHANGES_SHOWN)
        ],
        "schedules": queries.schedules(),
    }
    return desk.page(request, "operators/pintu.html", context)


@staff(OPERATOR, PROGRAMME_DIRECTOR, methods=BOTH)
def set_controls(request: HttpRequest, *, actor: str) -> HttpResponseBase:
    """The form; then what changes, to be confirmed; then the new controls."""
    present = queries.door_controls_in_force()
    if request.method != "POST":
        return _show(request, _fields(present))
    typed = [field.typed_in(request) for field in _fields(present)]
    wanted = _wanted(typed, present)
    problems = _problems(wanted, typed)
    if problems or reading.typed(request, "ubah"):
        return _show(request, typed, problems)
    if reading.typed(request, "yakin") != "ya":
        return _confirm(request, typed, wanted=wanted, present=present)
    clocks = reading.instants()
    programme.set_door(
        controls=wanted,
        reason=typed[-1].value,
        actor=actor,
        now=clocks.now,
        real_now=clocks.real_now,
    )
    return see_other("/meja/pintu")


def described(controls: DoorControls, before: DoorControls | None = None) -> list[Control]:
    """Every control in words, beside how it stood before."""
    old = asdict(before) if before is not None else {}
    return [
        Control(label, _say(value), _say(old[name]) if old else _say(value))
        for (name, value), label in zip(asdict(controls).items(), _labels().values(), strict=True)
    ]


def changed(controls: DoorControls, before: DoorControls) -> list[Control]:
    """Only what one setting changed."""
    return [each for each in described(controls, before) if each.changes]


def _say(value: object) -> str:
    """A number, or yes and no, in the reader's language."""
    if isinstance(value, bool):
        return _("ya") if value else _("tidak")
    return f"{value:,}".replace(",", "." if reading.language() == "id" else ",")


def _labels() -> dict[str, str]:
    """The names of the controls, in the order of DoorControls."""
    return {
        "paused": _("Dijeda"),
        "admission_per_second": _("Diterima per detik"),
        "proof_cost": _("Beban bukti kerja"),
        "address_per_minute": _("Formulir per alamat per menit"),
        "network_per_minute": _("Formulir per jaringan per menit"),
        "house_admission": _("Antrean juga di dalam rumah"),
    }


def _fields(present: DoorControls) -> list[Field]:
    hints = {
        "admission_per_second": _("Selebihnya menunggu dengan tiket, tanpa kehilangan tempat."),
        "proof_cost": _("Putaran hitungan di ponsel orang. 100 cukup; 0 meniadakan bukti kerja."),
        "address_per_minute": _("Satu alamat internet. Warnet dan kantor berbagi satu alamat."),
        "network_per_minute": _("Satu jaringan (/24). Operator seluler berbagi jaringan."),
    }
    labels = _labels()
    numbers = [
        Field(name, labels[name], hint=_with_limits(hint, name), kind="digits", short=True,
              value=str(getattr(present, name)))
        for name, hint in hints.items()
    ]  # fmt: skip
    house = Field(
        "house_admission",
        labels["house_admission"],
        hint=_("Halaman di balik pintu juga membatasi berapa orang yang dilayani sekaligus."),
        kind="checkbox",
        value="ya" if present.house_admission else "",
    )
    return [*numbers, house, reason_field()]


def _with_limits(hint: str, name: str) -> str:
    lowest, highest = DOOR_LIMITS[name]
    limits = {"lowest": _say(lowest), "highest": _say(highest)}
    return f"{hint} {_('Dari %(lowest)s sampai %(highest)s.') % limits}"


def _wanted(fields: list[Field], present: DoorControls) -> DoorControls:
    """The controls as typed; the pause has a page of its own and stays."""
    values = {field.name: field.value for field in fields}
    return replace(
        present,
        admission_per_second=_number(values["admission_per_second"]),
        proof_cost=_number(values["proof_cost"]),
        address_per_minute=_number(values["address_per_minute"]),
        network_per_minute=_number(values["network_per_minute"]),
        house_admission=values["house_admission"] == "ya",
    )


def _problems(wanted: DoorControls, fields: list[Field]) -> list[Problem]:
    found = []
    try:
        check_door_controls(wanted)
    except Refusal as refusal:
        found = mark(fields, refusal)[1]
    if sentence := desk.lacking_reason(fields[-1].value):
        found.append(Problem("alasan", sentence))
    return found


def _number(text: str) -> int:
    plain = text.replace(".", "")
    is_number = plain.isascii() and plain.isdecimal() and len(plain) <= len("1000000")
    return int(plain) if is_number else NO_NUMBER


def _confirm(
    request: HttpRequest, fields: list[Field], *, wanted: DoorControls, present: DoorControls
) -> HttpResponseBase:
    return desk.page(
        request,
        "operators/pintu-periksa.html",
        {
            "controls": described(wanted, present),
            "changes": wanted != present,
            "kept": [(field.name, field.value) for field in fields],
            "reason": fields[-1].value,
        },
    )


def _show(
    request: HttpRequest, fields: list[Field], problems: list[Problem] | None = None
) -> HttpResponseBase:
    return show_form(
        request,
        "operators/pintu-atur.html",
        fields,
        problems=problems or [],
        **desk.shared(request),
    )
