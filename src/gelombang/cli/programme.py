"""`gelombang programme`: check a programme file, and load it as a version."""

from __future__ import annotations

import getpass
from collections.abc import Sequence
from pathlib import Path
from typing import Annotated

import typer
from rich.table import Table
from rich.text import Text as Line

from gelombang.cli.database import set_up_django
from gelombang.cli.say import console, errors
from gelombang.kit import clock
from gelombang.kit.errors import Refusal
from gelombang.kit.money import show_count, show_idr
from gelombang.kit.words import Text
from gelombang.records.programme.reading import Problem
from gelombang.records.programme.rules import Checked, check as check_text
from gelombang.records.programme.terms import Programme

app = typer.Typer(help="Check and load the programme's file.", no_args_is_help=True)
File = Annotated[Path, typer.Argument(help="a programme file, e.g. programmes/prakerja-2020.toml")]


class FileUnreadableError(RuntimeError):
    """The file cannot be read; the text says why."""


def read(path: Path) -> tuple[str, Checked]:
    """The file's text and what the check says. Raises FileUnreadableError."""
    try:
        content = path.read_bytes()
    except OSError as error:
        raise FileUnreadableError(f"{path}: {error.strerror}") from None
    try:
        text = content.decode("utf-8")
    except UnicodeDecodeError as broken:
        line = content.count(b"\n", 0, broken.start) + 1
        message = Text(id="berkas ini bukan UTF-8", en="this file is not UTF-8")
        return "", Checked(None, (Problem("", message, line=line),))
    return text, check_text(text)


def show_problems(path: Path, problems: Sequence[Problem]) -> None:
    """Every mistake and warning in both languages, with its place."""
    if not problems:
        return
    table = Table("", "Di mana / where", "Apa", "What", title=str(path), title_justify="left")
    for problem in problems:
        place = f"baris / line {problem.line}" if problem.line else problem.key_path
        mark = Line("!", "yellow") if problem.is_warning else Line("✗", "red")
        table.add_row(mark, Line(place), Line(problem.message.id), Line(problem.message.en))
    errors.print(table)


def _describe(programme: Programme) -> None:
    console.print(Line(f"{programme.code}: {programme.name.id}"))
    for scheme in programme.schemes:
        console.print(Line(f"  {scheme.code} {scheme.version}: {show_idr(scheme.total)}"))
    console.print(
        Line(f"  {len(programme.waves)} gelombang / waves, kuota / quota "
             f"{show_count(programme.weekly_quota)}")
    )  # fmt: skip


@app.command()
def check(file: File) -> None:
    """Name every mistake in a programme file with its key path; status 1 if there is one."""
    _, checked = _read_or_stop(file)
    show_problems(file, checked.problems)
    if checked.programme is None:
        raise typer.Exit(1)
    _describe(checked.programme)
    console.print(Line("Tidak ada kesalahan. / No mistakes.", "green"))


@app.command()
def load(file: File) -> None:
    """Store a version, announce its calendar, book its budget and plan its waves."""
    text, checked = _read_or_stop(file)
    show_problems(file, checked.problems)
    if checked.programme is None:
        raise typer.Exit(1)
    try:
        number = load_text(text, actor=f"cli:{getpass.getuser()}")
    except Refusal as refused:
        errors.print(Line(f"{refused.text.id} / {refused.text.en}", "red"))
        raise typer.Exit(1) from None
    console.print(Line(f"{checked.programme.code}: versi / version {number}", "green"))


def load_text(text: str, *, actor: str) -> int:
    """Load a checked file into this system's database; the number of its version.

    Each step is a transaction of its own and does nothing when repeated, so a crash in between is
    healed by loading again, or by the worker, which books and plans as well.
    """
    set_up_django()
    from gelombang.journey.waves import actions as waves
    from gelombang.records.ledger import actions as ledger
    from gelombang.records.programme import actions, queries

    now, real_now = clock.now(), clock.real_now()
    version_id = actions.load(text=text, actor=actor, now=now, real_now=real_now)
    ledger.take_budgets(actor=actor, now=now, real_now=real_now)
    waves.plan_waves(actor=actor, now=now, real_now=real_now)
    waves.open_due(now=now, real_now=real_now)
    return queries.version(version_id=version_id).number


def _read_or_stop(path: Path) -> tuple[str, Checked]:
    try:
        return read(path)
    except FileUnreadableError as error:
        errors.print(Line(str(error), "red"))
        raise typer.Exit(1) from None
