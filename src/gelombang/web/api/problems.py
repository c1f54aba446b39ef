"""Answers of the API that are not what was asked for: problem documents (RFC 9457)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from django.http import HttpRequest, JsonResponse

from gelombang.kit.errors import Refusal
from gelombang.kit.problems import MEDIA_TYPE, problem, problem_of
from gelombang.kit.words import Language, Text, language_of

RETRY_SECONDS = 5
TITLES: Mapping[str, Text] = {
    "not-signed-in": Text(
        id="Sertakan sesi yang masih berlaku di kepala Authorization.",
        en="Send a session that is still valid in the Authorization header.",
    ),
    "not-found": Text(id="Tidak ada yang seperti itu di sini.", en="There is no such thing here."),
    "wrong-method": Text(
        id="Alamat ini dipanggil dengan cara lain.", en="This address is called another way."
    ),
    "fields": Text(
        id="Beberapa isian belum benar: {names}.", en="Some fields are not right: {names}."
    ),
    "unreadable": Text(id="Isi kiriman bukan JSON yang utuh.", en="The body is not valid JSON."),
    "too-large": Text(
        id="Isi kiriman paling besar {limit} KB.", en="A body holds at most {limit} KB."
    ),
    "wrong-type": Text(
        id="Kirim JSON dengan Content-Type application/json.",
        en="Send JSON with the content type application/json.",
    ),
    "full": Text(
        id="Sedang sangat ramai. Coba lagi nanti.",
        en="Very many people are here right now. Try again later.",
    ),
    "paused": Text(
        id="Layanan sedang dijeda sebentar. Coba lagi nanti.",
        en="The service is paused for a moment. Try again later.",
    ),
}


class BodyRefused(Exception):
    """A body that is not read: wrong type, too large, or no JSON."""

    def __init__(self, status: int, code: str, **slots: object) -> None:
        self.status, self.code, self.slots = status, code, slots
        super().__init__(code)


def language(request: HttpRequest) -> Language:
    """The language that the client prefers."""
    return language_of(request.headers.get("Accept-Language"))


def named(
    request: HttpRequest,
    *,
    status: int,
    code: str,
    slots: Mapping[str, object] | None = None,
    headers: Mapping[str, str] | None = None,
    more: Mapping[str, Any] | None = None,
) -> JsonResponse:
    """A problem of the API itself; `more` are members that its kind of call has besides."""
    title = TITLES[code].fill(**slots) if slots else TITLES[code]
    document = problem(code=code, status=status, title=title, language=language(request))
    return _answer(document | dict(more or {}), headers=headers)


def of_refusal(
    request: HttpRequest, refusal: Refusal, *, more: Mapping[str, Any] | None = None
) -> JsonResponse:
    """What a rule says, with the field that it speaks of; `more` as in `named`."""
    document = problem_of([refusal], language=language(request))
    return _answer(document | dict(more or {}))


def of_fields(request: HttpRequest, names: Sequence[str]) -> JsonResponse:
    """Fields that are missing, unknown or of the wrong shape; never their values."""
    title = TITLES["fields"].fill(names=", ".join(names))
    document = problem(code="fields", status=422, title=title, language=language(request))
    return _answer(document | {"errors": [{"field": name, "code": "fields"} for name in names]})


def of_outage(request: HttpRequest) -> JsonResponse:
    """The database is away."""
    again = {"Retry-After": str(RETRY_SECONDS)}
    return named(request, status=429, code="paused", headers=again)


def _answer(document: Mapping[str, Any], headers: Mapping[str, str] | None = None) -> JsonResponse:
    answer = JsonResponse(dict(document), status=document["status"], content_type=MEDIA_TYPE)
    answer.headers["Cache-Control"] = "no-store"
    for name, value in (headers or {}).items():
        answer.headers[name] = value
    return answer
