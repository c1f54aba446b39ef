"""`gelombang certificates`: take a certificate back."""

from __future__ import annotations

import getpass
from typing import Annotated

import typer
from rich.text import Text

from gelombang.cli.database import set_up_django
from gelombang.cli.say import console, errors
from gelombang.kit import clock
from gelombang.kit.errors import Refusal

app = typer.Typer(help="Certificates of finished courses.", no_args_is_help=True)


@app.callback()
def _certificates() -> None:
    """A certificate is issued by the worker; only taking it back is somebody's decision."""


@app.command()
def revoke(
    number: Annotated[str, typer.Argument(help="as on the certificate, in any spelling")],
    *,
    reason: Annotated[str, typer.Option(help="one sentence of 10 letters or more; it is kept")],
) -> None:
    """Take a certificate back for good; its public page says so, and money that needs it waits."""
    set_up_django()
    from gelombang.journey.certification import actions
    from gelombang.journey.certification.rules import read_number, show_number

    try:
        actions.revoke(
            number=number,
            reason=reason,
            actor=f"cli:{getpass.getuser()}",
            now=clock.now(),
            real_now=clock.real_now(),
        )
    except Refusal as refused:
        errors.print(Text(f"{refused.text.id} / {refused.text.en}", "red"))
        raise typer.Exit(1) from None
    console.print(f"{show_number(read_number(number) or '')}: dicabut / revoked")
