"""What somebody agreed to, since when, in which words; what can be refused is taken back here."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from django.http import HttpRequest, HttpResponseBase
from django.shortcuts import render
from django.utils.translation import gettext as _

from gelombang.journey.registration import actions as registration
from gelombang.journey.verification import queries as verification
from gelombang.records.people import consent_texts, queries as people
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
    later: str  # registries that the programme names by now, and the agreed words do not

    @property
    def stands(self) -> bool:
        """Whether it is agreed to now."""
        return self.consent is not None and self.consent.withdrawn_at is None


def words_of(purpose: Purpose, version: str) -> str:
    """What is agreed to, as its box says."""
    return consent_texts.words_of(purpose, version).in_language(reading.language())


def version_now(purpose: Purpose) -> str:
    """The version that somebody reads now; the programme in force says whom it names."""
    if purpose is Purpose.RESEARCH:
        return consent_texts.RESEARCH_TEXT
    return consent_texts.identity_check_version(verification.registries_asked())


def _shown(purpose: Purpose, consent: ConsentView | None) -> Shown:
    """A purpose in the words that were agreed to; in those of now where none stand."""
    now = version_now(purpose)
    stands = consent is not None and consent.withdrawn_at is None
    agreed = consent.version if consent is not None and stands else now
    named = consent_texts.registries_named
    later = [code for code in named(now) if code not in named(agreed)]
    return Shown(
        code=purpose.value,
        name=_name(purpose),
        words=words_of(purpose, agreed),
        is_optional=purpose in OPTIONAL_PURPOSES,
        consent=consent,
        later=consent_texts.names_of(later).in_language(reading.language()),
    )


def _name(purpose: Purpose) -> str:
    return {
        Purpose.IDENTITY_CHECK: _("Pemeriksaan identitas"),
        Purpose.RESEARCH: _("Penelitian"),
    }[purpose]


def give(*, person_id: UUID, purpose: Purpose, clocks: reading.Instants) -> None:
    """Agree to what is optional; the copy goes out by letter."""
    registration.give_consent(
        person_id=person_id,
        purpose=purpose,
        keyring=reading.keyring(),
        base_url=reading.environment().base_url,
        now=clocks.now,
        real_now=clocks.real_now,
    )


@citizen()
def consents(request: HttpRequest, *, person_id: UUID) -> HttpResponseBase:
    """Every purpose, and what the person said of it last."""
    found = people.consents_of(person_id=person_id)
    shown = [_shown(each, found.get(each)) for each in Purpose]
    return render(request, "participants/persetujuan.html", {"consents": shown})


@citizen(WRITE)
def change(request: HttpRequest, *, person_id: UUID) -> HttpResponseBase:
    """Agree, or no longer, to a purpose that nothing depends on."""
    typed, clocks = reading.typed(request, "tujuan"), reading.instants()
    if typed in {each.value for each in OPTIONAL_PURPOSES}:
        purpose = Purpose(typed)
        if reading.typed(request, "jawaban") == "setuju":
            give(person_id=person_id, purpose=purpose, clocks=clocks)
        else:
            registration.withdraw_consent(
                person_id=person_id, purpose=purpose, now=clocks.now, real_now=clocks.real_now
            )
    return see_other(HERE)
