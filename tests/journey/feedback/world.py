"""Builders for tests of feedback: holders of certificates, what they say and answer."""

from uuid import UUID

from tests.journey.certification import world as certificates
from tests.journey.certification.world import ISSUED, REAL

from gelombang.journey.certification import queries as certification
from gelombang.journey.feedback import actions
from gelombang.journey.feedback.survey import EMPLOYMENT
from gelombang.kit.sealing import Keyring

WORDS = "Pelatihnya sabar, contohnya mudah diikuti."
AT = {"now": ISSUED, "real_now": REAL}


def holders(keyring: Keyring, *, count: int = 1) -> list[tuple[UUID, str]]:
    """People with a certificate each, and its number."""
    finished = certificates.graduates(keyring, count=count)
    certificates.issue(keyring)
    return [(each.person_id, number_of(each.person_id)) for each in finished]


def number_of(person_id: UUID) -> str:
    """The number of somebody's latest certificate."""
    return certification.certificates_of(person_id=person_id)[0].number


def review(person_id: UUID, number: str, *, rating: int = 4, words: str = WORDS) -> None:
    """Review as the holder does."""
    actions.review(person_id=person_id, certificate_number=number, rating=rating, words=words,
                   actor=f"person:{person_id}", **AT)  # fmt: skip


def first_answers(**changes: object) -> dict[str, object]:
    """The first option of every question, with changes."""
    return {each.code: each.options[0].code for each in EMPLOYMENT.questions} | changes


def answer(person_id: UUID, answers: dict[str, object] | None = None) -> None:
    """Answer the survey as a person does."""
    given = first_answers() if answers is None else answers
    actions.answer_survey(person_id=person_id, answers=given, actor=f"person:{person_id}", **AT)
