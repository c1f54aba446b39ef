"""What is refused before any registry is asked, and what is understood."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given, strategies as st
from tests.journey.verification.world import NOW, STATED

from gelombang.journey.verification.statement import (
    RESIDENCE_CODES,
    StatedIdentity,
    check_birth_date,
    check_name,
    check_stated,
    problems_of,
    read_birth_date,
    read_iso_birth_date,
)
from gelombang.kit.errors import Refusal
from gelombang.kit.nik import PROVINCE_CODES

NIK = STATED.nik


def card(part: str) -> str:
    """A family card number with another date of issue."""
    return f"317401{part}9902"


REFUSED = [
    # NIK
    ({"nik": ""}, "nik-malformed", "nik", "Anda mengetik 0", "You typed 0"),
    ({"nik": NIK[:15]}, "nik-malformed", "nik", "Anda mengetik 15", "You typed 15"),
    ({"nik": NIK + "1"}, "nik-malformed", "nik", "Anda mengetik 17", "You typed 17"),
    ({"nik": "1" * 5000}, "nik-malformed", "nik", "Anda mengetik 200", "You typed 200"),
    ({"nik": NIK[:15] + "O"}, "nik-has-letters", "nik", "hanya berisi angka", "digits only"),
    ({"nik": "٣" + NIK[1:]}, "nik-has-letters", "nik", "hanya berisi angka", "digits only"),
    ({"nik": "20" + NIK[2:]}, "nik-province-unknown", "nik", "(20)", "(20)"),
    ({"nik": "00" + NIK[2:]}, "nik-province-unknown", "nik", "(00)", "(00)"),
    ({"nik": "3174013102959901"}, "nik-date-impossible", "nik", "(310295)", "(310295)"),
    ({"nik": "3174017102959901"}, "nik-date-impossible", "nik", "(710295)", "(710295)"),
    ({"nik": "3174010008959901"}, "nik-date-impossible", "nik", "(000895)", "(000895)"),
    ({"nik": "3174014008959901"}, "nik-date-impossible", "nik", "(400895)", "(400895)"),
    ({"nik": "3174011713959901"}, "nik-date-impossible", "nik", "(171395)", "(171395)"),
    ({"nik": "3174012902999901"}, "nik-date-impossible", "nik", "(290299)", "(290299)"),
    ({"nik": NIK[:12] + "0000"}, "nik-serial-zero", "nik", "0000", "0000"),
    # Family card
    ({"family_card_no": ""}, "family-card-malformed", "family_card_no", "mengetik 0", "typed 0"),
    ({"family_card_no": "3" * 15}, "family-card-malformed", "family_card_no", "15", "15"),
    ({"family_card_no": "31740101O1199902"}, "family-card-has-letters", "family_card_no",
     "huruf", "letters"),
    ({"family_card_no": "0074010101199902"}, "family-card-province-unknown", "family_card_no",
     "(00)", "(00)"),
    ({"family_card_no": card("310219")}, "family-card-date-impossible", "family_card_no",
     "(310219)", "(310219)"),
    ({"family_card_no": card("570819")}, "family-card-date-impossible", "family_card_no",
     "(570819)", "(570819)"),
    ({"nik": "3174011708059901", "birth_date": date(2005, 8, 17),
      "family_card_no": "3174 0117 0805 9901"}, "family-card-is-nik", "family_card_no",
     "Ini NIK Anda", "This is your NIK"),
    # Names
    ({"name": ""}, "name-empty", "name", "Tulis nama", "Enter your full name"),
    ({"name": " \t\n "}, "name-empty", "name", "Tulis nama", "Enter your full name"),
    ({"name": "A" * 101}, "name-too-long", "name", "100 huruf", "100 letters"),
    ({"name": "A" * 100_000}, "name-too-long", "name", "100 huruf", "100 letters"),
    ({"name": "BUD1"}, "name-has-digits", "name", "tidak berisi angka", "no digits"),
    ({"name": "BUDI <b>"}, "name-has-signs", "name", "hanya berisi huruf", "only letters"),
    ({"name": "BUDI\0"}, "name-has-signs", "name", "hanya berisi huruf", "only letters"),
    ({"name": "..."}, "name-has-signs", "name", "hanya berisi huruf", "only letters"),
    # Sex
    ({"sex": ""}, "sex-unknown", "sex", "Pilih laki-laki", "Choose male"),
    ({"sex": "MALE"}, "sex-unknown", "sex", "Pilih laki-laki", "Choose male"),
    # Birth
    ({"birth_place": ""}, "birth-place-empty", "birth_place", "Tulis tempat", "Enter your birth"),
    ({"birth_place": "B" * 101}, "birth-place-malformed", "birth_place", "100", "100"),
    ({"birth_place": "Jakarta 2"}, "birth-place-malformed", "birth_place", "huruf", "letters"),
    ({"birth_date": date(2020, 4, 14)}, "birth-date-in-future", "birth_date",
     "masa depan", "in the future"),
    ({"birth_date": date(9999, 12, 31)}, "birth-date-in-future", "birth_date",
     "masa depan", "in the future"),
    ({"birth_date": date(1899, 12, 31)}, "birth-date-too-early", "birth_date",
     "sebelum tahun 1900", "before 1900"),
    # Province
    ({"province": ""}, "province-unknown", "province", "Pilih provinsi", "Choose the province"),
    ({"province": "99"}, "province-unknown", "province", "Pilih provinsi", "Choose the province"),
    ({"province": "54"}, "province-unknown", "province", "Pilih provinsi", "Choose the province"),
    # Contradictions with the NIK
    ({"nik": "3174015708959901"}, "nik-sex-differs", "nik",
     "(57) milik perempuan, tetapi Anda memilih laki-laki", "(57) belong to a female person"),
    ({"sex": "female"}, "nik-sex-differs", "nik",
     "(17) milik laki-laki, tetapi Anda memilih perempuan", "you chose female"),
    ({"birth_date": date(1995, 8, 18)}, "nik-date-differs", "nik",
     "Hari lahir (angka ke-7 dan ke-8) di NIK", "The day (digits 7 and 8) in the NIK"),
    ({"birth_date": date(1995, 9, 17)}, "nik-date-differs", "nik", "Bulan lahir", "The month"),
    ({"birth_date": date(1996, 8, 17)}, "nik-date-differs", "nik", "Tahun lahir", "The year"),
    ({"birth_date": date(1996, 8, 18)}, "nik-date-differs", "nik",
     "Hari lahir (angka ke-7 dan ke-8), Tahun lahir", "The day (digits 7 and 8), The year"),
]  # fmt: skip


@pytest.mark.parametrize(("changes", "code", "field", "said_id", "said_en"), REFUSED)
def test_every_wrong_statement_is_refused_by_name_and_field(changes, code, field, said_id, said_en):
    with pytest.raises(Refusal) as refused:
        check_stated(replace(STATED, **changes), now=NOW)
    refusal = refused.value
    assert (refusal.code, refusal.field) == (code, field)
    assert said_id in refusal.text.id
    assert said_en in refusal.text.en
    assert "{" not in refusal.text.id + refusal.text.en
    assert str(refusal) == code, "the text of an exception carries nothing that was typed"


def test_no_refusal_repeats_a_whole_number_or_name():
    for changes, *_ in REFUSED:
        for refusal in problems_of(replace(STATED, **changes), now=NOW):
            for said in (refusal.text.id, refusal.text.en, str(refusal), repr(refusal)):
                assert NIK not in said
                assert STATED.name not in said


def test_everything_that_is_wrong_is_told_at_once_in_the_order_of_the_questions():
    wrong = StatedIdentity(
        nik="1", family_card_no="2", name="", sex="", birth_place="", birth_date=date(2021, 1, 1),
        province="",
    )  # fmt: skip
    fields = [refusal.field for refusal in problems_of(wrong, now=NOW)]
    assert fields == ["nik", "family_card_no", "name", "sex", "birth_place", "birth_date",
                      "province"]  # fmt: skip
    both = replace(STATED, nik="3174015808959901")
    codes = [refusal.code for refusal in problems_of(both, now=NOW)]
    assert codes == ["nik-sex-differs", "nik-date-differs"]


def test_spellings_of_one_statement_mean_the_same():
    typed = replace(
        STATED, nik=" 3174.0117-0895 9901 ", family_card_no="3174 0101 0119 9902",
        name="  BUDI \t PERCOBAAN ", birth_place=" JAKARTA\n",
    )  # fmt: skip
    assert check_stated(typed, now=NOW) == STATED
    assert problems_of(STATED, now=NOW) == ()


@pytest.mark.parametrize(
    "name", ["RATNA", "I GEDE", "O'BRIEN", "MA`RUF", "SITI, S.PD.", "JEAN-LUC", "José", "Ng"]
)
def test_names_as_people_have_them_are_taken(name):
    assert check_name(name) == name


def test_a_decomposed_letter_and_a_curly_apostrophe_have_one_spelling():
    assert check_name("Jose\u0301") == "José"
    assert check_name("MA\u2019RUF") == "MA'RUF"


def test_today_is_the_day_in_jakarta():
    late = datetime(2020, 4, 13, 17, 30, tzinfo=UTC)  # half past midnight of the 14th, WIB
    assert check_birth_date(date(2020, 4, 14), now=late) == date(2020, 4, 14)
    with pytest.raises(Refusal, match="birth-date-in-future"):
        check_birth_date(date(2020, 4, 14), now=late - timedelta(hours=1))
    assert check_birth_date(date(1900, 1, 1), now=late) == date(1900, 1, 1)


@pytest.mark.parametrize(
    ("day", "month", "year"),
    [("31", "2", "1995"), ("0", "1", "1995"), ("17", "13", "1995"), ("17", "8", "95"),
     ("", "8", "1995"), ("17", "Agustus", "1995"), ("1７", "8", "1995"), ("17", "8", "0000"),
     ("-7", "8", "1995"), ("29", "2", "1999")],
)  # fmt: skip
def test_three_typed_fields_that_are_no_date(day, month, year):
    with pytest.raises(Refusal) as refused:
        read_birth_date(day=day, month=month, year=year)
    assert (refused.value.code, refused.value.field) == ("birth-date-impossible", "birth_date")


@pytest.mark.parametrize("text", ["", "1995-02-31", "17-08-1995", "1995-8-17", "1995-08-17T00:00"])
def test_a_text_that_is_no_iso_date(text):
    with pytest.raises(Refusal, match="birth-date-impossible"):
        read_iso_birth_date(text)


def test_dates_that_are_dates():
    assert read_birth_date(day=" 7", month="08", year="1995") == date(1995, 8, 7)
    assert read_iso_birth_date("2000-02-29") == date(2000, 2, 29)


def test_neither_statement_nor_its_repr_shows_anything():
    for shown in (repr(STATED), str(STATED), f"{[STATED]}"):
        assert NIK not in shown
        assert "BUDI" not in shown


truths = st.builds(
    lambda province, region, born, female, serial: (
        province + f"{region:04d}" + f"{born.day + 40 * female:02d}{born:%m%y}" + f"{serial:04d}",
        born,
        "female" if female else "male",
    ),
    st.sampled_from(sorted(PROVINCE_CODES)),
    st.integers(0, 9999),
    st.dates(date(1900, 1, 1), date(2020, 4, 13)),
    st.booleans(),
    st.integers(9900, 9999),
)
homes = st.sampled_from(sorted(RESIDENCE_CODES))


@given(truths, homes)
def test_a_nik_agrees_with_whom_it_was_made_for(truth, home):
    nik, born, sex = truth
    stated = replace(STATED, nik=nik, birth_date=born, sex=sex, province=home)
    if nik == stated.family_card_no:
        return
    assert check_stated(stated, now=NOW) == stated


@given(truths, st.dates(date(1900, 1, 1), date(2020, 4, 13)), st.sampled_from(["male", "female"]))
def test_a_nik_disagrees_with_everybody_else(truth, born, sex):
    nik, own_day, own_sex = truth
    found = problems_of(replace(STATED, nik=nik, birth_date=born, sex=sex), now=NOW)
    same_day = (born.day, born.month, born.year % 100) == (
        own_day.day, own_day.month, own_day.year % 100,
    )  # fmt: skip
    expected = {"nik-sex-differs"} - ({"nik-sex-differs"} if sex == own_sex else set())
    expected |= set() if same_day else {"nik-date-differs"}
    assert {refusal.code for refusal in found} == expected


@given(st.text(max_size=40), st.text(max_size=40), st.text(max_size=120), st.text(max_size=120))
def test_whatever_is_typed_is_understood_or_refused_in_both_languages(nik, family, name, place):
    stated = replace(STATED, nik=nik, family_card_no=family, name=name, birth_place=place)
    for refusal in problems_of(stated, now=NOW):
        assert refusal.field in {"nik", "family_card_no", "name", "birth_place"}
        assert refusal.text.id != refusal.text.en
