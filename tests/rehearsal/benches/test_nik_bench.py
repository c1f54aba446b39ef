"""Invented NIKs: their truth is their maker's, and a check that errs is caught."""

from random import Random

import pytest
from hypothesis import given, strategies as st

from gelombang.kit import nik
from gelombang.rehearsal.benches.nik import (
    KINDS,
    PROVINCES,
    exists,
    is_judged_right,
    measure,
)


@given(st.sampled_from(sorted(KINDS)), st.integers(0, 2**32))
def test_every_kind_is_judged_right(kind, seed):
    assert is_judged_right(KINDS[kind](Random(seed)))


def test_a_few_thousand_of_all_kinds():
    found = measure(count=8_000, seed=3)
    assert found.wrong.total() == 0
    assert set(found.judged.values()) == {1_000}


@pytest.mark.parametrize(
    ("name", "value", "kinds"),
    [
        ("PROVINCE_CODES", nik.PROVINCE_CODES - {"54"}, {"sound"}),
        ("PROVINCE_CODES", nik.PROVINCE_CODES | {"99"}, {"no such province"}),
        ("_WOMANS_DAY", 39, {"sound"}),
        ("DIGITS", 15, {"too short or too long", "sound"}),
    ],
)
def test_a_check_that_errs_is_caught(monkeypatch, name, value, kinds):
    monkeypatch.setattr(nik, name, value)
    wrong = measure(count=16_000, seed=5).wrong
    assert kinds <= {kind for kind, count in wrong.items() if count}


def test_the_generator_knows_the_provinces_and_the_days():
    assert {f"{code:02d}" for code in PROVINCES} == nik.PROVINCE_CODES
    assert exists(29, 2, 0)  # in 2000, not in 1900
    assert not exists(29, 2, 99)
    assert not exists(31, 4, 50)
    assert not exists(0, 1, 50)
    assert not exists(1, 13, 50)
