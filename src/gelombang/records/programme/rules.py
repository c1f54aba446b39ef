"""What makes a programme file right, and when its calendar may move.

Reading (`reading`) finds missing, mistyped and unknown keys; the judgements (`judging`) find what
the file says and must not say: shares that do not sum to 100, cells that would disclose
(draw.md), dates that overlap, parts that do not add up.
"""

import re
import tomllib
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, ClassVar

from gelombang.kit.errors import Refusal
from gelombang.kit.words import Text
from gelombang.records.programme.content import read
from gelombang.records.programme.judging import judge
from gelombang.records.programme.reading import Problem, Problems, Table
from gelombang.records.programme.staging import EVERY_OTHER_AREA, joining_of
from gelombang.records.programme.terms import Programme

FINISH = timedelta(minutes=15)
"""How long after a close somebody with a ticket from before it may finish (virtual time)."""


class ProgrammeInvalid(Refusal):
    """A programme file with mistakes; `problems` names every one."""

    sentence: ClassVar[Text] = Text(
        id="Berkas program ini memuat {count} kesalahan. Yang pertama: {first}",
        en="This programme file has {count} mistakes. The first one: {first}",
    )

    def __init__(self, problems: tuple[Problem, ...]) -> None:
        self.problems = problems
        mistakes = [problem for problem in problems if not problem.is_warning]
        first = f"{mistakes[0].key_path}: {mistakes[0].message.id}" if mistakes else ""
        super().__init__(count=len(mistakes), first=first)


class BudgetRewritten(Refusal):
    """A budget version that was loaded before says something else now; a change is a new one."""

    sentence: ClassVar[Text] = Text(
        id="Anggaran {funder} versi {version} sudah dimuat dengan isi lain. Tambahkan versi baru.",
        en="Budget version {version} of {funder} was loaded with other content. Add a new version.",
    )


class StagesRewritten(Refusal):
    """Areas of a wave that has opened would have opened at other instants than they did."""

    sentence: ClassVar[Text] = Text(
        id="Gelombang {wave} sudah dibuka. Daerah yang sudah boleh bergabung tetap boleh; "
        "daerah lain hanya dapat dipindah ke waktu yang belum lewat.",
        en="Wave {wave} has opened. Areas that may join by now keep their instant; the others can "
        "only move to one that is still to come.",
    )


class ScheduleReversed(Refusal):
    """A calendar that would close before it opens."""

    sentence: ClassVar[Text] = Text(
        id="Penutupan harus sesudah pembukaan.", en="The close must come after the opening."
    )


class ScheduleOver(Refusal):
    """The closing instant in force has passed; what was decided by it stays decided."""

    sentence: ClassVar[Text] = Text(
        id="Jadwal ini sudah berakhir dan tidak dapat dipindahkan lagi.",
        en="This calendar is over and can no longer be moved.",
    )


class ScheduleStarted(Refusal):
    """It has opened already; only its close can move."""

    sentence: ClassVar[Text] = Text(
        id="Sudah dibuka; hanya penutupannya yang dapat dipindahkan.",
        en="It has opened already; only its close can be moved.",
    )


class ScheduleInPast(Refusal):
    """An instant before now would take back what people were told."""

    sentence: ClassVar[Text] = Text(
        id="Saat yang baru tidak boleh berada di masa lalu.",
        en="The new instant may not lie in the past.",
    )


class SubjectUnknown(Refusal):
    """No calendar was ever announced for this subject."""

    sentence: ClassVar[Text] = Text(
        id="Tidak ada jadwal bernama {subject}.", en="There is no calendar called {subject}."
    )


class ControlOutOfRange(Refusal):
    """A door control outside of what the door can do; `field` names it."""

    sentence: ClassVar[Text] = Text(
        id="Tulis bilangan bulat dari {lowest} sampai {highest}.",
        en="Write a whole number from {lowest} to {highest}.",
    )


class SignoffNotNeeded(Refusal):
    """Only the opening of registration is signed off; a wave opens by its calendar."""

    sentence: ClassVar[Text] = Text(
        id="Hanya pembukaan pendaftaran yang memerlukan pengesahan; {subject} tidak.",
        en="Only the opening of registration needs a sign-off; {subject} does not.",
    )


class NotReady(Refusal):
    """A check failed, so the opening is signed off by nobody but who overrides it."""

    sentence: ClassVar[Text] = Text(
        id="Belum siap dibuka: {count} pemeriksaan belum terpenuhi.",
        en="Not ready to open: {count} checks do not hold.",
    )


REGISTRATION = "registration"
HIGHEST_ADMISSION = 100_000
"""People a second: nobody waits, so measurements set it."""
DOOR_LIMITS: Mapping[str, tuple[int, int]] = {
    "admission_per_second": (1, HIGHEST_ADMISSION),
    "proof_cost": (0, 10_000),
    "address_per_minute": (1, 1_000_000),
    "network_per_minute": (1, 1_000_000),
}
"""The lowest and highest value of each number among the door controls, both included."""


