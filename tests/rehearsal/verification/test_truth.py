"""Facts against the fakes' truth: what is planted must be found."""

from dataclasses import replace
from datetime import date

import pytest

from gelombang.rehearsal.people import IdentityCard
from gelombang.rehearsal.verification.truth import Attested, Stated, expected, judge

CARD = IdentityCard(
    nik="3174015708959911", family_card_no="3174010101109911", name="SITI CONTOH",
    sex="female", birth_place="JAKARTA", birth_date=date(1995, 8, 17), province="31",
)  # fmt: skip
RECORD = {**CARD.as_json(), "status": "active"}


class Book:
    """What a fake knows."""

    def __init__(self, *records: dict[str, object]) -> None:
        self._records = {str(each["nik"]): each for each in records}

    def read(self, nik: str) -> dict[str, object] | None:
        return self._records.get(nik)


def books(**changes: str) -> dict[str, Book]:
    return {
        "civil_registry": Book({**RECORD, **changes}),
        "education": Book({"nik": CARD.nik, "status": "graduated"}),
        "social_aid": Book({"nik": CARD.nik, "programmes": ["PKH"]}),
    }


VERIFIED = Stated(
    card=CARD, state="verified", open_checks=0,
    answers=(
        Attested("civil_registry", "fact", "01"),
        Attested("education", "no_fact", "graduated"),
        Attested("social_aid", "fact", "aid_received"),
    ),
)  # fmt: skip


@pytest.mark.parametrize(
    ("changes", "answer"),
    [
        ({}, Attested("civil_registry", "fact", "01")),
        ({"status": "deceased"}, Attested("civil_registry", "no_fact", "11")),
        ({"status": "duplicate"}, Attested("civil_registry", "no_fact", "12")),
        ({"status": "inactive"}, Attested("civil_registry", "no_fact", "14")),
        ({"province": "32"}, Attested("civil_registry", "no_fact", "01", ("province",))),
        ({"name": "BUDI LAIN"}, Attested("civil_registry", "no_fact", "01", ("name",))),
        ({"name": "SITI CONTO"}, Attested("civil_registry", "fact", "01")),
    ],
)
def test_what_a_registry_must_say_follows_from_its_book(changes, answer):
    assert expected("civil_registry", CARD, books(**changes)["civil_registry"]) == answer


def test_nobody_of_that_number_is_no_fact():
    assert expected("civil_registry", CARD, Book()).code == "13"


def test_everything_equal_is_nothing_wrong_and_nobody_lost():
    found = judge([CARD.nik], [VERIFIED], books())
    assert (found.wrong_facts, found.lost, found.compared) == (0, 0, 3)


def test_a_swapped_answer_that_was_recorded_is_a_wrong_fact():
    of_somebody_else = Attested("civil_registry", "no_fact", "01", ("name", "birth_date"))
    planted = replace(
        VERIFIED, state="refuted", answers=(of_somebody_else, *VERIFIED.answers[1:])
    )  # fmt: skip
    found = judge([CARD.nik], [planted], books())
    assert dict(+found.wrong) == {"civil_registry": 1, "state": 1}


@pytest.mark.parametrize("place", [0, 1, 2])
def test_a_turned_answer_of_any_partner_is_found(place):
    turned = {"fact": "no_fact", "no_fact": "fact"}
    answers = list(VERIFIED.answers)
    answers[place] = replace(answers[place], verdict=turned[answers[place].verdict])
    found = judge([CARD.nik], [replace(VERIFIED, answers=tuple(answers))], books())
    assert found.wrong_facts == 1


def test_an_answer_kept_twice_is_wrong_once():
    doubled = replace(VERIFIED, answers=(*VERIFIED.answers, VERIFIED.answers[0]))
    assert judge([CARD.nik], [doubled], books()).wrong_facts == 1


def test_an_element_that_differs_otherwise_is_wrong():
    said = Attested("civil_registry", "no_fact", "01", ("province",))
    stated = Stated(CARD, "refuted", 0, (said,))
    assert judge([CARD.nik], [stated], books(province="32")).wrong_facts == 0
    assert judge([CARD.nik], [stated], books(birth_date="1990-01-01")).wrong_facts == 1


@pytest.mark.parametrize(
    "stated",
    [
        (),
        (replace(VERIFIED, state="pending"),),
        (replace(VERIFIED, open_checks=1),),
        (replace(VERIFIED, answers=VERIFIED.answers[:2]),),
    ],
    ids=["no row", "no verdict", "an open question", "a question that was never asked"],
)
def test_whoever_has_no_final_answer_is_lost(stated):
    found = judge([CARD.nik], stated, books())
    assert (found.lost, found.wrong_facts) == (1, 0)


def test_somebody_refuted_needs_no_further_answers():
    said = Attested("civil_registry", "no_fact", "11")
    stated = Stated(CARD, "refuted", 0, (said,))
    assert judge([CARD.nik], [stated], books(status="deceased")).lost == 0
