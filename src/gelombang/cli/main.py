"""The command `gelombang` and all that hangs below it."""

from __future__ import annotations

import os
import sys
from pathlib import Path
from typing import Annotated

import typer
from rich.text import Text

from gelombang.cli.later import Later
from gelombang.cli.running import running_environment
from gelombang.cli.say import console, errors
from gelombang.kit.errors import HindranceError

app = typer.Typer(
    name="gelombang",
    cls=Later,
    help="The platform that runs a national training-and-cash programme.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
)


@app.command()
def serve() -> None:
    """Run everything on this machine: database, edge, worker, invented partners, mail catcher."""
    from gelombang.cli.serve import serve_everything

    serve_everything()


@app.command()
def edge() -> None:
    """Serve front door and house on one listener (GELOMBANG_PORT)."""
    from granian.constants import Interfaces

    from gelombang.cli.parts import serve_application

    serve_application("gelombang.settings.asgi:application", interface=Interfaces.ASGI)


@app.command()
def frontdoor() -> None:
    """Serve the front door alone (GELOMBANG_PORT)."""
    from granian.constants import Interfaces

    from gelombang.cli.door_worker import serve_door
    from gelombang.cli.parts import serve_application

    serve_application(
        "gelombang.settings.rsgi:application", interface=Interfaces.RSGI, serve=serve_door
    )


@app.command()
def web() -> None:
    """Serve the house alone (GELOMBANG_PORT)."""
    from granian.constants import Interfaces

    from gelombang.cli.parts import serve_application

    serve_application("gelombang.settings.wsgi:application", interface=Interfaces.WSGI)


@app.command()
def worker(
    only: Annotated[list[str] | None, typer.Option(help="run only the sweeps of this name")] = None,
) -> None:
    """Work off what is due, sweep by sweep."""
    from gelombang.cli.parts import run_worker

    run_worker(only)


@app.command()
def fakes(
    only: Annotated[
        list[str] | None, typer.Option(help="serve only this one, by gateway or path")
    ] = None,
    port: Annotated[int | None, typer.Option(help="instead of GELOMBANG_FAKES_PORT")] = None,
    faults: Annotated[
        Path | None, typer.Option(help="a fault script, TOML or JSON", exists=True, dir_okay=False)
    ] = None,
) -> None:
    """Serve the invented partners of demos and rehearsals (GELOMBANG_FAKES_PORT)."""
    from gelombang.cli.parts import run_fakes

    run_fakes(only=only or (), port=port, faults=faults)


@app.command()
def mailbox() -> None:
    """Catch mail (GELOMBANG_SMTP_PORT) and show it on a page (GELOMBANG_MAIL_PORT)."""
    from gelombang.cli.parts import run_mailbox

    run_mailbox()


@app.command()
def migrate() -> None:
    """Bring the database's schema up to date."""
    from gelombang.cli.database import migrate as bring_up_to_date

    bring_up_to_date()


@app.command("demo-data", hidden=True)
def fill_the_demo() -> None:
    """Fill a fresh demo with invented people; `gelombang serve` does it in the background."""
    from gelombang.cli.demo_data import fill_demo

    fill_demo()


@app.command("translations", hidden=True)
def compile_all() -> None:
    """Compile the translations of the pages."""
    from gelombang.cli.translations import compile_translations

    written = compile_translations(Path(__file__).resolve().parents[1])
    console.print(f"{len(written)} translations compiled")


@app.command("pages", hidden=True)
def pack_pages() -> None:
    """Pack the pages and files of the front door that never change, in gzip and Brotli."""
    from gelombang.frontdoor import static_pages, sundries
    from gelombang.frontdoor.prepared import build

    packed = build(static_pages.unchanging() | sundries.plain_assets())
    console.print(f"{packed} pages and files packed")


def _adopt_local_system() -> None:
    """Let commands reach this clone's running system, where no variable names another."""
    if "DATABASE_URL" in os.environ or "serve" in sys.argv[1:2]:
        return
    for name, value in running_environment().items():
        os.environ.setdefault(name, value)


def main() -> None:
    """Run the command line; expected failures end in one clear sentence and status 1."""
    os.umask(0o077)
    _adopt_local_system()
    try:
        app()
    except HindranceError as error:
        errors.print(Text(str(error), style="red"))
        sys.exit(1)
