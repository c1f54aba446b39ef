"""Numbers that people type, reasons, and masks of names."""

import pytest
from hypothesis import given, strategies as st

from gelombang.journey.certification import rules
from gelombang.kit.ids import random_letters

LETTERS = st.text("ABCDEFGHIJKLMNOPQRSTUVWXYZ234567", min_size=16, max_size=16)


@given(number=LETTERS)
def test_a_number_is_read_as_it_is_shown(number):
    shown = rules.show_number(number)
    assert len(shown) == 19
    misread = shown.lower().replace("o", "0").replace("i", "1").replace("b", "8")
    assert rules.read_number(f"  {misread.replace('-', ' - ')}\n") == number


@given(typed=st.text(max_size=60))
def test_what_is_read_is_a_number_or_nothing(typed):
    read = rules.read_number(typed)
    assert read is None or (len(read) == 16 and read.isascii() and read.isalnum())


def test_random_numbers_have_their_length_and_do_not_repeat():
    made = {random_letters(rules.NUMBER_LETTERS) for _ in range(500)}
    assert len(made) == 500
    assert all(rules.read_number(number) == number for number in made)
    assert len({number[0] for number in made}) > 20, "the first letter is as random as any"


@pytest.mark.parametrize(
    ("name", "mask"),
    [
        ("SITI CONTOH", "S*** C***"),
        ("budi", "B***"),
        ("'Aisyah  d'Contoh", "A*** D***"),
        ("A. B.", "A*** B***"),
        ("Éka - Ñ", "É*** Ñ***"),
        ("", ""),
        (" .- ", ""),
    ],
)
def test_a_mask_shows_first_letters_and_no_lengths(name, mask):
    assert rules.masked(name) == mask


def test_a_reason_is_kept_with_single_blanks():
    assert rules.check_reason("  bukti \n palsu  2020 ") == "bukti palsu 2020"
    for typed in ("", "singkat", "1234567 . . .", "x" * 501):
        with pytest.raises(rules.RevocationUnexplained):
            rules.check_reason(typed)
    for typed in ("nomor 3174015708999901 palsu", "telepon 0812 0000 1234 palsu"):
        with pytest.raises(rules.ReasonHoldsNumber):
            rules.check_reason(typed)
