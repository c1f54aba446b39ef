"""A small opening minute on a whole system in the shape of production: door, house, workers."""

import asyncio
from dataclasses import replace
from pathlib import Path

import psycopg
import pytest
import uvloop
from rich.console import Console

from gelombang.cli.surge import keyring_for, usual_stage
from gelombang.cli.system import ThrowawaySystem
from gelombang.rehearsal.surge.arrivals import Bursts
from gelombang.rehearsal.surge.comparison import compare
from gelombang.rehearsal.surge.play import Surge, SurgePlan
from gelombang.rehearsal.surge.processes import Crew
from gelombang.rehearsal.telling import LineTeller

pytestmark = pytest.mark.system
PEOPLE = 400


@pytest.fixture(scope="module")
def surge(tmp_path_factory):
    stage = usual_stage()
    crew = Crew(processes=2, addresses=64, connections=64)
    plan = SurgePlan(people=PEOPLE, seconds=4.0, bursts=Bursts(1, 100), stage=stage, crew=crew)
    with (
        ThrowawaySystem(
            "surge-test", begins=stage.opens_at.replace(hour=18), rate=0, durable=False, split=True
        ) as system,
        asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner,
    ):
        first = Surge(
            system, plan, LineTeller(Console(stderr=True)),
            keyring=keyring_for(system.environment), scratch=Path(tmp_path_factory.mktemp("one")),
        )  # fmt: skip
        result = runner.run(first.play())
        joining = Surge(
            system, replace(plan, people=40, joins=True, bursts=Bursts()),
            LineTeller(Console(stderr=True)), keyring=keyring_for(system.environment),
            scratch=Path(tmp_path_factory.mktemp("two")),
        )  # fmt: skip
        joined = runner.run(joining.play())
        yield system, result, joined


def test_everybody_has_a_receipt_and_nothing_is_off(surge):
    _, result, _ = surge
    assert result.complaints() == []
    found = result.as_json()
    assert (found["offered"], found["accepted"]) == (PEOPLE, PEOPLE)
    assert (found["lost"], found["duplicated"], found["errors_5xx"], found["resets"]) == (0,) * 4
    assert set(found["latency_ms"]) == {"p50", "p99", "p999", "max"}
    assert 0 < found["latency_ms"]["p50"] <= found["latency_ms"]["max"]
    assert found["cpu_ms_per_person"] > 0
    assert found["audit"]["violations"] == 0
    assert len(found["door_megabytes"]) >= 2


def test_verified_people_join_and_are_entered(surge):
    _, _, joined = surge
    assert joined.complaints() == []
    assert joined.as_json()["accepted"] == 40


def test_a_receipt_without_a_row_is_lost_and_one_given_twice_is_told(surge):
    system, _, _ = surge
    with psycopg.connect(system.readonly_url) as connection:
        known = connection.execute(
            "SELECT idempotency_key, receipt FROM registration_submission ORDER BY id"
        ).fetchall()
    promised = [*known, ("a-key-of-nobody-00", "ABCDEFGHABCDEFGHABCDEFGH"), known[0]]
    found = compare(system.readonly_url, promised, of_entries=False)
    assert (found.lost, found.given_twice, found.unannounced) == (1, 1, 0)
    few = compare(system.readonly_url, known[:-3], of_entries=False)
    assert (few.lost, few.duplicated, few.unannounced) == (0, 0, 3)
