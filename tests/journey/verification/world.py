"""Builders for tests of verification: registered people, what they state, what registries say."""

import threading
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from uuid import UUID

from django.db import close_old_connections, connections

from gelombang import store
from gelombang.journey.registration.models import Registration
from gelombang.journey.registration.rules import RegistrationState
from gelombang.journey.verification import actions
from gelombang.journey.verification.rules import (
    Answer,
    CheckKind,
    Fact,
    NoFact,
    Outcome,
    Question,
    StatedIdentity,
)
from gelombang.kit.indexing import blind_index
from gelombang.kit.sealing import Keyring, seal
from gelombang.records.people import actions as people
from gelombang.records.people.rules import Newcomer

BASE = "https://gelombang.example.id"
NOW = datetime(2020, 4, 13, 3, tzinfo=UTC)
REAL = datetime(2026, 11, 2, 8, 30, tzinfo=UTC)
STATED = StatedIdentity(
    nik="3174011708959901",
    family_card_no="3174010101199902",
    name="BUDI PERCOBAAN",
    sex="male",
    birth_place="JAKARTA",
    birth_date=date(1995, 8, 17),
    province="31",
)
DUKCAPIL = CheckKind.CIVIL_REGISTRY
INSURER = """
[[partners]]
code = "employment"
name = "BPJS Ketenagakerjaan"
calls_per_second = 100
burst = 5
batch_size = 50
"""
"""The contract with the employment insurer, to be added to a programme's file."""


def somebody(number: int, **changes: object) -> StatedIdentity:
    """A statement of a person of their own; every number has another NIK."""
    return replace(STATED, nik=f"317401170895{9900 + number:04d}", **changes)


def register(
    keyring: Keyring,
    email: str = "budi@example.id",
    *,
    confirmed: bool = True,
    language: str = "id",
) -> UUID:
    """Somebody who registered, and confirmed the address unless told otherwise."""
    index = blind_index(keyring, email, purpose="email")
    newcomer = Newcomer(
        email_index=index, email_sealed=seal(keyring, email, purpose="email"), phone_index=None,
        phone_sealed=None, language=language, enrolled_at=NOW,
    )  # fmt: skip
    with store.transaction():
        person_id = people.enrol(newcomers=[newcomer])[index]
    state = RegistrationState.EMAIL_CONFIRMED if confirmed else RegistrationState.REGISTERED
    Registration.objects.create(
        person_id=person_id, state=state, submitted_at=NOW,
        email_confirmed_at=NOW if confirmed else None,
    )  # fmt: skip
    return person_id


def state(
    keyring: Keyring, person_id: UUID, stated: StatedIdentity = STATED, *, now: datetime = NOW
) -> int:
    """State an identity by the step's action."""
    return actions.state_identity(
        person_id=person_id, stated=stated, keyring=keyring, now=now, real_now=REAL
    )


def claim(
    keyring: Keyring, kind: CheckKind = DUKCAPIL, *, real_now: datetime = REAL, limit: int = 1000
) -> list[Question]:
    """Take the due questions as the worker does."""
    return actions.claim_due(kind=kind, limit=limit, keyring=keyring, real_now=real_now)


def record(
    keyring: Keyring,
    answers: Sequence[Answer],
    *,
    kind: CheckKind = DUKCAPIL,
    now: datetime = NOW,
    real_now: datetime = REAL,
) -> int:
    """Write answers as the worker does."""
    return actions.record(
        kind=kind, answers=answers, keyring=keyring, base_url=BASE, now=now, real_now=real_now
    )


def answer(question: Question, outcome: Outcome) -> Answer:
    """What a registry said to a question."""
    return Answer(question.check_id, question.attempt, outcome, "ab" * 32)


def verify(keyring: Keyring, person_id: UUID, stated: StatedIdentity = STATED) -> int:
    """State and have it confirmed."""
    identity = state(keyring, person_id, stated)
    record(keyring, [answer(each, Fact("01")) for each in claim(keyring)])
    return identity


def refute(keyring: Keyring, person_id: UUID, stated: StatedIdentity = STATED, **when) -> int:
    """State and have it contradicted in the name."""
    identity = state(keyring, person_id, stated, **when)
    later = REAL + timedelta(seconds=1)
    questions = claim(keyring, real_now=later)
    record(keyring, [answer(each, NoFact("01", ("name",))) for each in questions])
    return identity


def one(sql: str, *params: object) -> object:
    """The one value of a query."""
    return store.fetch_value(sql, params)


def state_of(identity: int) -> str:
    """The state of an identity as it is kept."""
    return str(one("SELECT state FROM verification_identity WHERE id = %s", identity))


def at_once(*calls: Callable[[], object]) -> list[object]:
    """What the calls answered or raised, in threads with connections of their own."""
    start = threading.Barrier(len(calls))

    def run(call: Callable[[], object]) -> object:
        try:
            start.wait(10)
            return call()
        except Exception as problem:  # noqa: BLE001 the test looks at it
            return problem
        finally:
            close_old_connections()
            connections.close_all()

    with ThreadPoolExecutor(len(calls)) as pool:
        return list(pool.map(run, calls))
