"""A share is exact to a tenth of a per cent, rounded half up."""

from decimal import ROUND_HALF_UP, Decimal

import pytest
from hypothesis import given, strategies as st

from gelombang.kit.figures import show_percent


@pytest.mark.parametrize(
    ("part", "whole", "shown"),
    [
        (0, 1, "0,0%"),
        (1, 1, "100,0%"),
        (1_063_028, 1_432_133, "74,2%"),
        (1, 3, "33,3%"),
        (2, 3, "66,7%"),
        (1, 2000, "0,1%"),
        (1, 2001, "0,0%"),
        (3, 2, "150,0%"),
        (0, 0, "–"),
        (5, 0, "–"),
        (5, -1, "–"),
    ],
)
def test_a_share_reads_in_indonesian(part, whole, shown):
    assert show_percent(part, whole) == shown


def test_it_reads_in_english_with_a_point():
    assert show_percent(1_063_028, 1_432_133, "en") == "74.2%"


@given(st.integers(0, 10**15), st.integers(1, 10**15))
def test_it_agrees_with_decimal_arithmetic(part, whole):
    exact = (Decimal(part) * 100 / Decimal(whole)).quantize(Decimal("0.1"), ROUND_HALF_UP)
    assert show_percent(part, whole, "en") == f"{exact}%"
