"""Catalogue, buying, progress, certificate and review: what is shown, sent, refused, repeated."""

import re

import pytest
from django.test import Client
from tests.web.conftest import page

pytestmark = pytest.mark.django_db
SHORT, LONG, DEAR = "PI-UTANG-08", "SK-WARUNG-07", "BT-LAMAN-03"


@pytest.fixture
def pair(keyring, web_clock):
    """Two people with a training balance."""
    from tests.web.benefiting import winners

    found = winners(keyring, web_clock, 2)
    for each in found:
        each.accept()
    return found


@pytest.fixture
def winner(pair):
    """One of them."""
    return pair[0]


def codes(answer) -> list[str]:
    """The courses of a page of the catalogue, in order."""
    return re.findall(r'href="/pelatihan/([A-Z0-9-]+)"', page(answer))


def buy(browser, code=SHORT, price=50_000):
    return browser.post(f"/pelatihan/{code}/beli", {"harga": str(price)})


def test_anybody_filters_sorts_and_pages_by_the_address(winner):
    anybody = Client()
    first, second = anybody.get("/pelatihan"), anybody.get("/pelatihan?hal=2")
    assert len(codes(first)) == 12
    assert codes(second)
    assert not set(codes(first)) & set(codes(second))
    assert 'rel="next" href="/pelatihan?hal=2"' in page(first)
    some = codes(anybody.get("/pelatihan?harga=250000&kategori=usaha&urut=price"))
    assert LONG in some
    assert DEAR not in some
    assert SHORT not in some
    cheap = codes(anybody.get("/pelatihan?urut=price"))
    assert cheap[0] == SHORT
    nothing = page(anybody.get("/pelatihan?kata=xyzzy"))
    assert "Tidak ada pelatihan yang cocok" in nothing


@pytest.mark.parametrize(
    "query",
    ["kategori=%27;--", "cara=x", "harga=-1", "harga=abc", "urut=%00", "hal=0", "hal=-3",
     "hal=999999999999999999999", "hal=%D9%A3", "kata=%00%FF", "kata=" + "a" * 5000, "kata=%25_"],
)  # fmt: skip
def test_strange_addresses_of_the_catalogue_do_no_harm(winner, query):
    assert Client().get(f"/pelatihan?{query}").status_code == 200


def test_three_are_compared_and_a_course_tells_all(winner):
    shown = page(Client().get(f"/pelatihan/bandingkan?kode={LONG}&kode={SHORT}&kode={DEAR}"))
    for words in ("Rp250.000", "Rp50.000", "Rp650.000", "Pijar Ilmu Daring"):
        assert words in shown
    assert Client().get(f"/pelatihan/bandingkan?kode={LONG}").status_code == 422
    assert Client().get("/pelatihan/bandingkan?kode=X&kode=%00&kode=Y&kode=Z").status_code == 422
    one = page(Client().get(f"/pelatihan/{LONG}"))
    for words in ("Rp250.000", "Sanggar Karya Mandiri", "6 jam, 2 pertemuan", "Belum ada ulasan"):
        assert words in one
    assert Client().get("/pelatihan/TIDAK-ADA-99").status_code == 404


def test_buying_shows_the_balance_before_and_after_and_happens_once(winner):
    browser = winner.browser()
    asked = page(browser.get(f"/pelatihan/{SHORT}/beli"))
    assert "Rp1.000.000" in asked
    assert "Rp950.000" in asked
    assert buy(browser, price=1).status_code == 409  # the page was of another price
    bought = buy(browser)["Location"]
    assert buy(browser)["Location"] == bought.partition("?")[0]  # sent twice, done once
    shown = page(browser.get(bought))
    assert re.search(r"<b>PK-[0-9A-Z]{4}-[0-9A-Z]{4}-[0-9A-Z]{4}</b>", shown)
    assert "tadi Rp1.000.000, sekarang Rp950.000" in shown
    refused = buy(browser, LONG, 250_000)
    assert refused.status_code == 409
    assert "Selesaikan dulu pelatihan" in page(refused)


def test_what_cannot_be_bought_is_explained_before_and_after_the_button(winner):
    browser = winner.browser()
    winner.finish(winner.buy(DEAR))
    assert "Saldo Anda Rp350.000, kurang Rp300.000" in page(browser.get(f"/pelatihan/{DEAR}/beli"))
    assert buy(browser, DEAR, 650_000).status_code == 409
    assert browser.get("/pelatihan/TIDAK-ADA-99/beli").status_code == 404
    assert buy(browser, "TIDAK-ADA-99", 1).status_code == 404


