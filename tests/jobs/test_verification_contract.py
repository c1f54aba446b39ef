"""A line to a partner keeps to the contract of the programme in force, and asks nobody without."""

import threading
import time
from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import timedelta

import pytest
from tests.jobs.calls_here import CallsHere
from tests.journey.verification import world

from gelombang.cli.places import clone
from gelombang.gateways.civil_registry import client as civil_registry
from gelombang.gateways.dci import client as dci
from gelombang.gateways.employment import client as employment
from gelombang.jobs import verification
from gelombang.jobs.kept_answers import KeptAnswers
from gelombang.jobs.loop import Context
from gelombang.jobs.verification import Line
from gelombang.journey.verification import actions, queries
from gelombang.journey.verification.rules import LEASE, Answer, CheckKind, Fact, Question
from gelombang.records.partners import queries as partners
from gelombang.records.partners.rules import LONGEST_LATENESS
from gelombang.records.programme import actions as programme
from gelombang.settings.environment import load

pytestmark = pytest.mark.django_db
FILE = (clone() / "programmes" / "prakerja-2020.toml").read_text()
CIVIL = (
    'code = "civil_registry"\nname = "Dukcapil"\ncalls_per_second = 500\nburst = 25\nbatch_size = 1'
)


PATIENCE = 20.0  # seconds for what should take one


class Partner:
    """Confirms everybody; keeps how many people came in each call."""

    def __init__(self) -> None:
        self.batches: list[int] = []

    async def __call__(self, questions: Sequence[Question]) -> list[Answer]:
        self.batches.append(len(questions))
        return [Answer(each.check_id, each.attempt, Fact("01"), "ab" * 32) for each in questions]


@pytest.fixture
def partner() -> Partner:
    return Partner()


@pytest.fixture
def line(partner, monkeypatch) -> Iterator[Line]:
    monkeypatch.setattr(verification, "CONTRACT_SECONDS", 0.0)
    opened = Line(
        CheckKind.CIVIL_REGISTRY, lambda *_: partner, most_calls=50, most_per_call=3,
        open_calls=CallsHere.open,
    )  # fmt: skip
    yield opened
    opened.close()


@pytest.fixture
def backlog(keyring) -> None:
    for number in range(6):
        person = world.register(keyring, f"orang{number}@example.id")
        world.state(keyring, person, world.somebody(number))


@pytest.fixture
def context(keyring) -> Context:
    now, real = world.NOW, world.REAL + timedelta(minutes=1)
    return Context(now, real, keyring, world.BASE, load(), threading.Event())


def a_second_after(context: Context) -> Context:
    return replace(context, real_now=context.real_now + timedelta(seconds=1))


def load_programme(contract: str) -> None:
    text = FILE.replace(CIVIL, contract)
    programme.load(text=text, actor="cli:test", now=world.NOW, real_now=world.REAL)


def ask_once(line: Line, partner: Partner, context: Context) -> None:
    """Until the first call is made: one that comes late is handed back."""
    end = time.monotonic() + PATIENCE
    while not partner.batches:
        line(context)
        assert time.monotonic() < end, "nobody is asked"


def work_off(line: Line, context: Context) -> None:
    end = time.monotonic() + PATIENCE
    while line(context):
        assert time.monotonic() < end, "it never ends"


def test_nobody_is_asked_before_a_programme_is_loaded(line, partner, backlog, context):
    assert [line(context), line(context)] == [0, 0]
    assert partners.partner(code="civil_registry") is None
    assert queries.backlog() == 6
    load_programme(CIVIL)
    work_off(line, context)
    assert partner.batches == [1] * 6
    assert partners.partner(code="civil_registry").calls == 6
    assert queries.backlog_by_kind()["civil_registry"] == 0


def test_nobody_is_asked_whom_the_programme_names_no_contract_with(line, partner, backlog, context):
    load_programme(CIVIL.replace("civil_registry", "bank"))
    assert line(context) == 0
    assert partner.batches == []


