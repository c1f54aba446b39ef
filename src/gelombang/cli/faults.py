"""`gelombang rehearse faults`: break one part after another while people register."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path
from typing import Annotated

import typer
from rich.text import Text

from gelombang.cli.say import console, errors
from gelombang.cli.small_disk import NoSmallDiskError, why_no_small_disk
from gelombang.cli.surge import explained, finish, keyring_for, played, usual_stage
from gelombang.cli.system import ThrowawaySystem
from gelombang.rehearsal.faults import report
from gelombang.rehearsal.faults.drill import Drill, Scale, Scenario
from gelombang.rehearsal.faults.report import Figures
from gelombang.rehearsal.faults.scenarios import ALL, FULL_DISK, ON_ONE_SYSTEM
from gelombang.rehearsal.programme_file import Stage
from gelombang.rehearsal.telling import Teller

DOORS = 2
DISK_MEGABYTES = 192
"""A fresh database with its schema and log takes about half of it."""
SETTINGS = {"GELOMBANG_EDGE_WORKERS": str(DOORS), "GELOMBANG_EDGE_BACKPRESSURE": "16384"}
NAMES = tuple(each.name for each in ALL)


def faults(
    *,
    only: Annotated[
        list[str] | None, typer.Option(help=f"only this one; one of {', '.join(NAMES)}")
    ] = None,
    json_file: Annotated[
        Path | None, typer.Option("--json", help="file for the result as JSON")
    ] = None,
    keep: Annotated[
        bool, typer.Option("--keep", help="leave the throwaway system's data and logs behind")
    ] = False,
) -> None:
    """Break the system in every way that it must bear, under load, and audit after each.

    Exit status 0: nothing is missing, doubled or late; 1: something is off.
    """
    if unknown := set(only or ()) - set(NAMES):
        raise typer.BadParameter(f"no such fault: {', '.join(sorted(unknown))}")
    chosen = [each for each in ALL if not only or each.name in only]
    with explained():
        found = play_all(chosen, Scale(), keep=keep)
    complaints = [words for each in found for words in (*each.complaints(), *each.late())]
    finish(
        report.table(found), {"faults": [each.as_json() for each in found]}, complaints, json_file
    )


def play_all(chosen: Sequence[Scenario], scale: Scale, *, keep: bool) -> list[Figures]:
    """Each on the system that it needs; what cannot be tried here is said aloud."""
    stage, found = usual_stage(), []
    together = [each for each in chosen if each in ON_ONE_SYSTEM]
    if together:
        with breakable_system(stage, keep=keep) as system:
            found += play(system, together, stage, scale)
    if FULL_DISK in chosen:
        if reason := why_no_small_disk():
            errors.print(Text(f"{FULL_DISK.name} was NOT tried: {reason}", style="bold red"))
            return found
        try:
            with breakable_system(stage, keep=keep, disk_megabytes=DISK_MEGABYTES) as system:
                found += play(system, [FULL_DISK], stage, scale)
        except NoSmallDiskError as problem:
            errors.print(Text(f"{FULL_DISK.name} was NOT tried: {problem}", style="bold red"))
    return found


def play(
    system: ThrowawaySystem, chosen: Sequence[Scenario], stage: Stage, scale: Scale
) -> list[Figures]:
    """Play them one after the other on one system."""

    async def run(teller: Teller, scratch: Path) -> list[Figures]:
        keyring = keyring_for(system.environment)
        drill = Drill(
            system, keyring=keyring, stage=stage, scratch=scratch, teller=teller, scale=scale
        )
        await drill.open()
        return [await drill.play(each) for each in chosen]

    return played(run)


@contextmanager
def breakable_system(
    stage: Stage, *, keep: bool = False, disk_megabytes: int = 0
) -> Iterator[ThrowawaySystem]:
    """A throwaway system in the shape of production, every commit synced."""
    begins = stage.opens_at - timedelta(hours=1)
    with ThrowawaySystem(
        "faults", begins=begins, rate=0.0, keep=keep, settings=SETTINGS, split=True,
        disk_megabytes=disk_megabytes,
    ) as system:  # fmt: skip
        if keep:
            console.print(f"data and logs: {system.place}")
        yield system
