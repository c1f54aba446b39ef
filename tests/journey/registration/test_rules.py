"""Merging, capping and codes, for every order of arrival that hypothesis can think of."""

from datetime import UTC, datetime, timedelta
from uuid import UUID, uuid4

import pytest
from hypothesis import given, strategies as st

from gelombang.journey.registration.rules import (
    CODES_A_DAY,
    LETTERS_A_DAY,
    Code,
    CodeExpired,
    CodeUsedUp,
    CodeWrong,
    LetterKind,
    Reach,
    RegistrationState,
    SignInAnswer,
    Standing,
    Submitted,
    answer,
    answer_sign_in,
    costs_a_try,
    first_instants,
    judge_code,
    merge,
    next_code_at,
    normalise_code,
)

REAL = datetime(2026, 11, 2, 8, 30, tzinfo=UTC)


def submitted(number: int, address: int, second: int) -> Submitted:
    return Submitted(
        id=number, xid="7", receipt=f"R{number}", email_index=bytes([address]), email_sealed=b"",
        phone_index=None, phone_sealed=None, language="id",
        received_at=REAL + timedelta(seconds=second),
    )  # fmt: skip


def standing(state=RegistrationState.REGISTERED, *, is_new=True, letters_today=0) -> Standing:
    return Standing(registration_id=1, person_id=UUID(int=1), state=state, is_new=is_new,
                    letters_today=letters_today)  # fmt: skip


arrivals = st.lists(st.tuples(st.integers(0, 5), st.integers(0, 100)), max_size=60).map(
    lambda rows: [submitted(number, *row) for number, row in enumerate(rows)]
)


@given(arrivals)
def test_merging_loses_nobody_and_keeps_the_order(rows):
    merged = merge(rows)
    assert sorted(row.id for group in merged.values() for row in group) == [r.id for r in rows]
    assert all({row.email_index for row in group} == {index} for index, group in merged.items())
    assert all(group == sorted(group, key=lambda row: row.id) for group in merged.values())


@given(arrivals, st.integers(1, 10))
def test_batches_of_any_size_admit_the_same_with_the_same_number_of_letters(rows, size):
    def run(batches):
        letters, first = {}, {}
        for batch in batches:
            for index, group in merge(batch).items():
                found = standing(is_new=index not in first, letters_today=letters.get(index, 0))
                admitted = answer(group, found)
                assert [each.submission for each in admitted] == group
                sent = sum(each.letter is not None for each in admitted)
                letters[index] = letters.get(index, 0) + sent
                first[index] = min(first.get(index, REAL + timedelta(days=1)),
                                   first_instants({index: group})[index])  # fmt: skip
        return letters, first

    whole = run([rows])
    assert run([rows[i : i + size] for i in range(0, len(rows), size)]) == whole
    letters, _ = whole
    assert all(letters[index] == min(LETTERS_A_DAY, len(group))
               for index, group in merge(rows).items())  # fmt: skip


@given(st.integers(0, 10), st.integers(1, 10), st.booleans(), st.sampled_from(RegistrationState))
def test_no_address_gets_more_than_its_letters_a_day(before, count, is_new, state):
    rows = [submitted(number, 1, 0) for number in range(count)]
    admitted = answer(rows, standing(state, is_new=is_new, letters_today=before))
    letters = [each.letter for each in admitted if each.letter]
    assert len(letters) <= max(0, LETTERS_A_DAY - before)
    assert letters.count(LetterKind.CONFIRM) <= 1
    if state is RegistrationState.ERASED:
        assert letters == []
    if state is RegistrationState.EMAIL_CONFIRMED:
        assert set(letters) <= {LetterKind.SIGN_IN}


def code(**changes) -> Code:
    values = {"id": 1, "person_id": uuid4(), "code_mac": b"", "salt": b"", "attempts_left": 5,
              "expires_at": REAL + timedelta(minutes=10), "used_at": None}  # fmt: skip
    return Code(**{**values, **changes})


@pytest.mark.parametrize(
    ("found", "fits", "expected"),
    [
        (code(), True, type(None)),
        (code(), False, CodeWrong),
        (code(attempts_left=1), False, CodeUsedUp),
        (code(attempts_left=1), True, type(None)),
        (code(attempts_left=0), True, CodeUsedUp),
        (code(used_at=REAL), True, CodeUsedUp),
        (code(expires_at=REAL), True, CodeExpired),
        (code(person_id=None), True, CodeWrong),
        (None, False, CodeExpired),
        (None, True, CodeExpired),
    ],
)
def test_when_a_code_lets_somebody_in(found, fits, expected):
    assert isinstance(judge_code(found, fits=fits, real_now=REAL), expected)


@given(st.integers(0, 5), st.booleans(), st.booleans(), st.integers(-5, 5))
def test_what_cannot_let_in_any_more_costs_nothing(left, is_used, fits, minutes):
    found = code(attempts_left=left, used_at=REAL if is_used else None,
                 expires_at=REAL + timedelta(minutes=minutes))  # fmt: skip
    refusal = judge_code(found, fits=fits, real_now=REAL)
    could_let_in = judge_code(found, fits=True, real_now=REAL) is None
    assert costs_a_try(found, real_now=REAL) == could_let_in
    assert (refusal is None) == (could_let_in and fits)


@pytest.mark.parametrize(
    ("state", "letters", "expected"),
    [
        (None, 0, SignInAnswer.SILENCE),
        (RegistrationState.EMAIL_CONFIRMED, 9, SignInAnswer.CODE),
        (RegistrationState.REGISTERED, 2, SignInAnswer.LINK),
        (RegistrationState.REGISTERED, 3, SignInAnswer.SILENCE),
    ],
)
def test_what_somebody_gets_who_asks_to_sign_in(state, letters, expected):
    reach = state and Reach(person_id=UUID(int=1), registration_id=1, state=state,
                            address_sealed=b"", receipt="R")  # fmt: skip
    assert answer_sign_in(reach, letters_today=letters) is expected


@pytest.mark.parametrize("typed", ["123456", " 123 456 ", "123-456", "123\u00a0456\n"])
def test_a_pasted_code_is_read(typed):
    assert normalise_code(typed) == "123456"


def test_a_longer_code_never_becomes_a_right_one():
    assert normalise_code("1234567") != "123456"
    assert len(normalise_code("1" * 10_000)) == 7


@given(st.lists(st.tuples(st.integers(0, 86_000), st.booleans()), max_size=25))
def test_the_next_code_is_never_before_now_and_never_beyond_a_day(asked):
    newest_first = sorted(
        ((REAL - timedelta(seconds=ago), used) for ago, used in asked), reverse=True
    )
    allowed = next_code_at(newest_first[:CODES_A_DAY], real_now=REAL)
    assert REAL <= allowed <= REAL + timedelta(days=1)
    if newest_first and newest_first[0][1] and len(newest_first) < CODES_A_DAY:
        assert allowed == REAL, "a code that let somebody in ends the row"
