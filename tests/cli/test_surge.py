"""The commands of the opening minute: what they refuse, and how they end."""

import json

import pytest
from typer.testing import CliRunner

from gelombang.cli import surge
from gelombang.cli.rehearse import app
from gelombang.cli.surge import keyring_for
from gelombang.cli.system import NotOursError
from gelombang.rehearsal.proof import Audit
from gelombang.rehearsal.surge.comparison import Compared
from gelombang.rehearsal.surge.processes import Outcome
from gelombang.rehearsal.surge.report import SurgeResult, Used
from gelombang.rehearsal.surge.sheet import Tally, Times


def result(
    *,
    people: int = 10,
    missing: int = 0,
    lost: int = 0,
    megabytes: float = 90.0,
    seconds: float = 0.01,
    cpu: float = 0.0,
) -> SurgeResult:
    accepted = people - missing
    times = Times()
    times.accepted.append(seconds)
    return SurgeResult(
        Outcome(tally=Tally(offered=people, accepted=accepted), times=times),
        Compared(lost=lost, given_twice=0, stored_twice=0, unannounced=0, people_twice=0),
        Audit(invariants=98, violations=0, lost=0, first_offender=""),
        Used(door=cpu * people / 1000),
        door_megabytes={1: megabytes},
    )


@pytest.mark.parametrize(
    ("found", "status"),
    [
        (result(), 0),
        (result(missing=1), 1),
        (result(lost=1), 1),
        (result(megabytes=150.0), 1),
        (result(seconds=0.6, cpu=0.6), 0),  # too few people for a verdict on either
        (result(people=80_000, seconds=0.4, cpu=0.4), 0),
        (result(people=80_000, seconds=0.6), 1),
        (result(people=80_000, cpu=0.6), 1),
    ],
)
def test_the_status_says_whether_something_is_off(found, status, tmp_path, monkeypatch):
    monkeypatch.setattr(surge, "played", lambda _: found)
    file = tmp_path / "surge.json"
    arguments = ["surge", "--people", "10", "--against", "http://127.0.0.1:1", "--json", str(file)]
    assert CliRunner().invoke(app, arguments).exit_code == status
    document = json.loads(file.read_text())
    assert document["offered"] == found.outcome.tally.offered
    assert document["accepted"] == found.outcome.tally.accepted


def test_what_a_surge_costs_is_no_matter_of_readiness_and_how_long_people_wait_is():
    assert result(people=80_000, cpu=0.6).is_clean
    assert not result(people=80_000, seconds=0.6).is_clean


@pytest.mark.parametrize("bursts", ["many", "3x40"])
def test_bursts_that_cannot_be_are_refused(bursts):
    answer = CliRunner().invoke(app, ["surge", "--people", "100", "--bursts", bursts])
    assert answer.exit_code == 2


def test_the_keys_of_another_system_are_not_guessed():
    with pytest.raises(NotOursError, match="keys"):
        keyring_for({"DATABASE_URL": "postgresql://nowhere/"})
