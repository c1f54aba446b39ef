"""Lines that share one queue and one contract, and a database that goes away between two rounds."""

import asyncio
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from django.db import OperationalError, connections
from tests.jobs.calls_here import CallsHere
from tests.journey.verification.world import NOW, REAL, one, register, somebody, state

from gelombang.cli.places import clone
from gelombang.jobs import verification
from gelombang.jobs.loop import Context
from gelombang.jobs.verification import Line
from gelombang.journey.verification.rules import Answer, CheckKind, Fact, Question
from gelombang.records.programme import actions as programme
from gelombang.settings.environment import load

pytestmark = pytest.mark.usefixtures("database_url")
PEOPLE = 24
PATIENCE = 20.0  # seconds for what should take one
FILE = (clone() / "programmes" / "prakerja-2020.toml").read_text()
BEGAN = time.monotonic()


class Partner:
    """Confirms everybody a moment later, and counts how often each was asked about."""

    def __init__(self) -> None:
        self.asked: Counter[str] = Counter()

    async def __call__(self, questions: Sequence[Question]) -> list[Answer]:
        self.asked.update(question.nik for question in questions)
        await asyncio.sleep(0.02)
        return [Answer(each.check_id, each.attempt, Fact("01"), "ab" * 32) for each in questions]


@pytest.fixture
def partner() -> Partner:
    return Partner()


@pytest.fixture
def hire(partner) -> Iterator[Callable[[], Line]]:
    """Lines of their own, as if each were another process; all let go in the end."""
    hired: list[Line] = []

    def one_more() -> Line:
        line = Line(
            CheckKind.CIVIL_REGISTRY, lambda *_: partner, most_calls=5, most_per_call=1,
            open_calls=CallsHere.open,
        )  # fmt: skip
        hired.append(line)
        return line

    yield one_more
    for line in hired:
        line.close()


@pytest.fixture
def backlog(keyring) -> None:
    programme.load(text=FILE, actor="cli:test", now=NOW - timedelta(days=3), real_now=REAL)
    for number in range(PEOPLE):
        state(keyring, register(keyring, f"p{number}@example.id"), somebody(number))


def context() -> Context:
    """A context whose real time passes."""
    environment = load()
    return Context(
        now=NOW, real_now=REAL + timedelta(seconds=time.monotonic() - BEGAN),
        keyring=environment.keyring, base_url=environment.base_url, environment=environment,
        stop=threading.Event(),
    )  # fmt: skip


def verified() -> int:
    return int(one("SELECT count(*) FROM verification_identity WHERE state = 'verified'"))


def work(line: Line) -> None:
    """Round after round until everybody is verified."""
    end = time.monotonic() + PATIENCE
    try:
        while verified() < PEOPLE:
            assert time.monotonic() < end, "the line did not get there"
            line(context())
    finally:
        if threading.current_thread() is not threading.main_thread():
            connections.close_all()


def test_two_workers_ask_about_nobody_twice(backlog, hire, partner):
    with ThreadPoolExecutor(2) as pool:
        list(pool.map(work, [hire(), hire()]))
    assert partner.asked == Counter(somebody(number).nik for number in range(PEOPLE))


def test_answers_outlive_a_database_that_is_away(backlog, hire, partner, monkeypatch):
    line, record, failures = hire(), verification.actions.record, iter([True, True])

    def away(**said: object) -> int:
        if next(failures, False):
            raise OperationalError
        return record(**said)

    monkeypatch.setattr(verification.actions, "record", away)
    for _ in range(2):
        with pytest.raises(OperationalError):
            work(line)
    work(line)
    assert set(partner.asked.values()) == {1}
