"""The waiting room in a real browser, with and without scripts, its clock in the test's hand."""

from dataclasses import replace
from datetime import UTC, datetime

import pytest
from tests.browser.stand import SAFE, Stand

from gelombang.frontdoor.hold import Kept
from gelombang.frontdoor.waiting_pages import (
    Stage,
    Standing,
    TicketLinks,
    qr_svg,
    slow_lane_page,
    waiting_page,
)

pytestmark = pytest.mark.browser
NOW = datetime(2020, 4, 11, 12, 4, tzinfo=UTC)
LINKS = TicketLinks(ticket="T" * 80, form="/daftar?tiket=T", site=SAFE)
START, PLACE = 1_000_000, 2_000_000
IN_LINE = Standing(
    stage=Stage.WAITING, as_of=NOW, ahead=10_000, minutes=(13, 24), place_at=PLACE,
    watermark=START,
)  # fmt: skip
KEPT = Kept("/daftar", {"email": "siti@example.id", "nonce": "n" * 36})
LONGEST_LOOK = 780_000  # milliseconds: ten minutes and three tenths


class Room:
    """A ticket's page in a browser, and the document that it asks."""

    def __init__(self, context, *, kept: Kept | None = None, standing: Standing = IN_LINE) -> None:
        self.state, self.watermark = "open", START
        page = waiting_page("id", standing, LINKS, refresh_seconds=60, kept=kept)
        form = '<!doctype html><html lang="id"><title>Daftar</title><h1>Daftar</h1>'
        self.stand = Stand(context, SAFE, {LINKS.back: page, "/daftar": form})
        self.stand.documents["/antrean.json"] = self.told
        self.page = context.new_page()
        self.page.on("pageerror", lambda fault: self.stand.faults.append(str(fault)))

    def told(self) -> dict:
        return {
            "watermark": self.watermark, "served_per_second": 10, "waiting": 10_000,
            "issued_per_second": 1, "state": self.state, "as_of": "2020-04-11T12:09:30Z",
        }  # fmt: skip

    def enter(self) -> None:
        self.page.clock.install(time=NOW)
        self.page.goto(SAFE + LINKS.back)

    def look(self, milliseconds: int = LONGEST_LOOK) -> None:
        """Let the script look as often as it wants in this time.

        It may still be at the answer before and have no timer yet: the longest time, in which it
        looks in any case, passes again then.
        """
        before = len(self.asked)
        for _ in range(5 if milliseconds == LONGEST_LOOK else 1):
            self.page.clock.run_for(milliseconds)
            if self.until(lambda: len(self.asked) > before, tries=100):
                return

    def until(self, question, *, tries=250) -> bool:
        """Give the browser a moment for what it has begun; whether it came to that."""
        for _ in range(tries):
            if question():
                return True
            self.page.wait_for_timeout(20)
        return False

    @property
    def asked(self) -> list[str]:
        return [each for each in self.stand.asked if each == "GET /antrean.json"]

    def read(self, name: str) -> str:
        return self.page.locator(f"#{name}").inner_text()


@pytest.fixture
def room(browser):
    from tests.browser.walking import a_context

    made = []

    def build(*, scripts: bool = True, **how) -> Room:
        context = a_context(browser, scripts=scripts)
        made.append(context)
        return Room(context, **how)

    yield build
    for each in made:
        each.close()


def test_the_page_follows_the_watermark_and_nobody_moves_back(room):
    from playwright.sync_api import expect

    here = room()
    here.enter()
    assert (here.read("tempat"), here.read("depan")) == ("10.001", "10.000")
    here.watermark = START + 400_000
    here.look(25_000)
    expect(here.page.locator("#depan")).to_have_text("6.000")
    assert here.read("tempat") == "6.001"
    assert here.read("perkiraan") == "sekitar 8 sampai 15 menit"
    assert here.read("pukul") == "19.09 WIB"
    expect(here.page.locator("#kabar")).to_have_text("6.000 orang sebelum Anda.")
    here.watermark = START + 100_000
    here.look()
    assert here.read("depan") == "6.000"
    assert here.stand.faults == []


def test_at_the_turn_the_form_opens(room):
    here = room()
    here.enter()
    here.watermark = PLACE
    here.look()
    here.page.wait_for_url("**/daftar?tiket=T")


