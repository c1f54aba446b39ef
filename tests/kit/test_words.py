"""Sentences stand side by side in both languages; who says nothing reads Indonesian."""

import pytest

from gelombang.kit.words import LANGUAGES, Text, language_of

GREETING = Text(id="Halo, {name}.", en="Hello, {name}.")


def test_indonesian_comes_first():
    assert LANGUAGES == ("id", "en")


@pytest.mark.parametrize("language", ["id", "", "jv", "EN", "english", "en-GB"])
def test_anything_but_en_reads_indonesian(language):
    assert GREETING.in_language(language) == GREETING.id


def test_english_is_read_on_wish():
    assert GREETING.in_language("en") == GREETING.en


def test_slots_are_filled_in_both_languages():
    assert GREETING.fill(name="Siti") == Text(id="Halo, Siti.", en="Hello, Siti.")


def test_a_filling_is_never_filled_again():
    assert GREETING.fill(name="{name} {0}").en == "Hello, {name} {0}."


def test_each_language_is_filled_from_its_own():
    text = GREETING.fill_from(name=Text(id="dunia", en="world"))
    assert text == Text(id="Halo, dunia.", en="Hello, world.")


@pytest.mark.parametrize("fill", [GREETING.fill, GREETING.fill_from])
def test_a_forgotten_slot_is_an_error_and_not_a_gap(fill):
    with pytest.raises(KeyError):
        fill()


@pytest.mark.parametrize(
    ("value", "language"),
    [
        (None, "id"),
        ("", "id"),
        ("id", "id"),
        ("in", "id"),
        ("jv", "id"),
        ("xx-en", "id"),
        ("id-ID,id;q=0.9,en;q=0.8", "id"),
        ("en", "en"),
        (" EN ", "en"),
        ("en-GB,en;q=0.9,id;q=0.8", "en"),
    ],
)
def test_the_language_that_a_cookie_header_or_form_names(value, language):
    assert language_of(value) == language
