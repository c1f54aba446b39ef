"""`gelombang bench checks`: checks a second without a contract, on a throwaway system."""

from __future__ import annotations

import json
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Annotated

import typer
from rich.table import Table

from gelombang.cli.bench import AFTER_OPENING, where_and_when
from gelombang.cli.places import clone
from gelombang.cli.say import console
from gelombang.cli.system import ThrowawaySystem
from gelombang.rehearsal.benches import checks as bench

IDLE = ("worker", "edge", "mailbox")  # the bench has workers of its own
LEAST = 1_500  # checks a second
MOST_MEGABYTES = 300


def checks(
    *,
    people: Annotated[int, typer.Option(help="whose identity is checked", min=100)] = 20_000,
    backlog: Annotated[int, typer.Option(help="people who wait behind them", min=0)] = 0,
    workers: Annotated[int, typer.Option(help="worker processes", min=1, max=8)] = 1,
    json_file: Annotated[Path | None, typer.Option("--json", help="write the figures here")] = None,
) -> None:
    """Checks a second from the due row to the recorded answer and the owed letter.

    The honest fake, the database and the workers share this machine; no contract limits them. The
    processor time of each is printed beside the rate, which moves with everything else that runs.
    """
    with (
        ThrowawaySystem("bench", begins=AFTER_OPENING) as system,
        tempfile.TemporaryDirectory(prefix="gelombang-bench-") as directory,
    ):
        for other in IDLE:
            system.end(other)
        _load_programme(system, Path(directory))
        script = clone() / "benchmarks" / "people_to_check.py"
        bench.seed(system, script, people=people, backlog=backlog)
        found = bench.measure(system, people=people, backlog=backlog, workers=workers)
    _show(found, workers=workers)
    if json_file is not None:
        json_file.write_text(json.dumps(_figures(found), indent=1) + "\n", encoding="utf-8")


def _load_programme(system: ThrowawaySystem, scratch: Path) -> None:
    text = (clone() / "programmes" / "prakerja-2020.toml").read_text(encoding="utf-8")
    file = scratch / "prakerja-2020.toml"
    file.write_text(bench.unpaced(text), encoding="utf-8")
    command = [sys.executable, "-m", "gelombang", "programme", "load", str(file)]
    subprocess.run(command, env=dict(system.environment), check=True, stdout=subprocess.DEVNULL)


def _show(found: bench.ChecksBench, *, workers: int) -> None:
    table = Table(
        title=f"Checks without a contract, {workers} worker(s), {where_and_when()}",
        title_justify="left",
    )
    for name in ("a second", "checks", "ms processor", "worker", "fake", "database", "peak MB"):
        table.add_column(name, justify="right")
    table.add_row(
        f"{found.per_second:,.0f}", f"{found.checks:,}", f"{found.milliseconds:.2f}",
        f"{found.worker_ms:.2f}", f"{found.fake_ms:.2f}", f"{found.database_ms:.2f}",
        f"{found.worker_peak_mb:.0f}",
    )  # fmt: skip
    console.print(table)
    console.print(
        f"{found.letters:,} letters owed, {found.asked_twice} asked twice, {found.backlog:,} "
        f"waiting behind; the aim is {LEAST:,} a second and less than {MOST_MEGABYTES} MB a worker"
    )


def _figures(found: bench.ChecksBench) -> dict[str, float]:
    return {
        "unpaced_checks_per_second": round(found.per_second, 1), "checks": found.checks,
        "processor_ms_per_check": round(found.milliseconds, 3),
        "worker_ms": round(found.worker_ms, 3), "fake_ms": round(found.fake_ms, 3),
        "database_ms": round(found.database_ms, 3), "backlog": found.backlog,
        "worker_peak_mb": round(found.worker_peak_mb, 1), "letters": found.letters,
        "asked_twice": found.asked_twice,
    }  # fmt: skip
