"""`gelombang bench`: measured comparisons, each on a throwaway system of its own."""

from __future__ import annotations

import asyncio
import contextlib
import json
import os
import platform
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from typing import Annotated, NoReturn

import typer
import uvloop
from rich.table import Table
from rich.text import Text

from gelombang.cli import bench_identity
from gelombang.cli.database import set_up_django
from gelombang.cli.places import clone
from gelombang.cli.postgres import find_binaries, free_port
from gelombang.cli.say import console, errors
from gelombang.cli.surge import keyring_for, usual_stage
from gelombang.cli.system import ThrowawaySystem
from gelombang.kit import clock
from gelombang.kit.clock import WIB
from gelombang.records.programme.rules import DOOR_LIMITS, HIGHEST_ADMISSION
from gelombang.rehearsal.benches import frontdoor as bench, wrk
from gelombang.rehearsal.benches.bodies import prepare_bodies
from gelombang.rehearsal.benches.draw import measure
from gelombang.rehearsal.benches.saturate import Saturation, saturate
from gelombang.rehearsal.benches.tickets import Tickets, table as tickets_table
from gelombang.rehearsal.opening import open_registration
from gelombang.rehearsal.surge.limits import raise_file_limit

app = typer.Typer(help="Measured comparisons; figures move with the machine.", no_args_is_help=True)
AFTER_OPENING = datetime(2020, 4, 11, 19, 30, tzinfo=WIB)
app.command()(bench_identity.keys)
app.command()(bench_identity.nik)
app.command()(bench_identity.oracle)
WARM_SECONDS = 2
REASON = "Pengukuran: satu mesin menjadi semua pengirim"
IDLE = ("worker", "house", "mailbox", "fakes")  # what would take a share of the cores
DOOR_GUESS, VIEW_GUESS = 18_000, 2_500  # registrations a second that are prepared
VIEW_SECONDS = 60.0
VIEW = "ordinary_view:application"  # in benchmarks/, since no package of ours writes like that


@app.callback()
def _benches() -> None:
    """Each bench prints its figures with date and machine, and what to compare them with."""


@app.command()
def frontdoor(
    *,
    seconds: Annotated[int, typer.Option(help="seconds for each measurement", min=2)] = 8,
    rounds: Annotated[int, typer.Option(help="rounds on each table", min=1)] = 3,
    rows: Annotated[
        int, typer.Option(help="registrations on the second table; 0: measure the fresh one only",
                          min=0)
    ] = 5_000_000,
    connections: Annotated[int, typer.Option(help="connections at once", min=1)] = 256,
    workers: Annotated[int, typer.Option(help="processes of the front door", min=1)] = 2,
    json_file: Annotated[Path | None, typer.Option("--json", help="write the figures here")] = None,
) -> None:  # fmt: skip
    """Durable registrations a second: the front door, pgbench as its ceiling, an ordinary view.

    The three take turns on a fresh table and on a full one; the figures are medians. Generator
    (wrk where it is installed), database and system share this machine; the database syncs every
    commit. Pacing and admission are raised to their highest, so that their code runs and refuses
    nobody: one machine cannot be many senders here. Status 1 when a ratio of a run of full length
    (5 s, 3 rounds) is below its floor.
    """
    settings = {"GELOMBANG_EDGE_WORKERS": str(workers)}
    with (
        ThrowawaySystem("bench", begins=AFTER_OPENING, settings=settings, split=True) as system,
        tempfile.TemporaryDirectory(prefix="gelombang-bench-") as directory,
    ):
        asyncio.run(open_registration(system, usual_stage(), reason=REASON))
        _set_limits(system, admission=HIGHEST_ADMISSION)
        for other in IDLE:
            system.end(other)
        with _ordinary_view(system.environment) as view:
            load = _Load(system, Path(directory), connections=connections, seconds=seconds)
            load.wait_for(view, system.base_url)
            tables = _take_turns(system, load, view, rounds=rounds, rows=rows)
    console.print(bench.table(tables, title=f"Durable registrations, {where_and_when()}"))
    document = bench.document(tables)
    console.print(f"refused {document['refused']}, connections lost {document['lost']}")
    if json_file is not None:
        json_file.write_text(json.dumps(document, indent=1) + "\n", encoding="utf-8")
    _end(bench.complaints(tables, seconds=seconds, rounds=rounds))


