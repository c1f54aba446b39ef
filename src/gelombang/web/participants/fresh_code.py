"""The fresh code by e-mail that must come before a change: it is sent, and checked."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from django.http import Http404, HttpRequest

from gelombang.journey.registration import actions as registration
from gelombang.journey.registration.naming import Name, NamedBy
from gelombang.kit.errors import Refusal
from gelombang.kit.sealing import unseal
from gelombang.records.people import queries as people
from gelombang.web import citizens, reading
from gelombang.web.participants import one_time_code


def check_typed(request: HttpRequest, *, person_id: UUID) -> str:
    """What is wrong with the code that was typed, in the reader's language; empty if it is right.

    The right one opens the way to changes for ten minutes.
    """
    typed = reading.typed(request, "kode")
    if sentence := one_time_code.miscount(typed):
        return sentence
    clocks = reading.instants()
    try:
        who = registration.sign_in(
            keyring=reading.keyring(),
            base_url=reading.environment().base_url,
            name=Name(NamedBy.EMAIL, _email_of(person_id)),
            code=typed,
            now=clocks.now,
            real_now=clocks.real_now,
        )
    except Refusal as refusal:
        return refusal.text.in_language(reading.language())
    if who.person_id == person_id and who.by_email:
        citizens.note_code(request.session, real_now=clocks.real_now)
    return ""


def send(*, person_id: UUID) -> datetime:
    """Send a code to the present address, unless one was sent just now; when the next may be."""
    clocks = reading.instants()
    return registration.send_code(
        keyring=reading.keyring(),
        base_url=reading.environment().base_url,
        email=_email_of(person_id),
        language=reading.language(),
        now=clocks.now,
        real_now=clocks.real_now,
    )


def _email_of(person_id: UUID) -> str:
    """The address of the person, for a moment only."""
    contact = people.contact_of(person_id=person_id)
    if contact is None:
        raise Http404
    return unseal(reading.keyring(), contact.email_sealed, purpose="email")
