"""Tokens prove what they say, until their second, and nothing else."""

import base64
from datetime import UTC, datetime, timedelta
from uuid import UUID

import pytest
from hypothesis import given, strategies as st

from gelombang.kit.sealing import Keyring
from gelombang.kit.tokens import (
    Confirmation,
    Ticket,
    TicketKind,
    TokenExpired,
    TokenForged,
    admission_pass,
    confirm_token,
    door_pass,
    expiry_of,
    microseconds,
    notice_token,
    read_admission_pass,
    read_confirm_token,
    read_door_pass,
    read_notice_token,
    read_ticket,
    ticket_token,
)


def key(seed):
    return bytes((seed + i) % 256 for i in range(32))


def ring(tokens, current):
    return Keyring(
        sealing={1: key(1)},
        sealing_current=1,
        index={1: key(2)},
        tokens=tokens,
        tokens_current=current,
    )


RING = ring({1: key(3)}, 1)
NOW = datetime(2020, 4, 11, 9, tzinfo=UTC)
ENDS = NOW + timedelta(hours=24)
RECEIPT, INDEX, PERSON = "ABCDEFGHIJKLMNOPQRSTUVWX", key(9), UUID(int=0x1234 << 64 | 0x5678)
ALPHABET = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"


def a_confirm_token(keyring=RING, expires_at=ENDS):
    return confirm_token(keyring, receipt=RECEIPT, email_index=INDEX, expires_at=expires_at)


def a_door_pass(keyring=RING, expires_at=ENDS):
    return door_pass(keyring, person_id=PERSON, expires_at=expires_at)


KINDS = pytest.mark.parametrize(
    ("make", "read"),
    [(a_confirm_token, read_confirm_token), (a_door_pass, read_door_pass)],
    ids=["confirm", "pass"],
)


def test_a_confirm_token_says_whose_mail_it_confirms():
    assert read_confirm_token(RING, a_confirm_token(), real_now=NOW) == Confirmation(RECEIPT, INDEX)


def test_a_door_pass_says_whom_it_was_given_to():
    assert read_door_pass(RING, a_door_pass(), real_now=NOW) == PERSON


@KINDS
def test_a_token_fits_into_a_path_and_a_cookie(make, read):
    token = make()
    assert set(token) <= set(ALPHABET)
    assert len(token) < 200


@KINDS
def test_a_token_ends_at_its_second(make, read):
    token = make()
    read(RING, token, real_now=ENDS - timedelta(microseconds=1))
    for late in (timedelta(0), timedelta(microseconds=1), timedelta(days=900)):
        with pytest.raises(TokenExpired):
            read(RING, token, real_now=ENDS + late)


@KINDS
def test_the_zone_of_the_reader_changes_nothing(make, read):
    late = ENDS.astimezone(tz=None)
    with pytest.raises(TokenExpired):
        read(RING, make(), real_now=late)


@KINDS
def test_a_change_in_any_byte_is_forged(make, read):
    token = make()
    raw = base64.urlsafe_b64decode(token + "=" * (-len(token) % 4))
    for place in range(len(raw)):
        for mask in (0x01, 0x80, 0xFF):
            altered = bytearray(raw)
            altered[place] ^= mask
            forged = base64.urlsafe_b64encode(altered).rstrip(b"=").decode()
            with pytest.raises(TokenForged):
                read(RING, forged, real_now=NOW)


@KINDS
def test_a_change_in_any_letter_is_forged(make, read):
    token = make()
    for place, letter in enumerate(token):
        for other in "Aa9-_" if place < len(token) - 1 else ALPHABET:
            if other != letter:
                with pytest.raises(TokenForged):
                    read(RING, token[:place] + other + token[place + 1 :], real_now=NOW)


@KINDS
def test_a_cut_or_longer_token_is_forged(make, read):
    token = make()
    for length in range(len(token)):
        with pytest.raises(TokenForged):
            read(RING, token[:length], real_now=NOW)
    for more in ("A", "AAAA", "=", "==", "===", "====", ".", " ", "\n", "\x00", "é"):
        with pytest.raises(TokenForged):
            read(RING, token + more, real_now=NOW)


def test_the_other_alphabet_of_base64_is_forged():
    token = confirm_token(RING, receipt=RECEIPT, email_index=b"\xff" * 32, expires_at=ENDS)
    plain = token.replace("_", "/").replace("-", "+")
    assert plain != token
    with pytest.raises(TokenForged):
        read_confirm_token(RING, plain, real_now=NOW)


@KINDS
@pytest.mark.parametrize(
    "token",
    ["", "=", "A", "AAAA", "A" * 44, "A" * 512, "A" * 513, "A" * 10**6, "é", "１" * 76, "\x00"],
)
def test_what_was_never_made_here_is_forged(make, read, token):
    with pytest.raises(TokenForged):
        read(RING, token, real_now=NOW)


@KINDS
@given(st.text(max_size=200))
def test_any_text_is_forged(make, read, text):
    with pytest.raises(TokenForged):
        read(RING, text, real_now=NOW)


def test_a_token_of_one_kind_never_serves_as_another():
    with pytest.raises(TokenForged):
        read_door_pass(RING, a_confirm_token(), real_now=NOW)
    with pytest.raises(TokenForged):
        read_confirm_token(RING, a_door_pass(), real_now=NOW)


