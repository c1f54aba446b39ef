"""The certificate on paper: one page, the same bytes, whatever the name holds."""

import re
from datetime import UTC, datetime
from typing import get_args

import pytest
import segno
import typst
from hypothesis import given, settings, strategies as st

from gelombang.journey.certification import paper
from gelombang.journey.certification.queries import HolderView
from gelombang.journey.certification.rules import CertificateState
from gelombang.kit.words import Language, Text

NUMBER = "K7QF2M5AXW4TJJ2C"
URL = f"https://gelombang.example.id/sertifikat/{NUMBER}"
_BLANK = '<svg xmlns="http://www.w3.org/2000/svg" width="9" height="9"></svg>'
MOST_BYTES = 60 * 1024
LANGUAGES = get_args(Language)
NASTY = (
    '"]#panic("x")[',
    '#read("/etc/passwd") $x^2$ *tebal* _miring_ `kode` \\u{41} @acuan <label> // ///*',
    "O'Neil \"Budi\" #1 \\ 🙂 王 عمر",
)  # fmt: skip


def view(**changes) -> HolderView:
    usual = {
        "number": NUMBER,
        "state": CertificateState.VALID,
        "title": Text(id="Mencatat keuangan usaha", en="Bookkeeping for a small business"),
        "provider_name": "Balai Latihan Bina Contoh",
        "hours": 24,
        "completed_at": datetime(2020, 5, 4, 20, tzinfo=UTC),
        "issued_at": datetime(2020, 5, 4, 21, tzinfo=UTC),
        "revoked_at": None,
        "holder": "SITI AMINAH PERCOBAAN",
    }
    return HolderView(**(usual | changes))


def printed(made: HolderView, language: Language = "id") -> bytes:
    return paper.pdf(view=made, verify_url=URL, language=language)


def said(made: HolderView, language: Language = "id") -> str:
    """What the page says, as typst lays it out: everything that the template was given."""
    return " ".join(paper._inputs(made, URL, language).values())


def pixels(made: HolderView, language: Language = "id") -> bytes:
    """The page as a picture; a list would be more than one page."""
    picture = typst.compile(
        paper._template(), format="png", ppi=40, font_paths=paper._fonts(),
        ignore_system_fonts=True, sys_inputs=paper._inputs(made, URL, language),
    )  # fmt: skip
    assert isinstance(picture, bytes), "the certificate runs onto a second page"
    return picture


@pytest.mark.parametrize("language", LANGUAGES)
def test_it_is_one_small_page_in_both_languages_and_always_the_same(language):
    made = printed(view(), language)
    assert made.startswith(b"%PDF-1.7")
    assert len(made) <= MOST_BYTES
    assert made == printed(view(), language)
    assert b"pdfaid" in made, "it says that it is PDF/A"
    width, height = re.search(rb"/MediaBox ?\[0 0 ([\d.]+) ([\d.]+)\]", made).groups()
    assert (round(float(width)), round(float(height))) == (842, 595), "A4 across"
    words = said(view(), language)
    for word in ("Mencatat keuangan usaha", "Bookkeeping for a small business", "5 Mei 2020",
                 "5 May 2020", "K7QF-2M5A-XW4T-JJ2C", URL, "SITI AMINAH PERCOBAAN"):  # fmt: skip
        assert word in words


def test_another_certificate_is_another_paper():
    assert printed(view(holder="BUDI PERCOBAAN")) != printed(view())
    assert printed(view(), "en") != printed(view(), "id")


@pytest.mark.parametrize("name", NASTY)
def test_signs_of_a_name_are_no_markup(name):
    made = view(holder=name, title=Text(id=name, en=name), provider_name=name)
    assert len(printed(made)) <= MOST_BYTES
    assert pixels(made) != pixels(view())


@given(name=st.text(st.characters(codec="utf-8"), max_size=100))
@settings(max_examples=25, deadline=None)
def test_any_name_is_printed(name):
    assert printed(view(holder=name)).startswith(b"%PDF")


def test_the_longest_names_stay_on_one_page():
    made = view(
        holder="MUHAMMAD " * 11, provider_name="Balai Latihan Kerja " * 6,
        title=Text(id="Pelatihan yang panjang namanya " * 5, en="A course of a long name " * 6),
    )  # fmt: skip
    assert pixels(made)
    assert len(printed(made)) <= MOST_BYTES


def test_a_revoked_certificate_says_so_across_the_page():
    revoked = view(state=CertificateState.REVOKED)
    assert "DICABUT" in said(revoked)
    assert "DICABUT" not in said(view())
    assert pixels(revoked) != pixels(view())


def test_the_code_leads_to_the_public_page():
    """What is drawn is the code of this address, module by module."""
    code = segno.make_qr(URL, error="m")
    drawn = paper._inputs(view(), URL, "id")["qr"]
    assert code.error == "M"
    assert code.svg_inline(border=2, dark="#14202b", light="#ffffff").split("<svg ")[1] in drawn
    assert drawn != paper._inputs(view(), f"{URL}A", "id")["qr"]
    assert pixels(view()) != typst.compile(
        paper._template(), format="png", ppi=40, font_paths=paper._fonts(),
        ignore_system_fonts=True, sys_inputs=paper._inputs(view(), URL, "id") | {"qr": _BLANK},
    ), "the code is on the page"  # fmt: skip


def test_the_template_asks_for_no_file_no_package_and_no_system_font():
    template = paper._template().decode()
    assert not re.search(
        r"#(import|include)|\b(read|json|csv|toml|yaml|xml|plugin|eval)\(", template
    )
    carried = {font.family for font in paper._fonts().fonts()}
    assert set(re.findall(r'font: "([^"]+)"', template)) <= carried
    assert all(font.path is None for font in paper._fonts().fonts()), "none comes from a file"
