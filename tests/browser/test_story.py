"""One wave in a real browser without JavaScript: a citizen from registration to the money in her
wallet and the survey, operators through the draw and the payment, and every page looked at."""

import json
import time
import urllib.request

import pytest
from tests.browser.afterwards import COURSE, PRICE, act, answer_survey, fund, load_catalogue, report
from tests.browser.conftest import WAVE
from tests.browser.walking import PATIENCE, run_command

from gelombang.gateways.well_known import PEOPLE

pytestmark = pytest.mark.browser
SITI, BUDI, RATNA, MADE, TOGAR = PEOPLE


class Cast:
    """Everybody in the story."""

    def __init__(self, stage, browser) -> None:
        from tests.browser.inspecting import Inspector
        from tests.browser.walking import Citizen, Mailbox, Operator, a_context, kept_accounts

        mail = Mailbox(stage.mail_url)
        accounts = kept_accounts(stage.data_dir)

        def citizen(name):
            page = a_context(browser).new_page()
            return Citizen(page, stage.base_url, mail, f"{name}@example.id")

        def operator(name):
            page = a_context(browser, width=1280).new_page()
            return Operator(page, stage.base_url, mail, "", account=accounts[name])

        self.siti, self.budi, self.ratna, self.togar = map(
            citizen, ("siti-cerita", "budi-cerita", "ratna-cerita", "togar-cerita")
        )
        self.officer, self.support = operator("petugas"), operator("layanan")
        self.maker, self.checker, self.releaser = map(
            operator, ("keuangan1", "keuangan2", "keuangan3")
        )
        self.inspector = Inspector(browser)
        self.receipt = self.redeem_code = self.training = self.certificate = self.batch = ""

        self._stage = stage

    def ticket(self) -> str:
        """Of a form that somebody without scripts opened a while ago."""
        from tests.browser.walking import aged_ticket

        return aged_ticket(self._stage.environment, self._stage.clock_file)

    def look(self, who, name) -> None:
        self.inspector.look(who.page, name)

    def visit(self, who, path, name) -> None:
        who.go(path)
        self.look(who, name)


@pytest.fixture(scope="module")
def cast(stage, browser):
    return Cast(stage, browser)


def test_1_public_pages(cast):
    for path in ("/", "/daftar", "/angka", "/jadwal", "/bantuan", "/privasi", "/periksa-pesan",
                 "/undian", f"/undian/{WAVE}/", "/masuk", f"/gabung/{WAVE}", "/gabung/PKJ-2020-W02",
                 "/tidak-ada", "/meja/masuk"):  # fmt: skip
        cast.visit(cast.siti, path, path)


def test_2_siti_registers_confirms_and_signs_in(cast):
    siti = cast.siti
    siti.go("/daftar")
    siti.page.locator("#email").fill(siti.email)
    siti.press("Kirim pendaftaran")
    assert siti.title() == "Sebentar lagi"
    cast.look(siti, "slower lane")
    cast.receipt = siti.send_again()
    cast.look(siti, "receipt")
    siti.confirm()
    cast.look(siti, "confirmed")
    siti.go("/masuk")
    siti.page.locator("#email").fill("bukan alamat")
    siti.press("Kirim kode")
    cast.look(siti, "sign-in, wrong address")
    siti.sign_in()
    assert siti.title() == "Status Anda"
    cast.look(siti, "status, nothing stated")
    cast.visit(siti, f"/gabung/{WAVE}", "wave, no identity")
    cast.visit(siti, "/keluar", "sign out")


