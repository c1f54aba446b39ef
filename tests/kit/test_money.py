"""Rupiah and counts as Indonesians write them."""

import pytest
from hypothesis import given, strategies as st

from gelombang.kit.money import idr_in_words, number_in_words, show_count, show_idr


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


@pytest.mark.parametrize(
    ("number", "indonesian", "english"),
    [
        (0, "nol", "zero"),
        (1, "satu", "one"),
        (10, "sepuluh", "ten"),
        (11, "sebelas", "eleven"),
        (12, "dua belas", "twelve"),
        (19, "sembilan belas", "nineteen"),
        (21, "dua puluh satu", "twenty-one"),
        (100, "seratus", "one hundred"),
        (101, "seratus satu", "one hundred and one"),
        (111, "seratus sebelas", "one hundred and eleven"),
        (200, "dua ratus", "two hundred"),
        (1_000, "seribu", "one thousand"),
        (1_100, "seribu seratus", "one thousand one hundred"),
        (2_001, "dua ribu satu", "two thousand one"),
        (11_000, "sebelas ribu", "eleven thousand"),
        (21_000, "dua puluh satu ribu", "twenty-one thousand"),
        (101_000, "seratus satu ribu", "one hundred and one thousand"),
        (1_000_000, "satu juta", "one million"),
        (1_001_001, "satu juta seribu satu", "one million one thousand one"),
        (10**9, "satu miliar", "one billion"),
        (10**12, "satu triliun", "one trillion"),
        (10**15, "satu kuadriliun", "one quadrillion"),
        (
            2_550_000_000,
            "dua miliar lima ratus lima puluh juta",
            "two billion five hundred and fifty million",
        ),
        (-600_000, "minus enam ratus ribu", "minus six hundred thousand"),
    ],
)
def test_a_number_in_words(number, indonesian, english):
    assert number_in_words(number) == indonesian
    assert number_in_words(number, "en") == english
    assert idr_in_words(number) == f"{indonesian} rupiah"
    assert idr_in_words(number, "en") == f"{english} rupiah"


UP_TO = 10**18
DIGITS_ID = "nol satu dua tiga empat lima enam tujuh delapan sembilan".split()
UNITS_ID = {word: number for number, word in enumerate(DIGITS_ID)}
WHOLE_ID = UNITS_ID | {"sepuluh": 10, "sebelas": 11, "seratus": 100}
SCALES_ID = {"ribu": 10**3, "juta": 10**6, "miliar": 10**9, "triliun": 10**12, "kuadriliun": 10**15}


def heard_in_indonesian(words: str) -> int:
    """The number that somebody writes down who hears it: word by word, as one adds up."""
    total = group = last = 0
    for word in words.split():
        if word == "seribu":
            total, group, last = total + 1_000, 0, 0
        elif word in SCALES_ID:
            total, group, last = total + group * SCALES_ID[word], 0, 0
        elif word in {"belas", "puluh", "ratus"}:
            grown = {"belas": last + 10, "puluh": last * 10, "ratus": last * 100}[word]
            group, last = group - last + grown, 0
        else:
            group, last = group + WHOLE_ID[word], WHOLE_ID[word]
    return total + group


ONES_EN = (
    "zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen "
    "fifteen sixteen seventeen eighteen nineteen"
).split()
TENS_EN = "twenty thirty forty fifty sixty seventy eighty ninety".split()
WHOLE_EN = {word: number for number, word in enumerate(ONES_EN)}
WHOLE_EN |= {word: 10 * number for number, word in enumerate(TENS_EN, start=2)}
SCALES_EN = {
    "thousand": 10**3, "million": 10**6, "billion": 10**9, "trillion": 10**12,
    "quadrillion": 10**15,
}  # fmt: skip


def heard_in_english(words: str) -> int:
    total = group = 0
    for word in words.replace("-", " ").replace(" and ", " ").split():
        if word in SCALES_EN:
            total, group = total + group * SCALES_EN[word], 0
        elif word == "hundred":
            group *= 100
        else:
            group += WHOLE_EN[word]
    return total + group


@given(st.integers(0, UP_TO - 1) | st.integers(0, 18).map(lambda power: 10**power % UP_TO))
def test_whoever_hears_the_words_writes_down_the_number(number):
    assert heard_in_indonesian(number_in_words(number)) == number
    assert heard_in_english(number_in_words(number, "en")) == number


@given(st.integers(1, UP_TO - 1))
def test_nobody_says_satu_ratus_satu_puluh_or_a_lone_satu_ribu(number):
    words = number_in_words(number)
    assert "satu ratus" not in words
    assert "satu puluh" not in words
    assert "satu belas" not in words
    if number // 1_000 % 1_000 == 1:
        assert "seribu" in words.split()
        assert " satu ribu" not in f" {words}"


@pytest.mark.parametrize("number", [UP_TO, -UP_TO])
def test_beyond_quadrillions_nothing_is_said(number):
    with pytest.raises(ValueError, match="too large"):
        number_in_words(number)
