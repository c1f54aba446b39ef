"""Every spelling of a mobile number is the same number; landlines and other countries are not."""

import re

import phonenumbers
import pytest
from hypothesis import example, given, strategies as st

from gelombang.kit.phone import MOBILE_PATTERN, PhoneMalformed, normalise_phone


@pytest.mark.parametrize(
    "typed",
    [
        "081200001234",
        "0812 0000 1234",
        "0812-0000-1234",
        "0812.0000.1234",
        "(0812) 0000-1234",
        "812 0000 1234",
        "6281200001234",
        "62 812 0000 1234",
        "+6281200001234",
        "+62 812-0000-1234",
        "(+62) 812-0000-1234",
        "+62 (0) 812 0000 1234",
        "+62 0812 0000 1234",
        "62 0812 0000 1234",
        "  0812 0000 1234\n",
    ],
)
def test_every_spelling_is_one_number(typed):
    assert normalise_phone(typed) == "+6281200001234"


@pytest.mark.parametrize(
    ("typed", "number"),
    [
        ("0811 000 123", "+62811000123"),
        ("0857 0000 1234", "+6285700001234"),
        ("0895 0000 1234", "+6289500001234"),
        ("0817 0000 1234", "+6281700001234"),
        ("0831 0000 1234", "+6283100001234"),
        ("0881 0000 1234", "+6288100001234"),
    ],
)
def test_every_operator_is_mobile(typed, number):
    assert normalise_phone(typed) == number


@pytest.mark.parametrize(
    "typed",
    [
        "",
        "   ",
        "-",
        "()",
        "+",
        "+62",
        "0",
        "110",
        "0812",
        "08123456",
        "+6281234567890123",
        "0" * 40,
        "0" * 100_000,
        "(021) 5794 1234",
        "+62 21 5794 1234",
        "0274 512 345",
        "0800 1 234 567",
        "+60 12 345 6789",
        "0060 12 345 6789",
        "60123456789",
        "+65 8123 4567",
        "+1 812 000 1234",
        "0812 000O 1234",
        "0812 CALL ME",
        "0812 0000 1234 ext. 5",
        "0812 0000 1234;ext=5",
        "tel:+6281200001234",
        "0812/0000/1234",
        "081200001234, 081200005678",
        "0812\n0000\n1234",
        "０８１２００００１２３４",
        "٠٨١٢٠٠٠٠١٢٣٤",
        "081200001234\x00",
        "\u202a+6281200001234\u202c",
        "++6281200001234",
        "+6281200001234+",
        "0812+00001234",
        "siti@example.id",
    ],
)
def test_what_is_no_indonesian_mobile_number_is_refused(typed):
    with pytest.raises(PhoneMalformed) as refused:
        normalise_phone(typed)
    assert refused.value.field == "phone"


def test_the_refusal_does_not_repeat_what_was_typed():
    with pytest.raises(PhoneMalformed) as refused:
        normalise_phone("021 5794 1234")
    assert "5794" not in str(refused.value) + refused.value.text.id + refused.value.text.en


@given(st.text("0123456789+ ()-.", max_size=45))
def test_any_text_is_refused_or_becomes_a_number_that_stays(typed):
    try:
        number = normalise_phone(typed)
    except PhoneMalformed:
        return
    assert re.fullmatch(r"\+628[0-9]{7,11}", number)
    assert normalise_phone(number) == number


@given(st.integers(0, 9999), st.sampled_from(["0", "62", "+62", ""]), st.sampled_from(" -."))
def test_prefix_and_separator_never_make_another_number(line, prefix, between):
    typed = between.join([f"{prefix}812", "0000", f"{line:04d}"])
    assert normalise_phone(typed) == f"+628120000{line:04d}"


@example("008358400000")
@given(
    st.from_regex(
        r"(0|\+62|62|\+620|00)?(8|9|1|80)[0-9]{0,3}[ .()-]?[0-9]{0,5}[ .-]?[0-9]{0,5}",
        fullmatch=True,
    )
)
def test_the_short_way_for_ordinary_numbers_says_what_the_library_says(typed):
    try:
        number = phonenumbers.parse(typed, "ID")
    except phonenumbers.NumberParseException:
        number = phonenumbers.PhoneNumber()
    kind = phonenumbers.number_type(number)
    region = phonenumbers.region_code_for_number(number)  # 008 358 … dials Finland from here
    if kind != phonenumbers.PhoneNumberType.MOBILE or region != "ID":
        with pytest.raises(PhoneMalformed):
            normalise_phone(typed)
    else:
        form = phonenumbers.PhoneNumberFormat.E164
        assert normalise_phone(typed) == phonenumbers.format_number(number, form)


def test_the_pattern_of_mobile_numbers_is_the_librarys():
    from phonenumbers.phonemetadata import PhoneMetadata

    metadata = PhoneMetadata.metadata_for_region("ID")
    assert metadata is not None
    assert metadata.mobile.national_number_pattern == MOBILE_PATTERN
