"""A NIK is read for what it says; what no office could have issued is refused with the reason."""

import re
from datetime import date, timedelta

import pytest
from hypothesis import given, strategies as st

from gelombang.kit.nik import (
    PROVINCE_CODES,
    NikDateImpossible,
    NikHasLetters,
    NikMalformed,
    NikProvinceUnknown,
    NikSerialZero,
    normalise_digits,
    parse_nik,
)

NIK = "3174015507969901"
REFUSALS = (NikDateImpossible, NikHasLetters, NikMalformed, NikProvinceUnknown, NikSerialZero)
born = st.dates(date(1900, 1, 1), date(2099, 12, 31))
provinces = st.sampled_from(sorted(PROVINCE_CODES))


def nik_of(day, *, woman, province="31", district="7401", serial=9901):
    shown_day = day.day + (40 if woman else 0)
    return f"{province}{district}{shown_day:02d}{day:%m}{day.year % 100:02d}{serial:04d}"


def with_date(six_digits):
    return f"317401{six_digits}9901"


def test_a_number_says_where_when_and_who():
    nik, parts = parse_nik(NIK)
    assert nik == NIK
    assert (parts.province, parts.regency, parts.district) == ("31", "74", "01")
    assert (parts.sex, parts.day, parts.month, parts.year_of_century) == ("female", 15, 7, 96)
    assert parts.serial == 9901
    assert parts.birth_dates() == (date(1996, 7, 15), date(2096, 7, 15))


@pytest.mark.parametrize(
    "typed",
    [
        " 3174015507969901\n",
        "3174 0155 0796 9901",
        "3174-0155-0796-9901",
        "31.74.01.550796.9901",
        "3174\u00a00155\u00a00796\u00a09901",
        "\t3 1 7 4 0 1 5 5 0 7 9 6 9 9 0 1",
    ],
)
def test_blanks_dots_and_hyphens_are_forgiven(typed):
    assert parse_nik(typed)[0] == NIK


@pytest.mark.parametrize(
    "typed",
    [
        "317401550796990A",
        "31740155O7969901",
        "3174015507969901x",
        "NIK 3174015507969901",
        "+3174015507969901",
        "3174–0155–0796–9901",
        "3174/0155/0796/9901",
        "３１７４０１５５０７９６９９０１",
        "317401550796990１",
        "٣١٧٤٠١٥٥٠٧٩٦٩٩٠١",
        "²174015507969901",
        "3174015507969901\x00",
        "3174\u200b015507969901",
        "\u202a3174015507969901",
    ],
)
def test_anything_but_ascii_digits_counts_as_letters(typed):
    with pytest.raises(NikHasLetters) as refused:
        parse_nik(typed)
    assert refused.value.field == "nik"


@pytest.mark.parametrize(
    ("typed", "count"),
    [("", 0), ("  - . ", 0), (NIK[:-1], 15), (NIK + "1", 17), ("3", 1), (NIK * 1000, 16_000)],
)
def test_another_count_of_digits_is_told(typed, count):
    with pytest.raises(NikMalformed) as refused:
        parse_nik(typed)
    assert refused.value.text.en == f"A NIK has 16 digits. You typed {count}."
    assert refused.value.text.id == f"NIK terdiri dari 16 angka. Anda mengetik {count}."


def test_there_are_38_present_provinces_and_one_of_earlier_numbers():
    assert len(PROVINCE_CODES) == 39
    assert "54" in PROVINCE_CODES


@pytest.mark.parametrize("number", range(100))
def test_a_province_is_present_or_historic(number):
    nik = f"{number:02d}{NIK[2:]}"
    if nik[:2] in PROVINCE_CODES:
        assert parse_nik(nik)[1].province == nik[:2]
        return
    with pytest.raises(NikProvinceUnknown) as refused:
        parse_nik(nik)
    assert f"({number:02d})" in refused.value.text.id


@pytest.mark.parametrize("district", ["0000", "9999", "7499", "0001"])
def test_an_unknown_district_never_refuses(district):
    assert parse_nik("31" + district + NIK[6:])[0] == "31" + district + NIK[6:]