@pytest.mark.parametrize(("minute", "leaves"), [(9, True), (10, False)])
def test_who_can_finish_no_more_is_led_on(room, minute, leaves):
    ends = NOW.replace(minute=minute)  # the document is of half a minute past nine
    here = room(standing=replace(IN_LINE, stage=Stage.CLOSED, finish_until=ends))
    here.state = "closed"
    here.enter()
    assert here.page.get_by_role("link", name="Ke beranda").get_attribute("href") == "/"
    here.look()
    assert here.until(lambda: here.page.url.endswith("/daftar?tiket=T"), tries=50) is leaves
    assert here.stand.faults == []


def test_who_waits_long_asks_seldom(room):
    here = room()
    here.enter()
    here.look(25_000)
    before = len(here.asked)
    here.look(
        450_000
    )  # a thousand seconds of waiting: the next look is after eight minutes at least
    assert (before, len(here.asked)) == (1, 1)
    here.look()
    assert len(here.asked) == 2


def test_when_the_queue_is_paused_the_page_is_fetched_again(room):
    here = room()
    here.enter()
    here.state = "paused"
    here.look(25_000)
    here.until(lambda: here.stand.asked.count(f"GET {LINKS.back}") > 1)
    assert here.stand.asked.count(f"GET {LINKS.back}") == 2


def test_an_outage_changes_nothing_and_is_outlived(room):
    from playwright.sync_api import expect

    here = room()
    here.enter()
    del here.stand.documents["/antrean.json"]
    here.look(60_000)
    assert here.read("depan") == "10.000"
    here.stand.documents["/antrean.json"] = here.told
    here.watermark = START + 500_000
    here.look()
    expect(here.page.locator("#depan")).to_have_text("5.000")


def test_a_kept_form_is_sent_at_the_turn(room):
    from playwright.sync_api import expect

    here = room(kept=KEPT)
    here.enter()
    here.state = "paused"
    here.look(25_000)
    here.state, here.watermark = "open", PLACE
    here.look()
    expect(here.page.get_by_role("heading", name="Diterima")).to_be_visible()
    assert here.stand.sent == [dict(KEPT.fields)]


def test_a_kept_form_whose_turn_came_with_the_page_is_sent_too(room):
    from playwright.sync_api import expect

    here = room(kept=KEPT, standing=replace(IN_LINE, stage=Stage.TURN, ahead=0, watermark=PLACE))
    here.watermark = PLACE
    here.enter()
    here.look()
    expect(here.page.get_by_role("heading", name="Diterima")).to_be_visible()
    assert here.stand.sent == [dict(KEPT.fields)]


def test_without_scripts_the_page_renews_itself_and_its_button_sends_what_was_kept(room):
    here = room(scripts=False)
    here.page.goto(SAFE + LINKS.back)
    meta = here.page.locator("meta[http-equiv=refresh]")
    assert meta.get_attribute("content") == "60"
    assert here.page.get_by_role("link", name="Hentikan pembaruan sendiri").is_visible()
    kept = room(scripts=False, kept=KEPT)
    kept.page.goto(SAFE + LINKS.back)
    assert kept.page.locator("meta[http-equiv=refresh]").count() == 0
    kept.page.get_by_role("button", name="Kirim lagi sekarang").click()
    assert kept.stand.sent == [dict(KEPT.fields)]


def test_the_slow_lane_sends_the_kept_form_by_itself(room):
    from playwright.sync_api import expect

    here = room()
    here.stand.pages[LINKS.back] = slow_lane_page("id", KEPT, seconds=30)
    here.enter()
    here.page.clock.run_for(29_000)
    assert here.stand.sent == []
    here.page.clock.run_for(2_000)
    expect(here.page.get_by_role("heading", name="Diterima")).to_be_visible()
    assert here.stand.sent == [dict(KEPT.fields)]


def test_the_picture_is_fetched_only_when_it_is_asked_for(room):
    here = room()
    address = f"GET {LINKS.back}/qr.svg"
    here.stand.pages[f"{LINKS.back}/qr.svg"] = qr_svg(LINKS).decode()
    here.enter()
    assert address not in here.stand.asked
    here.page.get_by_text("Tampilkan kode kotak").click()
    here.page.locator("details img").scroll_into_view_if_needed()
    here.until(lambda: address in here.stand.asked)
    assert address in here.stand.asked
