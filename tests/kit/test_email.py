"""One address has one normal form, and what mail cannot reach is refused with a reason."""

import pytest
from email_validator import EmailNotValidError, validate_email
from hypothesis import given, strategies as st

from gelombang.kit.email import (
    LONGEST,
    EmailMalformed,
    EmailTooLong,
    email_for_comparison,
    normalise_email,
)


@pytest.mark.parametrize(
    ("typed", "normal"),
    [
        ("siti@example.id", "siti@example.id"),
        ("  siti@example.id\n", "siti@example.id"),
        ("\u00a0siti@example.id", "siti@example.id"),
        ("Siti.Aminah@Example.ID", "Siti.Aminah@example.id"),
        ("siti+prakerja@example.id", "siti+prakerja@example.id"),
        ("siti@surat.example.id", "siti@surat.example.id"),
        ("siti@bücher.example.id", "siti@xn--bcher-kva.example.id"),
        ("siti@BÜCHER.example.id", "siti@xn--bcher-kva.example.id"),
        ("siti@bu\u0308cher.example.id", "siti@xn--bcher-kva.example.id"),
        ("siti@XN--BCHER-KVA.example.id", "siti@xn--bcher-kva.example.id"),
        ("siti@ｅxample.id", "siti@example.id"),
    ],
)
def test_an_address_is_normalised(typed, normal):
    assert normalise_email(typed) == normal


@pytest.mark.parametrize(
    "typed",
    [
        "",
        "   ",
        "siti",
        "siti.example.id",
        "@example.id",
        "siti@",
        "siti@@example.id",
        "siti@rumah@example.id",
        "siti@localhost",
        "siti@example",
        "siti@127.0.0.1",
        "siti@[127.0.0.1]",
        "siti@-example.id",
        "siti@exa_mple.id",
        "siti@example..id",
        "siti@example.id.",
        "siti@example.invalid",
        "siti@" + "x" * 64 + ".id",
        "siti@" + "ü" * 60 + ".id",
        "siti@xn--zz.id",
        ".siti@example.id",
        "siti.@example.id",
        "si..ti@example.id",
        "si ti@example.id",
        '"si ti"@example.id',
        "Siti <siti@example.id>",
        "mailto:siti@example.id",
        "siti@example.id, budi@example.id",
        "siti@exa\nmple.id",
        "siti@example.id\r\nBcc: budi@example.id",
        "siti@example.id\x00",
        "siti\u200b@example.id",
        "ｓiti@example.id",
        "sití@example.id",
    ],
)
def test_what_mail_cannot_reach_is_refused(typed):
    with pytest.raises(EmailMalformed) as refused:
        normalise_email(typed)
    assert refused.value.field == "email"


@pytest.mark.parametrize("letters", [LONGEST + 1, 300, 100_000])
def test_an_address_longer_than_mail_carries_is_refused_as_such(letters):
    with pytest.raises(EmailTooLong) as refused:
        normalise_email("a" * (letters - len("@example.id")) + "@example.id")
    assert refused.value.field == "email"


def test_no_refusal_repeats_the_address():
    with pytest.raises(EmailMalformed) as refused:
        normalise_email("siti rahasia@example.id")
    assert "rahasia" not in str(refused.value) + refused.value.text.id + refused.value.text.en


@pytest.mark.parametrize("other", ["SITI@example.id", "Siti@EXAMPLE.id", " siti@example.id "])
def test_two_spellings_of_one_address_compare_equal(other):
    assert email_for_comparison(normalise_email(other)) == "siti@example.id"


@pytest.mark.parametrize("other", ["si.ti@example.id", "siti+1@example.id", "siti@example.com"])
def test_another_address_is_another_address(other):
    assert email_for_comparison(normalise_email(other)) != "siti@example.id"


@given(st.one_of(st.emails(), st.text(max_size=40)))
def test_an_address_is_refused_or_is_normal_ascii_and_stays_so(typed):
    try:
        normal = normalise_email(typed)
    except (EmailMalformed, EmailTooLong):
        return
    assert normal.isascii()
    assert len(normal) <= LONGEST
    assert normalise_email(normal) == normal


@given(
    st.one_of(
        st.emails(),
        st.from_regex(
            r"[a-zA-Z0-9._+@-]{1,66}@[a-zA-Z0-9.-]{1,70}(\.com|\.id|\.ORG)", fullmatch=True
        ),
        st.from_regex(r"[a-z0-9]{60,66}@([a-z0-9]{60,64}\.){1,5}net", fullmatch=True),
    )
)
def test_the_short_way_for_ordinary_addresses_says_what_the_library_says(typed):
    try:
        found = validate_email(typed, check_deliverability=False, allow_smtputf8=False)
    except EmailNotValidError:
        with pytest.raises((EmailMalformed, EmailTooLong)):
            normalise_email(typed)
    else:
        if len(typed) <= LONGEST and len(found.ascii_email or "") <= LONGEST:
            assert normalise_email(typed) == (found.ascii_email or found.normalized)
