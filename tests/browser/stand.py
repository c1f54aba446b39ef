"""Pages of the front door in a real browser, without a door behind them: each address is answered
from what a test lays out, with the headers and the assets that the door would send."""

import json
from dataclasses import dataclass, field
from urllib.parse import parse_qsl, urlsplit

from playwright.sync_api import BrowserContext, Request, Route

from gelombang.frontdoor import answers
from gelombang.frontdoor.sundries import plain_assets

SAFE, PLAIN = "https://pintu.example.id", "http://pintu.example.id"
MEDIA = {"css": "text/css", "js": "text/javascript", "svg": "image/svg+xml", "txt": "text/plain"}


@dataclass
class Stand:
    """What stands at one origin; `SAFE` is a secure context for its scripts, `PLAIN` is none."""

    context: BrowserContext
    origin: str = SAFE
    pages: dict[str, str] = field(default_factory=dict)
    documents: dict[str, object] = field(default_factory=dict)
    """What an address answers in JSON; a callable is asked anew each time."""
    sent: list[dict[str, str]] = field(default_factory=list)
    """The forms that were sent."""
    asked: list[str] = field(default_factory=list)
    faults: list[str] = field(default_factory=list)
    """What a script of ours let escape."""

    def __post_init__(self) -> None:
        self._assets = plain_assets()
        self.context.route(f"{self.origin}/**", self._answer)

    def _answer(self, route: Route) -> None:
        request = route.request
        path = urlsplit(request.url).path
        self.asked.append(f"{request.method} {path}")
        if request.method == "POST":
            self.sent.append(_form(request))
            route.fulfill(body=_page("Diterima"), content_type="text/html; charset=utf-8")
        elif path in self.pages:
            policy = {"content-security-policy": answers.OWN_SCRIPTS}
            kind = "text/html; charset=utf-8"
            route.fulfill(body=self.pages[path], headers=policy, content_type=kind)
        elif path in self.documents:
            found = self.documents[path]
            body = json.dumps(found() if callable(found) else found)
            route.fulfill(body=body, content_type="application/json")
        elif path[1:] in self._assets:
            kind = MEDIA[path.rpartition(".")[2]]
            route.fulfill(body=self._assets[path[1:]], content_type=kind)
        else:
            route.fulfill(status=404, body="")


def _form(request: Request) -> dict[str, str]:
    return dict(parse_qsl(request.post_data or "", keep_blank_values=True))


def _page(title: str) -> str:
    return f'<!doctype html><html lang="id"><title>{title}</title><h1>{title}</h1>'
