"""`gelombang partners`: how partners do, and going on after a stop (runbooks)."""

from __future__ import annotations

import getpass
from typing import TYPE_CHECKING, Annotated

import typer
from rich.table import Table
from rich.text import Text

from gelombang.cli.database import set_up_django
from gelombang.cli.say import console, errors
from gelombang.kit import clock
from gelombang.kit.instants import show_instant

if TYPE_CHECKING:
    from gelombang.records.partners.queries import PartnerView

app = typer.Typer(help="Contracts with partners, and what stopped them.", no_args_is_help=True)


@app.command("list")
def list_partners() -> None:
    """Every partner: its pace, what it answered, and why nothing is asked where that is so."""
    set_up_django()
    from gelombang.journey.verification.queries import held_by_kind
    from gelombang.records.partners import queries

    held = held_by_kind()
    table = Table("partner", "name", "calls/s", "records a call", "calls", "outages", "state")
    table.add_column("held for people", justify="right")
    for each in queries.partners():
        table.add_row(
            each.code,
            each.name,
            str(each.calls_per_second),
            str(each.batch_size),
            str(each.calls),
            str(each.outages),
            Text(_state(each), "red" if each.stopped_reason else ""),
            str(held.get(each.code, 0)),
        )
    console.print(table if table.row_count else "No partner has a contract yet.")


def _state(partner: PartnerView) -> str:
    if partner.stopped_reason:
        return f"stopped: {partner.stopped_reason}"
    now, real_now = clock.now(), clock.real_now()
    if not partner.is_closed(now=now, real_now=real_now):
        return "asking"
    if partner.parked_until is not None and now < partner.parked_until:
        return f"parked until {show_instant(partner.parked_until).en}"
    return "resting after outages"


@app.command()
def resume(code: Annotated[str, typer.Argument(help="as `partners list` shows it")]) -> None:
    """Ask a partner again after its stop was put right; status 1 for an unknown partner."""
    set_up_django()
    from gelombang.records.partners import actions, queries

    if queries.partner(code=code) is None:
        errors.print(Text(f"{code}: no such partner; `gelombang partners list` shows them", "red"))
        raise typer.Exit(1)
    lifted = actions.resume(
        partner=code,
        actor=f"cli:{getpass.getuser()}",
        now=clock.now(),
        real_now=clock.real_now(),
    )
    console.print(f"{code} is asked again" if lifted else f"{code} was not stopped")


@app.command("ask-again")
def ask_again(
    code: Annotated[str, typer.Argument(help="a registry, e.g. civil_registry")],
) -> None:
    """Ask anew what a registry could not process; status 1 for a partner that is no registry."""
    set_up_django()
    from gelombang.journey.verification import actions
    from gelombang.journey.verification.rules import CheckKind

    if code not in set(CheckKind):
        errors.print(Text(f"{code}: no registry; there are {', '.join(CheckKind)}", "red"))
        raise typer.Exit(1)
    count = actions.ask_held_again(
        kind=CheckKind(code),
        actor=f"cli:{getpass.getuser()}",
        now=clock.now(),
        real_now=clock.real_now(),
    )
    console.print(f"{count} questions to {code} are asked again")
