"""How far one person has come: read from the steps in order, never stored."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Literal
from uuid import UUID

from django.utils.translation import gettext as _

from gelombang.journey.registration import queries as registration
from gelombang.journey.registration.rules import RegistrationView
from gelombang.journey.selection import queries as selection
from gelombang.journey.selection.rules import AwardState
from gelombang.journey.verification import queries as verification
from gelombang.journey.verification.queries import IdentityView
from gelombang.journey.verification.rules import IdentityState
from gelombang.journey.waves import queries as waves
from gelombang.journey.waves.queries import EntryView, WaveView
from gelombang.journey.waves.rules import EntryState
from gelombang.records.people import queries as people
from gelombang.web import reading
from gelombang.web.participants import benefit_tasks
from gelombang.web.participants.benefit import Benefit, benefit_of
from gelombang.web.participants.benefit_tasks import Task
from gelombang.web.participants.early_places import is_early
from gelombang.web.participants.tones import Tone
from gelombang.web.reading import Instants

RECENT_WAVES = 4  # waves that a page looks through for an entry of the person
PhoneStage = Literal["not_asked", "open", "proven"]
IdentityStage = Literal["none", "checked", "done", "refuted"]


@dataclass(frozen=True, slots=True)
class Standing:
    """Everything that a person's pages show, of one instant."""

    registration: RegistrationView
    identity: IdentityView | None
    wave: WaveView | None  # the one that concerns the person: open, else their latest
    next_wave: WaveView | None
    entry: EntryView | None
    result: selection.ResultView | None
    is_open: bool
    benefit: Benefit | None = None
    phone: PhoneStage = "not_asked"
    joins_pending: bool = False  # whether people join the wave while they are checked
    gives_places: bool = False  # whether the next wave hands out places for its opening

    @property
    def identity_stage(self) -> IdentityStage:
        """Where the identity stands."""
        return identity_stage(self.identity)

    @property
    def is_checked(self) -> bool:
        """Whether the identity is being checked, or disputed, which looks the same."""
        return self.identity_stage == "checked"

    @property
    def is_in(self) -> bool:
        """Whether the person holds a ticket of the wave."""
        return self.entry is not None and self.entry.state in IN_THE_WAVE

    @property
    def is_carried(self) -> bool:
        """Whether the person goes on in the next wave, which is not open yet."""
        return self.entry is not None and self.entry.state == EntryState.CARRIED

    @property
    def starts_over(self) -> bool:
        """Whether the benefit has ended and the person is, or may be, on the way to another."""
        if self.benefit is None or self.wave is None or not self.benefit.has_ended:
            return False
        is_another = self.wave.id != self.benefit.award.wave_id
        may_join = self.is_open and self.benefit.award.state == AwardState.DECLINED
        return is_another and (self.is_in or may_join)


IN_THE_WAVE = frozenset({EntryState.JOINED, EntryState.CARRIED})


def identity_stage(identity: IdentityView | None) -> IdentityStage:
    """The page that belongs to an identity. Disputed looks exactly like being checked."""
    if identity is None:
        return "none"
    stages: dict[IdentityState, IdentityStage] = {
        IdentityState.VERIFIED: "done",
        IdentityState.REFUTED: "refuted",
    }
    return stages.get(identity.state, "checked")


def standing(*, person_id: UUID, clocks: Instants, looks_ahead: bool = True) -> Standing | None:
    """The standing of a person; None for somebody whose registration is not there.

    Machines ask often: they do not look ahead to the next wave, nor at what a page offers to do,
    nor at the benefit, which has calls of its own.
    """
    registered = registration.registration_of(person_id=person_id)
    if registered is None:
        return None
    identity = verification.identity_of(person_id=person_id)
    known = waves.waves()
    wave, entry = _wave_of(person_id, known, now=clocks.now)
    following = waves.next_among(known=known, now=clocks.now) if looks_ahead else None
    return Standing(
        registration=registered,
        identity=identity,
        wave=wave,
        next_wave=following,
        entry=entry,
        result=result_of(person_id=person_id, wave_id=wave.id) if wave else None,
        is_open=wave is not None and wave.is_open(clocks.now),
        benefit=benefit_of(person_id=person_id) if looks_ahead else None,
        phone=_phone_of(person_id) if looks_ahead else "not_asked",
        joins_pending=looks_ahead and wave is not None and waves.joins_pending(wave=wave),
        gives_places=_gives_places(following, now=clocks.now),
    )


def _gives_places(following: WaveView | None, *, now: datetime) -> bool:
    if following is None or following.opens_at is None:
        return False
    return is_early(now, opens_at=following.opens_at)


