"""The pages of the waiting room: what they say in each state, what they carry, what they weigh."""

import re
from dataclasses import replace
from datetime import UTC, datetime
from html import unescape

import pytest

from gelombang.frontdoor import waiting_pages
from gelombang.frontdoor.hold import Kept
from gelombang.frontdoor.sundries import packed
from gelombang.frontdoor.waiting_pages import Stage, Standing, TicketLinks

NOW = datetime(2020, 4, 11, 12, 4, 30, tzinfo=UTC)
OPENS = datetime(2020, 4, 11, 12, tzinfo=UTC)
TICKET = "AbC-" + "x" * 80
LINKS = TicketLinks(
    ticket=TICKET, form=f"/daftar?tiket={TICKET}", site="https://prakerja.example.id"
)
KEPT = Kept("/daftar", {"email": "o'rang&co@example.id", "nonce": "n" * 36, "bahasa": "id"})
IN_LINE = Standing(
    stage=Stage.WAITING, as_of=NOW, ahead=12_345, minutes=(20, 35), place_at=9_000, watermark=2_000
)


def standing(stage: Stage) -> Standing:
    return Standing(
        stage=stage, as_of=NOW, ahead=12_345, minutes=(20, 35), place_at=9_000, watermark=2_000,
        opens_at=OPENS,
    )  # fmt: skip


def test_who_waits_reads_place_people_band_instant_reason_and_the_way_back():
    text = waiting_pages.waiting_page("id", IN_LINE, LINKS, refresh_seconds=60)
    wanted = ["Anda dalam antrean", "12.346", "12.345", "sekitar 20 sampai 35 menit", "19.04 WIB",
              "Mengapa menunggu?", "boleh ditutup", LINKS.link, f"/antrean/{TICKET}/qr.svg",
              "Bukan siapa cepat", "undian", 'role="status"']  # fmt: skip
    assert [each for each in wanted if each not in text] == []
    english = waiting_pages.waiting_page("en", IN_LINE, LINKS, refresh_seconds=60)
    wanted = ["You are in the queue", "12,346", "about 20 to 35 minutes", "19:04 WIB", "by lot"]
    assert [each for each in wanted if each not in english] == []


def test_before_the_opening_it_says_when_and_that_places_are_random():
    text = waiting_pages.waiting_page("id", standing(Stage.PREPARING), LINKS, refresh_seconds=60)
    assert "Sabtu, 11 April 2020, 19.00 WIB (20.00 WITA / 21.00 WIT)" in text
    assert "urutan semua orang di ruang ini diacak" in text
    assert "12.345" not in text


def test_at_the_turn_the_page_leads_to_the_form_and_stands_still():
    text = waiting_pages.waiting_page("id", standing(Stage.TURN), LINKS, refresh_seconds=60)
    assert f'<a class="button" href="/daftar?tiket={TICKET}">Lanjut ke formulir</a>' in text
    assert "refresh" not in text


def test_after_the_close_the_place_is_kept():
    text = waiting_pages.waiting_page("id", standing(Stage.CLOSED), LINKS, refresh_seconds=60)
    assert "Anda tetap boleh menyelesaikan" in text
    assert "12.345" in text


@pytest.mark.parametrize(("language", "way"), [("id", "Ke beranda"), ("en", "To the home page")])
def test_after_the_close_there_is_a_way_on_for_who_will_not_wait(language, way):
    link = f'<a href="/">{way}</a>'
    for stage in Stage:
        text = waiting_pages.waiting_page(language, standing(stage), LINKS)
        assert (link in text) is (stage is Stage.CLOSED)


@pytest.mark.parametrize("stage", [Stage.WAITING, Stage.TURN, Stage.CLOSED])
def test_nobody_reads_that_a_turn_outlasts_what_the_door_takes(stage):
    """The door takes a ticket from before the close for a quarter of an hour after it."""
    known = replace(standing(stage), finish_until=datetime(2020, 4, 16, 9, 15, tzinfo=UTC))
    for language, until, promise in (
        ("id", "berlaku sampai Kamis, 16 April 2020, 16.15 WIB", "tidak hangus"),
        ("en", "stays good until Thursday, 16 April 2020, 16:15 WIB", "does not run out"),
    ):
        text = waiting_pages.waiting_page(language, known, LINKS).replace("\u00a0", " ")
        assert until in text
        assert promise not in text
    unknown = waiting_pages.waiting_page("id", standing(stage), LINKS)
    assert "Giliran Anda tidak hangus selama masih dibuka." in unknown


def test_a_page_renews_itself_only_without_scripts_and_can_be_stopped():
    text = waiting_pages.waiting_page("id", IN_LINE, LINKS, refresh_seconds=77)
    assert '<noscript><meta http-equiv="refresh" content="77"></noscript>' in text
    assert f'href="/antrean/{TICKET}?perbarui=tidak"' in text
    still = waiting_pages.waiting_page("id", IN_LINE, LINKS)
    assert "refresh" not in still
    assert "?perbarui" not in still


def test_a_kept_form_is_there_whole_and_no_refresh_loses_it():
    text = waiting_pages.waiting_page("id", IN_LINE, LINKS, refresh_seconds=77, kept=KEPT)
    found = re.findall(r'<input type="hidden" name="(\w+)" value="([^"]*)">', text)
    assert {name: unescape(value) for name, value in found} == dict(KEPT.fields)
    assert 'action="/daftar" data-giliran>' in text
    assert "refresh" not in text
    slow = waiting_pages.slow_lane_page("id", KEPT, seconds=30)
    assert 'data-ulang="30"' in slow
    assert "dalam 30 detik" in slow
    assert "/ulang.js" in slow


@pytest.mark.parametrize("language", ["id", "en"])
@pytest.mark.parametrize("stage", Stage)
def test_every_state_weighs_little_with_its_stylesheet_script_and_picture(stage, language):
    text = waiting_pages.waiting_page(language, standing(stage), LINKS, refresh_seconds=60)
    weight = len(text.encode()) + len(waiting_pages.qr_svg(LINKS))
    weight += sum(len(packed(name).gzip) for name in ("gaya.css", "antrean.js"))
    assert weight <= 14 * 1024
    assert len(packed("antrean.js").gzip) <= 2 * 1024
    assert "error" not in text.lower()
    assert text.count("<h1>") == 1


def test_the_wait_is_told_as_a_band():
    assert waiting_pages.band_in_words((20, 35)).id == "sekitar 20 sampai 35 menit"
    assert waiting_pages.band_in_words((20, 35)).en == "about 20 to 35 minutes"
    assert waiting_pages.band_in_words(None).id == "belum bisa dihitung"


def test_the_picture_is_the_link():
    picture = waiting_pages.qr_svg(LINKS)
    assert picture.startswith(b'<svg xmlns="http://www.w3.org/2000/svg"')
    assert b"viewBox" in picture
    assert picture != waiting_pages.qr_svg(
        TicketLinks(ticket="x", form="/daftar", site="https://x")
    )
