"""`gelombang ready`: what must hold before registration opens, and signing it off."""

from __future__ import annotations

import getpass
import json
from typing import TYPE_CHECKING, Annotated

import typer
from rich.table import Table
from rich.text import Text

from gelombang.cli.database import set_up_django
from gelombang.cli.say import console, errors
from gelombang.kit import clock
from gelombang.kit.errors import Refusal
from gelombang.kit.instants import show_instant
from gelombang.records.programme.readiness import Report, State, plain
from gelombang.settings.environment import load

if TYPE_CHECKING:
    from gelombang.records.programme.queries import SignedOff

COLOURS = {State.OK: "green", State.WARNING: "yellow", State.FAILED: "red", State.UNKNOWN: "cyan"}


def ready(
    *,
    as_json: Annotated[bool, typer.Option("--json", help="print the report as JSON")] = False,
    sign_off: Annotated[
        bool, typer.Option("--sign-off", help="answer for the opening; refused if a check failed")
    ] = False,
    override: Annotated[
        bool, typer.Option("--override", help="sign off although a check failed")
    ] = False,
    reason: Annotated[str, typer.Option(help="why, for the audit trail")] = "",
    subject: Annotated[str, typer.Option(help="what opens")] = "registration",
) -> None:
    """Check what must hold before registration opens; status 1 if a check failed.

    With --sign-off or --override the opening is signed off: without that nobody can register.
    """
    if (sign_off or override) and not reason.strip():
        raise typer.BadParameter("a sign-off takes a --reason: it stays in the audit trail")
    set_up_django()
    from django.db import InterfaceError, OperationalError

    from gelombang.jobs import readiness
    from gelombang.records.programme import actions, queries

    now, real_now = clock.now(), clock.real_now()
    actor = f"cli:{getpass.getuser()}"
    report = readiness.look(load(), now=now, real_now=real_now)
    refused, signed = None, None
    try:
        actions.keep_readiness(report=report, actor=actor)
        if sign_off or override:
            actions.sign_off(
                subject=subject, report=report, overridden=override, reason=reason.strip(),
                actor=actor, now=now, real_now=real_now,
            )  # fmt: skip
    except Refusal as refusal:
        refused = refusal
    except (OperationalError, InterfaceError):
        override = False  # the report says that the database is away, and nothing was signed
    else:
        signed = queries.signoff_in_force(subject=subject)
    if as_json:
        console.print_json(json.dumps(_as_json(subject, report, signed)))
    else:
        _show(report, signed)
    if refused is not None:
        errors.print(Text(f"{refused.text.id} / {refused.text.en}", "red"))
    is_held_back = report.failed > 0 and not override
    raise typer.Exit(1 if is_held_back or refused is not None else 0)


def _as_json(subject: str, report: Report, signed: SignedOff | None) -> dict[str, object]:
    return {
        "subject": subject,
        "failed": report.failed,
        "signed_off": signed is not None,
        "overridden": signed is not None and signed.overridden,
        **plain(report),
    }


def _show(report: Report, signed: SignedOff | None) -> None:
    table = Table("", "")
    for heading in ("Apa", "What"):
        table.add_column(heading, overflow="fold")
    for check in report.checks:
        mark = Text(check.state, COLOURS[check.state])
        table.add_row(mark, check.name, Text(check.sentence.id), Text(check.sentence.en))
    console.print(table)
    if signed is None:
        console.print(Text("Pembukaan belum disahkan. / The opening is not signed off.", "yellow"))
        return
    at = show_instant(signed.opens_at)
    by = f" ({signed.actor})"
    console.print(
        Text(f"Pembukaan {at.id} sudah disahkan{by}. / The opening of {at.en} is signed off{by}.",
             "yellow" if signed.overridden else "green")
    )  # fmt: skip
