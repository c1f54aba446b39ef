"""How alike two names are to the invented registry."""

import pytest
from hypothesis import given, strategies as st

from gelombang.gateways.likeness import likeness

NAMES = st.text(alphabet="ABCDEFGHIKLMNOPRSTUWY '", max_size=30)


@given(NAMES, NAMES)
def test_a_score_is_percent_and_100_only_for_equal_names(one, other):
    score = likeness(one, other)
    assert 0 <= score <= 100
    assert (score == 100) == (one.split() == other.split())


@given(NAMES)
def test_case_and_repeated_blanks_do_not_count(name):
    assert likeness(name.lower().replace(" ", "  "), f" {name} ") == 100


@pytest.mark.parametrize(
    ("one", "other", "score"),
    [("MARTHA", "MARHTA", 96), ("DWAYNE", "DUANE", 84), ("DIXON", "DICKSONX", 81), ("A", "B", 0)],
)
def test_the_published_examples_of_jaro_and_winkler(one, other, score):
    assert likeness(one, other) == score
