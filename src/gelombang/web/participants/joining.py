"""A wave's page: what it offers, how people are chosen, one button to join, undo until the close.

The button posts to the front door, which takes the request without looking anything up; this page
tells what became of it.
"""

from __future__ import annotations

from datetime import datetime
from secrets import randbits
from uuid import UUID

from django.http import Http404, HttpRequest, HttpResponseBase
from django.shortcuts import render
from django.utils.translation import gettext as _

from gelombang.journey.verification import queries as verification
from gelombang.journey.waves import actions as waves, queries
from gelombang.journey.waves.queries import EntryView, WaveView
from gelombang.journey.waves.rules import REFUSALS, AreaNotOpen, EntryState
from gelombang.kit.ids import read_receipt, uuid7
from gelombang.kit.instants import show_instant
from gelombang.kit.tokens import (
    Ticket,
    TicketKind,
    TokenForged,
    microseconds,
    read_ticket,
    ticket_token,
)
from gelombang.kit.words import Text
from gelombang.records.programme import queries as programme
from gelombang.web import citizens, reading
from gelombang.web.authority import WRITE, citizen, public, see_other
from gelombang.web.participants import progress
from gelombang.web.participants.early_places import early_place, is_early, joins_from

IN_WAVE, WAITING, REFUSED, MAY_JOIN = "in", "waiting", "refused", "may"
SIGN_IN, IDENTITY, NOT_YET, OVER = "sign-in", "identity", "not-yet", "over"
AREA_LATER = "area-later"


@public()
def wave(request: HttpRequest, wave_id: str) -> HttpResponseBase:
    """The wave as this visitor meets it; signed in or not."""
    clocks = reading.instants()
    found = queries.wave(wave_id=wave_id)
    if found is None:
        raise Http404
    person_id = citizens.signed_in(request.session, real_now=clocks.real_now)
    entry = queries.entry_of(person_id=person_id, wave_id=wave_id) if person_id else None
    shown = _shown_ticket(request, wave_id)
    area_stages = programme.stages(subject=wave_id)
    area_opens_at, opens_at = _area_opens_at(person_id, wave_id), joins_from(found, area_stages)
    finishes = shown is not None and found.may_finish(clocks.now, since=shown.issued_at)
    stage = _stage(request, found, person_id, entry, clocks, opens_at=opens_at, finishes=finishes)
    stage, early = _by_area(stage, area_opens_at, at=clocks.now), None
    if stage == NOT_YET and opens_at is not None and is_early(clocks.now, opens_at=opens_at):
        offers = _by_area(_stage_while_open(found, person_id), area_opens_at, at=opens_at)
        early = early_place(offers, shown=shown)
    context = {
        "wave": found,
        "entry": entry,
        "stage": stage,
        "refusal": _refusal(entry, area_opens_at) if stage == REFUSED else "",
        "area_opens_at": area_opens_at,
        "area_stages": area_stages,
        "opens_at": opens_at,
        "early": early,
        "nonce": str(uuid7()),
        "ticket": ticket_token(reading.keyring(), shown or _ticket_of(wave_id, clocks)),
        "finishes": finishes,
        "here": request.get_full_path() if finishes else request.path,
        "is_open": found.is_open(clocks.now),
        "is_checked": _is_checked(person_id),
        "carried_to": _carried_to(person_id, entry, wave_id),
    }
    response = render(request, "participants/gabung.html", context)
    response.headers["Cache-Control"] = "no-store"
    if person_id is not None:
        citizens.give_pass(response, person_id=person_id, real_now=clocks.real_now)
    return response


def _shown_ticket(request: HttpRequest, wave_id: str) -> Ticket | None:
    """The place in the queue that the address names or the browser keeps.

    None without a genuine one of this wave.
    """
    for token in (request.GET.get("tiket"), request.COOKIES.get(f"antrean-{wave_id}")):
        try:
            ticket = read_ticket(reading.keyring(), token or "")
        except TokenForged:
            continue
        if ticket.subject == wave_id:
            return ticket
    return None


