"""The award's pages: read, take up, decline; and the one next step on the first page."""

from datetime import timedelta

import pytest
from django.test import Client
from tests.web.conftest import page

pytestmark = pytest.mark.django_db
AWARD = "/saya/bantuan"


@pytest.fixture
def winner(keyring, web_clock):
    """Somebody with an open award."""
    from tests.web.benefiting import winners

    (found,) = winners(keyring, web_clock)
    return found


def test_who_has_no_award_reads_how_one_is_given(person, signed_in, loaded_programme):
    browser = signed_in(person)
    assert "Anda belum mendapat bantuan" in page(browser.get(AWARD))
    assert browser.post(f"{AWARD}/terima")["Location"] == AWARD
    assert browser.get(f"{AWARD}/tolak")["Location"] == AWARD
    assert "belum ada pembayaran" in page(browser.get("/saya/pembayaran"))
    assert "Anda belum punya saldo pelatihan" in page(browser.get("/saya/pelatihan"))
    assert "Terima bantuan" not in page(browser.get("/saya"))


def test_the_award_is_accepted_once_and_fills_the_balance(winner):
    browser = winner.browser()
    shown = page(browser.get(AWARD))
    for words in ("Rp3.550.000", "Rp2.400.000, dalam 4 pembayaran", "paling lambat 16 Mei 2020"):
        assert words in shown
    for _ in range(2):
        assert browser.post(f"{AWARD}/terima")["Location"] == f"{AWARD}?diterima=ya"
    shown = page(browser.get(AWARD))
    assert "Rp1.000.000</b><span>Saldo pelatihan" in shown
    assert shown.count("+Rp1.000.000") == 1
    assert "sampai 31 Desember 2020" in shown
    assert browser.get(f"{AWARD}/tolak")["Location"] == AWARD  # who took it up cannot say no


def test_declining_tells_what_it_means_and_asks_to_be_sure(winner):
    browser = winner.browser()
    asked = page(browser.get(f"{AWARD}/tolak"))
    assert "Seluruh bantuan, Rp3.550.000, kembali ke anggaran" in asked
    unsure = browser.post(f"{AWARD}/tolak")
    assert unsure.status_code == 422
    assert "Centang pernyataan ini" in page(unsure)
    assert winner.award.state == "open"
    assert browser.post(f"{AWARD}/tolak", {"yakin": "ya"})["Location"] == AWARD
    shown = page(browser.get(AWARD))
    assert "Anda tidak mengambil bantuan ini" in shown
    assert "Tidak ada catatan buruk" in shown
    refused = browser.post(f"{AWARD}/terima")
    assert refused.status_code == 422
    assert "Bantuan ini sudah berakhir" in page(refused)


def test_who_let_it_lapse_is_told_with_respect(winner):
    from gelombang.journey.selection import actions as selection
    from gelombang.kit import clock

    winner.accept()
    winner.stage.set(winner.award.purchase_by + timedelta(seconds=1))
    browser = winner.browser()
    selection.lapse_due(
        now=winner.stage.now, real_now=clock.real_now(), keyring=winner.stage.keyring,
        base_url="http://127.0.0.1",
    )  # fmt: skip
    shown = page(browser.get(AWARD))
    assert "Pelatihan pertama belum dibeli sampai 16 Mei 2020" in shown
    assert winner.award.ticket in shown
    home = page(browser.get("/saya"))
    assert "tidak dipakai sampai batas waktunya" in home
    assert "Tidak perlu lagi" in home


def test_who_declined_sees_the_next_wave_again_when_it_opens(winner):
    from datetime import datetime

    from gelombang.journey.waves import actions as waves
    from gelombang.kit import clock

    browser = winner.browser()
    browser.post(f"{AWARD}/tolak", {"yakin": "ya"})
    assert "Tidak perlu lagi" in page(browser.get("/saya"))
    winner.stage.set(datetime.fromisoformat("2020-04-18T20:00:00+07:00"))
    waves.open_due(now=winner.stage.now, real_now=clock.real_now())
    home = page(browser.get("/saya"))
    assert 'href="/gabung/PKJ-2020-W02"' in home
    assert "Tidak perlu lagi" not in home


def test_the_result_page_leads_on_to_the_award(winner):
    shown = page(winner.browser().get(f"/saya/hasil/{winner.award.wave_id}"))
    assert f'class="button" href="{AWARD}"' in shown


def test_the_first_page_always_names_one_next_step(winner):
    browser = winner.browser()

    def expect(href: str) -> None:
        shown = page(browser.get("/saya"))
        buttons = [part.split('"')[0] for part in shown.split('class="button" href="')[1:]]
        assert buttons == [href]

    expect(AWARD)
    winner.accept()
    expect("/pelatihan")
    purchase = winner.buy()
    expect(f"/saya/pelatihan/{purchase.id}")
    winner.finish(purchase)
    assert "Sertifikat sedang dibuat" in page(browser.get("/saya"))
    winner.issue()
    expect(f"/saya/sertifikat/{winner.number}/ulasan")
    winner.review()
    expect("/saya/akun")
    winner.state_account()
    expect("/saya/akun")
    winner.partner_says()
    expect("/saya/survei")
    winner.answer_survey()
    winner.fall_due()
    expect("/saya/pembayaran")
    assert "Berikutnya: Insentif pelatihan ke-1 dari 4" in page(browser.get("/saya"))


@pytest.mark.parametrize("path", ["", "/terima", "/tolak"])
def test_a_stranger_is_sent_to_sign_in(path):
    browser = Client()
    answer = browser.post(f"{AWARD}{path}") if path == "/terima" else browser.get(f"{AWARD}{path}")
    assert answer["Location"].startswith("/masuk")
