"""Reading a body: JSON only, small, and nothing that the database could not store."""

from __future__ import annotations

from typing import Any

import msgspec
from django.http import HttpRequest
from ninja.parser import Parser

from gelombang.web.api.problems import BodyRefused
from gelombang.web.reading import body_within

LIMIT_KB = 16


class StrictJson(Parser):
    """Strict UTF-8 JSON of at most 16 KB, depth bounded."""

    def parse_body(self, request: HttpRequest) -> dict[str, Any]:
        """The object in the body. Raises BodyRefused."""
        if request.content_type != "application/json":
            raise BodyRefused(415, "wrong-type")
        body = body_within(request, largest=LIMIT_KB * 1024)
        if body is None:
            raise BodyRefused(413, "too-large", limit=LIMIT_KB)
        try:
            return msgspec.json.decode(body, type=dict[str, Any])
        except (msgspec.MsgspecError, RecursionError) as broken:
            raise BodyRefused(400, "unreadable") from broken
