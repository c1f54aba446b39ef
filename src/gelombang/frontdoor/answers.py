"""How answers look: pages for people, problem documents for machines, and their headers."""

import re
from collections.abc import Sequence
from functools import lru_cache
from http import HTTPStatus
from urllib.parse import quote

import msgspec

from gelombang.frontdoor.core import Header, Request, Response
from gelombang.frontdoor.pages import Markup
from gelombang.kit.errors import Refusal
from gelombang.kit.problems import MEDIA_TYPE, problem, problem_of
from gelombang.kit.words import Text

_POLICY = (
    "default-src 'none'; style-src 'self'; img-src 'self' data:; {scripts}"
    "form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
)
NO_SCRIPTS = _POLICY.format(scripts="")
OWN_SCRIPTS = _POLICY.format(scripts="script-src 'self'; connect-src 'self'; ")
WITH_SCRIPTS = ("content-security-policy", OWN_SCRIPTS)
HTML = ("content-type", "text/html; charset=utf-8")
NO_STORE = ("cache-control", "no-store")
NO_REFERRER = ("referrer-policy", "no-referrer")
_URL_MARKS = "%/?#[]@!$&'()*+,;=:"  # RFC 3986: these mean something in an address and stay
_BARE: tuple[Header, ...] = (
    ("x-content-type-options", "nosniff"),
    ("cross-origin-resource-policy", "same-origin"),
)
_COMMON: tuple[Header, ...] = (
    *_BARE,
    ("x-frame-options", "DENY"),
    ("referrer-policy", "same-origin"),
    ("cross-origin-opener-policy", "same-origin"),
    ("permissions-policy", "camera=(), geolocation=(), microphone=(), payment=()"),
    ("content-security-policy", NO_SCRIPTS),
)
_OWN_PATH = re.compile(r"/(?![/\\])[^\x00-\x20\x7f\\]{0,1000}")
_HSTS: Header = ("strict-transport-security", "max-age=31536000; includeSubDomains; preload")


_BARE_SECURE: tuple[Header, ...] = (*_BARE, _HSTS)


def dressed(response: Response, *, is_secure: bool) -> Response:
    """The response with the headers that all of ours carry, except those it sets itself."""
    if response.bare:
        extra = _BARE_SECURE if is_secure else _BARE
    else:
        extra = _extra(tuple([name for name, _ in response.headers]), is_secure)
    length = ("content-length", str(len(response.body)))
    headers = (*response.headers, *extra, length)
    return Response(response.status, response.body, headers, response.outcome)


@lru_cache(maxsize=256)
def _extra(own: tuple[str, ...], is_secure: bool) -> tuple[Header, ...]:  # noqa: FBT001 - a key
    """The common headers that an answer with these does not carry: few kinds of answers exist."""
    common = (*_COMMON, _HSTS) if is_secure else _COMMON
    return tuple(each for each in common if each[0] not in own)


def shown(
    document: Markup, *, status: HTTPStatus = HTTPStatus.OK, headers: Sequence[Header] = ()
) -> Response:
    """A page for a person, never kept by anybody on the way unless `headers` say otherwise."""
    own = {name for name, _ in headers}
    store = () if "cache-control" in own else (NO_STORE,)
    return Response(status, document.encode(), (HTML, *store, *headers))


def sent_on(location: str, *, headers: Sequence[Header] = ()) -> Response:
    """303: look there with GET. What no header can carry is percent-encoded."""
    place = quote(location, safe=_URL_MARKS)
    return Response(HTTPStatus.SEE_OTHER, b"", (("location", place), NO_STORE, *headers))


def document(
    content: object,
    *,
    status: HTTPStatus,
    media: str = "application/json",
    headers: Sequence[Header] = (),
) -> Response:
    """A JSON document for a machine."""
    own = (("content-type", media), NO_STORE, *headers)
    return Response(status, msgspec.json.encode(content), own, bare=True)


def own_path(target: str) -> str:
    """The path on our own site that somebody wants to go to; the home page for anything else."""
    return target if _OWN_PATH.fullmatch(target) else "/"


def refused(refusals: Sequence[Refusal], request: Request) -> Response:
    """The problem document of one or several refusals, in the reader's language."""
    status = HTTPStatus(refusals[0].status)
    content = problem_of(refusals, language=request.language())
    return document(content, status=status, media=MEDIA_TYPE)


def trouble(
    request: Request,
    *,
    code: str,
    status: HTTPStatus,
    title: Text,
    detail: Text | None = None,
    headers: Sequence[Header] = (),
) -> Response:
    """A problem document that is no refusal of a field."""
    content = problem(
        code=code, status=status, title=title, detail=detail, language=request.language()
    )
    return document(content, status=status, media=MEDIA_TYPE, headers=headers)
