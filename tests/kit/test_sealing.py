"""Sealed values open only unaltered, for their purpose and with a key of the ring."""

import os

import pytest
from hypothesis import given, strategies as st

from gelombang.kit.indexing import blind_index
from gelombang.kit.sealing import Keyring, SealBroken, derived_key, seal, unseal


def key(seed):
    return bytes((seed + i) % 256 for i in range(32))


def ring(**changes):
    values = {
        "sealing": {1: key(1)},
        "sealing_current": 1,
        "index": {1: key(2)},
        "tokens": {1: key(3)},
        "tokens_current": 1,
    }
    return Keyring(**(values | changes))


RING = ring()
VALUE = "siti@example.id"
values = st.text(st.characters(exclude_categories=["Cs"]), max_size=200)


@given(values, st.text(st.characters(exclude_categories=["Cs"]), max_size=30))
def test_what_is_sealed_opens_again(value, purpose):
    assert unseal(RING, seal(RING, value, purpose=purpose), purpose=purpose) == value


def test_drivers_may_hand_out_other_kinds_of_bytes():
    sealed = seal(RING, VALUE, purpose="email")
    assert unseal(RING, memoryview(sealed), purpose="email") == VALUE
    assert unseal(RING, bytearray(sealed), purpose="email") == VALUE


def test_two_seals_of_one_value_have_nothing_in_common():
    made = {seal(RING, VALUE, purpose="email") for _ in range(500)}
    assert len({sealed[2:14] for sealed in made}) == 500  # the nonces
    assert not any(VALUE.encode() in sealed for sealed in made)


@pytest.mark.parametrize("mask", [0x01, 0x80, 0xFF])
def test_a_change_in_any_byte_breaks_the_seal(mask):
    sealed = seal(RING, VALUE, purpose="email")
    for place in range(len(sealed)):
        altered = bytearray(sealed)
        altered[place] ^= mask
        with pytest.raises(SealBroken):
            unseal(RING, bytes(altered), purpose="email")


def test_a_cut_or_longer_value_breaks_the_seal():
    sealed = seal(RING, VALUE, purpose="email")
    for length in range(len(sealed)):
        with pytest.raises(SealBroken):
            unseal(RING, sealed[:length], purpose="email")
        with pytest.raises(SealBroken):
            unseal(RING, sealed[length + 1 :], purpose="email")
    with pytest.raises(SealBroken):
        unseal(RING, sealed + b"\x00", purpose="email")


@given(st.binary(max_size=80))
def test_what_was_never_sealed_does_not_open(noise):
    with pytest.raises(SealBroken):
        unseal(RING, noise, purpose="email")


@pytest.mark.parametrize("purpose", ["", "Email", "email ", "phone"])
def test_a_value_opens_for_its_purpose_only(purpose):
    sealed = seal(RING, VALUE, purpose="email")
    with pytest.raises(SealBroken):
        unseal(RING, sealed, purpose=purpose)


def test_an_unknown_key_id_does_not_open():
    sealed = seal(ring(sealing={7: key(7)}, sealing_current=7), VALUE, purpose="email")
    with pytest.raises(SealBroken, match="unknown key id 7"):
        unseal(RING, sealed, purpose="email")


def test_another_key_under_the_same_id_does_not_open():
    sealed = seal(ring(sealing={1: key(9)}), VALUE, purpose="email")
    with pytest.raises(SealBroken):
        unseal(RING, sealed, purpose="email")


def test_a_retired_key_still_opens_and_the_current_one_seals():
    old = seal(RING, VALUE, purpose="email")
    both = ring(sealing={1: key(1), 255: key(4)}, sealing_current=255)
    assert unseal(both, old, purpose="email") == VALUE
    new = seal(both, VALUE, purpose="email")
    assert (old[1], new[1]) == (1, 255)
    with pytest.raises(SealBroken):
        unseal(RING, new, purpose="email")


