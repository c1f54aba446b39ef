"""From the first code to a confirmed identity while the registry is down and then slow: somebody
with scripts, and somebody without, each page looked at (pages 4 to 7 and 20)."""

import json
import re
import time
import urllib.request
from dataclasses import replace
from datetime import timedelta

import pytest
from tests.browser.walking import PATIENCE, a_context, aged_ticket

from gelombang.gateways.well_known import PEOPLE
from gelombang.kit import clock

pytestmark = pytest.mark.browser
A_MINUTE = 61.0
LONGEST_RETRY = 330.0  # an unknown answer is asked for again within five minutes
CHANCE = {"scripts": ("9951", "0812 0000 9951"), "none": ("9952", "0812 0000 9952")}


def tell(url, body, *, method="PUT"):
    request = urllib.request.Request(url, data=body.encode(), method=method)
    with urllib.request.urlopen(request, timeout=10) as answer:
        return json.loads(answer.read())


def newest_text(stage, number):
    """The code of the newest message to a number, once there is one."""
    url = f"{stage.fakes_url}/sms-a/_admin/messages?to=%2B62{number[1:].replace(' ', '')}"
    until = time.monotonic() + PATIENCE
    while time.monotonic() < until:
        with urllib.request.urlopen(url, timeout=10) as answer:
            found = json.loads(answer.read())
        if found:
            return re.match(r"\d{6}", found[-1]["text"])[0], len(found)
        time.sleep(0.3)
    raise AssertionError("no message came")


class Walk:
    """One citizen, her card, and whoever looks over her shoulder."""

    def __init__(self, stage, browser, kind):
        from tests.browser.inspecting import Inspector
        from tests.browser.walking import Citizen, Mailbox

        serial, self.number = CHANCE[kind]
        card = PEOPLE[0]
        self.card = replace(
            card, nik=card.nik[:-4] + serial, family_card_no=card.family_card_no[:-4] + serial
        )
        self.stage, self.kind, self.receipt = stage, kind, ""
        self.context = a_context(browser, scripts=kind == "scripts")
        page = self.context.new_page()
        self.who = Citizen(
            page, stage.base_url, Mailbox(stage.mail_url), f"pelan-{kind}@example.id"
        )
        self.inspector = Inspector(browser)
        record = json.dumps(dict(self.card.civil_record()))
        tell(f"{stage.fakes_url}/dukcapil/_admin/people", record, method="POST")

    def look(self, name):
        self.inspector.look(self.who.page, f"{self.kind}, {name}")

    def registry(self, **faults):
        tell(f"{self.stage.fakes_url}/dukcapil/_admin/faults", json.dumps(faults))

    def ask_for_code(self, name, path="/masuk"):
        self.who.go(path)
        self.who.page.locator("#email").fill(name)
        self.who.press("Kirim kode")


@pytest.fixture(scope="module", params=["none", "scripts"])
def walk(request, stage, browser):
    found = Walk(stage, browser, request.param)
    yield found
    found.registry()


def test_1_she_registers_and_signs_in_by_her_receipt(walk):
    who = walk.who
    who.go(f"/daftar?tiket={aged_ticket(walk.stage.environment, walk.stage.clock_file)}")
    who.page.locator("#email").fill(who.email)
    who.press("Kirim pendaftaran")
    who.page.wait_for_url("**/tanda-terima/**")
    walk.receipt = who.page.url.rpartition("/")[2]
    who.confirm()
    who.go("/")
    who.page.get_by_role("link", name="Status saya").first.click()
    walk.look("sign in")
    who.press("Kirim kode")
    walk.look("sign in, empty")
    who.page.locator("#email").fill(walk.receipt)
    who.press("Kirim kode")
    walk.look("code by letter")
    assert who.page.locator("#kode").get_attribute("autocomplete") == "one-time-code"
    assert "dengan cara lain" in who.page.content()
    who.page.locator("#kode").fill("00000")
    who.press("Masuk")
    walk.look("code, five digits")
    who.sign_in()
    assert who.title() == "Status Anda"
    walk.look("tasks, nothing done")


def test_2_she_proves_her_number(walk):
    who = walk.who
    who.page.get_by_role("link", name="Nomor ponsel").click()
    walk.look("number")
    who.page.locator("#phone").fill(walk.number)
    who.press("Kirim kode")
    walk.look("code for the number")
    code, _ = newest_text(walk.stage, walk.number)
    who.page.locator("#kode").fill(code)
    who.press("Lanjutkan")
    walk.look("contacts")
    assert "Terkonfirmasi" in who.page.content()


