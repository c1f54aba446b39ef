"""The programme end to end through its entrances, with a few hundred invented people."""

import asyncio
import csv
import json
from dataclasses import replace
from pathlib import Path

import pytest
import uvloop
from rich.console import Console
from typer.testing import CliRunner

from gelombang.cli import rehearse
from gelombang.cli.places import clone
from gelombang.cli.system import ThrowawaySystem
from gelombang.rehearsal.figures import at_scale
from gelombang.rehearsal.launch_day import LaunchDay, Plan
from gelombang.rehearsal.programme_file import scale_quota, set_the_stage
from gelombang.rehearsal.report import Pair
from gelombang.rehearsal.telling import LineTeller
from gelombang.settings.rings import keyring_of

SCALE = "0.0005"  # 716 people, 312 in the wave, 82 places


def plan_for(scale: str, publish: Path | None = None) -> Plan:
    figures = at_scale(scale)
    text = (clone() / "programmes" / "prakerja-2020.toml").read_text(encoding="utf-8")
    return Plan(
        figures=figures, stage=set_the_stage(scale_quota(text, figures.quota)), seed=5,
        verifier=clone() / "tools" / "verify_draw.py", publish=publish,
        real_time_minute=False, rate=300, walkers=8,
    )  # fmt: skip


@pytest.fixture(scope="module")
def story(tmp_path_factory):
    """One rehearsal for all tests of this file: its result and its publication."""
    scratch = tmp_path_factory.mktemp("story")
    plan = plan_for(SCALE, scratch / "publication")
    begins = plan.stage.opens_at
    with (
        ThrowawaySystem("story", begins=begins.replace(hour=18), rate=0, durable=False) as system,
        asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner,
    ):
        teller = LineTeller(Console(stderr=True))
        keyring = keyring_of(system.environment)
        day = LaunchDay(system, plan, teller, scratch=scratch, keyring=keyring)
        result = runner.run(day.play())
    return result, plan


@pytest.mark.system
def test_every_figure_is_exact_and_nothing_is_off(story):
    result, _ = story
    wrong = {name: pair for name, pair in result.pairs().items() if not pair.is_right}
    assert (wrong, result.complaints) == ({}, ())
    assert (result.lost, result.duplicated, result.errors_5xx) == (0, 0, 0)
    assert result.audit["invariants"] > 0
    assert result.audit["violations"] == 0
    assert result.is_clean


@pytest.mark.system
def test_the_published_draw_has_all_places_and_only_tickets(story):
    result, plan = story
    text = (plan.publish / "result.csv").read_text(encoding="utf-8")
    rows = list(csv.DictReader(text.splitlines()))
    assert len(rows) == result.eligible.actual
    assert sum(row["outcome"] == "selected" for row in rows) == plan.figures.quota
    assert all(row["ticket"].startswith("W01-") for row in rows)


@pytest.mark.system
def test_the_command_ends_with_status_1_when_an_expectation_is_off_by_one(
    story, tmp_path, monkeypatch
):
    result, _ = story
    joined = result.funnel["joined"]
    planted = replace(
        result, funnel={**result.funnel, "joined": Pair(joined.expected + 1, joined.actual)}
    )
    endings = {}
    for name, found in (("right", result), ("planted", planted)):
        monkeypatch.setattr(rehearse, "play", lambda *_, found=found: found)
        file = tmp_path / f"{name}.json"
        arguments = ["launch-day", "--against", "http://127.0.0.1:1", "--json", str(file)]
        endings[name] = CliRunner().invoke(rehearse.app, arguments).exit_code
        assert json.loads(file.read_text())["funnel"]["joined"]["actual"] == joined.actual
    assert endings == {"right": 0, "planted": 1}
