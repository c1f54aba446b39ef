"""`gelombang clock`: show, hold and advance the virtual clock of a demo or rehearsal."""

from __future__ import annotations

import os
import re
from datetime import datetime, timedelta
from pathlib import Path
from typing import Annotated

import typer

from gelombang.cli.places import usual_data_directory
from gelombang.cli.say import console
from gelombang.kit import clock, instants
from gelombang.kit.errors import HindranceError

app = typer.Typer(help="Show, hold and advance the virtual clock.", no_args_is_help=True)
_UNITS = {"d": "days", "h": "hours", "m": "minutes", "s": "seconds"}
_DURATION = re.compile(r"(?:\d+[dhms])+")


class ClockMissingError(HindranceError):
    """There is no virtual clock to show: real time holds."""


def clock_file() -> Path:
    """The clock file of GELOMBANG_CLOCK, else of this clone's demo. Raises ClockMissingError."""
    named = os.environ.get(clock.CLOCK_VARIABLE)
    path = Path(named) if named else usual_data_directory() / "clock.json"
    if not path.is_file():
        raise ClockMissingError(
            f"There is no virtual clock at {path}: start `gelombang serve`, or name its file in "
            f"{clock.CLOCK_VARIABLE}."
        )
    return path


def read_duration(text: str) -> timedelta:
    """`2d`, `3h30m`, `90s` as a span of time. Raises typer.BadParameter for anything else."""
    if not _DURATION.fullmatch(text):
        raise typer.BadParameter("wants a span like 2d, 3h30m or 90s")
    parts = re.findall(r"(\d+)([dhms])", text)
    return sum((timedelta(**{_UNITS[unit]: int(n)}) for n, unit in parts), timedelta())


def read_instant(text: str) -> datetime:
    """An instant with its zone, e.g. 2020-04-16T16:00+07:00. Raises typer.BadParameter."""
    try:
        instant = datetime.fromisoformat(text)
    except ValueError:
        raise typer.BadParameter("wants an instant like 2020-04-16T16:00+07:00") from None
    if instant.tzinfo is None:
        raise typer.BadParameter("wants a zone, e.g. 2020-04-16T16:00+07:00")
    return instant


def _report(path: Path) -> None:
    face = clock.read_face(path)
    virtual = face.at(clock.real_now())
    words = instants.show_instant(virtual, weekday=True).id
    pace = "held" if face.rate == 0 else f"{face.rate:g} virtual seconds a second"
    console.print(f"{words}  ({virtual.isoformat(timespec='seconds')}; {pace})")


@app.command()
def show() -> None:
    """Show the virtual instant and its pace."""
    _report(clock_file())


@app.command()
def hold() -> None:
    """Stop virtual time where it is."""
    path = clock_file()
    clock.set_face(path, rate=0)
    _report(path)


@app.command()
def go() -> None:
    """Let virtual time run at the pace of real time."""
    path = clock_file()
    clock.set_face(path, rate=1)
    _report(path)


@app.command()
def rate(
    pace: Annotated[float, typer.Argument(help="virtual seconds a real second", min=0)],
) -> None:
    """Let virtual time run at another pace."""
    path = clock_file()
    clock.set_face(path, rate=pace)
    _report(path)


@app.command()
def advance(
    by: Annotated[str | None, typer.Argument(help="2d, 3h30m, 90s")] = None,
    to: Annotated[str | None, typer.Option(help="an instant with its zone")] = None,
) -> None:
    """Jump ahead by a span or to an instant; never back."""
    if (by is None) == (to is None):
        raise typer.BadParameter("give either a span or --to an instant")
    path = clock_file()
    if by is not None:
        clock.advance(path, read_duration(by))
    else:
        clock.set_face(path, virtual=read_instant(str(to)), rate=clock.read_face(path).rate)
    _report(path)
