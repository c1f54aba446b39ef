"""`gelombang bench`: measured comparisons, each on a throwaway system of its own."""

from __future__ import annotations

import asyncio
import contextlib
import json
import os
import platform
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from typing import Annotated

import typer
import uvloop
from rich.table import Table

from gelombang.cli.places import clone
from gelombang.cli.postgres import find_binaries, free_port
from gelombang.cli.say import console
from gelombang.cli.system import ThrowawaySystem
from gelombang.kit.clock import WIB
from gelombang.rehearsal.benches import wrk
from gelombang.rehearsal.benches.draw import measure
from gelombang.rehearsal.benches.saturate import Saturation, saturate
from gelombang.rehearsal.programme_file import set_the_stage

app = typer.Typer(help="Measured comparisons; figures move with the machine.", no_args_is_help=True)
AFTER_OPENING = datetime(2020, 4, 11, 19, 30, tzinfo=WIB)
WARM_SECONDS = 2
IDLE = ("worker", "mailbox", "fakes")  # what would take a share of the cores
VIEW_SECONDS = 60.0
VIEW = "ordinary_view:application"  # in benchmarks/, since no package of ours writes like that


@app.callback()
def _benches() -> None:
    """Each bench prints its figures with date and machine, and what to compare them with."""


@app.command()
def frontdoor(
    *,
    seconds: Annotated[int, typer.Option(help="seconds for each measurement", min=2)] = 10,
    connections: Annotated[int, typer.Option(help="connections at once", min=1)] = 128,
    workers: Annotated[int, typer.Option(help="processes of the front door", min=1)] = 2,
    json_file: Annotated[Path | None, typer.Option("--json", help="write the figures here")] = None,
) -> None:
    """Durable registrations a second: the front door, pgbench as its ceiling, an ordinary view.

    Generator (wrk where it is installed), database and system share this machine; the database
    syncs every commit.
    """
    with (
        ThrowawaySystem("bench", begins=AFTER_OPENING) as system,
        tempfile.TemporaryDirectory(prefix="gelombang-bench-") as directory,
    ):
        environment, scratch = system.environment, Path(directory)
        _load_programme(environment)
        for other in IDLE:
            system.kill(other, signal.SIGSTOP)
        load = partial(_saturate, connections=connections, seconds=seconds, scratch=scratch)
        with _front_door(environment, workers=workers) as url:
            door = load(url)
        with _ordinary_view(environment) as url:
            view = load(url)
        from gelombang.rehearsal.benches.pgbench import best_rate  # its driver loads slowly

        ceiling, clients = best_rate(
            find_binaries() / "pgbench", system.database_url, seconds=seconds, scratch=scratch
        )
        for other in IDLE:
            system.kill(other, signal.SIGCONT)
    _show_frontdoor(door, view, ceiling=ceiling, clients=clients, workers=workers)
    if json_file is not None:
        json_file.write_text(json.dumps(_figures(door, view, ceiling=ceiling), indent=1) + "\n")


@app.command()
def draw(
    *,
    candidates: Annotated[int, typer.Option(help="people in the list", min=1)] = 600_000,
    quota: Annotated[int, typer.Option(help="places", min=1)] = 164_872,
    seed: Annotated[int, typer.Option(help="the same seed makes the same list")] = 1,
) -> None:
    """Freeze, draw, write and independently verify one wave, in one run."""
    stage = set_the_stage((clone() / "programmes" / "prakerja-2020.toml").read_text("utf-8"))
    with tempfile.TemporaryDirectory(prefix="gelombang-bench-") as scratch:
        found = measure(
            candidates=candidates, quota=quota, stage=stage, seed=seed,
            verifier=clone() / "tools" / "verify_draw.py", directory=Path(scratch) / stage.wave_id,
        )  # fmt: skip
    title = f"{found.selected:,} of {candidates:,} drawn, {_where_and_when()}"
    table = Table("part", title=title, title_justify="left")
    table.add_column("seconds", justify="right")
    table.add_column("candidates a second", justify="right")
    for part, seconds in found.seconds.items():
        table.add_row(part, f"{seconds:.2f}", f"{candidates / max(seconds, 1e-9):,.0f}")
    console.print(table)


def _saturate(url: str, *, connections: int, seconds: int, scratch: Path) -> Saturation:
    if (program := wrk.program()) is not None:
        wrk.saturate(program, url, connections=connections, seconds=WARM_SECONDS, scratch=scratch)
        return wrk.saturate(program, url, connections=connections, seconds=seconds, scratch=scratch)

    async def measure() -> Saturation:
        await saturate(url, connections=connections, seconds=WARM_SECONDS)
        return await saturate(url, connections=connections, seconds=seconds)

    with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
        return runner.run(measure())


