"""Problem documents say the same in every entrance: a stable code, the reader's words, fields."""

import pytest

from gelombang.kit.email import EmailMalformed, EmailTooLong
from gelombang.kit.errors import Refusal
from gelombang.kit.nik import NikMalformed
from gelombang.kit.phone import PhoneMalformed
from gelombang.kit.problems import MEDIA_TYPE, problem, problem_of
from gelombang.kit.words import Text

TITLE = Text(id="Penuh.", en="Full.")


def test_the_media_type_is_the_one_of_rfc_9457():
    assert MEDIA_TYPE == "application/problem+json"


@pytest.mark.parametrize(("language", "title"), [("id", "Penuh."), ("en", "Full.")])
def test_a_problem_has_a_stable_type_and_words_of_the_reader(language, title):
    assert problem(code="wave-full", status=409, title=TITLE, language=language) == {
        "type": "urn:gelombang:wave-full",
        "title": title,
        "status": 409,
    }


def test_a_detail_is_said_where_there_is_one():
    detail = Text(id="Coba besok.", en="Try tomorrow.")
    said = problem(code="wave-full", status=409, title=TITLE, detail=detail, language="en")
    assert said["detail"] == "Try tomorrow."


def test_one_refusal_without_a_field_names_no_errors():
    assert problem_of([Refusal()], language="en") == {
        "type": "urn:gelombang:refusal",
        "title": "We cannot accept this request.",
        "status": 422,
    }


def test_several_refusals_are_led_by_the_first_and_named_by_field():
    refusals = [EmailTooLong(field="email"), PhoneMalformed(field="phone"), EmailMalformed()]
    said = problem_of(refusals, language="en")
    assert said["type"] == "urn:gelombang:email-too-long"
    assert said["title"] == EmailTooLong.sentence.en
    assert said["errors"] == [
        {"field": "email", "code": "email-too-long", "detail": EmailTooLong.sentence.en},
        {"field": "phone", "code": "phone-malformed", "detail": PhoneMalformed.sentence.en},
    ]


def test_slots_are_filled_in_title_and_errors():
    said = problem_of([NikMalformed(field="nik", count=15)], language="id")
    assert said["title"] == "NIK terdiri dari 16 angka. Anda mengetik 15."
    assert said["errors"][0]["detail"] == said["title"]