def _phone_of(person_id: UUID) -> PhoneStage:
    """Whether a mobile number is proven, where text messages can prove one at all."""
    contact = people.contact_of(person_id=person_id)
    if contact is None or reading.environment().sms_url is None:
        return "not_asked"
    is_proven = registration.has_confirmed_phone(
        person_id=person_id, phone_index=contact.phone_index
    )
    return "proven" if is_proven else "open"


def _wave_of(
    person_id: UUID, known: Sequence[WaveView], *, now: datetime
) -> tuple[WaveView | None, EntryView | None]:
    """The open wave; else the latest wave that the person is in, with their entry."""
    present = waves.open_among(known=known, now=now)
    if present is not None:
        return present, waves.entry_of(person_id=person_id, wave_id=present.id)
    started = [wave for wave in known if wave.opens_at and wave.opens_at <= now]
    for wave in reversed(started[-RECENT_WAVES:]):
        entry = waves.entry_of(person_id=person_id, wave_id=wave.id)
        if entry is not None and entry.state in IN_THE_WAVE:
            return wave, entry
    return (started[-1], None) if started else (None, None)


def result_of(*, person_id: UUID, wave_id: str) -> selection.ResultView | None:
    """The result of a person, once it is there for everybody: eligible or not, at one instant."""
    draw = selection.draw_of(wave_id=wave_id)
    if draw is None or draw.drawn_at is None:
        return None
    return selection.result_of(person_id=person_id, wave_id=wave_id)


def tasks(found: Standing) -> list[Task]:
    """The tasks in their order, with what each waits for: up to the draw, then from the award."""
    if found.benefit is not None and not found.starts_over:
        return benefit_tasks.tasks(found.benefit)
    wanted = [
        _email_task(found),
        _phone_task(found),
        _identity_task(found),
        _joining_task(found),
        _result_task(found),
    ]
    return [task for task in wanted if task is not None]


def _email_task(found: Standing) -> Task:
    name = _("Konfirmasi surel")
    if found.registration.email_confirmed_at:
        return Task(name, _("Selesai"), "good", is_done=True)
    return Task(name, _("Belum"), "go")


def _phone_task(found: Standing) -> Task | None:
    """A number is welcome, and nothing waits for it: by it a code comes when mail does not."""
    name = _("Nomor ponsel")
    if found.phone == "not_asked":
        return None
    if found.phone == "proven":
        return Task(name, _("Selesai"), "good", "/saya/kontak", is_done=True)
    if not found.registration.email_confirmed_at:
        return Task(name, _("Belum bisa dimulai"), "")
    return Task(name, _("Belum"), "go", "/saya/kontak/ponsel")


def _identity_task(found: Standing) -> Task:
    name, href = _("Identitas"), "/saya/identitas"
    shown: dict[IdentityStage, tuple[str, Tone]] = {
        "none": (_("Belum"), "go"),
        "checked": (_("Sedang diperiksa"), "warn"),
        "refuted": (_("Perlu diperbaiki"), "bad"),
        "done": (_("Selesai"), "good"),
    }
    tag, tone = shown[found.identity_stage]
    if not found.registration.email_confirmed_at:
        return Task(name, _("Belum bisa dimulai"), "")
    return Task(name, tag, tone, href, is_done=found.identity_stage == "done")


def _joining_task(found: Standing) -> Task:
    name = _("Bergabung ke gelombang")
    if found.wave is None:
        return Task(name, _("Belum bisa dimulai"), "")
    name = _("Bergabung ke %(wave)s") % {"wave": found.wave.name}
    href = f"/gabung/{found.wave.id}"
    if found.is_carried:
        return Task(name, _("Diteruskan"), "warn", href)
    if found.is_in:
        return Task(name, _("Selesai"), "good", href, is_done=True)
    if not found.is_open:
        return Task(name, _("Ditutup"), "", href)
    is_checked = found.is_checked and found.joins_pending
    if found.identity_stage != "done" and not is_checked:
        return Task(name, _("Belum bisa dimulai"), "")
    return Task(name, _("Belum"), "go", href)


def _result_task(found: Standing) -> Task:
    name = _("Hasil undian")
    if found.wave is None or not found.is_in or found.is_carried:
        return Task(name, _("Belum bisa dimulai"), "")
    href = f"/saya/hasil/{found.wave.id}"
    if found.result is None:
        return Task(name, _("Menunggu undian"), "", href)
    return Task(name, _("Sudah ada"), "good", href, is_done=True)
