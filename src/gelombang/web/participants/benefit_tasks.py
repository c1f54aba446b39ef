"""The tasks from the award to the last rupiah, each with what it waits for."""

from __future__ import annotations

from dataclasses import dataclass

from django.utils.translation import gettext as _

from gelombang.journey.selection.rules import AwardState
from gelombang.web.participants import wording
from gelombang.web.participants.benefit import TAKEN, Benefit, is_over
from gelombang.web.participants.tones import Tone


@dataclass(frozen=True, slots=True)
class Task:
    """One line of the task list; no address means that it cannot be opened now."""

    name: str
    tag: str
    tone: Tone
    href: str = ""
    is_done: bool = False


def tasks(found: Benefit) -> list[Task]:
    """The six tasks of the second half in their order."""
    return [
        _award_task(found),
        _training_task(found),
        _review_task(found),
        _account_task(found),
        _survey_task(found),
        _payments_task(found),
    ]


def _award_task(found: Benefit) -> Task:
    name, href = _("Terima bantuan"), "/saya/bantuan"
    if found.award.state == AwardState.OPEN:
        return Task(name, _("Belum"), "go", href)
    if not found.is_accepted:
        return Task(name, _("Berakhir"), "", href)
    return Task(name, _("Selesai"), "good", href, is_done=True)


def _training_task(found: Benefit) -> Task:
    name, href = _("Ikuti pelatihan"), "/saya/pelatihan"
    if found.completed is not None:
        return Task(name, _("Selesai"), "good", href, is_done=True)
    if not found.is_accepted:
        return Task(name, _not_now(found), "")
    if found.unfinished is None:
        return Task(name, _("Belum"), "go", "/pelatihan")
    href = f"{href}/{found.unfinished.id}"
    if found.unfinished.state in TAKEN:
        return Task(name, _("Sedang diikuti"), "go", href)
    return Task(name, _("Tukarkan kode"), "go", href)


def _review_task(found: Benefit) -> Task:
    name = _("Beri ulasan")
    if found.is_reviewed:
        href = f"/saya/sertifikat/{found.valid_certificates[0].number}"
        return Task(name, _("Selesai"), "good", href, is_done=True)
    if found.to_review is not None:
        return Task(name, _("Belum"), "go", f"/saya/sertifikat/{found.to_review.number}/ulasan")
    if found.completed is not None and not found.certificates:
        return Task(name, _("Menunggu sertifikat"), "")
    return Task(name, _not_now(found), "")


def _account_task(found: Benefit) -> Task:
    name, href = _("Akun pembayaran"), "/saya/akun"
    if found.is_asked:
        return Task(name, _("Sedang diperiksa"), "warn", href)
    if found.account is not None:
        return Task(name, _("Selesai"), "good", href, is_done=True)
    if found.question is not None and found.question.reason:
        return Task(name, _("Perlu diperbaiki"), "bad", href)
    if not found.is_accepted:
        return Task(name, _not_now(found), "")
    return Task(name, _("Belum"), "go", href)


def _survey_task(found: Benefit) -> Task:
    name, href = _("Isi survei"), "/saya/survei"
    if found.survey.answered_at is not None:
        return Task(name, _("Selesai"), "good", href, is_done=True)
    if found.survey.is_open:
        return Task(name, _("Belum"), "go", href)
    return Task(name, _not_now(found), "")


def _payments_task(found: Benefit) -> Task:
    name, href = _("Pembayaran"), "/saya/pembayaran"
    if not found.payments:
        return Task(name, _not_now(found), "")
    over = [each for each in found.payments if is_over(each)]
    if len(over) == len(found.payments):
        return Task(name, _("Selesai"), "good", href, is_done=True)
    if any(wording.payment(each).tone == "bad" for each in found.payments):
        return Task(name, _("Perlu diperbaiki"), "bad", href)
    words = _("%(done)s dari %(all)s dibayar")
    return Task(name, words % {"done": len(over), "all": len(found.payments)}, "", href)


def _not_now(found: Benefit) -> str:
    """Why a task cannot be opened: its turn has not come, or never will."""
    if found.award.state in {AwardState.OPEN, AwardState.ACCEPTED}:
        return _("Belum bisa dimulai")
    return _("Tidak perlu lagi")
