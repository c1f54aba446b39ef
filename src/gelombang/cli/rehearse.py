"""`gelombang rehearse`: try the whole programme before the day, on a system of its own."""

from __future__ import annotations

import asyncio
import json
import signal
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from decimal import Decimal, InvalidOperation
from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer
import uvloop
from rich.text import Text

from gelombang.cli import faults, surge, verification
from gelombang.cli.parts import start_process
from gelombang.cli.places import clone
from gelombang.cli.say import console, errors
from gelombang.cli.stamps import stamp
from gelombang.cli.system import NotOursError, RunningSystem, ThrowawaySystem
from gelombang.rehearsal import report
from gelombang.rehearsal.actors.process import ProvidersMissing
from gelombang.rehearsal.catalogue import CatalogueUnfit, names_of_providers, sessions_by_course
from gelombang.rehearsal.commands import CommandFailed
from gelombang.rehearsal.figures import Figures, at_scale
from gelombang.rehearsal.launch_day import PROVIDER_KEYS, LaunchDay, Plan, RehearsalFailed
from gelombang.rehearsal.load import GaveUp
from gelombang.rehearsal.operator import DeskUnfit
from gelombang.rehearsal.programme_file import ProgrammeUnfit, scale_quota, set_the_stage
from gelombang.rehearsal.progress import NotDrained
from gelombang.rehearsal.publication import PublicationIncomplete
from gelombang.rehearsal.report import Result
from gelombang.rehearsal.seeding import SeedingFailed
from gelombang.rehearsal.system import System
from gelombang.rehearsal.telling import BarTeller
from gelombang.settings.rings import keyring_of

app = typer.Typer(help="Rehearse the programme with invented people.", no_args_is_help=True)
OFF = 1
USUAL_SEED = 20200411
app.command("surge")(surge.surge)
app.command("overload")(surge.overload)
app.command("faults")(faults.faults)
app.command("verification")(verification.verification)
app.command("bring-people", hidden=True)(verification.bring_people)
app.command("verified-people", hidden=True)(surge.verified_people)
# Everything that ends a rehearsal with a sentence instead of a figure.
ENDINGS = (
    RehearsalFailed, CommandFailed, NotDrained, DeskUnfit, SeedingFailed, PublicationIncomplete,
    GaveUp, NotOursError, CatalogueUnfit, ProvidersMissing,
)  # fmt: skip


class Until(StrEnum):
    """How far a rehearsal goes."""

    DRAW = "draw"
    """Through the draw, to results, verifier and auditor; without it, to the last rupiah."""


@app.callback()
def _rehearsals() -> None:
    """Each rehearsal raises a throwaway system, unless `--against` names a running one."""


@app.command("launch-day")
def launch_day(
    *,
    scale: Annotated[str, typer.Option(help="1 is the real day of 1,432,133 people")] = "0.01",
    until: Annotated[
        Until | None, typer.Option(help="stop there; without it, to the last rupiah")
    ] = None,
    publish: Annotated[
        Path | None, typer.Option(help="directory for a copy of the draw's publication")
    ] = None,
    json_file: Annotated[
        Path | None, typer.Option("--json", help="file for the result as JSON")
    ] = None,
    seed: Annotated[int, typer.Option(help="the same seed makes the same people", min=0)] = (
        USUAL_SEED
    ),
    programme: Annotated[
        Path | None, typer.Option(help="programme file; its weekly quota is scaled")
    ] = None,
    against: Annotated[
        str | None, typer.Option(metavar="URL", help="use this running, empty system")
    ] = None,
    keep: Annotated[
        bool, typer.Option("--keep", help="leave the throwaway system's data and logs behind")
    ] = False,
) -> None:
    """Replay 11 and 12 April 2020, draw the wave, pay every winner, and audit everything.

    Exit status 0: every figure is exact and nothing is off; 1: something is.
    """
    plan = _plan(
        scale=scale, seed=seed, publish=publish,
        programme=programme or clone() / "programmes" / "prakerja-2020.toml",
        catalogue=None if until else _catalogue(),
    )  # fmt: skip
    with _explained(), _system(against, plan, keep=keep) as system:
        result = play(system, plan)
    people = plan.figures.registered
    stamp(rehearsal="launch-day", scale=scale, people=people, clean=result.is_clean)
    if json_file is not None:
        json_file.write_text(json.dumps(result.as_json(), indent=1) + "\n", encoding="utf-8")
    show(result)
    raise typer.Exit(0 if result.is_clean else OFF)


