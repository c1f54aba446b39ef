"""Rupiah and counts as Indonesians write them."""

import pytest
from hypothesis import given, strategies as st

from gelombang.kit.money import show_count, show_idr


@pytest.mark.parametrize(
    ("amount", "shown"),
    [
        (0, "Rp0"),
        (999, "Rp999"),
        (1000, "Rp1.000"),
        (600_000, "Rp600.000"),
        (3_550_000, "Rp3.550.000"),
        (20_000_000_000_000, "Rp20.000.000.000.000"),
        (-50_000, "-Rp50.000"),
    ],
)
def test_an_amount(amount, shown):
    assert show_idr(amount) == shown


@pytest.mark.parametrize(
    ("language", "shown"), [("id", "1.432.133"), ("en", "1,432,133"), ("jv", "1.432.133")]
)
def test_a_count_in_a_language(language, shown):
    assert show_count(1_432_133, language) == shown


@given(st.integers(-(10**18), 10**18))
def test_every_digit_of_an_amount_is_shown(amount):
    assert int(show_idr(amount).replace("Rp", "").replace(".", "")) == amount