def _end(complaints: Sequence[str]) -> NoReturn:
    """Say what is off, one line each, and end with the status that says whether anything is."""
    for each in complaints:
        errors.print(Text(each, style="red"))
    raise typer.Exit(1 if complaints else 0)


def _take_turns(
    system: ThrowawaySystem, load: _Load, view: str, *, rounds: int, rows: int
) -> list[bench.Rounds]:
    """The rounds on a fresh table, and on one that holds `rows` registrations."""
    from gelombang.rehearsal.benches import intake  # its driver loads slowly

    url = system.database_url
    tables = [bench.Rounds(0), *([bench.Rounds(rows)] if rows else [])]
    for table in tables:
        if table.rows:
            intake.empty(url)
            intake.fill(url, table.rows)
        bench.take_turns(
            table, rounds,
            {
                bench.DOOR: partial(load.rate, system.base_url, table, guess=DOOR_GUESS),
                bench.VIEW: partial(load.rate, view, table, guess=VIEW_GUESS),
                bench.CEILING: partial(load.ceiling, url),
            },
            before=partial(intake.settle if table.rows else intake.empty, url),
        )  # fmt: skip
    return tables


class _Load:
    """The generator, whichever it is, with bodies prepared before each measurement."""

    def __init__(
        self, system: ThrowawaySystem, scratch: Path, *, connections: int, seconds: int
    ) -> None:
        self._keyring = keyring_for(system.environment)
        self._scratch = scratch
        self._connections = connections
        self._seconds = seconds
        self._group = 0

    def rate(self, url: str, table: bench.Rounds, *, guess: int) -> float:
        """Registrations a second at this address; `guess` is more than it can take."""
        self._saturate(url, seconds=WARM_SECONDS, guess=guess)
        found = self._saturate(url, seconds=self._seconds, guess=guess)
        table.refused += found.refused
        table.lost += found.lost
        return found.accepted_per_second

    def ceiling(self, url: str) -> float:
        """The best of pgbench; its three numbers of clients share the time."""
        from gelombang.rehearsal.benches.pgbench import best_rate

        seconds = max(2, self._seconds // 2)
        return best_rate(find_binaries() / "pgbench", url, seconds=seconds, scratch=self._scratch)[
            0
        ]

    def wait_for(self, *urls: str) -> None:
        """Return when somebody was registered at each address. Raises RuntimeError."""
        until = time.monotonic() + VIEW_SECONDS
        for url in urls:
            while not self._once(url):
                if time.monotonic() > until:
                    raise RuntimeError("what is to be measured does not answer")
                time.sleep(0.2)

    def _once(self, url: str) -> bool:
        bodies = self._bodies(1, files=1)
        try:
            found = asyncio.run(saturate(url, bodies, connections=1, seconds=1))
        except OSError:
            return False
        return found.accepted_per_second > 0

    def _saturate(self, url: str, *, seconds: int, guess: int) -> Saturation:
        bodies = self._bodies(guess * seconds, files=2)
        if (program := wrk.program()) is not None:
            return wrk.saturate(
                program, url, bodies, connections=self._connections, seconds=seconds,
                scratch=self._scratch,
            )  # fmt: skip
        with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
            return runner.run(saturate(url, bodies, connections=self._connections, seconds=seconds))

    def _bodies(self, count: int, *, files: int) -> tuple[Path, ...]:
        self._group += 1
        places = [self._scratch / f"bodies-{number}" for number in range(files)]
        return prepare_bodies(places, self._keyring, count=count, group=f"bench.{self._group}")


@app.command()
def tickets(
    *,
    count: Annotated[int, typer.Option(help="tickets to mint", min=1000)] = 1_000_000,
    sample: Annotated[int, typer.Option(help="tickets to fetch over HTTP", min=100)] = 20_000,
    json_file: Annotated[Path | None, typer.Option("--json", help="write the figures here")] = None,
) -> None:
    """What a million people with tickets cost: nothing kept of them, and little for their looks.

    Status 1 when anything is kept of each, in rows, on disk or in memory, or the looks are dear.
    """
    raise_file_limit()
    settings = {"GELOMBANG_EDGE_WORKERS": "1"}
    with (
        ThrowawaySystem("bench", begins=AFTER_OPENING, settings=settings, split=True) as system,
        tempfile.TemporaryDirectory(prefix="gelombang-bench-") as directory,
        asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner,
    ):
        runner.run(open_registration(system, usual_stage(), reason=REASON))
        for other in IDLE:
            system.end(other)
        _set_limits(system, admission=1)
        bench_of_it = Tickets(
            system, keyring_for(system.environment), scratch=Path(directory), sample=sample
        )
        found = runner.run(bench_of_it.measure(count))
    console.print(tickets_table(found, title=f"{count:,} tickets, {where_and_when()}"))
    if json_file is not None:
        json_file.write_text(json.dumps(found.as_json(), indent=1) + "\n", encoding="utf-8")
    _end(found.complaints())


@app.command()
def draw(
    *,
    candidates: Annotated[int, typer.Option(help="people in the list", min=1)] = 600_000,
    quota: Annotated[int, typer.Option(help="places", min=1)] = 164_872,
    seed: Annotated[int, typer.Option(help="the same seed makes the same list")] = 1,
) -> None:
    """Freeze, draw, write and independently verify one wave, in one run."""
    stage = usual_stage()
    with tempfile.TemporaryDirectory(prefix="gelombang-bench-") as scratch:
        found = measure(
            candidates=candidates, quota=quota, stage=stage, seed=seed,
            verifier=clone() / "tools" / "verify_draw.py", directory=Path(scratch) / stage.wave_id,
        )  # fmt: skip
    title = f"{found.selected:,} of {candidates:,} drawn, {where_and_when()}"
    table = Table("part", title=title, title_justify="left")
    table.add_column("seconds", justify="right")
    table.add_column("candidates a second", justify="right")
    for part, seconds in found.seconds.items():
        table.add_row(part, f"{seconds:.2f}", f"{candidates / max(seconds, 1e-9):,.0f}")
    console.print(table)


def _set_limits(system: ThrowawaySystem, *, admission: int) -> None:
    """Set the door's pacing to its highest and its admission to this, as an operator does."""
    subprocess.run(
        [sys.executable, "-m", "gelombang", "bench", "set-limits", str(admission)],
        env=dict(system.environment), check=True, stdout=subprocess.DEVNULL,
    )  # fmt: skip
    time.sleep(2)  # the door looks at its controls every second


@app.command("set-limits", hidden=True)
def set_limits(admission: Annotated[int, typer.Argument(help="people a second")]) -> None:
    """Set this system's door to the highest pacing, and to an admission; benches call this."""
    set_up_django()
    from gelombang.records.programme import actions, queries

    controls = replace(
        queries.door_controls_in_force(),
        admission_per_second=admission,
        address_per_minute=DOOR_LIMITS["address_per_minute"][1],
        network_per_minute=DOOR_LIMITS["network_per_minute"][1],
    )
    actions.set_door(
        controls=controls, reason=REASON, actor="cli:bench",
        now=clock.now(), real_now=clock.real_now(),
    )  # fmt: skip


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
        yield url
    finally:
        process.terminate()
        with contextlib.suppress(subprocess.TimeoutExpired):
            process.wait(10)
        process.kill()


def where_and_when() -> str:
    """What every figure is shown with: the day and the machine."""
    cores = os.cpu_count()
    return f"{datetime.now(UTC):%Y-%m-%d}, {cores} cores, Python {platform.python_version()}"
