"""Blind indexes of a chain of keys: wrapped without their value, one representation at a time."""

from dataclasses import replace

import pytest
from hypothesis import given, strategies as st
from tests.kit.test_tokens import ENDS, NOW, RECEIPT

from gelombang.kit.indexing import (
    END,
    FIRST,
    Frontier,
    IndexKeyMissing,
    IndexTooNew,
    at_least,
    blind_index,
    index_key_of,
    newest_known,
    place_of,
    print_of,
    same_index,
    wrapped,
)
from gelombang.kit.sealing import Keyring, derived_key
from gelombang.kit.tokens import Confirmation, confirm_token, read_confirm_token

CHAIN = {4: bytes(range(32)), 7: bytes(range(1, 33)), 9: bytes(range(2, 34))}


def ring(*ids: int) -> Keyring:
    key = bytes(range(3, 35))
    return Keyring(
        sealing={1: key},
        sealing_current=1,
        index={number: CHAIN[number] for number in ids},
        tokens={1: key},
        tokens_current=1,
    )


OLD, TWO, THREE = ring(4), ring(4, 7), ring(4, 7, 9)
VALUES = st.text(min_size=1, max_size=30)


@given(VALUES)
def test_wrapping_an_index_makes_what_the_value_would(value):
    first = blind_index(OLD, value, purpose="nik")
    assert first == blind_index(THREE, value, purpose="nik")
    second = wrapped(TWO, first, purpose="nik", key_id=7)
    assert second == blind_index(THREE, value, purpose="nik", key_id=7)
    third = blind_index(THREE, value, purpose="nik", key_id=9)
    assert wrapped(THREE, first, purpose="nik", key_id=9) == third
    assert wrapped(THREE, second, purpose="nik", key_id=9) == third
    assert [index_key_of(each) for each in (first, second, third)] == [FIRST, 7, 9]
    assert len({first[-31:], second[-31:], third[-31:]}) == 3


def test_an_index_of_a_later_key_differs_by_purpose():
    made = {blind_index(TWO, "1", purpose=p, key_id=7) for p in ("person", "lifetime")}
    made |= {
        wrapped(TWO, blind_index(OLD, "1", purpose="person"), purpose=p, key_id=7)
        for p in ("person", "lifetime")
    }
    assert len(made) == 3


def test_what_the_ring_cannot_do_is_said():
    second = blind_index(TWO, "1", purpose="nik", key_id=7)
    with pytest.raises(IndexKeyMissing):
        wrapped(OLD, second, purpose="nik", key_id=FIRST)
    with pytest.raises(IndexKeyMissing):
        blind_index(OLD, "1", purpose="nik", key_id=7)
    with pytest.raises(IndexTooNew):
        wrapped(TWO, second, purpose="nik", key_id=FIRST)
    with pytest.raises(IndexTooNew):
        wrapped(TWO, b"short", purpose="nik", key_id=7)


@given(VALUES, VALUES, st.sampled_from((FIRST, 7, 9)), st.sampled_from((FIRST, 7, 9)))
def test_indexes_of_different_keys_are_compared(one, other, a, b):
    first = blind_index(THREE, one, purpose="email", key_id=a)
    second = blind_index(THREE, other, purpose="email", key_id=b)
    assert same_index(THREE, first, second, purpose="email") is (one == other)


def test_what_is_no_index_equals_nothing_but_itself():
    index = blind_index(TWO, "1", purpose="nik")
    assert not same_index(TWO, b"index", index, purpose="nik")
    assert same_index(TWO, b"index", b"index", purpose="nik")


@given(VALUES, st.integers(0, END))
def test_a_value_has_one_representation_from_whatever_key_it_comes(value, reached):
    frontier = Frontier(settled=FIRST, coming=7, reached=reached)
    first = blind_index(TWO, value, purpose="nik")
    has_moved = place_of(first) < reached
    present = frontier.index(TWO, value, purpose="nik")
    assert index_key_of(present) == (7 if has_moved else FIRST)
    assert frontier.represent(TWO, first, purpose="nik") == present
    assert frontier.represent(TWO, present, purpose="nik") == present


@given(VALUES)
def test_the_second_rotation_starts_from_the_settled_key(value):
    settled = Frontier(settled=7, coming=7)
    middle = replace(settled, coming=9, reached=END // 2)
    first = blind_index(THREE, value, purpose="nik")
    second = settled.represent(THREE, first, purpose="nik")
    assert index_key_of(second) == 7
    expected = 9 if place_of(second) < END // 2 else 7
    assert index_key_of(middle.represent(THREE, first, purpose="nik")) == expected


def test_the_door_makes_what_its_ring_can():
    assert [newest_known(TWO, each) for each in (FIRST, 7, 9)] == [FIRST, 7, 7]
    first = blind_index(OLD, "a", purpose="email")
    second = blind_index(TWO, "a", purpose="email", key_id=7)
    assert at_least(TWO, first, purpose="email", key_id=7) == second
    assert at_least(TWO, second, purpose="email", key_id=FIRST) == second
    assert at_least(OLD, first, purpose="email", key_id=7) == first


def test_a_new_key_changes_no_derived_key():
    receipts = {derived_key(each, purpose="receipt") for each in (OLD, TWO, THREE)}
    assert len(receipts) == 1
    assert receipts != {derived_key(ring(7, 4), purpose="receipt")}


def test_a_fingerprint_tells_keys_apart_and_nothing_else():
    assert print_of(TWO, 7) == print_of(THREE, 7)
    assert len({print_of(THREE, each) for each in (FIRST, 7, 9)}) == 3
    assert CHAIN[7].hex()[:8] not in print_of(TWO, 7)
    with pytest.raises(IndexKeyMissing):
        print_of(OLD, 7)


@given(VALUES, st.sampled_from((FIRST, 7, 9)))
def test_a_link_carries_the_index_of_any_key(value, key_id):
    index = blind_index(THREE, value, purpose="email", key_id=key_id)
    token = confirm_token(THREE, receipt=RECEIPT, email_index=index, expires_at=ENDS)
    assert read_confirm_token(THREE, token, real_now=NOW) == Confirmation(RECEIPT, index)
