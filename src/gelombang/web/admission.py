"""The house asks for an admission pass while an operator has switched that on.

Where front door and house run apart, nobody counts who enters the house. So the door lets people
wait their turn and gives them a signed pass; whoever comes without is sent there, before a session
is read or a page made. Not asked are partners, staff, files, whoever checks a certificate, and
signed-in people who send a form: what they typed is not lost.
"""

from __future__ import annotations

import time
from collections.abc import Awaitable, Callable
from http import HTTPStatus
from inspect import iscoroutinefunction
from typing import Any
from urllib.parse import quote

from asgiref.sync import sync_to_async
from django.conf import settings
from django.db import DatabaseError
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.utils.decorators import sync_and_async_middleware

from gelombang.kit.tokens import TokenExpired, TokenForged, read_admission_pass, read_door_pass
from gelombang.records.programme import queries
from gelombang.web import reading
from gelombang.web.api import problems
from gelombang.web.authority import see_other
from gelombang.web.citizens import PASS_COOKIE

ADMISSION_COOKIE = "izin"
WAITING_PLACE = "/antrean/rumah"
UNASKED = (
    "/api/v1/integration/", "/api/v1/messaging/", "/api/v1/dci/", "/meja/", "/sertifikat",
)  # fmt: skip
RETRY_SECONDS = 15
LOOK_SECONDS = 1.0


class _Switch:
    """Whether passes are asked for, looked up once a second at most."""

    def __init__(self) -> None:
        self.is_on = False
        self._looked_at = float("-inf")

    def is_stale(self) -> bool:
        return time.monotonic() - self._looked_at >= LOOK_SECONDS

    def look(self) -> None:
        """While the database is away, the last answer stays."""
        self._looked_at = time.monotonic()
        try:
            self.is_on = queries.door_controls_in_force().house_admission
        except DatabaseError:
            return


switch = _Switch()


@sync_and_async_middleware
def ask_for_a_pass(
    get_response: Callable[[HttpRequest], Any],
) -> Callable[[HttpRequest], HttpResponseBase | Awaitable[HttpResponseBase]]:
    """Answer whoever has no pass while passes are asked for."""
    if iscoroutinefunction(get_response):

        async def answer_later(request: HttpRequest) -> HttpResponseBase:
            if switch.is_stale():
                await sync_to_async(switch.look)()
            found: HttpResponseBase = _refused(request) or await get_response(request)
            return found

        return answer_later

    def answer(request: HttpRequest) -> HttpResponseBase:
        if switch.is_stale():
            switch.look()
        return _refused(request) or get_response(request)

    return answer


def _refused(request: HttpRequest) -> HttpResponse | None:
    """The way to the waiting place; None for whoever may enter."""
    if not switch.is_on or request.path.startswith((*UNASKED, settings.STATIC_URL)):
        return None
    if _has(request, ADMISSION_COOKIE, read_admission_pass):
        return None
    if request.method == "POST" and _has(request, PASS_COOKIE, read_door_pass):
        return None
    if request.path.startswith("/api/"):
        return _later(request)
    return see_other(f"{WAITING_PLACE}?ke={quote(request.path, safe='/')}")


def _has(request: HttpRequest, cookie: str, read: Callable[..., object]) -> bool:
    token = request.COOKIES.get(cookie)
    if not token:
        return False
    try:
        read(reading.keyring(), token, real_now=reading.instants().real_now)
    except (TokenForged, TokenExpired):
        return False
    return True


def _later(request: HttpRequest) -> HttpResponse:
    """What a machine hears: a problem document, and when to come again."""
    response = problems.named(request, status=HTTPStatus.TOO_MANY_REQUESTS, code="full")
    response.headers["Retry-After"] = str(RETRY_SECONDS)
    return response