def test_3_siti_states_her_identity(cast):
    siti = cast.siti
    siti.go("/saya/identitas")
    siti.page.locator("#nik").fill("3174 0157 0895 990")
    siti.press("Lanjutkan")
    cast.look(siti, "question nik, wrong")
    assert "Anda mengetik 15" in siti.page.content()
    for slug in ("nik", "kk", "nama", "kelamin", "lahir", "provinsi"):
        cast.visit(siti, f"/saya/identitas/{slug}", f"question {slug}")
        siti.press("Lanjutkan")
        if slug != "nik":
            cast.look(siti, f"question {slug}, empty")
        siti.go(f"/saya/identitas/{slug}")
        siti.answer(slug, SITI)
    cast.look(siti, "check answers")
    siti.press("Kirim untuk diperiksa")
    cast.look(siti, "check answers, no consent")
    siti.page.locator("#setuju").check()
    siti.press("Kirim untuk diperiksa")
    siti.wait_for_title("/saya/identitas", "terkonfirmasi")
    cast.look(siti, "identity confirmed")
    cast.visit(siti, "/saya", "status, identity confirmed")


def test_4_togar_is_refuted_and_told_three_ways(cast):
    togar = cast.togar
    togar.register(ticket=cast.ticket())
    togar.confirm()
    togar.sign_in()
    togar.state_identity(TOGAR)
    cast.look(togar, "identity sent")
    togar.wait_for_title("/saya/identitas", "perlu dibetulkan")
    cast.look(togar, "identity refuted")
    cast.visit(togar, "/saya", "status, refuted")
    togar.go("/saya/identitas")
    togar.press("Perbaiki isian")
    assert togar.title() == "Periksa jawaban Anda"
    assert "TOGAR ALMARHUM" in togar.page.content()


def test_5_three_join_and_one_leaves_and_comes_back(cast):
    for who, card in ((cast.budi, BUDI), (cast.ratna, RATNA)):
        who.register(ticket=cast.ticket())
        who.confirm()
        who.sign_in()
        who.state_identity(card)
        who.wait_for_title("/saya/identitas", "terkonfirmasi")
        who.join(WAVE)
    siti = cast.siti
    cast.visit(siti, f"/gabung/{WAVE}", "wave, may join")
    siti.join(WAVE)
    cast.look(siti, "wave, joined")
    ticket = siti.page.locator(".panel b").inner_text()
    siti.press("Keluar dari gelombang ini")
    cast.look(siti, "wave, left")
    siti.join(WAVE)
    assert siti.page.locator(".panel b").inner_text() == ticket
    cast.visit(siti, "/saya", "status, joined")
    cast.visit(siti, "/saya/status", "journey")
    cast.visit(siti, f"/saya/hasil/{WAVE}", "result, not yet")


def test_6_the_desk(cast):
    officer = cast.officer
    officer.go("/meja/masuk")
    officer.page.locator("#username").fill("petugas")
    officer.press("Masuk")
    cast.look(officer, "desk, sign-in wrong")
    officer.sign_in_to_desk()
    for path in ("/meja/", "/meja/gelombang", f"/meja/gelombang/{WAVE}",
                 "/meja/gelombang/PKJ-2020-W02/buka", f"/meja/gelombang/{WAVE}/tutup",
                 "/meja/orang", "/meja/pintu", "/meja/pintu/jeda", "/meja/jadwal/PKJ-2020-W02",
                 "/meja/program", "/meja/jejak", "/meja/nominasi", "/meja/jam",
                 "/meja/pelatihan", "/meja/sertifikat", "/meja/uang", "/meja/uang/tak-pasti",
                 "/meja/keluar"):  # fmt: skip
        cast.visit(officer, path, path)
    officer.go(f"/meja/gelombang/{WAVE}/tutup")
    officer.press("Tutup sekarang")
    cast.look(officer, "desk, step not confirmed")
    support = cast.support
    support.sign_in_to_desk()
    support.go("/meja/orang")
    support.page.locator("#tanda_terima").fill(cast.receipt)
    support.page.locator("#alasan").fill("Penelepon bertanya tentang tiketnya")
    support.press("Cari")
    cast.look(support, "desk, person")
    assert SITI.nik not in support.page.content()
    cast.visit(support, "/meja/jejak", "desk, not for this account")


