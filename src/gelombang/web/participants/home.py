"""The first page after signing in: what to do next, the tasks, and the journey so far."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from django.http import Http404, HttpRequest, HttpResponseBase
from django.shortcuts import render
from django.utils.translation import gettext as _

from gelombang.journey.verification import queries as verification
from gelombang.web import reading
from gelombang.web.authority import citizen
from gelombang.web.participants import progress
from gelombang.web.participants.progress import Standing


@dataclass(frozen=True, slots=True)
class NextStep:
    """The one thing that a person can do now, or what they wait for; without an address: wait."""

    words: str
    button: str = ""
    href: str = ""


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
        "wait": verification.wait_of(person_id=person_id, now=clocks.now, real_now=clocks.real_now),
    }
    return render(request, template, context)


def next_step(found: Standing) -> NextStep:
    """What the person should do now."""
    if found.result is not None:
        return _after_result(found)
    if not found.registration.email_confirmed_at:
        return NextStep(_("Buka tautan di surel yang kami kirim untuk mengonfirmasi alamat Anda."))
    if found.identity_stage == "none":
        words = _("Isi identitas Anda. Siapkan KTP dan Kartu Keluarga. Sekitar 4 menit.")
        return NextStep(words, _("Isi identitas"), "/saya/identitas")
    if found.identity_stage == "refuted":
        words = _("Dukcapil menyatakan data Anda belum cocok. Lihat bagian yang berbeda.")
        return NextStep(words, _("Lihat dan perbaiki"), "/saya/identitas")
    if found.identity_stage == "checked":
        return NextStep(_("Tidak ada yang perlu Anda lakukan. Kami memberi kabar lewat surel."))
    return _after_identity(found)


def _after_identity(found: Standing) -> NextStep:
    if found.wave is not None and found.is_in:
        words = _("Anda sudah bergabung ke %(wave)s. Hasil undian kami kirim lewat surel.")
        return NextStep(words % {"wave": found.wave.name})
    if found.wave is not None and found.is_open:
        words = _("%(wave)s sedang dibuka. Bergabunglah sebelum ditutup.")
        button = _("Bergabung ke %(wave)s")
        slots = {"wave": found.wave.name}
        return NextStep(words % slots, button % slots, f"/gabung/{found.wave.id}")
    if found.next_wave is not None:
        words = _("Tunggu %(wave)s dibuka. Tanggalnya ada di halaman jadwal.")
        return NextStep(words % {"wave": found.next_wave.name}, _("Lihat jadwal"), "/jadwal")
    return NextStep(_("Belum ada gelombang yang dibuka. Lihat jadwal dari waktu ke waktu."))


def _after_result(found: Standing) -> NextStep:
    href = f"/saya/hasil/{found.wave.id}" if found.wave else "/saya"
    return NextStep(_("Hasil undian Anda sudah ada."), _("Lihat hasil"), href)
