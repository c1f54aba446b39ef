"""The protocol-neutral heart: a frozen request in, a response out, and the table of routes.

An adapter (`rsgi.py`, `asgi.py`) turns bytes of its server into a `Request`, asks the router
first, so that a body is only read where a route wants one, and sends the `Response`.
"""

import re
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from http import HTTPStatus
from http.cookies import CookieError, SimpleCookie
from typing import Literal
from urllib.parse import parse_qs, parse_qsl

import msgspec

from gelombang.frontdoor.meters import Group, Outcome, group_of
from gelombang.kit.words import Language, language_of

Form = Mapping[str, str]
MOST_FIELDS = 20
_NEVER = datetime.min.replace(tzinfo=UTC)


class Request(msgspec.Struct, frozen=True):
    """One request, whole: its body is read and within the limit."""

    method: str
    path: str
    query: str = ""
    headers: Mapping[str, str] = msgspec.field(default_factory=dict)
    """Names in lower case; a repeated header is joined with commas."""
    body: bytes = b""
    argument: str = ""
    """The changing part of the path: a receipt, a token, a wave."""
    now: datetime = _NEVER
    """The virtual instant of arrival: the calendar decides by it."""
    real_now: datetime = _NEVER
    """The real instant of arrival: tokens live by it."""
    client: str = ""
    """The address of whoever sent it, without a port; never logged."""

    @property
    def is_api(self) -> bool:
        """Whether a machine asks, so that answers are JSON."""
        return self.path.startswith("/api/")

    def cookie(self, name: str) -> str | None:
        """The value of one cookie; None when there is none or the header is garbled."""
        raw = self.headers.get("cookie", "")
        if name not in raw:
            return None
        try:
            found = SimpleCookie(raw).get(name)
        except CookieError:
            return None
        return found.value if found else None

    def language(self) -> Language:
        """The reader's language: of the form sent, the cookie `bahasa` or Accept-Language."""
        said = self.form().get("bahasa") if self._is_form else None
        return language_of(said or self.cookie("bahasa") or self.headers.get("accept-language"))

    @property
    def _is_form(self) -> bool:
        return self.headers.get("content-type", "").lower().startswith(MEDIA_TYPES["form"])

    def form(self) -> Form:
        """The fields of a URL-encoded body; the first of each name counts.

        Bytes that are no UTF-8 become replacement characters, which no check of ours accepts.
        A body with too many fields is none of our forms: it reads as empty.
        """
        text = self.body.decode("utf-8", errors="replace")
        try:
            pairs = parse_qsl(text, keep_blank_values=True, max_num_fields=MOST_FIELDS)
        except ValueError:
            return {}
        return dict(reversed(pairs))

    def asked(self, name: str) -> str:
        """The first value of a query parameter, or an empty string."""
        try:
            return parse_qs(self.query, max_num_fields=MOST_FIELDS).get(name, [""])[0]
        except ValueError:
            return ""


Header = tuple[str, str]


class Response(msgspec.Struct, frozen=True):
    """One answer, whole."""

    status: HTTPStatus
    body: bytes = b""
    headers: tuple[Header, ...] = ()
    outcome: Outcome | None = None
    """What the meters call it, where the status does not say it."""
    bare: bool = False
    """Whether it is for a machine, which no browser's policies concern."""


Handler = Callable[[Request], Awaitable[Response]]
Reads = Literal["nothing", "form", "json"]
MEDIA_TYPES: Mapping[Reads, str] = {
    "form": "application/x-www-form-urlencoded",
    "json": "application/json",
}


@dataclass(frozen=True, slots=True)
class Route:
    """One call of the HTTP contract."""

    method: str
    pattern: str
    """A path; at most one `*` stands for a segment and becomes the request's argument."""
    handler: Handler
    reads: Reads = "nothing"
    is_shared: bool = False
    """Whether other methods of this path belong to the house, if there is one."""

    group: Group = field(init=False)
    """What the meters count it under."""

    def __post_init__(self) -> None:
        """Name the group once, since every request asks for it."""
        object.__setattr__(self, "group", group_of(self.pattern, writes=self.writes))

    @property
    def writes(self) -> bool:
        """Whether it takes something in."""
        return self.method == "POST"

    @property
    def name(self) -> str:
        """How the log calls it: never a path with a token in it."""
        return f"{self.method} {self.pattern}"


@dataclass(frozen=True, slots=True)
class Match:
    """A route and the changing part of the path that led to it."""

    route: Route
    argument: str = ""


@dataclass(frozen=True, slots=True)
class WrongMethod:
    """The path is the door's, the method is not: 405, unless the house answers it."""

    allowed: tuple[str, ...]
    is_shared: bool = False
    """Whether the house may know what to do with it."""


class Router:
    """Finds the route of a method and a path; None where the door owns nothing."""

    def __init__(self, routes: tuple[Route, ...]) -> None:
        self._plain: dict[str, dict[str, Route]] = {}
        self._patterns: list[tuple[re.Pattern[str], dict[str, Route]]] = []
        by_pattern: dict[str, dict[str, Route]] = {}
        for route in routes:
            by_pattern.setdefault(route.pattern, {})[route.method] = route
        for pattern, methods in by_pattern.items():
            if "*" in pattern:
                start, _, end = pattern.partition("*")
                shape = re.compile(re.escape(start) + r"([^/]+)" + re.escape(end))
                self._patterns.append((shape, methods))
            else:
                self._plain[pattern] = methods

    def find(self, method: str, path: str) -> Match | WrongMethod | None:
        """What the door does with this call. HEAD finds the route of GET."""
        methods, argument = self._plain.get(path), ""
        if methods is None:
            for shape, candidates in self._patterns:
                if found := shape.fullmatch(path):
                    methods, argument = candidates, found.group(1)
                    break
        if methods is None:
            return None
        route = methods.get("GET" if method == "HEAD" else method)
        if route is None:
            extra = ("HEAD",) if "GET" in methods else ()
            is_shared = any(each.is_shared for each in methods.values())
            return WrongMethod((*methods, *extra), is_shared=is_shared)
        return Match(route, argument)