def test_3_she_states_her_identity_with_a_few_slips(walk):
    who, page, card = walk.who, walk.who.page, walk.card
    who.go("/saya/identitas")
    page.locator("#nik").fill(f"3174 99{card.nik[6:]}")
    who.press("Lanjutkan")
    walk.look("nik, unknown district")
    assert "(317499)" in page.content()
    page.locator("#nik").fill(f"{card.nik[:6]} 319902 {card.nik[12:]}")
    who.press("Lanjutkan")
    walk.look("nik, impossible date")
    assert "319902" in page.content()
    for slug in ("nik", "kk", "nama", "kelamin", "lahir", "provinsi"):
        who.go(f"/saya/identitas/{slug}")
        walk.look(f"question {slug}")
        who.answer(slug, card)
    assert who.title() == "Periksa jawaban Anda"
    walk.look("check answers")
    who.press("Kirim untuk diperiksa")
    walk.look("check answers, not agreed")
    page.get_by_role("link", name=re.compile("^Ubah.*Nama")).click()
    who.press("Lanjutkan")
    assert who.title() == "Periksa jawaban Anda"


def test_4_the_registry_is_down_and_she_waits_without_losing_anything(walk):
    who = walk.who
    walk.registry(outage=True)
    who.page.locator("#setuju").check()
    who.page.get_by_role("button", name="Kirim untuk diperiksa").dblclick()
    who.page.get_by_role("heading", name="Data Anda sedang diperiksa").wait_for()
    walk.look("waiting")
    who.go("/saya")
    walk.look("tasks, waiting")
    who.go("/saya/status")
    assert "Menunggu Dukcapil" in who.page.content()
    walk.look("journey, waiting")
    who.go("/saya")
    who.page.get_by_role("link", name="Persetujuan Anda").click()
    who.page.get_by_role("heading", name="Penelitian").wait_for()
    walk.look("consents")
    assert "Tidak disetujui" in who.page.content(), "she went on without what is optional"
    who.press("Saya setuju")
    who.page.get_by_role("button", name="Tarik persetujuan").wait_for()
    face = clock.read_face(walk.stage.clock_file)
    later = face.at(clock.real_now()) + timedelta(hours=25)
    clock.set_face(walk.stage.clock_file, virtual=later, rate=1)
    who.wait_for_text("/saya/identitas", "Sudah lebih dari 24 jam")
    walk.look("waiting for a day")
    walk.registry(latency_ms=3000)


def test_5_she_comes_back_by_a_code_another_way(walk):
    if walk.kind == "scripts":
        pytest.skip("a real minute: the walk without scripts waits for it, and no script is met")
    who = walk.who
    who.go("/keluar")
    who.page.locator("main form button").click()
    walk.ask_for_code(who.email, "/status")
    asked = time.monotonic()
    walk.look("code by letter, again")
    who.page.wait_for_timeout(max(0.0, A_MINUTE - (time.monotonic() - asked)) * 1000)
    who.page.get_by_role("link", name="Muat ulang halaman ini").click()
    walk.look("code, another way offered")
    _, before = newest_text(walk.stage, walk.number)
    who.press("Kirim lewat WhatsApp")
    walk.look("code by message")
    until = time.monotonic() + PATIENCE
    while (found := newest_text(walk.stage, walk.number))[1] == before:
        assert time.monotonic() < until, "no second message came"
        time.sleep(0.3)
    who.page.locator("#kode").fill(found[0])
    who.press("Masuk")
    assert who.page.url.endswith("/saya/status")
    walk.look("journey by number")


def test_6_the_slow_registry_confirms_her(walk):
    walk.who.go("/saya/identitas")
    until = time.monotonic() + LONGEST_RETRY
    while "terkonfirmasi" not in walk.who.title():
        assert time.monotonic() < until, "the registry was never asked again"
        walk.who.page.wait_for_timeout(1_000)
        walk.who.go("/saya/identitas")
    walk.look("confirmed")
    walk.who.go("/saya")
    walk.look("tasks, confirmed")


def test_7_every_page_on_the_way_was_sound(walk):
    assert len(walk.inspector.looked_at) > 24
    assert walk.inspector.faults == []
