"""The stylesheet, the small scripts, the switch of languages, robots, and the two health checks."""

from functools import cache
from http import HTTPStatus
from importlib import resources

from gelombang.frontdoor import answers
from gelombang.frontdoor.core import Handler, Request, Response
from gelombang.frontdoor.desk import Desk
from gelombang.frontdoor.prepared import Prepared, prepare
from gelombang.frontdoor.told import NOT_FOUND, tell
from gelombang.kit.words import LANGUAGES

A_YEAR = 365 * 24 * 3600


def plain_assets() -> dict[str, bytes]:
    """Every file of `assets`, by name."""
    place = resources.files(__package__) / "assets"
    return {each.name: each.read_bytes() for each in place.iterdir() if each.is_file()}


@cache
def packed(name: str) -> Prepared:
    """One file of `assets` in every form that it is sent in."""
    return prepare((resources.files(__package__) / "assets" / name).read_bytes())


def asset(name: str, media: str) -> Handler:
    """A handler that serves one file of `assets`, compressed where the reader can unpack it."""

    async def serve(request: Request) -> Response:
        file = packed(name)
        headers = (
            ("etag", file.etag),
            ("cache-control", "public, max-age=600"),
            ("vary", "Accept-Encoding"),
        )
        if request.headers.get("if-none-match") == file.etag:
            return Response(HTTPStatus.NOT_MODIFIED, b"", headers)
        body, coded = file.chosen(request.headers.get("accept-encoding", ""))
        return Response(HTTPStatus.OK, body, (*headers, ("content-type", media), *coded))

    return serve


async def switch_language(desk: Desk, request: Request) -> Response:
    """`GET /bahasa/<id|en>?ke=/path`: remembers the language and leads back, on our site only."""
    if request.argument not in LANGUAGES:
        return tell(request, NOT_FOUND)
    place = answers.own_path(request.asked("ke"))
    secure = "; Secure" if desk.config.is_secure else ""
    cookie = f"bahasa={request.argument}; Path=/; Max-Age={A_YEAR}; SameSite=Lax{secure}"
    return answers.sent_on(place, headers=(("set-cookie", cookie), answers.NO_REFERRER))


async def healthz(_desk: Desk, _request: Request) -> Response:
    """`GET /healthz`: this process answers."""
    return answers.document({"status": "ok"}, status=HTTPStatus.OK)


async def readyz(desk: Desk, _request: Request) -> Response:
    """`GET /readyz`: the database answered within the last look and the calendar is known."""
    if desk.calendar.reachable:
        return answers.document({"status": "ok"}, status=HTTPStatus.OK)
    content = {"status": "database away"}
    return answers.document(content, status=HTTPStatus.SERVICE_UNAVAILABLE)
