"""What every page must hold, measured in a real browser: axe, 320 px, weight, sizes, structure."""

import urllib.request
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import urlsplit

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page, Route

HEAVIEST = 50 * 1024  # bytes of a page with its stylesheet and icon, before compression
NARROW = 320
ELSEWHERE = "http://halaman.example.id"  # where pages without a system behind them seem to be
CONTRAST = {"runOnly": ["color-contrast"]}
# A page that waits renews itself, since it works without scripts; it has a link that stops that.
STILL = {"rules": {"meta-refresh": {"enabled": False}}}
SMALLEST_TARGET = 44  # CSS pixels of buttons and fields
_MEASURE = """() => ({
  scroll: document.documentElement.scrollWidth,
  client: document.documentElement.clientWidth,
  headings: document.querySelectorAll('h1').length,
  language: document.documentElement.lang,
  scripts: [...document.scripts].filter(e => !e.src.startsWith(location.origin + '/')).length,
  title: document.title,
  styled: document.querySelectorAll('[style]').length,
  small: [...document.querySelectorAll('button, .button, select, textarea, ' +
      'input:not([type=hidden]):not([type=radio]):not([type=checkbox])')]
    .filter(e => e.getClientRects().length && e.getBoundingClientRect().height < 44)
    .map(e => e.outerHTML.slice(0, 80)),
  unlabelled: [...document.querySelectorAll('input:not([type=hidden]), select, textarea')]
    .filter(e => !e.labels.length).map(e => e.name),
})"""


@dataclass
class Inspector:
    """Looks at copies of pages in a browser of its own, where scripts may measure."""

    browser: Browser
    looked_at: set[str] = field(default_factory=set)
    faults: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        context = self.browser.new_context(viewport={"width": NARROW, "height": 800})
        self._page = context.new_page()
        self._axe = Axe()

    def look(self, seen: Page, name: str) -> None:
        """Measure what the page shows now; every fault is kept with the page's name."""
        html = seen.content()
        self._load(seen.url, html)
        self.looked_at.add(name)
        measured = self._page.evaluate(_MEASURE)
        self._compare(name, measured)
        self._weigh(name, seen.url, html)
        for scheme in ("light", "dark"):
            self._page.emulate_media(color_scheme=scheme)
            self._ask_axe(f"{name}, {scheme}")

    def examine(self, html: str, name: str, *, stylesheet: Path, dark: bool) -> None:
        """Measure a page that somebody holds as text, dressed in this stylesheet.

        `dark` looks at its dark colours too.
        """
        css = stylesheet.read_text(encoding="utf-8")

        def answer(route: Route) -> None:
            if route.request.url.endswith("/gaya.css"):
                route.fulfill(body=css, content_type="text/css; charset=utf-8")
            elif route.request.is_navigation_request():
                route.fulfill(body=html, content_type="text/html; charset=utf-8")
            else:
                route.fulfill(status=404, body="")

        self._page.route(f"{ELSEWHERE}/**", answer)
        self._page.goto(f"{ELSEWHERE}/halaman")
        self._page.unroute(f"{ELSEWHERE}/**")
        self.looked_at.add(name)
        self._compare(name, self._page.evaluate(_MEASURE))
        if len(html.encode()) + len(css.encode()) > HEAVIEST:
            self.faults.append(f"{name}: {len(html.encode())} bytes of HTML")
        self._page.emulate_media(color_scheme="light")
        self._ask_axe(f"{name}, light", STILL)
        if dark:
            self._page.emulate_media(color_scheme="dark")
            self._ask_axe(f"{name}, dark", CONTRAST)

    def _load(self, url: str, html: str) -> None:
        def answer(route: Route) -> None:
            route.fulfill(body=html, content_type="text/html; charset=utf-8")

        self._page.route(url, answer)
        self._page.goto(url)
        self._page.unroute(url)

    def _compare(self, name: str, measured: dict) -> None:
        wants = {
            "sideways scrolling at 320 px": measured["scroll"] > measured["client"],
            "not one h1": measured["headings"] != 1,
            "no language": measured["language"] not in {"id", "en"},
            "scripts that are not files of ours": measured["scripts"] > 0,
            "inline styles": measured["styled"] > 0,
            f"small targets {measured['small']}": bool(measured["small"]),
            f"fields without label {measured['unlabelled']}": bool(measured["unlabelled"]),
            "title without the programme": not measured["title"].endswith(" – Prakerja"),
        }
        self.faults += [f"{name}: {fault}" for fault, holds in wants.items() if holds]

    def _weigh(self, name: str, url: str, html: str) -> None:
        parts = urlsplit(url)
        with urllib.request.urlopen(f"{parts.scheme}://{parts.netloc}/gaya.css", timeout=10) as css:
            weight = len(html.encode()) + len(css.read())
        if weight > HEAVIEST:
            self.faults.append(f"{name}: {weight} bytes")

    def _ask_axe(self, name: str, options: dict | None = None) -> None:
        found = self._axe.run(self._page, options=options)
        self.faults += [
            f"{name}: axe {each['id']}: {each['nodes'][0]['html'][:120]}"
            for each in found.response["violations"]
        ]
