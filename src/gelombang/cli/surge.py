"""`gelombang rehearse surge` and `overload`: the opening minute, open loop."""

from __future__ import annotations

import asyncio
import json
import os
import signal
import tempfile
from collections.abc import Callable, Coroutine, Iterator, Mapping, Sequence
from contextlib import contextmanager, nullcontext
from datetime import timedelta
from pathlib import Path
from typing import Annotated, Any, NoReturn, TypeVar

import typer
import uvloop
from rich.table import Table
from rich.text import Text

from gelombang.cli.database import set_up_django
from gelombang.cli.places import clone
from gelombang.cli.say import console, errors
from gelombang.cli.stamps import stamp
from gelombang.cli.system import NotOursError, RunningSystem, ThrowawaySystem
from gelombang.kit.sealing import Keyring
from gelombang.rehearsal.commands import CommandFailed
from gelombang.rehearsal.programme_file import Stage, set_the_stage
from gelombang.rehearsal.progress import NotDrained
from gelombang.rehearsal.surge import report
from gelombang.rehearsal.surge.arrivals import Bursts, read_bursts, require_fit
from gelombang.rehearsal.surge.limits import raise_file_limit
from gelombang.rehearsal.surge.overload import Overload, table as overload_table
from gelombang.rehearsal.surge.play import DoorStaysClosed, Surge, SurgePlan
from gelombang.rehearsal.surge.processes import Crew, GeneratorFailed
from gelombang.rehearsal.surge.saturation import saturate
from gelombang.rehearsal.system import System
from gelombang.rehearsal.telling import BarTeller, LineTeller, Teller
from gelombang.settings.environment import load
from gelombang.settings.frontdoor import door_config
from gelombang.settings.rings import keyring_of

OFF = 1
DOORS = 2
MOST_REQUESTS = 16_384  # connections that one process of the door serves at a time
# Everything that ends one of these with a sentence instead of a figure.
ENDINGS = (CommandFailed, DoorStaysClosed, GeneratorFailed, NotDrained, NotOursError)
T = TypeVar("T")


def surge(  # noqa: PLR0913 each is an option of the command
    *,
    people: Annotated[int, typer.Option(help="how many come", min=1)] = 80_000,
    seconds: Annotated[float, typer.Option(help="in how many seconds", min=1)] = 60.0,
    bursts: Annotated[
        str | None,
        typer.Option(metavar="COUNTxPEOPLE", help="bursts of one second, part of the people"),
    ] = None,
    join: Annotated[
        bool, typer.Option("--join", help="everybody is verified and presses Join")
    ] = False,
    addresses: Annotated[
        int, typer.Option(help="loopback addresses that people come from", min=1, max=1_000_000)
    ] = 4096,
    processes: Annotated[int, typer.Option(help="processes of the generator", min=1)] = 1,
    workers: Annotated[int, typer.Option(help="processes of the front door", min=1)] = DOORS,
    json_file: Annotated[
        Path | None, typer.Option("--json", help="file for the result as JSON")
    ] = None,
    seed: Annotated[int, typer.Option(help="the same seed makes the same curve", min=0)] = 0,
    against: Annotated[
        str | None, typer.Option(metavar="URL", help="use this running, empty system")
    ] = None,
    saturation: Annotated[
        bool, typer.Option("--saturation", help="only measure what the generator can offer")
    ] = False,
    keep: Annotated[
        bool, typer.Option("--keep", help="leave the throwaway system's data and logs behind")
    ] = False,
) -> None:
    """Let the people of the opening minute come, each at an instant of their own, and audit.

    Exit status 0: everybody has a receipt and nothing is off; 1: something is.
    """
    crew = Crew(processes=processes, addresses=addresses, connections=min(addresses, 4096))
    if saturation:
        show_saturation(crew)
        return
    stage = usual_stage()
    plan = SurgePlan(
        people=people, seconds=seconds, bursts=_bursts(bursts, people=people, seconds=seconds),
        stage=stage, crew=crew, joins=join, seed=seed,
    )  # fmt: skip
    with explained(), chosen_system(against, stage, workers=workers, keep=keep) as system:
        result = played(lambda teller, scratch: Surge(
            system, plan, teller, keyring=keyring_for(system.environment), scratch=scratch
        ).play())  # fmt: skip
    if against is None:
        stamp(rehearsal="surge", scale=f"{people}", people=people, clean=result.is_clean)
    finish(report.table(result), result.as_json(), result.complaints(), json_file)