@dataclass(frozen=True, slots=True)
class DoorControls:
    """How the front door stands: what an operator sets while it runs."""

    paused: bool = False
    """Nothing is taken; every form is kept and sent again later."""
    admission_per_second: int = 2_500
    """Registrations and requests to join that all doors together admit in a second."""
    proof_cost: int = 100
    """Iterations of PBKDF2 in each try at the proof of work; 0 asks for no proof."""
    address_per_minute: int = 60
    """Forms that one address may send in a minute."""
    network_per_minute: int = 1_200
    """Forms that one network (IPv4 /24, IPv6 /56) may send in a minute."""
    house_admission: bool = False
    """Whether the house also lets only so many visitors in at a time."""


def check_door_controls(controls: DoorControls) -> None:
    """Refuse controls that the door cannot keep. Raises ControlOutOfRange with its field."""
    for name, (lowest, highest) in DOOR_LIMITS.items():
        if not lowest <= getattr(controls, name) <= highest:
            raise ControlOutOfRange(field=name, lowest=lowest, highest=highest)


def check_signoff(*, subject: str, failed: int, overridden: bool) -> None:
    """Refuse a sign-off that is not called for, or that a failed check forbids.

    `failed` counts the checks of the report that do not hold. Raises SignoffNotNeeded or NotReady.
    """
    if subject != REGISTRATION:
        raise SignoffNotNeeded(field="subject", subject=subject)
    if failed and not overridden:
        raise NotReady(count=failed)


@dataclass(frozen=True, slots=True)
class Checked:
    """A file's mistakes and warnings, and the programme when there is no mistake."""

    programme: Programme | None
    problems: tuple[Problem, ...]


def check(text: str) -> Checked:
    """Read and judge a whole programme file. Every mistake is named, not only the first."""
    try:
        raw = tomllib.loads(text)
    except tomllib.TOMLDecodeError as broken:
        return Checked(None, (_syntax_problem(text, broken),))
    problems = Problems()
    programme = read(Table(raw, "", problems))
    judge(programme, problems)
    return Checked(None if problems.stop else programme, tuple(problems.found))


def parse(text: str) -> Programme:
    """A programme that was checked when it was loaded, without judging it again."""
    return read(Table(tomllib.loads(text), "", Problems()))


def check_succession(*, before: Programme, after: Programme) -> None:
    """Insist that a later file keeps the budget versions that money was booked by (R005).

    Raises BudgetRewritten.
    """
    known = {(budget.funder, budget.version): budget for budget in before.budgets}
    for budget in after.budgets:
        same = known.get((budget.funder, budget.version), budget)
        if (same.amount, same.effective_on) != (budget.amount, budget.effective_on):
            raise BudgetRewritten(funder=budget.funder, version=budget.version)


def check_stages_kept(
    *, before: Programme, after: Programme, opened: Collection[str], now: datetime
) -> None:
    """Insist that a later file takes back nothing of the stages of waves that have opened.

    `opened` holds the ids of those waves. Areas that may join by now keep their instant; the others
    may move to one that is still to come, so that every answer that was given stays right.
    Raises StagesRewritten.
    """
    known = {wave.id: joining_of(wave) for wave in before.waves}
    planned = {wave.id: joining_of(wave) for wave in after.waves}
    for wave_id in sorted(opened):
        was, will = known.get(wave_id, {}), planned.get(wave_id, {})
        for area in {*was, *will, EVERY_OTHER_AREA}:
            old, new = _joins_at(was, area), _joins_at(will, area)
            if new != old and (old is None or new is None or min(old, new) <= now):
                raise StagesRewritten(wave=wave_id)


def _joins_at(joining: Mapping[str, datetime], area: str) -> datetime | None:
    return joining.get(area, joining.get(EVERY_OTHER_AREA))


def check_reschedule(
    *,
    opens_at: datetime,
    closes_at: datetime | None,
    present_opens_at: datetime,
    present_closes_at: datetime | None,
    now: datetime,
) -> None:
    """Refuse a calendar that contradicts itself or takes back what already happened (R008, R009).

    Raises ScheduleReversed, ScheduleOver, ScheduleStarted or ScheduleInPast.
    """
    if closes_at is not None and closes_at <= opens_at:
        raise ScheduleReversed(field="closes_at")
    if present_closes_at is not None and present_closes_at <= now:
        raise ScheduleOver
    if present_opens_at <= now and opens_at != present_opens_at:
        raise ScheduleStarted(field="opens_at")
    if present_opens_at > now > opens_at:
        raise ScheduleInPast(field="opens_at")
    if closes_at is not None and closes_at < now:
        raise ScheduleInPast(field="closes_at")


def _syntax_problem(text: str, broken: tomllib.TOMLDecodeError) -> Problem:
    found = re.search(r"^(.*) \(at (?:line (\d+), column (\d+)|end of document)\)$", str(broken))
    what = found.group(1) if found else str(broken)
    line = int(found.group(2)) if found and found.group(2) else text.count("\n") + 1
    return Problem(
        key_path="",
        message=Text(id=f"penulisan TOML tidak sah: {what}", en=f"not valid TOML: {what}"),
        line=line,
    )


def content_of(text: str) -> dict[str, Any]:
    """The file's content as it goes into the database: plain values, dates in ISO 8601."""
    return {key: _plain(value) for key, value in tomllib.loads(text).items()}


def _plain(value: Any) -> Any:
    if isinstance(value, Mapping):
        return {key: _plain(inner) for key, inner in value.items()}
    if isinstance(value, list):
        return [_plain(inner) for inner in value]
    return value.isoformat() if hasattr(value, "isoformat") else value
