"""The message checker: a table of tricks, each judged as a browser would take somebody there."""

import logging

import pytest
from django.test import Client
from tests.web.conftest import page

from gelombang.kit.ids import letter_number, show_letters
from gelombang.records.notices.rules import Letter, is_number_of_ours, numbered
from gelombang.web.public.genuine import Ours, Reason, Verdict, examine

SITE, SENDER = "https://dashboard.prakerja.go.id", "Prakerja <jangan-balas@prakerja.go.id>"
KEY = b"k" * 32
NUMBER = letter_number(key=KEY, reason="1")
OURS = Ours(SITE, SENDER, lambda number: number == NUMBER)
HOST = "dashboard.prakerja.go.id"
GENUINE = ["address", "sender", "number"]

TRICKS = [
    # exactly ours
    (SITE, "address"),
    (f"{SITE}/daftar?x=1#isi", "address"),
    (HOST, "address"),
    (f"{HOST}/daftar", "address"),
    ("HTTPS://DASHBOARD.PRAKERJA.GO.ID/", "address"),
    (f"{SITE}:443/daftar", "address"),
    (f"{SITE}/?ke=https://jahat.example", "address"),
    (f"({SITE}).", "address"),
    ("jangan-balas@prakerja.go.id", "sender"),
    ("mailto:Jangan-Balas@Prakerja.go.id", "sender"),
    (SENDER, "sender"),
    (show_letters(NUMBER), "number"),
    (f"Nomor surat {show_letters(NUMBER).lower()}", "number"),
    # our host, but not as we write it
    (f"http://{HOST}/", "unsafe"),
    (f"{SITE}:8443/", "other-port"),
    (f"{HOST}:8080", "other-port"),
    (f"https://{HOST}./daftar", "oddly-written"),
    ("https://dashboard.ｐｒａｋｅｒｊａ.go.id/", "oddly-written"),
    ("https://dashboard.pra\u200bkerja.go.id/", "oddly-written"),
    ("https://dashboard。prakerja.go.id/", "oddly-written"),
    ("https://dashboard%2Eprakerja.go.id/", "oddly-written"),
    (f"https://masuk@{HOST}/", "oddly-written"),
    # elsewhere
    ("https://contoh.example.com/x", "elsewhere"),
    ("kemnaker.go.id", "elsewhere"),
    ("https://192.0.2.7/", "elsewhere"),
    ("https://3221225991/", "elsewhere"),
    ("https://[2001:db8::1]/", "elsewhere"),
    # names before an @, and slashes that are none
    (f"https://{HOST}@jahat.example/daftar", "disguised"),
    (f"https://{HOST}:443@jahat.example/", "disguised"),
    (f"https://{HOST}%2Fdaftar@jahat.example/", "disguised"),
    (f"https://a@{HOST}@jahat.example/", "disguised"),
    (f"https://jahat.example\\@{HOST}/", "elsewhere"),
    (f"https:\\\\jahat.example\\{HOST}", "elsewhere"),
    (f"https:///jahat.example/{HOST}", "elsewhere"),
    (f"https://jahat.example/?u={SITE}", "elsewhere"),
    (f"https://jahat.example#{SITE}", "elsewhere"),
    (f"{HOST}@jahat.example.com", "other-sender"),
    # look-alikes
    ("https://prakerja.go.id/", "looks-alike"),
    ("https://www.dashboard.prakerja.go.id/", "looks-alike"),
    (f"https://{HOST}.masuk.xyz/", "looks-alike"),
    (f"https://{HOST}%2emasuk.xyz/", "looks-alike"),
    ("https://dashboard-prakerja-go-id.com/", "looks-alike"),
    ("https://dashboard.prakerja.com/", "looks-alike"),
    ("https://dashboard.prakerja.go.id.co/", "looks-alike"),
    ("https://dashboard.prakerja.g0.id/", "looks-alike"),
    ("https://dashb0ard.prakerja.go.id/", "looks-alike"),
    ("https://dashboard.prakeria.go.id/", "looks-alike"),
    ("https://dashboard.prakerjа.go.id/", "looks-alike"),  # a Cyrillic a at its end
    ("https://dashboard.xn--prakerj-6fg.go.id/", "looks-alike"),
    ("https://dashboard.prákerja.go.id/", "looks-alike"),
    ("https://prakerja-gelombang2.site", "looks-alike"),
    ("bantuan-prakerja.xyz/daftar", "looks-alike"),
    # short links, and what is no web address
    ("https://bit.ly/prakerja", "shortened"),
    ("s.id/prakerja", "shortened"),
    ("www.tinyurl.com/x", "shortened"),
    ("javascript:alert(1)", "script"),
    ("data:text/html,<b>prakerja</b>", "script"),
    ("intent://buka#Intent;scheme=prakerja;end", "script"),
    ("file:///sdcard/prakerja.apk", "script"),
    # senders and numbers
    ("jangan-balas@prakerja.go.id.example.com", "other-sender"),
    ("jangan-balas@prakerja-go.id", "other-sender"),
    ("jangan-balas@prаkerja.go.id", "other-sender"),  # a Cyrillic a
    ("Prakerja <prakerja.cs@gmail.com>", "other-sender"),
    ("AAAA-BBBB-CCCC-DDDD-EEEE", "invented-number"),
    ("Nomor surat (letter number) 2222-3333-4444-5555-6666", "invented-number"),
]


@pytest.mark.parametrize(("pasted", "reason"), TRICKS)
def test_every_trick_is_seen_for_what_it_is(pasted, reason):
    report = examine(pasted, OURS)
    assert [each.reason.value for each in report.findings] == [reason]
    if reason in GENUINE:
        is_alone = len(pasted.split()) == 1 or pasted == SENDER or reason == "number"
        assert report.verdict is (Verdict.OURS if is_alone else Verdict.UNSURE)
    elif reason in {"unsafe", "oddly-written"}:
        assert report.verdict is Verdict.UNSURE
    else:
        assert report.verdict is Verdict.FOREIGN


