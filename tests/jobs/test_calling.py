"""Calls to a partner are made by a process of their own: nothing of them is lost on the way."""

import os
import subprocess
import sys
import time
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from signal import SIGKILL, SIGTERM
from types import SimpleNamespace
from typing import Any

import pytest
from tests.jobs import calling_partner
from tests.jobs.calling_partner import LATEST, NOW, ask_anything, ask_nobody, opened, question
from tests.jobs.calls_here import CallsHere
from tests.jobs.patience import PATIENCE, in_time
from tests.privileges import may_go_forward

from gelombang.gateways.partner import OurFault, Throttled
from gelombang.jobs import kept_answers
from gelombang.jobs.calling import CallsApart, CallsBrokenError, CallsEnded
from gelombang.jobs.calls import Call, Unsent
from gelombang.jobs.kept_answers import KeptAnswers
from gelombang.journey.verification.rules import Answer, CheckKind


@pytest.fixture
def calls(tmp_path) -> Iterator[CallsApart]:
    found = opened(tmp_path)
    assert found is not None
    yield found
    found.stop()


def begin(calls: CallsApart, *whats: str, delay: timedelta = NOW, age: float = 0.0) -> None:
    planned = [(delay, [question(what, number=n)]) for n, what in enumerate(whats, 1)]
    calls.begin(planned, since=time.monotonic() - age, latest=LATEST)


def all_of(calls: CallsApart) -> list[Call | Unsent]:
    """Everything that was begun, once it has ended."""
    ended, until = [], time.monotonic() + PATIENCE
    while calls.under_way and time.monotonic() < until:
        ended += calls.gather(seconds=0.05)
    return ended + calls.gather(seconds=0.0)


def answers_of(ended: list[Call | Unsent]) -> list[Answer]:
    return [answer for each in ended if isinstance(each, Call) for answer in each.answers]


def left_behind(directory: Path) -> list[Answer]:
    """What whoever comes next finds of processes that are gone."""
    environment: Any = SimpleNamespace(data_dir=directory)
    with KeptAnswers.of(environment, CheckKind.EDUCATION).of_the_dead() as answers:
        return answers


def test_another_process_asks_and_its_answers_come_back(calls):
    begin(calls, "", "slow", "")
    assert calls.under_way == 3
    answers = answers_of(all_of(calls))
    assert sorted(each.check_id for each in answers) == [1, 2, 3]
    assert {each.outcome.code for each in answers} != {str(os.getpid())}
    assert calls.under_way == 0


@pytest.mark.skipif(not may_go_forward(), reason="we may not go before others here")
def test_its_process_goes_before_others(calls):
    begin(calls, "")
    (answer,) = answers_of(all_of(calls))
    assert os.getpriority(os.PRIO_PROCESS, int(answer.outcome.code)) == -3


def test_bulk_calls_and_their_answers_come_whole(calls):
    size, count = 200, 80
    planned = [
        (NOW, [question("x" * 500, number=n * size + i) for i in range(size)]) for n in range(count)
    ]
    calls.begin(planned, since=time.monotonic(), latest=LATEST)
    time.sleep(0.5)  # nobody listens to what is said meanwhile
    answers = answers_of(all_of(calls))
    assert sorted(each.check_id for each in answers) == list(range(size * count))


def test_no_call_is_sent_before_its_moment(calls):
    began = time.monotonic()
    begin(calls, "", delay=timedelta(milliseconds=300))
    assert len(answers_of(all_of(calls))) == 1
    assert time.monotonic() - began >= 0.3


def test_what_is_too_late_or_no_longer_wanted_comes_back_unsent(calls):
    begin(calls, "too late", age=LATEST.total_seconds() + 1)
    assert [each.questions[0].nik for each in all_of(calls)] == ["too late"]
    begin(calls, "not wanted", delay=timedelta(seconds=1))
    calls.halt()
    (unsent,) = all_of(calls)
    assert isinstance(unsent, Unsent)
    assert unsent.questions == [question("not wanted")]


