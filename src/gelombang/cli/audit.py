"""`gelombang audit`: start the auditor, a program that shares no code with this one."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path
from typing import Annotated

import typer

from gelombang.settings.environment import load

URL_VARIABLE = "GELOMBANG_DATABASE_READONLY_URL"


def audit(
    *,
    url: Annotated[
        str | None, typer.Option(help="address of the database; unset means that of this system")
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help="print the findings as JSON")] = False,
    settled: Annotated[
        bool, typer.Option("--settled", help="fail as well while something is in flight")
    ] = False,
    receipts: Annotated[
        Path | None, typer.Option(help="file of acknowledged receipts, one a line, to look for")
    ] = None,
    head: Annotated[
        list[str] | None, typer.Option(help="POSITION:HASH of the chain that a witness kept")
    ] = None,
) -> None:
    """Hold every invariant against one snapshot of the database; status 1 if any is broken.

    The address goes to the auditor in its environment, never on its command line, where every
    user of the machine could read the password.
    """
    address = url or load().database_readonly_url.get_secret_value()
    arguments = [
        *(["--json"] if as_json else []),
        *(["--settled"] if settled else []),
        *(["--receipts", str(receipts)] if receipts else []),
        *(part for each in head or [] for part in ("--head", each)),
    ]
    finished = subprocess.run(
        [sys.executable, "-m", "gelombang.auditor", *arguments],
        env=os.environ | {URL_VARIABLE: address},
        check=False,
    )
    raise typer.Exit(finished.returncode)