def _figures(door: Saturation, view: Saturation, *, ceiling: float) -> dict[str, float]:
    own, ordinary = door.accepted_per_second, view.accepted_per_second
    return {
        "frontdoor_per_second": round(own, 1),
        "pgbench_per_second": round(ceiling, 1),
        "django_orm_per_second": round(ordinary, 1),
        "frontdoor_over_pgbench": round(own / ceiling, 3),
        "frontdoor_over_django_orm": round(own / ordinary, 2) if ordinary else 0.0,
    }


def _load_programme(environment: Mapping[str, str]) -> None:
    file = clone() / "programmes" / "prakerja-2020.toml"
    for command in (
        ("programme", "load", str(file)),
        ("ready", "--override", "--reason", "Pengukuran pintu depan"),
    ):
        subprocess.run(
            [sys.executable, "-m", "gelombang", *command],
            env=dict(environment), check=True, stdout=subprocess.DEVNULL,
        )  # fmt: skip
    time.sleep(2)  # the door looks at the calendar every second


@contextmanager
def _front_door(environment: Mapping[str, str], *, workers: int) -> Iterator[str]:
    """The front door alone, over RSGI, as production serves it."""
    port = free_port()
    own = {
        "GELOMBANG_PORT": str(port),
        "GELOMBANG_OPERATOR_PORT": "0",
        "GELOMBANG_EDGE_WORKERS": str(workers),
    }
    command = [sys.executable, "-m", "gelombang", "frontdoor"]
    with _serving(command, {**environment, **own}, port=port) as url:
        yield url


@contextmanager
def _ordinary_view(environment: Mapping[str, str]) -> Iterator[str]:
    """The Django view in one process of the same server, with eight threads."""
    port = free_port()
    command = [
        sys.executable, "-m", "granian", "--interface", "wsgi", "--port", str(port),
        "--workers", "1", "--blocking-threads", "8", "--no-access-log", VIEW,
    ]  # fmt: skip
    own = {"DJANGO_SETTINGS_MODULE": "gelombang.settings.django"}
    with _serving(command, {**environment, **own}, port=port) as url:
        yield url


@contextmanager
def _serving(command: list[str], environment: Mapping[str, str], *, port: int) -> Iterator[str]:
    process = subprocess.Popen(
        command, env=dict(environment), cwd=clone() / "benchmarks",
        stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
    )  # fmt: skip
    url = f"http://127.0.0.1:{port}"
    try:
        _wait_for(url)
        yield url
    finally:
        process.terminate()
        with contextlib.suppress(subprocess.TimeoutExpired):
            process.wait(10)
        process.kill()


def _wait_for(url: str) -> None:
    async def once() -> bool:
        return (await saturate(url, connections=1, seconds=0.2)).accepted_per_second > 0

    until = time.monotonic() + VIEW_SECONDS
    while not asyncio.run(once()):
        if time.monotonic() > until:
            raise RuntimeError("what is to be measured does not answer")
        time.sleep(0.2)


def _show_frontdoor(
    door: Saturation, view: Saturation, *, ceiling: float, clients: int, workers: int
) -> None:
    table = Table(
        title=f"Durable registrations a second, {_where_and_when()}", title_justify="left"
    )
    for name in ("path", "a second", "p50 ms", "p99 ms", "refused", "lost", "door ÷ this"):
        table.add_column(name, justify="left" if name == "path" else "right")
    own = door.accepted_per_second
    for name, found in (
        (f"front door, every check, RSGI, {workers} workers", door),
        ("Django view, ORM", view),
    ):
        ratio = own / found.accepted_per_second if found.accepted_per_second else 0.0
        table.add_row(
            name, f"{found.accepted_per_second:,.0f}", f"{found.p50:.1f}", f"{found.p99:.1f}",
            str(found.refused), str(found.lost), f"{ratio:.2f}",
        )  # fmt: skip
    table.add_row(f"pgbench, row by row, {clients} clients", f"{ceiling:,.0f}", "", "", "", "",
                  f"{own / ceiling:.2f}")  # fmt: skip
    console.print(table)


def _where_and_when() -> str:
    cores = os.cpu_count()
    return f"{datetime.now(UTC):%Y-%m-%d}, {cores} cores, Python {platform.python_version()}"