def overload(
    *,
    seconds: Annotated[float, typer.Option(help="how long the spike lasts", min=2)] = 60.0,
    workers: Annotated[int, typer.Option(help="processes of the front door", min=1)] = 1,
    json_file: Annotated[
        Path | None, typer.Option("--json", help="file for the result as JSON")
    ] = None,
    keep: Annotated[
        bool, typer.Option("--keep", help="leave the throwaway system's data and logs behind")
    ] = False,
) -> None:
    """Find the knee, offer three times that, and see that everybody leaves with something.

    Generator and system are pinned to a core each. Exit status 0: goodput holds and everyone else
    has a ticket; 1: something is off.
    """
    if (os.cpu_count() or 1) < 2:  # noqa: PLR2004 one each
        raise typer.BadParameter("overload wants two cores: one for the system, one for the load")
    stage, crew = usual_stage(), Crew()
    with explained(), chosen_system(None, stage, workers=workers, keep=keep) as system:
        result = played(lambda teller, scratch: Overload(
            system, stage, teller, keyring=keyring_for(system.environment),
            scratch=scratch, crew=crew, seconds=seconds,
        ).play())  # fmt: skip
    finish(overload_table(result), result.as_json(), result.complaints(), json_file)


def verified_people(
    *,
    count: Annotated[int, typer.Option(min=1)],
    out: Annotated[Path, typer.Option(help="file for their ids, one a line")],
) -> None:
    """Make people of a throwaway system who may join; `surge --join` calls this."""
    environment = load()
    set_up_django()
    from gelombang.rehearsal.surge.joining import Place, verify_people

    place = Place(
        door=door_config(environment),
        readonly_url=environment.database_readonly_url.get_secret_value(),
        fakes_url=f"http://127.0.0.1:{environment.fakes_port}",
    )
    people = verify_people(place, usual_stage().population_terms, count)
    out.write_text("".join(f"{person}\n" for person in people), encoding="ascii")


def finish(
    table: Table, document: Mapping[str, Any], complaints: Sequence[str], json_file: Path | None
) -> NoReturn:
    """Write and show a result, and end with its status."""
    if json_file is not None:
        json_file.write_text(json.dumps(document, indent=1) + "\n", encoding="utf-8")
    console.print(table)
    for complaint in complaints:
        errors.print(Text(complaint, style="red"))
    verdict = Text("something is off", style="bold red")
    console.print(verdict if complaints else Text("nothing is off", style="bold green"))
    raise typer.Exit(OFF if complaints else 0)


def show_saturation(crew: Crew) -> None:
    """What the generator alone can offer, step by step."""
    with tempfile.TemporaryDirectory(prefix="gelombang-surge-") as scratch:
        found = asyncio.run(saturate(crew, scratch=Path(scratch)))
    for step in found.steps:
        console.print(
            f"{step.rate:>9,.0f} a second: late by {step.late_p99_ms:.1f} ms (p99), "
            f"{step.cpu_us_per_person:.0f} µs a person"
        )
    console.print(f"the generator saturates above {found.per_second:,.0f} a second")


def played(play: Callable[[Teller, Path], Coroutine[Any, Any, T]]) -> T:
    """Play something with bars on a terminal, or lines in a log, and a scratch directory."""
    with (
        tempfile.TemporaryDirectory(prefix="gelombang-surge-") as scratch,
        BarTeller(console) if console.is_terminal else nullcontext(LineTeller(console)) as teller,
        asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner,
    ):
        return runner.run(play(teller, Path(scratch)))


def keyring_for(environment: Mapping[str, str]) -> Keyring:
    """The keys of the system under test. Raises NotOursError where we do not hold them."""
    keyring = keyring_of(environment)
    if keyring is None:
        raise NotOursError("a surge mints its proofs of work: set the keys of that system")
    return keyring


def usual_stage() -> Stage:
    """The programme of 2020 as it is."""
    return set_the_stage((clone() / "programmes" / "prakerja-2020.toml").read_text("utf-8"))


@contextmanager
def explained() -> Iterator[None]:
    """Expected endings become one sentence and status 1; Ctrl-C removes everything first."""
    try:
        yield
    except ENDINGS as ending:
        errors.print(Text(str(ending), style="red"))
        raise typer.Exit(OFF) from None
    except KeyboardInterrupt:
        errors.print(Text("broken off", style="red"))
        raise typer.Exit(128 + signal.SIGINT) from None


@contextmanager
def chosen_system(
    against: str | None, stage: Stage, *, workers: int, keep: bool = False
) -> Iterator[System]:
    """A running system, or a throwaway one in the shape of production."""
    if against is not None:
        yield RunningSystem.at(against)
        return
    raise_file_limit()
    settings = {
        "GELOMBANG_EDGE_WORKERS": str(workers),
        "GELOMBANG_EDGE_BACKPRESSURE": str(MOST_REQUESTS),
    }
    begins = stage.opens_at - timedelta(hours=1)
    with ThrowawaySystem(
        "surge", begins=begins, rate=0.0, keep=keep, settings=settings, split=True
    ) as system:
        if keep:
            console.print(f"data and logs: {system.place}")
        yield system


def _bursts(text: str | None, *, people: int, seconds: float) -> Bursts:
    if text is None:
        return Bursts()
    try:
        bursts = read_bursts(text)
        require_fit(bursts, people=people, seconds=seconds)
    except ValueError as problem:
        raise typer.BadParameter(f"--bursts {text}: {problem}") from None
    return bursts
