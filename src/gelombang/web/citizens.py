"""Who is signed in: sessions that end after two idle hours, and the pass for the front door.

A session belongs to a citizen or to staff, never to both. Answers that were not sent yet stay,
sealed, for the person who typed them, also when the sign-in has ended meanwhile.
"""

from __future__ import annotations

import base64
import json
from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import ClassVar
from uuid import UUID

from django.contrib import auth
from django.contrib.sessions.backends.base import SessionBase
from django.http import HttpRequest, HttpResponse

from gelombang.journey.registration import actions as registration, queries
from gelombang.kit.errors import Refusal
from gelombang.kit.sealing import Keyring, SealBroken, seal, unseal
from gelombang.kit.tokens import door_pass
from gelombang.kit.words import Text
from gelombang.web import reading

IDLE = timedelta(hours=2)
REFRESH = timedelta(minutes=5)  # a session is written at most this often just for being used
PASS_COOKIE = "pas"  # noqa: S105 - a cookie's name
PERSON, SEEN, DRAFT, DRAFT_OWNER = "person", "seen", "draft", "draft_owner"
DRAFT_PURPOSE = "draft"
CODE_GIVEN = "code_given"
SIGN_IN = "sign_in"  # the number of the sign-in, which its owner can end from elsewhere
FRESH_CODE = timedelta(minutes=10)
"""Real time for which a code by e-mail stands for the person where money is at stake."""

_BROWSERS = (
    ("Edg", "Edge"), ("OPR", "Opera"), ("SamsungBrowser", "Samsung Internet"),
    ("Firefox", "Firefox"), ("Chrome", "Chrome"), ("Safari", "Safari"),
)  # fmt: skip
_SYSTEMS = (
    ("Android", "Android"), ("iPhone", "iPhone"), ("iPad", "iPad"), ("Windows", "Windows"),
    ("Mac OS", "macOS"), ("Linux", "Linux"),
)  # fmt: skip


class FreshCodeNeeded(Refusal):
    """Where money goes is changed only by who reads the person's e-mail now."""

    status: ClassVar[int] = 403
    sentence: ClassVar[Text] = Text(
        id="Demi keamanan, minta kode baru lewat surel dan masuk lagi sebelum mengubah akun.",
        en="For your safety, ask for a new code by e-mail and sign in again before the change.",
    )


def sign_in(request: HttpRequest, *, person_id: UUID, by_email: bool, real_now: datetime) -> None:
    """Give this browser a fresh session of this person; what belonged to somebody else is gone.

    Only a code by e-mail stands for the person where money or contacts are at stake: a number may
    be somebody else's by now.
    """
    if request.user.is_authenticated:
        auth.logout(request)
    session = request.session
    if session.get(DRAFT_OWNER) != str(person_id):
        session.flush()
    else:
        session.cycle_key()
    session[PERSON] = str(person_id)
    session[SEEN] = real_now.timestamp()
    session[SIGN_IN] = registration.open_sign_in(
        person_id=person_id,
        device=device_of(request.headers.get("User-Agent", "")),
        real_now=real_now,
    )
    session.pop(CODE_GIVEN, None)
    if by_email:
        note_code(session, real_now=real_now)
    session.save()


def device_of(user_agent: str) -> str:
    """Browser and system in two words, for a list that its owner reads; nothing finer is kept."""
    browser = next((name for mark, name in _BROWSERS if mark in user_agent), "")
    system = next((name for mark, name in _SYSTEMS if mark in user_agent), "")
    return " · ".join(filter(None, (browser, system)))


def note_code(session: SessionBase, *, real_now: datetime) -> None:
    """Note that a right code by e-mail was given now (real time)."""
    session[CODE_GIVEN] = real_now.timestamp()


def has_fresh_code(session: SessionBase, *, real_now: datetime) -> bool:
    """Whether a right code was given within the last ten minutes (real time)."""
    given = session.get(CODE_GIVEN)
    if not isinstance(given, float):
        return False
    return 0 <= real_now.timestamp() - given <= FRESH_CODE.total_seconds()


