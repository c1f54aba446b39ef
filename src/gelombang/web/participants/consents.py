"""What somebody agreed to, since when, in which words; what can be refused is taken back here."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from django.http import HttpRequest, HttpResponseBase
from django.shortcuts import render
from django.utils.translation import gettext as _

from gelombang.journey.registration import actions as registration
from gelombang.records.people import queries as people
from gelombang.records.people.rules import OPTIONAL_PURPOSES, ConsentView, Purpose
from gelombang.web import reading
from gelombang.web.authority import WRITE, citizen, see_other

HERE = "/saya/persetujuan"


@dataclass(frozen=True, slots=True)
class Shown:
    """One purpose on the page."""

    code: str
    name: str
    words: str
    is_optional: bool
    consent: ConsentView | None

    @property
    def stands(self) -> bool:
        """Whether it is agreed to now."""
        return self.consent is not None and self.consent.withdrawn_at is None


def words_of(purpose: Purpose) -> str:
    """What is agreed to, as its box says."""
    return {
        Purpose.IDENTITY_CHECK: _(
            "Saya setuju data ini dicocokkan dengan Dukcapil, data pendidikan, "
            "dan data bantuan sosial."
        ),
        Purpose.RESEARCH: _(
            "Jawaban survei saya boleh dipakai untuk penelitian, tanpa nama. Tidak wajib."
        ),
    }[purpose]


def _name(purpose: Purpose) -> str:
    return {
        Purpose.IDENTITY_CHECK: _("Pemeriksaan identitas"),
        Purpose.RESEARCH: _("Penelitian"),
    }[purpose]


@citizen()
def consents(request: HttpRequest, *, person_id: UUID) -> HttpResponseBase:
    """Every purpose, and what the person said of it last."""
    found = people.consents_of(person_id=person_id)
    shown = [
        Shown(each.value, _name(each), words_of(each), each in OPTIONAL_PURPOSES, found.get(each))
        for each in Purpose
    ]
    return render(request, "participants/persetujuan.html", {"consents": shown})


@citizen(WRITE)
def change(request: HttpRequest, *, person_id: UUID) -> HttpResponseBase:
    """Agree, or no longer, to a purpose that nothing depends on."""
    typed, clocks = reading.typed(request, "tujuan"), reading.instants()
    if typed in {each.value for each in OPTIONAL_PURPOSES}:
        gives = reading.typed(request, "jawaban") == "setuju"
        act = registration.give_consent if gives else registration.withdraw_consent
        act(
            person_id=person_id,
            purpose=Purpose(typed),
            now=clocks.now,
            real_now=clocks.real_now,
        )
    return see_other(HERE)
