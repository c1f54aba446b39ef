"""How many checks a second the pipeline carries without a contract.

Claimed, asked over HTTP at the honest fake, judged, recorded in sets, letters owed. People and
their statements are written in sets, as registration and the identity pages would leave them;
workers of the product do the rest. Processor time is read from /proc: on a machine with other work
it tells more than the clock.
"""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
import time
from collections.abc import Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any
from urllib.request import urlopen

import psycopg

from gelombang.rehearsal.benches.workers import worker_process
from gelombang.rehearsal.system import System

UNPACED = 100_000  # calls a second: a contract that limits nothing
SWEEP = "verification.civil_registry"
WAIT_SECONDS = 300.0
TICKS = os.sysconf("SC_CLK_TCK")
_ANSWERED = b"SELECT count(*) FROM verification_attestation"
_LETTERS = b"SELECT count(*) FROM notices_notice WHERE kind LIKE 'verification.%'"


class ChecksBenchFailed(Exception):
    """Something did not come to its end; the text says what."""


@dataclass(frozen=True, slots=True)
class ChecksBench:
    """What was measured."""

    checks: int
    seconds: float
    worker_ms: float
    """Processor milliseconds a check, as the next two."""
    fake_ms: float
    database_ms: float
    worker_peak_mb: float
    backlog: int
    letters: int
    asked_twice: int

    @property
    def per_second(self) -> float:
        """Answered checks a second, from the first call to the last record."""
        return self.checks / self.seconds if self.seconds else 0.0

    @property
    def milliseconds(self) -> float:
        """Processor time a check, of everything together."""
        return self.worker_ms + self.fake_ms + self.database_ms


def unpaced(text: str) -> str:
    """A programme file without limits for the partners of verification."""
    pace = rf"\g<1>{UNPACED}\nburst = {UNPACED}"
    for code in ("civil_registry", "education", "social_aid"):
        block = rf'(code = "{code}"\nname = "[^"]*"\ncalls_per_second = )\d+\nburst = \d+'
        text, found = re.subn(block, pace, text)
        if not found:
            raise ChecksBenchFailed(f"the programme names no {code}")
    return text


def measure(system: System, *, people: int, backlog: int, workers: int) -> ChecksBench:
    """Answer the checks of `people`, the oldest before a queue of `backlog` more; see `seed`.

    Raises ChecksBenchFailed.
    """
    url, log = system.database_url, system.data_dir / "checks.log"
    with ExitStack() as stack:
        start = partial(worker_process, system.environment, log, SWEEP)
        running = [stack.enter_context(start()) for _ in range(workers)]
        pids = [process.pid for process in running]
        try:
            begun = _wait(url, 1, running)
            before = _spent(system, pids)
            done = _wait(url, people, running)
        except ChecksBenchFailed as failed:
            raise ChecksBenchFailed(f"{failed}\n{log.read_text('utf-8')[-2000:]}") from None
        after = _spent(system, pids)
        peak = max(_peak_megabytes(pid) for pid in pids)
    meter = _get(f"{system.fakes_url}/_admin/meter")["dukcapil"]
    counted = done.answered - begun.answered
    each = {name: 1000 * (after[name] - before[name]) / counted for name in after}
    return ChecksBench(
        checks=counted, seconds=done.at - begun.at, worker_ms=each["worker"],
        fake_ms=each["fakes"], database_ms=each["database"], worker_peak_mb=peak,
        backlog=backlog, letters=_letters(url),
        asked_twice=0 if backlog else meter["asked_twice"],  # who waits behind states the same
    )  # fmt: skip


def seed(system: System, script: Path, *, people: int, backlog: int) -> None:
    """Let a script write people who wait for the civil registry, and its books about them."""
    words = [system.database_url, system.fakes_url, str(people), str(backlog)]
    command = [sys.executable, str(script), *words]
    subprocess.run(command, env=dict(system.environment), check=True)


@dataclass(frozen=True, slots=True)
class _Seen:
    answered: int
    at: float


def _wait(url: str, wanted: int, running: Sequence[subprocess.Popen[bytes]]) -> _Seen:
    """When so many checks were answered. Raises ChecksBenchFailed."""
    until = time.monotonic() + WAIT_SECONDS
    with psycopg.connect(url, autocommit=True) as connection:
        while True:
            row = connection.execute(_ANSWERED).fetchone()
            seen = _Seen(row[0] if row else 0, time.monotonic())
            if seen.answered >= wanted:
                return seen
            if seen.at > until or any(process.poll() is not None for process in running):
                raise ChecksBenchFailed(f"{seen.answered} of {wanted} checks were answered")
            time.sleep(0.05)


def _letters(url: str) -> int:
    with psycopg.connect(url) as connection:
        row = connection.execute(_LETTERS).fetchone()
    return row[0] if row else 0


def _spent(system: System, workers: Sequence[int]) -> dict[str, float]:
    """Processor seconds until now."""
    own = {name: _tree_seconds(system.pids()[name]) for name in ("fakes", "database")}
    return own | {"worker": sum(_tree_seconds(pid) for pid in workers)}


def _tree_seconds(pid: int) -> float:
    """Processor seconds of a process, its children and those that have ended."""
    children = Path(f"/proc/{pid}/task/{pid}/children").read_text("utf-8").split()
    return _cpu_seconds(pid) + sum(_tree_seconds(int(each)) for each in children)


def _cpu_seconds(pid: int) -> float:
    words = Path(f"/proc/{pid}/stat").read_text("utf-8").rpartition(")")[2].split()
    return sum(int(each) for each in words[11:15]) / TICKS


def _peak_megabytes(pid: int) -> float:
    status = Path(f"/proc/{pid}/status").read_text("utf-8")
    found = re.search(r"VmHWM:\s+(\d+) kB", status)
    return int(found[1]) / 1024 if found else 0.0


def _get(url: str) -> Any:
    with urlopen(url, timeout=10) as answer:  # noqa: S310 - our own fakes
        return json.loads(answer.read())