@KINDS
def test_a_forged_token_is_forged_and_not_merely_expired(make, read):
    token = make()
    with pytest.raises(TokenForged):
        read(RING, token[:-4] + "AAAA", real_now=ENDS)


@KINDS
def test_a_retired_key_still_reads_and_the_current_one_signs(make, read):
    both = ring({1: key(3), 2: key(4)}, 2)
    read(both, make(RING), real_now=NOW)
    with pytest.raises(TokenForged):
        read(RING, make(both), real_now=NOW)


@KINDS
def test_another_key_under_the_same_id_is_forged(make, read):
    with pytest.raises(TokenForged):
        read(ring({1: key(5)}, 1), make(), real_now=NOW)


@pytest.mark.parametrize("length", [0, 31, 34])
def test_an_address_index_has_32_bytes(length):
    with pytest.raises(ValueError, match="32 bytes"):
        confirm_token(RING, receipt=RECEIPT, email_index=bytes(length), expires_at=ENDS)


def test_drivers_may_hand_out_memoryviews():
    token = confirm_token(RING, receipt=RECEIPT, email_index=memoryview(INDEX), expires_at=ENDS)
    assert token == a_confirm_token()


@KINDS
def test_the_end_is_read_without_a_key(make, read):
    assert expiry_of(make()) == ENDS


@given(
    st.text("ABCDEFGHIJKLMNOPQRSTUVWXYZ234567", min_size=24, max_size=24),
    st.binary(min_size=32, max_size=32),
    st.integers(1, 10**9),
)
def test_a_confirm_token_is_read_back(receipt, index, seconds):
    ends = NOW + timedelta(seconds=seconds)
    token = confirm_token(RING, receipt=receipt, email_index=index, expires_at=ends)
    assert read_confirm_token(RING, token, real_now=NOW) == Confirmation(receipt, index)


@given(st.uuids(), st.integers(1, 10**9))
def test_a_door_pass_is_read_back(person, seconds):
    token = door_pass(RING, person_id=person, expires_at=NOW + timedelta(seconds=seconds))
    assert read_door_pass(RING, token, real_now=NOW) == person


TICKETS = st.builds(
    Ticket,
    kind=st.sampled_from(TicketKind),
    subject=st.sampled_from(["registration", "PKJ-2020-W01", "house"]),
    real_us=st.integers(0, 2**63),
    issued_us=st.integers(-(2**50), 2**60),
    number=st.integers(0, 2**64 - 1),
)


def a_ticket(**changes):
    at = microseconds(NOW)
    usual = {"kind": TicketKind.FORM, "subject": "registration", "number": 7}
    return Ticket(**{**usual, "real_us": at, "issued_us": at, **changes})


@given(TICKETS)
def test_a_ticket_comes_back_as_it_was(ticket):
    assert read_ticket(RING, ticket_token(RING, ticket)) == ticket


def test_a_ticket_survives_the_rotation_of_keys():
    token = ticket_token(RING, a_ticket())
    assert read_ticket(ring({1: key(3), 2: key(5)}, 2), token) == a_ticket()
    with pytest.raises(TokenForged):
        read_ticket(ring({2: key(5)}, 2), token)


@given(TICKETS, st.data())
def test_a_changed_ticket_is_forged(ticket, data):
    token = ticket_token(RING, ticket)
    place = data.draw(st.integers(0, len(token) - 1))
    letter = data.draw(st.sampled_from([each for each in ALPHABET if each != token[place]]))
    with pytest.raises(TokenForged):
        read_ticket(RING, token[:place] + letter + token[place + 1 :])


@pytest.mark.parametrize("text", ["", "A", "AAAA", "A" * 60, "A" * 9_000, "é", "../../x"])
def test_what_is_no_ticket_is_forged(text):
    with pytest.raises(TokenForged):
        read_ticket(RING, text)


def test_no_other_token_passes_for_a_ticket():
    for token in (a_confirm_token(), a_door_pass(), admission_pass(RING, expires_at=ENDS)):
        with pytest.raises(TokenForged):
            read_ticket(RING, token)


def test_ids_of_tickets_grow_with_time_and_do_not_depend_on_the_kind():
    early, late = a_ticket(number=2**64 - 1), a_ticket(real_us=microseconds(NOW) + 1, number=0)
    assert early.id < late.id
    assert a_ticket(kind=TicketKind.QUEUED).id == a_ticket().id
    assert a_ticket().issued_at == NOW


def test_an_admission_pass_is_good_until_its_second():
    token = admission_pass(RING, expires_at=ENDS)
    read_admission_pass(RING, token, real_now=ENDS - timedelta(seconds=1))
    with pytest.raises(TokenExpired):
        read_admission_pass(RING, token, real_now=ENDS)
    with pytest.raises(TokenForged):
        read_admission_pass(RING, a_door_pass(), real_now=NOW)


@given(st.integers(1, 2**63 - 1))
def test_a_letters_name_leads_back_to_its_notice_and_to_nothing_else(number):
    keyring = RING
    token = notice_token(keyring, notice_id=number)
    assert token == notice_token(keyring, notice_id=number), "the same in every attempt"
    assert read_notice_token(keyring, token) == number
    with pytest.raises(TokenForged):
        read_notice_token(keyring, token[:-3] + ("AAA" if token[-3:] != "AAA" else "BBB"))
    with pytest.raises(TokenForged):
        read_door_pass(keyring, token, real_now=datetime(2020, 1, 1, tzinfo=UTC))