def test_7_an_operator_takes_the_wave_through_its_draw(cast):
    officer, path = cast.officer, f"/meja/gelombang/{WAVE}"
    officer.take(WAVE, "tutup", "Tutup sekarang")
    officer.wait_for_text(path, "Bekukan daftar")
    cast.look(officer, "desk, closed")
    officer.take(WAVE, "bekukan", "Bekukan daftar")
    cast.look(officer, "desk, freeze asked")
    officer.go("/meja/jam")  # who waited at the close may finish for a quarter of an hour
    officer.press("10 menit")
    officer.press("10 menit")
    officer.wait_for_text(path, "Dibekukan, menunggu angka acak")
    cast.look(officer, "desk, frozen")
    cast.visit(cast.siti, f"/undian/{WAVE}/", "draw, frozen")
    cast.visit(cast.siti, f"/saya/hasil/{WAVE}", "result, frozen")
    officer.take(WAVE, "undi", "Undi gelombang ini")
    officer.go("/meja/jam")
    officer.press("1 jam")
    officer.press("10 menit")
    officer.wait_for_text(path, "Hasil sudah diumumkan")
    cast.look(officer, "desk, awarded")


def test_8_everybody_reads_their_result_and_can_check_it(cast, stage):
    for who, words in ((cast.siti, "Anda terpilih"), (cast.ratna, "belum memenuhi syarat")):
        who.wait_for_title(f"/saya/hasil/{WAVE}", words)
        cast.look(who, f"result, {words}")
    assert "sedang bersekolah atau kuliah" in cast.ratna.page.content()
    siti = cast.siti
    siti.go(f"/saya/hasil/{WAVE}")
    siti.page.get_by_role("link", name="Periksa undian sendiri").click()
    cast.look(siti, "ticket")
    assert "Terpilih." in siti.page.content()
    cast.visit(siti, f"/undian/{WAVE}/", "draw, public")
    with urllib.request.urlopen(f"{stage.base_url}/undian/{WAVE}/candidates.csv") as answer:
        published = answer.read()
    place = stage.data_dir / "publications" / WAVE
    assert published == (place / "candidates.csv").read_bytes()
    assert published.startswith(b"ticket,area,tier\n")


def test_9_siti_accepts_and_buys_a_course(cast, stage):
    siti = cast.siti
    load_catalogue(run_command, stage)
    cast.visit(siti, "/saya", "status, selected")
    cast.visit(siti, "/saya/bantuan", "award, open")
    cast.visit(siti, "/saya/bantuan/tolak", "award, decline")
    siti.go("/saya/bantuan")
    siti.press("Terima bantuan")
    cast.look(siti, "award, accepted")
    assert "Rp1.000.000" in siti.page.content()
    cast.visit(siti, "/pelatihan", "catalogue")
    cast.visit(siti, f"/pelatihan/{COURSE}", "course")
    cast.visit(siti, f"/pelatihan/{COURSE}/beli", "buy")
    assert "Rp850.000" in siti.page.content()
    siti.press(f"Beli seharga {PRICE}")
    cast.look(siti, "bought")
    cast.redeem_code = siti.page.locator(".panel b").inner_text()
    cast.training = siti.page.url.removeprefix(siti.base).partition("?")[0]
    cast.visit(siti, "/pelatihan/PI-DESAIN-02/beli", "buy, unfinished")
    assert "Selesaikan dulu" in siti.page.content()


def test_10_the_provider_reports_and_the_certificate_comes(cast, stage):
    siti = cast.siti
    assert report(stage, cast.redeem_code, sequence=1)["success"] is True
    cast.visit(siti, cast.training, "training, redeemed")
    cast.visit(siti, "/saya/pelatihan", "trainings")
    assert report(stage, cast.redeem_code, sequence=999)["success"] is True
    siti.wait_for_text(cast.training, "Beri ulasan")
    siti.page.get_by_role("link", name="Lihat sertifikat").click()
    cast.look(siti, "certificate")
    cast.certificate = siti.page.url.rpartition("/")[2]
    cast.visit(siti, f"/sertifikat/{cast.certificate}", "certificate, public")
    assert "SITI CONTOH" not in siti.page.content()


