"""Every letter in both languages: complete, short, safe to show on a lock screen."""

import re
from importlib.resources import files

import pytest

from gelombang.journey.registration import letters

BASE = "https://gelombang.example.id"
LINK = f"{BASE}/konfirmasi/abc"
RECEIPT = "ABCDEFGHIJKLMNOPQRSTUVWX"
LETTERS = {
    "confirm": lambda language: letters.confirm(
        link=LINK, receipt=RECEIPT, base_url=BASE, language=language
    ),
    "confirm again": lambda language: letters.confirm_again(
        link=LINK, receipt=RECEIPT, base_url=BASE, language=language
    ),
    "already confirmed": lambda language: letters.already_confirmed(
        link=f"{BASE}/masuk", receipt=RECEIPT, base_url=BASE, language=language
    ),
    "code": lambda language: letters.sign_in_code(code="123456", base_url=BASE, language=language),
}
MONEY = {"id": "tidak pernah meminta uang", "en": "never ask for money"}
OFFICIAL = {"id": "Alamat resmi kami hanya satu", "en": "one official address only"}


@pytest.mark.parametrize("language", ["id", "en"])
@pytest.mark.parametrize("name", LETTERS)
def test_a_letter_says_what_every_letter_must(name, language):
    subject, body = LETTERS[name](language)
    assert MONEY[language] in body
    assert f"{OFFICIAL[language]}: {BASE}" in body
    assert "{" not in subject + body
    assert not re.search(r"\d|@|\n", subject)
    assert len(subject) <= 60
    assert len(body) <= 1_100
    assert max(map(len, body.splitlines())) <= 320  # mail carries lines of 998 at most
    assert "\n\n\n" not in body
    assert ("123456" in body) == (name == "code")


@pytest.mark.parametrize("name", ["confirm", "confirm again", "already confirmed"])
def test_links_and_codes_stand_alone_on_their_line(name):
    for language in ("id", "en"):
        lines = LETTERS[name](language)[1].splitlines()
        assert any(line.startswith(BASE) for line in lines)
        assert "ABCD-EFGH-IJKL-MNOP-QRST-UVWX" in "\n".join(lines)
    assert "123456" in LETTERS["code"]("id")[1].splitlines()


def test_the_languages_differ_and_indonesian_is_what_unknown_ones_get():
    for write in LETTERS.values():
        assert write("id") != write("en")
        assert write("fr") == write("id")


@pytest.mark.parametrize("language", ["id", "en"])
@pytest.mark.parametrize("name", ["confirm", "confirm again"])
def test_the_button_that_a_letter_names_stands_on_the_page(name, language):
    page = files("gelombang.frontdoor") / "pages" / language / "konfirmasi.html"
    (button,) = re.findall(r"<button[^>]*>([^<]+)</button>", page.read_text(encoding="utf-8"))
    assert f'"{button}"' in LETTERS[name](language)[1]
