"""Who calls the API: the session that signing in gave, in the header Authorization."""

from __future__ import annotations

import re
from uuid import UUID

from django.contrib.sessions.backends.db import SessionStore
from django.http import HttpRequest
from ninja.security import HttpBearer

from gelombang.web import citizens, reading

_KEY = re.compile(r"[a-z0-9]{32}")


class CitizenSession(HttpBearer):
    """`Authorization: Bearer <session>` of a citizen; staff sessions are not taken."""

    def authenticate(self, request: HttpRequest, token: str) -> UUID | None:  # noqa: ARG002
        """The person of a session that was used within the last two hours."""
        if not _KEY.fullmatch(token):
            return None
        session = SessionStore(session_key=token)
        person_id = citizens.signed_in(session, real_now=reading.instants().real_now)
        if session.modified and session.session_key:
            session.save()
        return person_id