def _ticket_of(wave_id: str, clocks: reading.Instants) -> Ticket:
    """A ticket of this instant: who holds the form when the wave closes may still send it."""
    real_us, issued_us = microseconds(clocks.real_now), microseconds(clocks.now)
    return Ticket(TicketKind.FORM, wave_id, real_us, issued_us, randbits(64))


def _stage(
    request: HttpRequest,
    found: WaveView,
    person_id: UUID | None,
    entry: EntryView | None,
    clocks: reading.Instants,
    *,
    opens_at: datetime | None,
    finishes: bool,
) -> str:
    """Which of the page's states holds; `finishes` for a ticket from before the close.

    `opens_at` is when the first people may join.
    """
    if entry is not None and entry.state in progress.IN_THE_WAVE:
        return IN_WAVE
    asked = read_receipt(request.GET.get("tanda_terima", ""))
    if person_id is not None and asked and queries.answer_to(receipt=asked) is None:
        return WAITING
    if opens_at is None or clocks.now < opens_at:
        return NOT_YET
    if not found.is_open(clocks.now) and not finishes:
        return REFUSED if entry is not None and entry.refusal else OVER
    return _stage_while_open(found, person_id)


def _stage_while_open(found: WaveView, person_id: UUID | None) -> str:
    if person_id is None:
        return SIGN_IN
    stage = _identity_stage(person_id)
    may_join = stage == "done" or (stage == "checked" and queries.joins_pending(wave=found))
    return MAY_JOIN if may_join else IDENTITY


def _by_area(stage: str, area_opens_at: datetime | None, *, at: datetime) -> str:
    """The stage of somebody whose area may join later than at that instant."""
    is_later = area_opens_at is not None and at < area_opens_at
    return AREA_LATER if stage == MAY_JOIN and is_later else stage


def _identity_stage(person_id: UUID) -> progress.IdentityStage:
    return progress.identity_stage(verification.identity_of(person_id=person_id))


def _is_checked(person_id: UUID | None) -> bool:
    """Whether the registry is still asked about somebody."""
    return person_id is not None and _identity_stage(person_id) == "checked"


def _carried_to(person_id: UUID | None, entry: EntryView | None, wave_id: str) -> WaveView | None:
    """The wave in which somebody goes on whose entry here was carried; None until it is open."""
    if person_id is None or entry is None or entry.state != EntryState.CARRIED:
        return None
    following = queries.carried_to(person_id=person_id, wave_id=wave_id)
    return queries.wave(wave_id=following) if following else None


def _area_opens_at(person_id: UUID | None, wave_id: str) -> datetime | None:
    """From when this person's verified area may join; None where it does not matter or is open."""
    identity = verification.identity_of(person_id=person_id) if person_id else None
    if identity is None:
        return None
    return queries.area_opens_at(wave_id=wave_id, area=identity.area)


def _refusal(entry: EntryView | None, area_opens_at: datetime | None) -> str:
    refusal = REFUSALS.get(entry.refusal) if entry else None
    if refusal is None:
        return _("Permintaan Anda tidak dapat dicatat.")
    if refusal is AreaNotOpen:
        return _said_by_area(area_opens_at)
    return refusal(wave="").text.in_language(reading.language())


def _said_by_area(opens_at: datetime | None) -> str:
    """When the person's area opens, or opened."""
    at = show_instant(opens_at) if opens_at is not None else Text(id="", en="")
    return AreaNotOpen.sentence.fill_from(at=at).in_language(reading.language())


@citizen(WRITE)
def withdraw(request: HttpRequest, *, person_id: UUID, wave_id: str) -> HttpResponseBase:  # noqa: ARG001
    """Leave the wave again, until it closes."""
    clocks = reading.instants()
    entry = queries.entry_of(person_id=person_id, wave_id=wave_id)
    if entry is not None and entry.state == EntryState.JOINED:
        waves.withdraw(
            person_id=person_id,
            wave_id=wave_id,
            actor=f"person:{person_id}",
            now=clocks.now,
            real_now=clocks.real_now,
        )
    return see_other(f"/gabung/{wave_id}?keluar=ya")
