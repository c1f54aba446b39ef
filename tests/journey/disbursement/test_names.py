"""How alike names are: titles, degrees, order and spellings do not count, other names do."""

import pytest
from hypothesis import given, strategies as st

from gelombang.journey.disbursement.names import likeness

WORDS = st.text(alphabet="ABCDEFGHIJKLMNOPQRSTUVWXYZ", min_size=4, max_size=12)
NAMES = st.lists(WORDS, min_size=1, max_size=4).map(" ".join)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("SITI AMINAH", "siti   aminah"),
        ("Siti Aminah", "AMINAH SITI"),
        ("H. BUDI SANTOSO, S.Kom", "BUDI SANTOSO"),
        ("Drs. H. Ahmad Fauzi, M.Pd.", "AHMAD FAUZI"),
        ("Hj. NURUL HIDAYAH S. Kom", "Nurul Hidayah"),
        ("MUHAMMAD RIZKY", "Moch. Rizky"),
        ("MOHAMAD RIZKY", "M. RIZKY"),
        ("M RIZKY", "MUHAMMAD RIZKY"),
        ("M.RIZKY", "MOH RIZKY"),
        ("NUR'AINI", "NUR\N{RIGHT SINGLE QUOTATION MARK}AINI"),
        ("NURAINI", "Nur`aini"),
        ("SITI NURHALIZA", "SITI NUR HALIZA"),
        ("RATNA", "RATNA"),
    ],
)
def test_the_same_name_in_other_spellings_matches_wholly(one, other):
    assert likeness(one, other) == 100
    assert likeness(other, one) == 100


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("SITI AMINAH", "BUDI SANTOSO"),
        ("BUDI SANTOSO", "BUDI SANTIKA"),
        ("MUHAMMAD RIZKY", "MUHAMMAD FAISAL"),
        ("RATNA", "RATNA KUSUMA DEWI"),
        ("M. SARI", "JOKO SUSILO"),
        ("", "SITI"),
        ("", ""),
        (". ,", "SITI"),
    ],
)
def test_another_name_stays_below_the_programmes_threshold(one, other):
    assert likeness(one, other) < 80


def test_one_letter_mistyped_still_matches():
    assert 80 <= likeness("SITI AMINAH PERCOBAAN", "SITI AMINAH PERCOBAN") < 100
    assert 80 <= likeness("BUDI PRASETYO", "BUDI PRASETIYO") < 100


def test_a_title_alone_is_a_name():
    assert likeness("HAJI", "HAJI") == 100
    assert likeness("SE", "SE") == 100
    assert likeness("DR", "H. DR") == 100


@given(NAMES, NAMES)
def test_it_does_not_matter_who_is_asked_first(one, other):
    score = likeness(one, other)
    assert score == likeness(other, one)
    assert 0 <= score <= 100


@given(NAMES, st.randoms())
def test_order_case_and_blanks_do_not_count(name, random):
    words = name.split()
    random.shuffle(words)
    assert likeness(name, "  ".join(words).lower()) == 100


@given(st.text(max_size=100), st.text(max_size=100))
def test_no_text_breaks_it(one, other):
    assert 0 <= likeness(one, other) <= 100
