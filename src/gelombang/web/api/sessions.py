"""Who calls the API: the session that signing in gave, in the header Authorization."""

from __future__ import annotations

import re
from datetime import datetime
from uuid import UUID

from django.contrib.sessions.backends.db import SessionStore
from django.http import HttpRequest
from ninja.security import HttpBearer

from gelombang.web import citizens, reading

_KEY = re.compile(r"[a-z0-9]{32}")


class CitizenSession(HttpBearer):
    """`Authorization: Bearer <session>` of a citizen; staff sessions are not taken."""

    def authenticate(self, request: HttpRequest, token: str) -> UUID | None:
        """The person of a session that was used within the last two hours."""
        if not _KEY.fullmatch(token):
            return None
        session = SessionStore(session_key=token)
        person_id = citizens.signed_in(session, real_now=reading.instants().real_now)
        if session.modified and session.session_key:
            session.save()
        request.citizen_session = session  # type: ignore[attr-defined]
        return person_id


def person_of(request: HttpRequest) -> UUID:
    """The person whom a call's sign-in rule let in. Raises TypeError for a call without one."""
    found = getattr(request, "auth", None)
    if not isinstance(found, UUID):
        raise TypeError("a call without its sign-in rule")
    return found


def require_fresh_code(request: HttpRequest, *, real_now: datetime) -> None:
    """Raises FreshCodeNeeded for a session whose code is older than ten minutes (real time)."""
    session = getattr(request, "citizen_session", None)
    if session is None or not citizens.has_fresh_code(session, real_now=real_now):
        raise citizens.FreshCodeNeeded
