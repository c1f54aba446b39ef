"""Every page of the money, courses and certificates at the desk, looked at in a real browser."""

import json
import re
from types import SimpleNamespace
from uuid import uuid4

import pytest
from django.test import Client
from tests.journey.certification import world as certified
from tests.journey.disbursement import paying, world
from tests.web.conftest import page

from gelombang import store
from gelombang.cli.places import clone
from gelombang.journey.certification import queries as certificates
from gelombang.journey.disbursement.paying import Reason, Said
from gelombang.kit import clock
from gelombang.web.authority import (
    FINANCE_CHECKER,
    FINANCE_MAKER,
    FINANCE_RELEASER,
    PROGRAMME_OFFICER,
)

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
REASON = "Sesuai daftar yang sudah diperiksa"
LONG_REASON = "Daftar penerima di " + "Kabupaten Kepulauan Siau Tagulandang Biaro " * 8
STYLE = clone() / "src" / "gelombang" / "frontdoor" / "assets" / "gaya.css"
HOUSE = "http://desk.test"
FUNNEL = {
    "as_of": "2020-06-12T09:00:00+00:00", "registered": 1_432_133, "email_verified": 1_063_028,
    "nik_verified": 624_090, "joined": 77_834,
}  # fmt: skip
MONEY = {
    "as_of": "2020-06-12T09:00:00+00:00", "recipients": 168_111, "learners": 160_000,
    "certified": 90_000, "recipients_paid": 45_000, "target": 5_600_000,
    "committed_idr": 596_794_050_000, "training_idr": 90_000_000_000, "paid_idr": 27_000_000_000,
    "budget_idr": 20_000_000_000_000,
}  # fmt: skip


class Album:
    """Pages as the desk gives them, by name."""

    def __init__(self) -> None:
        self.pages: dict[str, tuple[str, str]] = {}

    def keep(self, name, answer) -> str:
        assert answer.status_code < 500, name
        html = page(answer)
        assert "<h1" in html, name
        self.pages[name] = (answer.request["PATH_INFO"], html)
        return html

    def get(self, name, browser, path) -> str:
        return self.keep(name, browser.get(path))

    def post(self, name, browser, path, **typed) -> str:
        return self.keep(name, browser.post(path, typed))


@pytest.fixture
def album(keyring, at_desk, web_clock, settings):
    """Every page in every state that a person may meet."""
    clock.set_face(web_clock, virtual=world.NOW, rate=0)
    maker, checker, releaser, second = (
        at_desk(group, username=f"keuangan{number}")
        for number, group in enumerate(
            (FINANCE_MAKER, FINANCE_CHECKER, FINANCE_RELEASER, FINANCE_CHECKER), start=1
        )
    )
    officer = at_desk(PROGRAMME_OFFICER, username="program")
    staff = SimpleNamespace(
        maker=maker, checker=checker, releaser=releaser, second=second, officer=officer
    )
    album = Album()
    album.get("empty money", maker, "/meja/uang")
    album.get("no doubts", maker, "/meja/uang/tak-pasti")
    album.get("no courses", officer, "/meja/pelatihan")
    people = paying.owed(keyring, 6)
    _funding(album, staff)
    reference = _batches(album, staff)
    _payouts(album, staff, keyring, reference)
    _courses(album, staff, people)
    _figures(album, settings.GELOMBANG.data_dir)
    return album


def _funding(album, staff) -> None:
    place = "/meja/uang/dana"
    album.get("money due", staff.maker, "/meja/uang")
    album.get("money of others", staff.checker, "/meja/uang")
    album.get("fund", staff.maker, place)
    album.post("fund, wrong", staff.maker, place, partner="", amount="banyak", alasan="ok")
    typed = {"partner": "gopay", "amount": "2.550.000.000", "alasan": REASON}
    asked = album.post("fund, check", staff.maker, place, **typed)
    funding = re.search(r'name="pendanaan" value="([^"]+)"', asked)[1]
    staff.maker.post(place, typed | {"pendanaan": funding})
    album.get("fund, booked", staff.maker, place)