@app.command(hidden=True)
def providers(
    *,
    port: Annotated[
        int | None,
        typer.Option(
            help="0: a free one, until stdin ends [GELOMBANG_PROVIDERS_PORT]", min=0, max=65535
        ),
    ] = None,
    seconds_to_complete: Annotated[
        float, typer.Option(help="real seconds that a course takes", min=0)
    ] = 20.0,
) -> None:
    """Play the invented training providers: sites that take redeem codes, until told to stop."""
    environment = start_process()
    catalogue = _text_of(_catalogue())
    from gelombang.rehearsal.actors import (
        site,  # a web server that the other commands need not load
    )

    script = site.Script(
        keys_file=environment.data_dir / PROVIDER_KEYS,
        names=names_of_providers(catalogue),
        sessions=sessions_by_course(catalogue),
        platform_url=environment.base_url,
        seconds_to_complete=seconds_to_complete,
    )
    site.run(port=environment.providers_port if port is None else port, script=script)


def play(system: System, plan: Plan) -> Result:
    """Play a rehearsal on a system, with bars on the terminal."""
    with (
        tempfile.TemporaryDirectory(prefix="gelombang-rehearsal-") as scratch,
        BarTeller(console) as teller,
        asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner,
    ):
        keyring = keyring_of(system.environment)
        day = LaunchDay(system, plan, teller, scratch=Path(scratch), keyring=keyring)
        return runner.run(day.play())


def show(result: Result) -> None:
    """Tables for people, and every complaint."""
    console.print(report.latency_table(result))
    console.print(report.phase_table(result))
    console.print(report.comparison_table(result))
    for complaint in result.complaints:
        errors.print(Text(complaint, style="red"))
    verdict = Text("exact and clean", style="bold green")
    console.print(verdict if result.is_clean else Text("something is off", style="bold red"))


def _plan(
    *, scale: str, seed: int, publish: Path | None, programme: Path, catalogue: Path | None
) -> Plan:
    figures = _figures(scale)
    try:
        stage = set_the_stage(scale_quota(_text_of(programme), figures.quota))
    except ProgrammeUnfit as problem:
        raise typer.BadParameter(f"{programme}: {problem}") from None
    return Plan(
        figures=figures, stage=stage, seed=seed, publish=publish,
        verifier=clone() / "tools" / "verify_draw.py",
        catalogue=_text_of(catalogue) if catalogue else None,
    )  # fmt: skip


def _catalogue() -> Path:
    return clone() / "programmes" / "catalogue-2020.toml"


def _text_of(file: Path) -> str:
    try:
        return file.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as problem:
        raise typer.BadParameter(f"{file} cannot be read: {problem}") from None


def _figures(scale: str) -> Figures:
    try:
        return at_scale(Decimal(scale))
    except (InvalidOperation, ValueError) as problem:
        words = str(problem) if isinstance(problem, ValueError) else "is not a number"
        raise typer.BadParameter(f"--scale {scale}: {words}") from None


@contextmanager
def _system(against: str | None, plan: Plan, *, keep: bool) -> Iterator[System]:
    if against is not None:
        yield RunningSystem.at(against)
        return
    begins = plan.stage.opens_at - timedelta(hours=1)
    with ThrowawaySystem("launch-day", begins=begins, rate=0.0, keep=keep) as system:
        if keep:
            console.print(f"data and logs: {system.place}")
        yield system


def explain(ending: BaseException) -> None:
    """The sentence of an expected ending."""
    errors.print(Text(str(ending), style="red"))


@contextmanager
def _explained() -> Iterator[None]:
    """Expected endings become one sentence and status 1; Ctrl-C removes everything first."""
    try:
        yield
    except ENDINGS as ending:
        explain(ending)
        raise typer.Exit(OFF) from None
    except KeyboardInterrupt:
        errors.print(Text("broken off", style="red"))
        raise typer.Exit(128 + signal.SIGINT) from None
