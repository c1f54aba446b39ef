"""A refusal has a stable code and a sentence in both languages; an outage is no refusal."""

from typing import ClassVar

import pytest

from gelombang.kit.email import EmailMalformed
from gelombang.kit.errors import Outage, Refusal
from gelombang.kit.nik import NikMalformed
from gelombang.kit.words import Text


class WaveIsFull(Refusal):
    sentence: ClassVar[Text] = Text(id="Tinggal {left} tempat.", en="{left} places are left.")
    status: ClassVar[int] = 409


@pytest.mark.parametrize(
    ("refusal", "code"),
    [
        (WaveIsFull(left=0), "wave-is-full"),
        (EmailMalformed(), "email-malformed"),
        (NikMalformed(count=15), "nik-malformed"),
        (Refusal(), "refusal"),
    ],
)
def test_the_code_is_the_name_in_kebab_case(refusal, code):
    assert refusal.code == code


def test_the_sentence_is_filled_in_both_languages():
    assert WaveIsFull(left=3).text == Text(id="Tinggal 3 tempat.", en="3 places are left.")


def test_what_was_typed_is_never_a_pattern_of_its_own():
    assert WaveIsFull(left="{field}").text.en == "{field} places are left."


def test_a_sentence_without_slots_stays_as_it_is():
    assert Refusal().text is Refusal.sentence


def test_a_refusal_knows_its_field_and_status():
    assert Refusal().field is None
    assert Refusal().status == 422
    assert WaveIsFull(field="wave", left=0).field == "wave"
    assert WaveIsFull(left=0).status == 409


def test_the_text_of_the_exception_holds_the_code_only():
    assert str(WaveIsFull(field="nik", left="3174015507969901")) == "wave-is-full"


def test_an_outage_is_never_taken_for_a_verdict():
    assert not issubclass(Outage, Refusal)
    assert not issubclass(Refusal, Outage)