def _batches(album, staff) -> str:
    made = staff.maker.post("/meja/uang/batch", {"partner": ""})
    place = made["Location"]
    reference = place.rpartition("/")[2]
    store.execute("UPDATE disbursement_payoutbatch SET needs_second_check = true")
    album.get("batch, maker", staff.maker, place)
    album.get("approve", staff.checker, f"{place}/setujui")
    album.post("approve, wrong", staff.checker, f"{place}/setujui", alasan="ok", batch="x")
    typed = {"alasan": REASON, "batch": reference}
    staff.checker.post(f"{place}/setujui", typed)
    album.get("approve, same person", staff.checker, f"{place}/setujui")
    album.get("batch, second check", staff.second, place)
    staff.second.post(f"{place}/setujui", typed)
    album.get("release", staff.releaser, f"{place}/cairkan")
    album.get("stop", staff.releaser, f"{place}/hentikan")
    staff.releaser.post(f"{place}/cairkan", typed)
    album.get("release, too late", staff.releaser, f"{place}/cairkan")
    return reference


def _payouts(album, staff, keyring, reference) -> None:
    paid, strange, refused, silent, *_ = paying.claim(keyring, limit=5)
    replies = [
        paying.reply(paid, Said.PAID),
        paying.reply(strange, Said.PAID, amount=1),
        paying.refused(refused, Reason.ACCOUNT),
        paying.reply(silent, Said.UNANSWERED),
    ]
    paying.hear(keyring, replies)
    place = f"/meja/uang/batch/{reference}"
    album.get("batch, being paid", staff.checker, place)
    album.get("batch, none in this state", staff.checker, f"{place}?keadaan=returned")
    album.get("doubts", staff.checker, "/meja/uang/tak-pasti")
    album.get("payout, strange", staff.checker, f"/meja/uang/pembayaran/{strange.reference}")
    album.get("payout, paid", staff.checker, f"/meja/uang/pembayaran/{paid.reference}")
    silent_place = f"/meja/uang/pembayaran/{silent.reference}/tanya"
    album.post("payout, not askable", staff.checker, silent_place)
    staff.releaser.post(f"{place}/hentikan", {"alasan": LONG_REASON})
    album.get("batch, stopped", staff.maker, place)
    album.get("money, all kinds", staff.maker, "/meja/uang")


def _courses(album, staff, people) -> None:
    officer, code = staff.officer, certified.COURSE
    number = certificates.certificates_of(person_id=people[0])[0].number
    album.get("courses", officer, "/meja/pelatihan")
    album.get("call off", officer, f"/meja/pelatihan/{code}/batal")
    album.post("call off, wrong", officer, f"/meja/pelatihan/{code}/batal", kode=str(uuid4()))
    officer.post(f"/meja/pelatihan/{code}/batal", {"alasan": LONG_REASON, "kode": code})
    album.get("courses, one off", officer, "/meja/pelatihan")
    album.get("find certificate", officer, "/meja/sertifikat")
    album.get("find certificate, wrong", officer, "/meja/sertifikat?nomor=x")
    album.get("certificate", officer, f"/meja/sertifikat/{number}")
    album.get("revoke", officer, f"/meja/sertifikat/{number}/cabut")
    officer.post(f"/meja/sertifikat/{number}/cabut", {"alasan": REASON, "nomor": number})
    album.get("certificate, revoked", officer, f"/meja/sertifikat/{number}")


def _figures(album, data_dir) -> None:
    folder = data_dir / "public"
    folder.mkdir()
    (folder / "funnel.json").write_text(json.dumps(FUNNEL))
    (folder / "money.json").write_text(json.dumps(MONEY))
    album.get("public figures", Client(), "/angka")


def test_every_page_is_sound_at_320_pixels(album, chromium):
    from tests.browser.inspecting import Inspector
    from tests.browser.walking import a_browser

    class Eye(Inspector):
        """Looks at kept pages: the stylesheet comes from its file."""

        def _weigh(self, name, url, html) -> None:  # noqa: ARG002 - the parent's
            if len(html.encode()) + STYLE.stat().st_size > 50 * 1024:
                self.faults.append(f"{name}: {len(html.encode())} bytes")

        def _ask_axe(self, name) -> None:
            if name.endswith(", light"):  # the colours are those of pages that the story looks at
                super()._ask_axe(name)

    with a_browser(chromium) as browser:
        eye = Eye(browser)
        eye._page.route("**/gaya.css", lambda route: route.fulfill(path=STYLE))
        for name, (path, html) in album.pages.items():
            eye.look(SimpleNamespace(content=lambda html=html: html, url=f"{HOUSE}{path}"), name)
        assert len(eye.looked_at) >= 30
        assert eye.faults == []
