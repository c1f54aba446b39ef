"""`gelombang nominations`: an agency's list of people to be invited (R051 to R056)."""

from __future__ import annotations

import getpass
from pathlib import Path
from typing import Annotated

import typer
from rich.progress import Progress
from rich.text import Text

from gelombang.cli.database import set_up_django
from gelombang.cli.say import console, errors
from gelombang.kit import clock
from gelombang.kit.errors import Refusal
from gelombang.settings.environment import load

app = typer.Typer(help="Agencies' lists of nominated people.", no_args_is_help=True)


@app.callback()
def _nominations() -> None:
    """A nomination never registers anybody: the person still has to ask for it."""


@app.command("import")
def import_list(
    file: Annotated[Path, typer.Argument(help="CSV in UTF-8 with the agreed header")],
    *,
    agency: Annotated[str, typer.Option(help="name of the agency that proposes them")],
    errors_to: Annotated[
        Path | None, typer.Option("--errors", help="file for the rows that need correcting")
    ] = None,
) -> None:
    """Import a list: all its good rows, or nothing; status 1 when the list is refused."""
    try:
        content = file.read_bytes()
        if errors_to is not None:
            errors_to.open("a").close()  # a list is imported once: its error file has a place first
    except OSError as error:
        errors.print(Text(f"{error.filename}: {error.strerror}", "red"))
        raise typer.Exit(1) from None
    environment = load()
    set_up_django()
    from gelombang.journey.nominations import actions

    try:
        with Progress(console=console) as bar:
            task = bar.add_task(file.name, total=None)
            result = actions.import_list(
                agency=agency,
                file=content,
                keyring=environment.keyring,
                actor=f"cli:{getpass.getuser()}",
                now=clock.now(),
                real_now=clock.real_now(),
                progress=lambda done, whole: bar.update(task, completed=done, total=whole),
            )
    except Refusal as refusal:
        errors.print(Text(refusal.text.id, "red"))
        errors.print(Text(refusal.text.en, "red"))
        raise typer.Exit(1) from None
    console.print(
        f"list {result.list_id}: {result.total} rows, {result.validated} valid, "
        f"{result.rejected} to be corrected"
    )
    if errors_to is not None:
        errors_to.write_text(result.error_file, encoding="utf-8", newline="")
        if result.error_file:
            console.print(f"the rows to be corrected: {errors_to}")