def test_the_error_says_nothing_of_the_value_or_key():
    sealed = seal(RING, VALUE, purpose="email")
    with pytest.raises(SealBroken) as broken:
        unseal(RING, sealed, purpose="phone")
    assert VALUE not in str(broken.value)
    assert key(1).hex() not in str(broken.value)


@pytest.mark.parametrize(
    "changes",
    [
        {"sealing": {}},
        {"sealing_current": 2},
        {"sealing": {0: key(1)}, "sealing_current": 0},
        {"sealing": {256: key(1)}, "sealing_current": 256},
        {"sealing": {1: key(1)[:31]}},
        {"sealing": {1: key(1), 2: b""}},
        {"tokens": {}},
        {"tokens_current": 2},
        {"tokens": {0: key(3)}, "tokens_current": 0},
        {"tokens": {256: key(3)}, "tokens_current": 256},
        {"tokens": {1: key(3) + b"x"}},
        {"index": {}},
        {"index": {1: key(2)[:16]}},
        {"index": {1: key(2) * 2}},
    ],
)
def test_a_ring_that_could_not_seal_or_sign_is_refused(changes):
    with pytest.raises(ValueError, match=r"sealing|tokens|index"):
        ring(**changes)


def test_a_ring_shows_ids_and_never_keys():
    shown = f"{RING!r} {RING}"
    assert shown == " ".join(["Keyring(sealing=[1], index=[1], tokens=[1])"] * 2)
    seal(RING, VALUE, purpose="email")
    assert repr(RING) == shown.split(") ", maxsplit=1)[0] + ")"


def test_equal_values_have_one_index_in_every_process():
    assert blind_index(RING, VALUE, purpose="email") == blind_index(ring(), VALUE, purpose="email")
    assert blind_index(RING, VALUE, purpose="email").hex() == (
        "dfeaf495fff3a1e2a0cd89bf81cbba8c61e2820a9b20536cb4f4b13ddfba3d86"
    )  # rows hold it: a change here would lose everybody


def test_an_index_differs_by_value_purpose_and_key():
    made = [
        blind_index(each, value, purpose=purpose)
        for each in (RING, ring(index={1: key(8)}))
        for value in (VALUE, "budi@example.id", "")
        for purpose in ("email", "phone", "nik", "")
    ]
    assert len(set(made)) == len(made) == 24
    assert {len(index) for index in made} == {32}


def test_an_index_does_not_change_with_the_sealing_keys():
    rotated = ring(sealing={2: key(5)}, sealing_current=2, tokens={9: key(6)}, tokens_current=9)
    assert blind_index(rotated, VALUE, purpose="nik") == blind_index(RING, VALUE, purpose="nik")


@given(values, values)
def test_two_values_share_an_index_only_if_they_are_equal(one, other):
    indexes = {blind_index(RING, value, purpose="nik") for value in (one, other)}
    assert len(indexes) == len({one, other})


def test_a_derived_key_belongs_to_purpose_and_ring():
    made = {
        derived_key(each, purpose=purpose)
        for each in (RING, ring(index={1: key(8)}))
        for purpose in ("receipt", "waiting-room")
    }
    assert len(made) == 4
    assert {len(derived) for derived in made} == {32}
    assert derived_key(ring(), purpose="receipt") == derived_key(RING, purpose="receipt")
    assert key(2) not in made


def test_no_two_values_are_sealed_with_one_nonce_also_not_in_a_child():
    sealed = {seal(RING, "x", purpose="email")[2:14] for _ in range(2_000)}
    assert len(sealed) == 2_000
    read, write = os.pipe()
    child = os.fork()
    if child == 0:
        os.write(write, b"".join(seal(RING, "x", purpose="email")[2:14] for _ in range(300)))
        os._exit(0)
    os.waitpid(child, 0)
    raw = os.read(read, 300 * 12)
    theirs = {raw[i : i + 12] for i in range(0, len(raw), 12)}
    ours = {seal(RING, "x", purpose="email")[2:14] for _ in range(300)}
    assert len(theirs) == 300
    assert not theirs & ours