@pytest.mark.parametrize(
    ("six_digits", "sex", "dates"),
    [
        ("010196", "male", (date(1996, 1, 1), date(2096, 1, 1))),
        ("410196", "female", (date(1996, 1, 1), date(2096, 1, 1))),
        ("311296", "male", (date(1996, 12, 31), date(2096, 12, 31))),
        ("711296", "female", (date(1996, 12, 31), date(2096, 12, 31))),
        ("290296", "male", (date(1996, 2, 29), date(2096, 2, 29))),
        ("690204", "female", (date(1904, 2, 29), date(2004, 2, 29))),
        ("290200", "male", (date(2000, 2, 29),)),  # 1900 was no leap year
        ("690200", "female", (date(2000, 2, 29),)),
    ],
)
def test_the_days_at_the_edge_are_dates(six_digits, sex, dates):
    parts = parse_nik(with_date(six_digits))[1]
    assert parts.sex == sex
    assert parts.birth_dates() == dates


@pytest.mark.parametrize(
    "six_digits",
    [
        "310296",
        "710296",
        "300296",
        "290201",
        "690201",
        "000796",
        "400796",
        "320796",
        "720796",
        "800796",
        "990796",
        "310496",
        "710496",
        "150096",
        "151396",
        "159996",
        "000000",
    ],
)
def test_no_date_of_either_century_is_refused(six_digits):
    with pytest.raises(NikDateImpossible) as refused:
        parse_nik(with_date(six_digits))
    assert f"({six_digits})" in refused.value.text.en


def test_serial_0000_was_never_issued():
    with pytest.raises(NikSerialZero):
        parse_nik(NIK[:12] + "0000")
    assert parse_nik(NIK[:12] + "0001")[1].serial == 1


def test_the_sentence_never_repeats_the_whole_number():
    for typed in ("99" + NIK[2:], with_date("310296"), NIK[:12] + "0000", NIK + "1", NIK + "x"):
        with pytest.raises(REFUSALS) as refused:
            parse_nik(typed)
        said = refused.value
        assert not re.search(r"[0-9]{7}", str(said) + said.text.id + said.text.en)


def test_digits_of_another_field_are_refused_in_its_name():
    assert normalise_digits("31.74-01 55", field="family_card") == "31740155"
    with pytest.raises(NikHasLetters) as refused:
        normalise_digits("31a", field="family_card")
    assert refused.value.field == "family_card"


def test_every_day_of_both_centuries_is_read_as_it_was_written():
    day, wrong = date(1900, 1, 1), []
    while day.year < 2100:
        for woman in (False, True):
            parts = parse_nik(nik_of(day, woman=woman))[1]
            if day not in parts.birth_dates() or parts.sex != ("female" if woman else "male"):
                wrong.append((day, woman))
        day += timedelta(days=1)
    assert wrong == []


def test_every_six_digits_are_a_date_exactly_when_the_calendar_has_it():
    days = [date(1900, 1, 1) + timedelta(days=n) for n in range(73_049)]
    assert days[-1] == date(2099, 12, 31)
    real = {nik_of(day, woman=woman)[6:12] for day in days for woman in (False, True)}
    wrong = []
    for month in range(14):
        for year in (0, 1, 4, 96, 99):
            for day in range(100):
                six_digits = f"{day:02d}{month:02d}{year:02d}"
                try:
                    parse_nik(with_date(six_digits))
                    verdict = True
                except NikDateImpossible:
                    verdict = False
                if verdict != (six_digits in real):
                    wrong.append(six_digits)
    assert wrong == []


@given(born, st.booleans(), provinces, st.integers(0, 9999), st.integers(1, 9999))
def test_whatever_an_office_issues_is_read_back(day, woman, province, district, serial):
    nik = nik_of(day, woman=woman, province=province, district=f"{district:04d}", serial=serial)
    read, parts = parse_nik(nik)
    assert read == nik
    assert day in parts.birth_dates()
    assert all((d.day, d.month, d.year % 100) == (day.day, day.month, day.year % 100)
               for d in parts.birth_dates())  # fmt: skip
    assert (parts.province + parts.regency + parts.district) == nik[:6]
    assert (parts.sex, parts.serial) == ("female" if woman else "male", serial)


@given(st.one_of(st.text(max_size=30), st.from_regex(r"[0-9 .\-]{14,20}", fullmatch=True)))
def test_any_text_is_read_or_refused_and_what_is_read_stays(typed):
    try:
        nik, parts = parse_nik(typed)
    except REFUSALS:
        return
    assert re.fullmatch(r"[0-9]{16}", nik)
    assert parse_nik(nik) == (nik, parts)
    assert parts.birth_dates()
