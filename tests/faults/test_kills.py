"""Processes die in the middle of a rehearsal: what was acknowledged stays, nothing doubles.

The worker dies three times while payments leave: every rupiah arrives once all the same.
"""

import asyncio
import signal
import threading
from collections import Counter
from dataclasses import replace

import pytest
import uvloop
from rich.console import Console
from tests.stories.test_launch_day import plan_for

from gelombang.cli.places import clone
from gelombang.cli.system import ThrowawaySystem
from gelombang.rehearsal.launch_day import LaunchDay
from gelombang.rehearsal.telling import LineTeller
from gelombang.settings.rings import keyring_of


class Saboteur(LineTeller):
    """Kills a process each time a phase has come as far as the script says."""

    def __init__(
        self, system: ThrowawaySystem, script: dict[tuple[str, int] | tuple[str, str, int], str]
    ) -> None:
        super().__init__(Console(stderr=True))
        self.killed: list[str] = []
        self._system = system
        self._script = dict(script)
        self._name, self._steps = "", 0
        self._noted: Counter[tuple[str, str]] = Counter()

    def begin(self, phase: str, total: int | None) -> None:
        super().begin(phase, total)
        self._name, self._steps = phase, 0
        self._strike()

    def step(self, count: int = 1) -> None:
        super().step(count)
        self._steps += count
        self._strike()

    def note(self, words: str) -> None:
        super().note(words)
        self._noted[self._name, words] += 1
        moment = (self._name, words, self._noted[self._name, words])
        if moment in self._script:
            self._send_out(self._script.pop(moment))

    def _strike(self) -> None:
        counted = [moment for moment in self._script if moment[0] == self._name]
        for moment in [m for m in counted if isinstance(m[1], int) and m[1] <= self._steps]:
            self._send_out(self._script.pop(moment))

    def _send_out(self, process: str) -> None:
        threading.Thread(target=self._kill, args=(process,)).start()

    def _kill(self, process: str) -> None:
        self._system.kill(process, signal.SIGKILL)
        self.killed.append(process)


PAYING = "payments are under way"  # told twice a second
SCRIPT = {
    ("first_21_hours", 100): "database",
    ("first_21_hours", 200): "worker",
    ("until_the_close", 100): "database",
    ("freeze", 0): "worker",
    ("draw", 0): "worker",
    ("month_1", PAYING, 1): "worker",
    ("month_2", PAYING, 1): "worker",
    ("month_3", PAYING, 1): "worker",
}


@pytest.mark.system
@pytest.mark.long
def test_kill_9_of_database_and_worker_loses_nothing_and_doubles_nothing(tmp_path):
    catalogue = (clone() / "programmes" / "catalogue-2020.toml").read_text(encoding="utf-8")
    plan = replace(plan_for("0.0003"), catalogue=catalogue)
    begins = plan.stage.opens_at.replace(hour=18)
    with (
        ThrowawaySystem("kills", begins=begins, rate=0) as system,  # durable: the point of it
        asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner,
    ):
        saboteur = Saboteur(system, SCRIPT)
        keyring = keyring_of(system.environment)
        day = LaunchDay(system, plan, saboteur, scratch=tmp_path, keyring=keyring)
        result = runner.run(day.play())
    assert sorted(saboteur.killed) == sorted(SCRIPT.values())
    assert result.audit["violations"] == 0, result.complaints
    assert (result.lost, result.duplicated) == (0, 0)
    wrong = {name: pair for name, pair in result.pairs().items() if not pair.is_right}
    assert wrong == {}, result.complaints
    assert result.money.unknown_left == 0