def test_what_a_partner_says_about_us_comes_back_whole(calls):
    begin(calls, "throttled", "our fault", "outage")
    troubles = {type(each.trouble).__name__: each.trouble for each in all_of(calls)}
    assert sorted(troubles) == ["OurFault", "Outage", "Throttled"]
    throttled, fault = troubles["Throttled"], troubles["OurFault"]
    assert isinstance(throttled, Throttled)
    assert (str(throttled), throttled.retry_after) == ("429", timedelta(seconds=7))
    assert isinstance(fault, OurFault)
    assert fault.reason == "password"


def test_a_bug_there_is_a_bug_here(calls):
    begin(calls, "bug")
    with pytest.raises(CallsBrokenError):
        in_time(lambda: calls.gather(seconds=0.1))


def test_a_word_that_cannot_be_obeyed_is_a_bug(calls):
    calls._say("begin", [(NOW, [question()])], "no second", LATEST)
    with pytest.raises(CallsBrokenError):
        in_time(lambda: calls.gather(seconds=0.1))


def test_a_process_that_was_killed_is_an_outage_and_leaves_its_answers(calls, tmp_path):
    begin(calls, "")
    answers = answers_of(all_of(calls))
    os.kill(int(answers[0].outcome.code), SIGKILL)
    with pytest.raises(CallsEnded):
        in_time(lambda: calls.gather(seconds=0.1))
    with pytest.raises(CallsEnded):
        begin(calls, "")
    assert left_behind(tmp_path) == answers, "nobody has said that they are recorded"


def test_a_process_that_is_told_to_end_makes_the_calls_that_are_reserved(calls, tmp_path):
    begin(calls, "")
    first = answers_of(all_of(calls))
    begin(calls, "slow", "", delay=timedelta(seconds=0.3))
    os.kill(int(first[0].outcome.code), SIGTERM)
    with pytest.raises(CallsEnded):
        in_time(lambda: calls.gather(seconds=0.1))
    found = in_time(lambda: left_behind(tmp_path))
    assert sorted(each.check_id for each in found) == [1, 1, 2], "the first is not recorded"


@pytest.mark.parametrize(("second", "answered"), [("", [7, 8, 9]), ("our fault", [7])])
def test_calls_of_whoever_is_killed_are_still_made_and_bring_their_answers(
    tmp_path, second, answered
):
    program = Path(calling_partner.__file__)
    ended = subprocess.run(
        [sys.executable, program, tmp_path, second], check=False, capture_output=True, text=True,
        env={**os.environ, "PYTHONPATH": str(program.parents[2])},
    )  # fmt: skip
    assert ended.returncode == -SIGKILL, ended.stderr
    answers = in_time(lambda: left_behind(tmp_path))
    assert sorted(each.check_id for each in answers) == answered
    process = answers[0].outcome.code
    assert in_time(lambda: not Path(f"/proc/{process}").exists()), "and nothing else"


def test_what_is_recorded_is_not_kept(tmp_path, monkeypatch):
    monkeypatch.setattr(kept_answers, "SEGMENT_SECONDS", 0.0)
    environment: Any = SimpleNamespace(data_dir=tmp_path)
    here = CallsHere.open(CheckKind.EDUCATION, ask_anything, 5, environment)
    assert here is not None
    here.begin([(NOW, [question()])], since=time.monotonic(), latest=LATEST)
    assert in_time(lambda: here.gather(seconds=0.1))
    files = list((tmp_path / "answers").iterdir())
    here.recorded()
    here.stop()
    assert (len(files), list((tmp_path / "answers").iterdir())) == (1, [])


def test_the_process_is_told_what_is_recorded(calls, tmp_path):
    begin(calls, "")
    all_of(calls)
    time.sleep(kept_answers.SEGMENT_SECONDS)

    def is_gone() -> bool:
        calls.gather(seconds=0.0)
        calls.recorded()
        return not list((tmp_path / "answers").iterdir())

    assert in_time(is_gone)


def test_without_an_address_there_are_no_calls(tmp_path):
    assert opened(tmp_path, ask_nobody) is None
