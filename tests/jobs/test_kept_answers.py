"""Answers outlive the process that got them, and are recorded by whoever finds them."""

import os
import subprocess
import sys
import time
from datetime import datetime
from pathlib import Path

import pytest

from gelombang.jobs import kept_answers
from gelombang.jobs.kept_answers import KeptAnswers
from gelombang.journey.verification.rules import LEASE, Answer, Fact, NoFact, Unknown
from gelombang.kit.clock import WIB

ANSWERS = [
    Answer(1, 1, Fact("01"), "ab" * 32),
    Answer(2, 3, NoFact("01", ("name", "birth_date")), "cd" * 32),
    Answer(3, 1, NoFact("graduated"), "ef" * 32, datetime(2020, 4, 11, tzinfo=WIB)),
]
UNKNOWN = Answer(4, 1, Unknown("Outage"))
KILLED = """
import os, signal, sys
from pathlib import Path
from gelombang.jobs.kept_answers import KeptAnswers
from gelombang.journey.verification.rules import Answer, Fact
KeptAnswers(Path(sys.argv[1]), "education").keep([Answer(7, 2, Fact("enrolled"), "aa" * 32)])
os.kill(os.getpid(), signal.SIGKILL)
"""


@pytest.fixture(autouse=True)
def _at_once(monkeypatch):
    monkeypatch.setattr(kept_answers, "SEGMENT_SECONDS", 0.0)
    monkeypatch.setattr(kept_answers, "ADOPT_SECONDS", 0.0)


def kept(directory: Path) -> KeptAnswers:
    return KeptAnswers(directory, "education")


def found(by: KeptAnswers) -> list[Answer]:
    with by.of_the_dead() as answers:
        return answers


def test_answers_of_a_living_process_are_its_own(tmp_path):
    kept(tmp_path).keep(ANSWERS)
    mine, other = kept(tmp_path), kept(tmp_path)
    mine.keep(ANSWERS)
    assert found(other) == found(mine) == []


def test_answers_of_a_dead_one_come_back_as_they_were_and_once(tmp_path):
    dead = kept(tmp_path)
    dead.keep([*ANSWERS, UNKNOWN])
    dead.close()
    assert found(kept(tmp_path)) == ANSWERS
    assert found(kept(tmp_path)) == []
    assert list(tmp_path.iterdir()) == []


def test_a_process_that_was_killed_leaves_its_answers(tmp_path):
    ended = subprocess.run([sys.executable, "-c", KILLED, str(tmp_path)], check=False)
    assert ended.returncode == -9
    assert found(kept(tmp_path)) == [Answer(7, 2, Fact("enrolled"), "aa" * 32)]


def test_they_stay_where_recording_them_failed(tmp_path):
    dead = kept(tmp_path)
    dead.keep(ANSWERS)
    dead.close()
    with pytest.raises(ConnectionError), kept(tmp_path).of_the_dead():
        raise ConnectionError
    assert found(kept(tmp_path)) == ANSWERS


def test_what_was_recorded_is_forgotten_and_what_came_after_the_turn_is_not(tmp_path):
    mine = kept(tmp_path)
    mine.keep(ANSWERS[:1])
    mine.turn()
    mine.keep(ANSWERS[1:])
    mine.forget()
    mine.close()
    assert found(kept(tmp_path)) == ANSWERS[1:]


def test_a_line_that_was_cut_is_none(tmp_path):
    dead = kept(tmp_path)
    dead.keep(ANSWERS)
    dead.close()
    (file,) = tmp_path.iterdir()
    file.write_bytes(file.read_bytes()[:-5])
    assert found(kept(tmp_path)) == ANSWERS[:2]


def test_answers_of_before_the_longest_lease_are_of_no_use(tmp_path):
    dead = kept(tmp_path)
    dead.keep(ANSWERS)
    dead.close()
    (file,) = tmp_path.iterdir()
    before = time.time() - LEASE.total_seconds() - 1
    os.utime(file, (before, before))
    assert found(kept(tmp_path)) == []
    assert list(tmp_path.iterdir()) == []


def test_another_partners_answers_are_left_to_its_line(tmp_path):
    dead = KeptAnswers(tmp_path, "social_aid")
    dead.keep(ANSWERS)
    dead.close()
    assert found(kept(tmp_path)) == []


def test_nothing_of_a_person_is_written(tmp_path):
    kept(tmp_path).keep([*ANSWERS, UNKNOWN])
    (file,) = tmp_path.iterdir()
    words = file.read_text()
    assert "Outage" not in words
    assert file.stat().st_mode & 0o777 == 0o600


def test_of_many_dead_some_are_found_at_a_time_and_the_rest_at_once_after(tmp_path, monkeypatch):
    monkeypatch.setattr(kept_answers, "ENOUGH", 4)
    monkeypatch.setattr(kept_answers, "ADOPT_SECONDS", 3600.0)
    for number in range(5):
        dead = kept(tmp_path)
        dead.keep([Answer(10 * number + n, 1, Fact("01"), "ab" * 32) for n in range(3)])
        dead.close()
    finder = kept(tmp_path)
    looks = [found(finder) for _ in range(4)]
    assert [len(each) for each in looks] == [6, 6, 3, 0]
    assert len({each.check_id for look in looks for each in look}) == 15