def letter(*lines: str) -> str:
    return "\n".join(("Yth. Siti,", "Selesai.Silakan buka halaman status Anda.", *lines))


WHOLE = [
    (letter(f"{SITE}/saya",
            f"Nomor surat {show_letters(NUMBER)} · periksa di {SITE}/periksa-pesan"), Verdict.OURS),
    (letter(f"Nomor surat {show_letters(NUMBER)}", *(f"{SITE}/{n}" for n in range(30)),
            "https://jahat.example/x"), Verdict.FOREIGN),
    (letter(f"Nomor surat {show_letters(NUMBER)}", *(f"{SITE}/{n}" for n in range(99)),
            "https://jahat.example/x"), Verdict.UNSURE),
    (letter(f"Dari: {SENDER}", "Kepada: siti@contoh.example.com", f"{SITE}/saya",
            f"Nomor surat (letter number) {show_letters(NUMBER)}"), Verdict.OURS),
    (letter(f"{SITE}/saya"), Verdict.UNSURE),
    (letter(), Verdict.UNSURE),
    ("Selamat, Anda mendapat Rp600.000. Hubungi 0812-3456-7890.", Verdict.UNSURE),
    (letter(f"http://{HOST}/saya", f"Nomor surat {show_letters(NUMBER)}"), Verdict.UNSURE),
    (letter(f"Nomor surat {show_letters(NUMBER)}", "Balas ke prakerja.cs@gmail.com"),
     Verdict.FOREIGN),
    (letter(f"Nomor surat {show_letters(NUMBER)}", "Klaim di bit.ly/klaim"), Verdict.FOREIGN),
    (letter(f'<a href="https://jahat.example/x">{SITE}</a>'), Verdict.FOREIGN),
    (letter(f"{SITE}/saya", "Nomor surat AAAA-BBBB-CCCC-DDDD-EEEE"), Verdict.FOREIGN),
]  # fmt: skip


@pytest.mark.parametrize(("pasted", "verdict"), WHOLE)
def test_a_whole_message_is_ours_only_with_its_number_and_nothing_foreign(pasted, verdict):
    assert examine(pasted, OURS).verdict is verdict


def test_in_a_demo_the_port_belongs_to_the_address():
    here = Ours("http://127.0.0.1:8000", SENDER, lambda _: False)
    assert examine("http://127.0.0.1:8000/masuk", here).verdict is Verdict.OURS
    assert examine("http://127.0.0.1/masuk", here).findings[0].reason is Reason.OTHER_PORT


GARBAGE = [
    *(each * (5_000 // len(each)) for each in (
        "@", "a.", "a@", "a-", "a.a@", ":/\\", "xn--.", "\u202e", "\n", "to:", "aaaa ",
        "nomor surat ", "AAAA-", "https://a.id ",
    )),
    "https://" + "a" * 4_990, "http://%zz%2f%00/", "https://[", "https://a:99999999/", "https://:@:",
]  # fmt: skip


@pytest.mark.parametrize("pasted", GARBAGE)
def test_garbage_is_judged_too(pasted):
    report = examine(pasted, OURS)
    assert report.verdict is not Verdict.OURS
    assert len(report.findings) <= 20


def test_a_letter_carries_a_number_that_is_known_without_a_look_up(keyring):
    plain = Letter("Kode masuk", "Kode Anda:\n\n123456\n")
    sent = numbered(plain, notice=7, base_url=SITE, keyring=keyring)
    assert sent == numbered(plain, notice=7, base_url=SITE, keyring=keyring)
    assert sent.body != numbered(plain, notice=8, base_url=SITE, keyring=keyring).body
    assert sent.body.startswith("Kode Anda:\n\n123456\n\nNomor surat (letter number) ")
    ours = Ours(SITE, SENDER, lambda number: is_number_of_ours(number, keyring=keyring))
    assert examine(sent.body, ours).verdict is Verdict.OURS
    altered = sent.body.replace("letter number) ", "letter number) A")
    assert examine(altered, ours).verdict is not Verdict.OURS


@pytest.mark.django_db
def test_the_page_answers_and_forgets(settings, caplog):
    caplog.set_level(logging.DEBUG)
    browser = Client()
    fresh = browser.get("/periksa-pesan")
    assert "Tempel di sini" in page(fresh)
    site = settings.GELOMBANG.base_url
    answers = {
        f"{site}/masuk": "Ini dari kami",
        "https://bit.ly/rahasia-siti": "Ini bukan dari kami",
        "halo rahasia-siti": "Ini belum bisa dipastikan",
    }
    for pasted, words in answers.items():
        answer = browser.post("/periksa-pesan", {"pesan": pasted})
        assert f"<h1>{words}</h1>" in page(answer)
        assert answer["Cache-Control"] == "no-store"
        assert len(answer.content) < 10 * 1024
    for pasted in ("", "x" * 5_001):
        answer = browser.post("/periksa-pesan", {"pesan": pasted})
        assert answer.status_code == 422
        assert "Ada yang perlu diperbaiki" in page(answer)
    assert "rahasia-siti" not in caplog.text
    assert "periksa-pesan" in page(browser.get("/bantuan"))


@pytest.mark.django_db
def test_what_is_pasted_is_shown_as_text():
    pasted = 'https://jahat.example/"onload=x <script>alert(1)</script>'
    shown = page(Client().post("/periksa-pesan", {"pesan": pasted}))
    assert "<script" not in shown
