"""Pages: slots are escaped, both languages have the same ones, and nothing needs a style or script
that the content security policy forbids."""

import re
from html import escape as plain_escape

import pytest
from hypothesis import given, strategies as st

from gelombang.frontdoor.pages import Markup, SlotMissing, Template, page, part, templates

NAMES = sorted({name for name, _ in templates()})


@pytest.mark.parametrize("name", NAMES)
def test_both_languages_have_the_same_slots(name):
    assert templates()[name, "id"].slots == templates()[name, "en"].slots


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("language", ["id", "en"])
def test_no_page_holds_a_style_or_script_of_its_own(name, language):
    template = templates()[name, language]
    text = template.fill(**dict.fromkeys(template.slots, "x"))
    assert not re.search(r"\sstyle=|<style|\son\w+=|javascript:", text)
    assert re.findall(r"<script[^>]*>(.*?)</script>", text) in ([], [""])


@given(st.text())
def test_whatever_is_typed_is_text(typed):
    filled = Template('<input value="{{ typed }}">').fill(typed=typed)
    assert filled == f'<input value="{plain_escape(typed, quote=True)}">'
    assert not set("<>\"'") & set(filled.removeprefix('<input value="').removesuffix('">'))


@given(st.text())
def test_what_is_typed_never_opens_a_slot(typed):
    twice = Template("{{ one }}{{ two }}")
    assert twice.fill(one="{{ two }}" + typed, two="2").startswith("{{ two }}")


def test_markup_of_ours_stays():
    assert Template("{{ inside }}").fill(inside=Markup("<b>")) == "<b>"


def test_a_forgotten_slot_is_an_error_and_not_a_gap():
    with pytest.raises(SlotMissing, match="email"):
        Template("{{ email }}").fill(phone="")


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("language", ["id", "en"])
def test_a_page_fits_into_the_first_packets(name, language):
    template = templates()[name, language]
    inside = template.fill(**dict.fromkeys(template.slots, "x" * 100))
    whole = page(language=language, title="x", inside=inside, path="/daftar")
    assert len(whole.encode()) <= 14 * 1024


def test_a_page_names_its_language_and_leads_to_the_other():
    text = page(language="en", title="Register", inside=part("lede", "en", words="x"),
                path="/konfirmasi/a&b")  # fmt: skip
    assert '<html lang="en">' in text
    assert 'href="/bahasa/id?ke=/konfirmasi/a%26b"' in text
    assert "<title>Register – Prakerja</title>" in text