def test_11_she_reviews_it(cast):
    siti, path = cast.siti, f"/saya/sertifikat/{cast.certificate}/ulasan"
    siti.go(path)
    siti.press("Kirim ulasan")
    cast.look(siti, "review, empty")
    siti.page.locator('input[name="rating"]').last.check()
    siti.page.locator("#words").fill("Penjelasannya runtut dan latihannya banyak.")
    siti.press("Kirim ulasan")
    cast.look(siti, "reviewed")


def test_12_she_links_her_own_wallet(cast):
    siti = cast.siti
    siti.go("/saya/akun")
    siti.page.get_by_role("link", name="Sambungkan akun").click()
    siti.page.locator('input[name="partner"][value="gopay"]').check()
    siti.press("Lanjutkan")
    siti.page.locator("#account_no").fill("0812-0000-9902")  # Budi's
    siti.press("Periksa akun")
    siti.wait_for_text("/saya/akun", "Coba akun lain")
    cast.look(siti, "account, another name")
    siti.page.get_by_role("link", name="Coba akun lain").click()
    siti.page.locator('input[name="partner"][value="gopay"]').check()
    siti.press("Lanjutkan")
    siti.page.locator("#account_no").fill("0812-0000-9901")
    siti.press("Periksa akun")
    siti.wait_for_text("/saya/akun", "Nama cocok")
    cast.look(siti, "account, linked")


def test_13_three_officers_pay(cast):
    maker, checker, releaser = cast.maker, cast.checker, cast.releaser
    for officer in (maker, checker, releaser):
        officer.sign_in_to_desk()
    fund(maker, "gopay", "10.000.000")
    cast.visit(maker, "/meja/uang/dana", "desk, float")
    maker.wait_for_text("/meja/uang", "Buat batch")
    until = time.monotonic() + PATIENCE
    while not maker.page.get_by_role("button", name="Buat batch").count():
        assert time.monotonic() < until, "nothing fell due"
        maker.go("/meja/uang")
        time.sleep(0.5)
    cast.look(maker, "desk, money due")
    maker.press("Buat batch")
    cast.look(maker, "desk, batch made")
    cast.batch = maker.page.url.rpartition("/")[2]
    maker.go(f"/meja/uang/batch/{cast.batch}/cairkan")
    assert "Cairkan batch" not in [
        each.inner_text() for each in maker.page.get_by_role("button").all()
    ]
    act(checker, cast.batch, "setujui", "Setujui batch")
    cast.look(checker, "desk, batch checked")
    act(releaser, cast.batch, "cairkan", "Cairkan batch")
    releaser.wait_for_text(f"/meja/uang/batch/{cast.batch}", "Semua terjawab")
    cast.look(releaser, "desk, batch released")


def test_14_she_is_paid_and_answers_the_survey(cast, stage):
    siti = cast.siti
    siti.wait_for_text("/saya/pembayaran", "Diterima")
    cast.look(siti, "payments, first paid")
    answer_survey(siti)
    cast.look(siti, "survey answered")
    cast.visit(siti, "/saya", "status, being paid")
    cast.visit(siti, "/saya/status", "journey, being paid")
    cast.visit(siti, "/saya/bantuan", "award, statement")
    with urllib.request.urlopen(f"{stage.fakes_url}/gopay/_admin/books") as answer:
        books = json.loads(answer.read())
    assert (books["payments"], books["amount"]) == (1, 600_000)
    run_command(stage.environment, "audit")


def test_15_every_page_on_the_way_was_sound(cast):
    assert len(cast.inspector.looked_at) > 90
    assert cast.inspector.faults == []
