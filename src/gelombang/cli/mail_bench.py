"""`gelombang bench mail`: letters a second from the outbox, on a throwaway system of its own."""

from __future__ import annotations

import asyncio
import json
from http import HTTPStatus
from pathlib import Path
from typing import Annotated
from urllib.request import urlopen

import typer
from rich.table import Table

from gelombang.cli.bench import AFTER_OPENING, REASON, where_and_when
from gelombang.cli.postgres import free_port
from gelombang.cli.say import console
from gelombang.cli.surge import keyring_for, usual_stage
from gelombang.cli.system import ThrowawaySystem
from gelombang.rehearsal.benches import mail as bench
from gelombang.rehearsal.opening import open_registration

IDLE = ("worker", "mailbox", "fakes")  # the bench has workers of its own
OFF = 1


def mail(
    *,
    messages: Annotated[int, typer.Option(help="letters to send", min=100)] = 20_000,
    workers: Annotated[int, typer.Option(help="processes that deliver", min=1, max=8)] = 2,
    json_file: Annotated[Path | None, typer.Option("--json", help="write the figures here")] = None,
) -> None:
    """Letters a second from the outbox into a mail server of its own process, each exactly once.

    The letters are confirm letters of admitted submissions; a few of their links are opened.
    """
    found, working = measure_mail(messages=messages, workers=workers)
    _show(found, working=working, messages=messages, workers=workers)
    if json_file is not None:
        figures = {
            "mails_per_second": round(found.per_second, 1), "letters": found.letters,
            "repeated": found.repeated, "links_tried": len(found.links), "links_good": working,
        }  # fmt: skip
        json_file.write_text(json.dumps(figures, indent=1) + "\n", encoding="utf-8")
    if found.letters != messages or found.repeated or working != len(found.links):
        raise typer.Exit(OFF)


def measure_mail(*, messages: int, workers: int) -> tuple[bench.MailBench, int]:
    """Deliver so many letters on a system made for it; and how many of the tried links work."""
    with ThrowawaySystem("bench", begins=AFTER_OPENING) as system:
        asyncio.run(open_registration(system, usual_stage(), reason=REASON))
        for other in IDLE:
            system.end(other)
        port = free_port()
        own = {"GELOMBANG_SMTP_PORT": str(port), "GELOMBANG_SMTP_PER_SECOND": "100000"}
        found = bench.measure(
            environment={**system.environment, **own}, keyring=keyring_for(system.environment),
            url=system.database_url, people=messages, sink_port=port, workers=workers,
        )  # fmt: skip
        return found, sum(_opens(link) for link in found.links)


def _opens(link: str) -> bool:
    """Whether a link of a letter leads to its page."""
    with urlopen(link, timeout=10) as answer:  # noqa: S310 - a link of our own system
        return bool(answer.status == HTTPStatus.OK)


def _show(found: bench.MailBench, *, working: int, messages: int, workers: int) -> None:
    table = Table(
        title=f"Letters a second, {workers} workers, {where_and_when()}", title_justify="left"
    )
    for name in ("a second", "letters", "arrived", "came twice", "links that work"):
        table.add_column(name, justify="right")
    table.add_row(
        f"{found.per_second:,.0f}", f"{messages:,}", f"{found.letters:,}", str(found.repeated),
        f"{working} of {len(found.links)}",
    )  # fmt: skip
    console.print(table)
