"""Identifiers keep their shape: UUIDs ordered in time, receipts one a key, digits of one length."""

import re
import time
from uuid import RFC_4122

import pytest
from hypothesis import given, strategies as st

from gelombang.kit import ids

KEY, OTHER_KEY = bytes(32), bytes(31) + b"\x01"
RECEIPT = "ABCDEFGHIJKLMNOPQRSTUVWX"
idempotency_keys = st.text("abcXYZ019._:+/=@~-", min_size=16, max_size=64)


def test_a_uuid_is_of_version_7():
    made = [ids.uuid7() for _ in range(1000)]
    assert {u.version for u in made} == {7}
    assert {u.variant for u in made} == {RFC_4122}
    assert len(set(made)) == 1000


@pytest.mark.parametrize("milliseconds", [0, 1, 1_586_595_600_000, 2**48 - 1])
def test_a_uuid_begins_with_its_millisecond(monkeypatch, milliseconds):
    monkeypatch.setattr(time, "time_ns", lambda: milliseconds * 1_000_000 + 999_999)
    assert ids.uuid7().int >> 80 == milliseconds


def test_later_uuids_sort_later(monkeypatch):
    made = []
    for milliseconds in range(1_586_595_600_000, 1_586_595_600_200):
        monkeypatch.setattr(time, "time_ns", lambda ms=milliseconds: ms * 1_000_000)
        made.append(ids.uuid7())
    assert made == sorted(made)
    assert [str(u) for u in made] == sorted(str(u) for u in made)


@pytest.mark.parametrize("filling", [b"\x00", b"\xff"])
def test_only_version_and_variant_are_not_random(monkeypatch, filling):
    monkeypatch.setattr(time, "time_ns", lambda: 0)
    monkeypatch.setattr(ids.os, "urandom", lambda count: filling * count)
    free = (1 << 80) - 1 ^ (0xF << 76) ^ (0x3 << 62)
    assert ids.uuid7().int & free == (free if filling == b"\xff" else 0)


@given(idempotency_keys)
def test_a_receipt_has_24_letters_of_base32_and_vouches_for_itself(idempotency_key):
    receipt = ids.receipt_for(key=KEY, idempotency_key=idempotency_key)
    assert re.fullmatch(r"[A-Z2-7]{24}", receipt)
    assert receipt == ids.receipt_for(key=KEY, idempotency_key=idempotency_key)
    assert ids.is_receipt(receipt, key=KEY)
    assert ids.read_receipt(ids.show_receipt(receipt).lower()) == receipt


def test_a_receipt_differs_by_secret_and_by_submission():
    made = {
        ids.receipt_for(key=key, idempotency_key=f"submission-{number:06d}")
        for key in (KEY, OTHER_KEY)
        for number in range(500)
    }
    assert len({receipt[:20] for receipt in made}) == 1000


def test_every_altered_letter_is_known_without_a_look_up():
    receipt = ids.receipt_for(key=KEY, idempotency_key="a-submission-key")
    for place, letter in enumerate(receipt):
        altered = receipt[:place] + ("A" if letter != "A" else "B") + receipt[place + 1 :]
        assert not ids.is_receipt(altered, key=KEY), place


@pytest.mark.parametrize(
    "receipt", ["", "A" * 23, "A" * 25, "A" * 24 + "\n", "a" * 24, "0" * 24, "Ａ" * 24, "é" * 24]
)
def test_what_has_not_the_shape_is_no_receipt(receipt):
    assert not ids.is_receipt(receipt, key=KEY)


def test_a_receipt_of_another_secret_is_none():
    assert not ids.is_receipt(
        ids.receipt_for(key=OTHER_KEY, idempotency_key="a-submission-key"), key=KEY
    )


def test_a_chosen_idempotency_key_never_makes_a_voucher_for_an_invented_receipt():
    invented = "INVENTEDINVENTEDINVE"
    for prefix in ("voucher:", "receipt:", ""):
        answer = ids.receipt_for(key=KEY, idempotency_key=prefix + invented)
        assert not ids.is_receipt(invented + answer[:4], key=KEY)


def test_a_receipt_is_shown_in_groups_of_four():
    assert ids.show_receipt(RECEIPT) == "ABCD-EFGH-IJKL-MNOP-QRST-UVWX"


@pytest.mark.parametrize(
    ("typed", "read"),
    [
        (RECEIPT, RECEIPT),
        ("ABCD-EFGH-IJKL-MNOP-QRST-UVWX", RECEIPT),
        ("abcd efgh\tijkl mnop qrst uvwx\n", RECEIPT),
        ("  AB-CD EF-GH IJ-KL MN-OP QR-ST UV-WX  ", RECEIPT),
        ("018A" + "2" * 20, "OIBA" + "2" * 20),
    ],
)
def test_reading_forgives_hyphens_blanks_case_and_lookalikes(typed, read):
    assert ids.read_receipt(typed) == read


@pytest.mark.parametrize(
    "typed",
    ["", "-", RECEIPT[:-1], RECEIPT + "A", RECEIPT[:-1] + "9", RECEIPT[:-1] + "é", RECEIPT * 1000],
)
def test_what_is_no_receipt_reads_as_none(typed):
    assert ids.read_receipt(typed) is None


@given(st.text(max_size=60))
def test_reading_any_text_gives_a_receipt_or_none(typed):
    read = ids.read_receipt(typed)
    assert read is None or re.fullmatch(r"[A-Z2-7]{24}", read)


@pytest.mark.parametrize("count", [1, 6, 8, 16])
def test_random_digits_have_their_length(count):
    for _ in range(200):
        assert re.fullmatch(rf"[0-9]{{{count}}}", ids.random_digits(count))


def test_leading_zeros_are_kept(monkeypatch):
    monkeypatch.setattr(ids.secrets, "randbelow", lambda _: 7)
    assert ids.random_digits(6) == "000007"