def test_a_purchase_is_given_back_until_its_code_is_redeemed(winner):
    browser = winner.browser()
    mine = f"/saya/pelatihan/{winner.buy(LONG).id}"
    assert "Rp250.000 kembali ke saldo" in page(browser.get(f"{mine}/batal"))
    for _ in range(2):
        assert browser.post(f"{mine}/batal")["Location"] == mine
    assert "sudah kembali ke saldo Anda" in page(browser.get(mine))
    again = winner.buy(LONG)
    winner.report(again, 1)
    mine = f"/saya/pelatihan/{again.id}"
    assert browser.get(f"{mine}/batal")["Location"] == mine
    refused = browser.post(f"{mine}/batal")
    assert refused.status_code == 409
    assert "sudah dipakai" in page(refused)
    assert "1 dari 2" in page(browser.get(mine))
    assert "Masih 1 pertemuan" in page(browser.get(mine))


def test_what_belongs_to_somebody_else_is_an_unknown_page(pair):
    owner, other = pair
    purchase = owner.buy()
    owner.finish(purchase)
    owner.issue()
    browser = other.browser()
    for path in (f"/saya/pelatihan/{purchase.id}", f"/saya/pelatihan/{purchase.id}/batal",
                 f"/saya/sertifikat/{owner.number}", f"/saya/sertifikat/{owner.number}.pdf",
                 f"/saya/sertifikat/{owner.number}/ulasan", f"/saya/pelatihan/{10**30}",
                 "/saya/sertifikat/AAAAAAAAAAAAAAAA"):  # fmt: skip
        assert browser.get(path).status_code == 404, path
    assert browser.post(f"/saya/pelatihan/{purchase.id}/batal").status_code == 404
    assert browser.post(f"/saya/sertifikat/{owner.number}/ulasan").status_code == 404


def test_the_certificate_is_read_downloaded_and_checked_by_anybody(winner):
    number = winner.certify()
    browser = winner.browser()
    shown = page(browser.get(f"/saya/sertifikat/{number}"))
    assert "SITI AMINAH PERCOBAAN" in shown
    paper = browser.get(f"/saya/sertifikat/{number}.pdf")
    assert paper.content.startswith(b"%PDF")
    assert paper["Content-Type"] == "application/pdf"
    assert paper["Cache-Control"] == "no-store"
    public = page(Client().get(f"/sertifikat/{number}"))
    assert "Sertifikat ini sah" in public
    assert "S*** A*** P***" in public
    assert "SITI" not in public
    winner.revoke()
    gone = Client().get(f"/sertifikat/{number}")
    assert gone.status_code == 200
    assert "sudah dicabut" in page(gone)
    assert browser.get(f"/saya/sertifikat/{number}.pdf").status_code == 404


def test_a_certificate_is_found_however_its_number_is_typed(winner):
    number = winner.certify()
    typed = "-".join(number.lower()[i : i + 4] for i in range(0, 16, 4))
    answer = Client().get("/sertifikat", {"nomor": f" {typed} "})
    assert answer["Location"] == f"/sertifikat/{number}"
    unknown = Client().get("/sertifikat/AAAAAAAAAAAAAAAA")
    assert unknown.status_code == 404
    assert "tidak kami kenal" in page(unknown)
    for wrong in ("", "12", "\x00" * 16, "A" * 4000):
        assert Client().get("/sertifikat", {"nomor": wrong}).status_code == 422


def test_a_review_is_written_once_and_nothing_typed_is_lost(winner):
    number = winner.certify()
    browser, path = winner.browser(), f"/saya/sertifikat/{number}/ulasan"
    words = "Pengajarnya jelas dan sabar sekali."
    empty = browser.post(path, {"words": words})
    assert empty.status_code == 422
    assert words in page(empty)
    for typed in ({"rating": "6", "words": words}, {"rating": "5", "words": "x"},
                  {"rating": "٣", "words": words}, {"rating": "4", "words": "a" * 5000},
                  {"rating": "4", "words": "\x00" * 30},
                  {"rating": "4", "words": "Hubungi saya 0812 0000 9911 ya"}):  # fmt: skip
        assert browser.post(path, typed).status_code == 422, typed
    good = {"rating": "4", "words": words}
    assert browser.post(path, good)["Location"] == f"{path}?terkirim=ya"
    assert browser.post(path, {**good, "rating": "1"})["Location"] == path
    assert "Anda memberi nilai 4 dari 5" in page(browser.get(path))


@pytest.mark.parametrize("path", ["", "/1", "/1/batal"])
def test_a_stranger_is_sent_to_sign_in(path):
    answer = Client().get(f"/saya/pelatihan{path}")
    assert answer["Location"] == f"/masuk?ke=%2Fsaya%2Fpelatihan{path.replace('/', '%2F')}"
