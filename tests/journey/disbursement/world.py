"""Builders for tests of accounts and instalments: people whose first certificate is reviewed."""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from uuid import UUID

from django.db import connection
from tests.journey.certification.world import BASE_URL, NAME, REAL
from tests.journey.feedback import world as feedback

from gelombang import store
from gelombang.journey.disbursement import actions
from gelombang.journey.disbursement.linking import (
    AccountAnswer,
    AccountOutcome,
    AccountQuestion,
    HolderFound,
)
from gelombang.journey.feedback import actions as telling
from gelombang.kit.sealing import Keyring
from gelombang.records.notices.rules import open_letter

REVIEWED = datetime(2020, 5, 4, 20, 31, tzinfo=UTC)  # 5 May, 03.31 in Jakarta
NOW = REVIEWED + timedelta(minutes=5)
SHA = "ab" * 32
WALLET = "0812-0000-9911"


def reviewers(keyring: Keyring, count: int = 1) -> list[UUID]:
    """People with an accepted award, a certificate and its review; nothing is planned yet."""
    people = feedback.holders(keyring, count=count)
    for person, number in people:
        review(person, number)
    return [person for person, _ in people]


def review(person_id: UUID, number: str) -> None:
    """Review a certificate as its holder does."""
    telling.review(
        person_id=person_id, certificate_number=number, rating=4, words=feedback.WORDS,
        actor=f"person:{person_id}", now=REVIEWED, real_now=REAL,
    )  # fmt: skip


def answer_survey(person_id: UUID) -> None:
    """Answer the survey as a person does."""
    telling.answer_survey(
        person_id=person_id, answers=feedback.first_answers(), actor=f"person:{person_id}",
        now=REVIEWED, real_now=REAL,
    )  # fmt: skip


def wallet(number: int) -> str:
    """A mobile number that nobody has."""
    return f"0812-0000-{9900 + number:04d}"


def state(
    keyring: Keyring,
    person_id: UUID,
    *,
    partner: str = "gopay",
    account_no: str = WALLET,
    now: datetime = NOW,
    real_now: datetime = REAL,
) -> None:
    """State an account as its person does."""
    actions.state_account(
        person_id=person_id, partner=partner, account_no=account_no, keyring=keyring,
        actor=f"person:{person_id}", now=now, real_now=real_now,
    )  # fmt: skip


def claim(
    keyring: Keyring, *, partner: str = "gopay", limit: int = 100, real_now: datetime = REAL
) -> list[AccountQuestion]:
    """Take the open questions as the worker does."""
    return actions.claim_account_questions(
        partner=partner, limit=limit, keyring=keyring, real_now=real_now
    )


def found(name: str = NAME, *, active: bool = True) -> HolderFound:
    """An account of this holder."""
    return HolderFound(name, active, SHA)


def answer(question: AccountQuestion, outcome: AccountOutcome | None = None) -> AccountAnswer:
    """What the partner said to a question; without an outcome that it is the person's own."""
    return AccountAnswer(question.account_id, question.attempt, outcome or found())


def record(
    keyring: Keyring,
    answers: Sequence[AccountAnswer],
    *,
    now: datetime = NOW,
    real_now: datetime = REAL,
) -> int:
    """Write answers as the worker does."""
    return actions.record_account_answers(
        answers=answers, keyring=keyring, base_url=BASE_URL, now=now, real_now=real_now
    )


def link(
    keyring: Keyring,
    person_id: UUID,
    *,
    account_no: str = WALLET,
    partner: str = "gopay",
    outcome: AccountOutcome | None = None,
    now: datetime = NOW,
) -> None:
    """State an account and have the partner answer about it."""
    state(keyring, person_id, account_no=account_no, partner=partner, now=now)
    (question,) = claim(keyring, partner=partner)
    record(keyring, [answer(question, outcome)], now=now)


def plan(*, now: datetime = NOW, limit: int = 1000) -> int:
    """Plan as the worker does."""
    return actions.plan(now=now, limit=limit)


def fall_due(keyring: Keyring, *, now: datetime = NOW, limit: int = 1000) -> int:
    """Let fall due as the worker does."""
    return actions.fall_due(keyring=keyring, base_url=BASE_URL, now=now, real_now=REAL, limit=limit)


def rows(sql: str, *params: object) -> list[tuple]:
    """The rows of a query."""
    with connection.cursor() as cursor:
        cursor.execute(sql, params)
        return cursor.fetchall()


def one(sql: str, *params: object) -> object:
    """The one value of a query."""
    return store.fetch_value(sql, params)


def award_of(person_id: UUID) -> int:
    """The number of somebody's award."""
    return int(one("SELECT award_id FROM award_facts WHERE person_id = %s", person_id))


def letters(keyring: Keyring, kind: str) -> list[tuple[str, str]]:
    """Subject and body of every letter of a kind, oldest first."""
    found = rows("SELECT letter_sealed FROM notices_notice WHERE kind = %s ORDER BY id", kind)
    opened = (open_letter(keyring, bytes(sealed)) for (sealed,) in found)
    return [(letter.subject, letter.body) for letter in opened]