def test_a_later_version_is_adopted_while_the_worker_runs(line, partner, backlog, context, keyring):
    for number in range(6, 10):  # more than are reserved ahead
        world.state(keyring, world.register(keyring, f"orang{number}@example.id"),
                    world.somebody(number))  # fmt: skip
    load_programme(CIVIL.replace("calls_per_second = 500", "calls_per_second = 1"))
    ask_once(line, partner, context)
    slow = CIVIL.replace("calls_per_second = 500", "calls_per_second = 1")
    load_programme(slow.replace("batch_size = 1", "batch_size = 200"))
    line(context)
    assert partners.partner(code="civil_registry").batch_size == 200
    assert partners.partner(code="civil_registry").calls <= 5, "no permits as a present"
    work_off(line, a_second_after(context))
    assert partner.batches[0] == 1
    assert (sum(partner.batches), max(partner.batches)) == (10, 3), "what the protocol carries"


def test_what_a_killed_worker_was_answered_is_recorded_and_nobody_asked_about_it_again(
    line, partner, backlog, context, keyring
):
    load_programme(CIVIL)
    claimed = actions.claim_due(
        kind=CheckKind.CIVIL_REGISTRY, limit=2, keyring=keyring, real_now=context.real_now
    )
    dead = KeptAnswers.of(context.environment, CheckKind.CIVIL_REGISTRY)
    dead.keep([Answer(each.check_id, each.attempt, Fact("01"), "cd" * 32) for each in claimed])
    dead.close()
    work_off(line, context)
    assert partner.batches == [1] * 4, "the others"
    assert queries.backlog_by_kind()["civil_registry"] == 0


def test_what_is_gathered_is_recorded_in_parts_and_all_of_it(
    line, partner, backlog, context, monkeypatch
):
    monkeypatch.setattr(verification, "RECORDED", 2)
    written = []
    write = line._write

    def note(answers, context):
        written.append(len(answers))
        return write(answers, context)

    monkeypatch.setattr(line, "_write", note)
    load_programme(CIVIL)
    work_off(line, context)
    assert sum(written) == 6
    assert max(written) <= 4, "two, and what the last call of them brought"
    assert queries.backlog_by_kind()["civil_registry"] == 0


def test_where_too_many_wait_all_are_recorded(line, backlog, context, monkeypatch):
    monkeypatch.setattr(verification, "RECORDED", 1)
    monkeypatch.setattr(verification, "TOO_MANY", 0)
    load_programme(CIVIL)
    work_off(line, context)
    assert queries.backlog_by_kind()["civil_registry"] == 0


def test_a_contract_that_ended_stops_the_asking_and_keeps_what_came_back(
    line, partner, backlog, context
):
    load_programme(CIVIL.replace("calls_per_second = 500", "calls_per_second = 1"))
    ask_once(line, partner, context)
    load_programme(CIVIL.replace("civil_registry", "bank"))
    work_off(line, a_second_after(context))
    asked = len(partner.batches)
    assert asked <= 5, "what was reserved before, four seconds ahead, is still sent"
    line(a_second_after(context))
    assert queries.backlog_by_kind()["civil_registry"] == 6 - asked


def test_a_partner_without_an_address_is_looked_for_once(backlog, context):
    opened = []

    def nobody(*args):
        opened.append(args)

    line = Line(
        CheckKind.CIVIL_REGISTRY, lambda *_: None, most_calls=5, most_per_call=1, open_calls=nobody
    )
    load_programme(CIVIL)
    assert [line(context) for _ in range(3)] == [0, 0, 0]
    assert len(opened) == 1, "a process of its own is not started in every round"


def test_an_answer_to_a_question_from_the_hand_still_finds_its_lease():
    outside = (verification.AHEAD + LONGEST_LATENESS).total_seconds()
    slowest = max(
        civil_registry.TIME_OUT_SECONDS, dci.TIME_OUT_SECONDS, employment.TIME_OUT_SECONDS
    )
    left = LEASE.total_seconds() - verification.KEPT_SECONDS - outside - slowest
    assert left >= 2.0  # for the write
