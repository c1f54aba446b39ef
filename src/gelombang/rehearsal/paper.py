"""Reading pages as an old telephone does: forms, links, headings and cookies, no JavaScript."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from html.parser import HTMLParser
from http.cookies import SimpleCookie
from urllib.parse import urlencode, urljoin, urlsplit

from gelombang.rehearsal.load import Caller
from gelombang.rehearsal.wire import Answer

_MOST_REDIRECTS = 8
_REDIRECTS = frozenset({301, 302, 303, 307, 308})


@dataclass(slots=True)
class Form:
    """One form of a page: where it goes and what it holds before anybody types."""

    action: str
    method: str
    fields: dict[str, str] = field(default_factory=dict)
    choices: dict[str, list[str]] = field(default_factory=dict)
    """Values that radio buttons and lists offer, by name."""
    challenge: str = ""
    """What a script has to work out while the person types, as JSON; mostly nothing."""


@dataclass(slots=True)
class Page:
    """A page that was read."""

    path: str
    status: int
    title: str
    heading: str
    forms: list[Form]
    links: list[str]
    text: str

    def form_to(self, start: str) -> Form | None:
        """The first POST form whose address starts so."""
        return next(
            (f for f in self.forms if f.method == "post" and f.action.startswith(start)), None
        )


class _Reader(HTMLParser):
    def __init__(self, path: str) -> None:
        super().__init__(convert_charrefs=True)
        self._path = path
        self._open: list[str] = []
        self._select: str | None = None
        self.forms: list[Form] = []
        self.links: list[str] = []
        self.texts: dict[str, list[str]] = {"title": [], "h1": [], "body": []}

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        found = {name: value or "" for name, value in attrs}
        self._open.append(tag)
        if tag == "form":
            action = urljoin(self._path, found.get("action") or self._path)
            form = Form(action=action, method=found.get("method", "get").lower())
            form.challenge = found.get("data-challenge", "")
            self.forms.append(form)
        elif tag == "a" and "href" in found:
            self.links.append(urljoin(self._path, found["href"]))
        elif self.forms and found.get("name"):
            self._field(tag, found)
        if tag == "option" and self._select and self.forms:
            value = found.get("value", "")
            self.forms[-1].choices.setdefault(self._select, []).append(value)
            if "selected" in found:
                self.forms[-1].fields[self._select] = value

    def _field(self, tag: str, found: Mapping[str, str]) -> None:
        form, name = self.forms[-1], found["name"]
        kind = found.get("type", "text") if tag == "input" else tag
        if kind in {"radio", "checkbox"}:
            form.choices.setdefault(name, []).append(found.get("value", "on"))
            if "checked" in found:
                form.fields[name] = found.get("value", "on")
        elif tag == "select":
            self._select = name
            form.fields.setdefault(name, "")
        elif tag in {"input", "textarea"} and kind != "submit":
            form.fields[name] = found.get("value", "")

    def handle_endtag(self, tag: str) -> None:
        if tag == "select":
            self._select = None
        while self._open and self._open.pop() != tag:
            continue

    def handle_data(self, data: str) -> None:
        for name in ("title", "h1"):
            if name in self._open:
                self.texts[name].append(data)
        if not {"script", "style", "title"} & set(self._open):
            self.texts["body"].append(data)


def read_page(path: str, answer: Answer) -> Page:
    """The page in an answer."""
    reader = _Reader(path)
    reader.feed(answer.body.decode("utf-8", errors="replace"))
    words = {name: " ".join("".join(parts).split()) for name, parts in reader.texts.items()}
    return Page(
        path=path, status=answer.status, title=words["title"], heading=words["h1"],
        forms=reader.forms, links=reader.links, text=words["body"],
    )  # fmt: skip


class Browser:
    """Follows links, fills forms, keeps cookies. Counts as many clients as there are people."""

    def __init__(self, caller: Caller, *, step: str, origin: str, language: str = "id") -> None:
        self._caller = caller
        self._step = step
        self._origin = origin
        self._language = language
        self._cookies: dict[str, str] = {}
        self.bytes_read = 0

    async def open(self, path: str) -> Page:
        """GET a page, redirects followed."""
        return await self._go("GET", path, b"")

    async def send(self, form: Form, typed: Mapping[str, str]) -> Page:
        """POST a form with what it held and what was typed."""
        body = urlencode({**form.fields, **typed}).encode()
        return await self._go("POST", form.action, body)

    async def _go(self, method: str, address: str, body: bytes) -> Page:
        for _ in range(_MOST_REDIRECTS):
            path = _within_the_site(address)
            answer = await self._caller.ask(
                self._step, method, path, body=body, headers=self._headers(method)
            )
            self._keep_cookies(answer)
            self.bytes_read += len(answer.body)
            if answer.status not in _REDIRECTS:
                return read_page(path, answer)
            address, method, body = urljoin(path, answer.headers["location"]), "GET", b""
        raise RuntimeError(f"more than {_MOST_REDIRECTS} redirects from {path}")

    def _headers(self, method: str) -> dict[str, str]:
        headers = {"Accept": "text/html", "Accept-Language": self._language}
        if self._cookies:
            headers["Cookie"] = "; ".join(f"{k}={v}" for k, v in self._cookies.items())
        if method == "POST":
            headers |= {
                "Content-Type": "application/x-www-form-urlencoded",
                "Origin": self._origin,
            }
        return headers

    def _keep_cookies(self, answer: Answer) -> None:
        for text in answer.cookies:
            for name, morsel in SimpleCookie(text).items():
                if morsel["max-age"] == "0" or not morsel.value:
                    self._cookies.pop(name, None)
                else:
                    self._cookies[name] = morsel.value


def _within_the_site(address: str) -> str:
    parts = urlsplit(address)
    return (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