def signed_in(session: SessionBase, *, real_now: datetime) -> UUID | None:
    """The person of a session; None without one or after two idle hours (real time)."""
    person, seen = session.get(PERSON), session.get(SEEN)
    if not isinstance(person, str) or not isinstance(seen, float):
        return None
    idle = real_now.timestamp() - seen
    if idle > IDLE.total_seconds():
        del session[PERSON]
        return None
    sign_in_id = session.get(SIGN_IN)
    if isinstance(sign_in_id, int) and not queries.is_signed_in(
        sign_in_id=sign_in_id, person_id=UUID(person)
    ):
        del session[PERSON]  # its owner ended it from elsewhere
        return None
    if idle > REFRESH.total_seconds():
        session[SEEN] = real_now.timestamp()
        if isinstance(sign_in_id, int):
            registration.see_sign_in(sign_in_id=sign_in_id, real_now=real_now)
    return UUID(person)


def went_idle(session: SessionBase, *, real_now: datetime) -> bool:
    """Whether a session of staff was not used for two hours (real time); notes that it is now."""
    seen = session.get(SEEN)
    idle = real_now.timestamp() - seen if isinstance(seen, float) else None
    if idle is None or REFRESH.total_seconds() < idle <= IDLE.total_seconds():
        session[SEEN] = real_now.timestamp()
    return idle is not None and idle > IDLE.total_seconds()


def sign_out(request: HttpRequest, response: HttpResponse) -> None:
    """End the session and take the pass back."""
    person, sign_in_id = request.session.get(PERSON), request.session.get(SIGN_IN)
    if isinstance(person, str) and isinstance(sign_in_id, int):
        registration.end_sign_in(
            person_id=UUID(person),
            sign_in_id=sign_in_id,
            real_now=reading.instants().real_now,
        )
    request.session.flush()
    response.delete_cookie(PASS_COOKIE, samesite="Lax")


def make_pass(*, person_id: UUID, real_now: datetime) -> tuple[str, datetime]:
    """A pass for the front door, and the real instant of its end."""
    expires_at = real_now + IDLE
    return door_pass(reading.keyring(), person_id=person_id, expires_at=expires_at), expires_at


def give_pass(response: HttpResponse, *, person_id: UUID, real_now: datetime) -> None:
    """Put a fresh pass into the browser, so that the front door knows the person."""
    token, _ = make_pass(person_id=person_id, real_now=real_now)
    response.set_cookie(
        PASS_COOKIE,
        token,
        max_age=int(IDLE.total_seconds()),
        httponly=True,
        samesite="Lax",
        secure=reading.environment().is_secure,
    )


def keep(session: SessionBase, name: str, values: Mapping[str, str], *, keyring: Keyring) -> None:
    """Keep typed values in the session, sealed: the session table never shows them."""
    sealed = seal(keyring, json.dumps(dict(values)), purpose=DRAFT_PURPOSE)
    session[name] = base64.b64encode(sealed).decode("ascii")


def kept(session: SessionBase, name: str, *, keyring: Keyring) -> dict[str, str]:
    """The values of `keep`; empty without any, or when the key was retired meanwhile."""
    sealed = session.get(name)
    if not isinstance(sealed, str):
        return {}
    try:
        text = unseal(keyring, base64.b64decode(sealed), purpose=DRAFT_PURPOSE)
    except (SealBroken, ValueError):
        return {}
    return {str(key): str(value) for key, value in json.loads(text).items()}


def keep_draft(
    session: SessionBase, *, person_id: UUID, answers: Mapping[str, str], keyring: Keyring
) -> None:
    """Keep the answers that a person has not sent yet."""
    keep(session, DRAFT, answers, keyring=keyring)
    session[DRAFT_OWNER] = str(person_id)


def draft(session: SessionBase, *, person_id: UUID, keyring: Keyring) -> dict[str, str]:
    """The answers of this person that are not sent yet."""
    if session.get(DRAFT_OWNER) != str(person_id):
        return {}
    return kept(session, DRAFT, keyring=keyring)
