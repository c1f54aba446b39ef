"""The pages that stand when nothing else does: what they say, weigh, and when they are made."""

from datetime import datetime, timedelta
from itertools import product

import brotli
import pytest
from tests.frontdoor.standing import fresh_key
from tests.frontdoor.test_landing import NEXT, NOW, OPENS, REGISTERING, closed, facts

from gelombang.frontdoor import static_pages
from gelombang.frontdoor.calendar import REGISTRATION, Facts
from gelombang.frontdoor.reasons import Hold
from gelombang.frontdoor.static_pages import View, lasting_page, passing_page
from gelombang.frontdoor.sundries import packed

LONG_BEFORE = OPENS - timedelta(days=2, hours=4)
STATES = {
    "before": (Hold.BEFORE, facts(REGISTERING), LONG_BEFORE),
    "preparing": (Hold.PREPARING, facts(REGISTERING), NOW),
    "waiting": (Hold.WAITING, Facts(), NOW),
    "full": (Hold.FULL, Facts(), NOW),
    "paused": (Hold.PAUSED, Facts(), NOW),
    "closed": (Hold.CLOSED, facts(closed(REGISTERING), NEXT), NOW),
    "not announced": (Hold.UNANNOUNCED, facts(), NOW),
}
WORDS = {
    "before": [
        "Pendaftaran belum dibuka",
        "Dibuka Sabtu, 11 April 2020, 19.00 WIB (20.00 WITA / 21.00 WIT).",
        "Sekitar 2 hari 4 jam lagi.",
        "siapkan KTP",
    ],
    "preparing": ["Pendaftaran sedang disiapkan", "pemeriksaan terakhir belum selesai"],
    "waiting": ["Anda dalam antrean", "Formulir terbuka saat giliran Anda tiba"],
    "full": ["Sedang sangat ramai", "Giliran Anda belum sampai"],
    "paused": ["Dijeda sebentar", "Kami sedang merapikan sistem"],
    "closed": ["Pendaftaran sudah ditutup", "Gelombang 2 dibuka Senin, 20 April 2020"],
    "not announced": ["Pendaftaran belum diumumkan", "beranda"],
}


def made(state: str, view: View):
    hold, known, now = STATES[state]
    if hold in {Hold.PAUSED, Hold.FULL, Hold.WAITING}:
        return passing_page(hold, view)
    return lasting_page(hold, view, known, REGISTRATION, now)


@pytest.mark.parametrize(("state", "language"), [*product(STATES, ["id", "en"])])
def test_every_page_with_its_stylesheet_weighs_little_and_leads_home(state, language):
    page = made(state, View(language))
    text = page.plain.decode()
    sheet, icon = packed("gaya.css"), packed("favicon.svg")
    assert len(page.gzip) + len(sheet.gzip) + len(icon.gzip) <= 14 * 1024
    assert len(page.plain) + len(sheet.gzip) <= 14 * 1024
    assert brotli.decompress(page.brotli) == page.plain
    assert "error" not in text.lower()
    assert "kesalahan" not in text.lower()
    assert "<script" not in text
    assert text.count("<h1>") == 1
    assert '<a class="button" href="/">' in text
    assert f'lang="{language}"' in text


@pytest.mark.parametrize("state", WORDS)
def test_every_state_says_what_is_true_of_it(state):
    text = made(state, View("id")).plain.decode().replace("\u00a0", " ")
    assert [each for each in WORDS[state] if each not in text] == []
    if state not in {"closed", "not announced"}:
        assert "Bukan siapa cepat" in text


def test_the_texts_of_all_states_differ():
    assert len({made(state, View("id")).etag for state in STATES}) == len(STATES)


@pytest.mark.parametrize("state", ["waiting", "full", "paused", "preparing"])
def test_a_page_that_looks_again_can_be_stopped_and_started(state):
    text = made(state, View("id")).plain.decode()
    assert '<meta http-equiv="refresh" content="20">' in text
    assert 'href="?perbarui=tidak"' in text
    still = made(state, View("id", looks_again=False)).plain.decode()
    assert "refresh" not in still
    assert 'href="?"' in still


@pytest.mark.parametrize("state", ["before", "closed", "not announced"])
def test_a_page_that_stays_true_does_not_look_again(state):
    assert "refresh" not in made(state, View("id")).plain.decode()


def test_who_sent_something_hears_that_it_is_not_recorded_and_nothing_is_sent_again():
    for hold in (Hold.PAUSED, Hold.FULL):
        text = passing_page(hold, View("id", "/", looks=False)).plain.decode()
        assert "Kiriman ini belum kami catat" in text
        assert "refresh" not in text


def test_a_page_is_made_again_only_when_its_calendar_or_its_minute_changes():
    known = facts(REGISTERING, NEXT)

    def shown(now: datetime, of: Facts = known, hold: Hold = Hold.BEFORE):
        return lasting_page(hold, View("id"), of, REGISTRATION, now)

    first = shown(LONG_BEFORE)
    assert shown(LONG_BEFORE + timedelta(seconds=59)) is first
    assert shown(LONG_BEFORE, facts(REGISTERING, NEXT)) is first
    assert shown(LONG_BEFORE + timedelta(minutes=1)) is not first
    assert shown(LONG_BEFORE, facts(closed(REGISTERING))) is not first
    over = shown(NOW, hold=Hold.CLOSED)
    assert shown(NOW + timedelta(days=3), hold=Hold.CLOSED) is over


def test_what_the_build_packs_is_what_the_door_sends():
    packed_pages = static_pages.unchanging()
    for hold, language in product((Hold.PAUSED, Hold.FULL, Hold.WAITING), ("id", "en")):
        assert passing_page(hold, View(language)).plain in packed_pages.values()


def test_the_door_sends_the_smallest_form_that_the_reader_unpacks(early_door):
    plain = early_door.get("/daftar")
    assert plain.status == 409
    assert plain.headers["cache-control"] == "no-store"
    assert 1 <= int(plain.headers["retry-after"]) <= 3600
    assert "Pendaftaran belum dibuka" in plain.text
    small = early_door.get("/daftar", accept_encoding="gzip, br")
    assert small.headers["content-encoding"] == "br"
    assert brotli.decompress(small.body) == plain.body
    refused = early_door.get("/daftar", accept_encoding="gzip;q=0")
    assert refused.body == plain.body
    home = early_door.get("/", accept_encoding="br")
    assert home.headers["content-encoding"] == "br"
    sheet = early_door.get("/gaya.css", accept_encoding="br")
    assert len(home.body) + len(sheet.body) <= 14 * 1024
    sent = early_door.register("siti@example.id", key=fresh_key())
    assert sent.status == 409
