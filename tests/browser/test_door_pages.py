"""Every page of the door that says "not now", and the form, looked at in a browser."""

import os
from itertools import product
from pathlib import Path

import pytest
from tests.frontdoor.test_static_pages import STATES, made
from tests.frontdoor.test_waiting_pages import IN_LINE, KEPT, LINKS, standing

from gelombang.cli.places import clone
from gelombang.frontdoor.pages import NOTHING, page, part, templates
from gelombang.frontdoor.static_pages import View
from gelombang.frontdoor.waiting_pages import Stage, slow_lane_page, waiting_page

pytestmark = pytest.mark.browser
STYLESHEET = clone() / "src" / "gelombang" / "frontdoor" / "assets" / "gaya.css"


def keep(picture: bytes, name: str) -> None:
    """Put a screenshot where somebody wants to look at it: SCREENSHOTS names the place."""
    if place := os.environ.get("SCREENSHOTS"):
        Path(place).mkdir(parents=True, exist_ok=True)
        (Path(place) / f"{name.replace(':', '')}.png").write_bytes(picture)


def form(language: str) -> str:
    slots = dict.fromkeys(templates()["daftar", language].slots, NOTHING)
    inside = part("daftar", language, **slots)
    return page(language=language, title="Daftar", inside=inside, path="/daftar")


def shown(language: str) -> dict[str, str]:
    """Every page by its name."""
    found = {
        f"{state}, looks again: {again}": made(state, View(language, looks_again=again))
        for state, again in product(STATES, (True, False))
    }
    pages = {name: each.plain.decode() for name, each in found.items()}
    for stage in Stage:
        pages[f"ticket, {stage.value}"] = waiting_page(
            language, standing(stage), LINKS, refresh_seconds=60
        )
    pages["ticket, form kept"] = waiting_page(language, IN_LINE, LINKS, kept=KEPT)
    pages["slow lane"] = slow_lane_page(language, KEPT, seconds=30)
    pages["form"] = form(language)
    return pages


@pytest.mark.parametrize("language", ["id", "en"])
def test_every_page_is_sound_at_320_pixels_in_light_and_dark(language, browser):
    from tests.browser.inspecting import Inspector

    inspector = Inspector(browser)
    for name, text in shown(language).items():
        inspector.examine(text, name, stylesheet=STYLESHEET, dark=True)
    assert len(inspector.looked_at) == 2 * len(STATES) + len(Stage) + 3
    assert inspector.faults == []


@pytest.mark.parametrize(("width", "dark"), [*product((360, 1280), (False, True))])
def test_nothing_is_cut_off_and_the_way_on_is_in_sight(width, dark, browser):
    from tests.browser.stand import SAFE, Stand
    from tests.browser.walking import a_context

    named = shown("id")
    pages = {f"/{n}": text for n, text in enumerate(named.values())}
    context = a_context(browser, width=width, dark=dark)
    Stand(context, SAFE, pages)
    seen = context.new_page()
    for name, (path, text) in zip(named, pages.items(), strict=True):
        seen.goto(SAFE + path)
        keep(seen.screenshot(full_page=True), f"{name}, {width}{', dark' if dark else ''}")
        for button in seen.locator(".button").all():
            box = button.bounding_box()
            assert box["height"] >= 44, text
            assert 0 <= box["x"] <= box["x"] + box["width"] <= width, text
    context.close()
