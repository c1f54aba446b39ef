"""`gelombang payouts`: batches, doubts and floats for whoever looks after the machine (runbooks).

The deeds of the three officers are done at the desk, by people who signed in.
"""

from __future__ import annotations

import getpass
from typing import TYPE_CHECKING, Annotated
from uuid import uuid4

import typer
from rich.table import Table
from rich.text import Text

from gelombang.cli.database import set_up_django
from gelombang.cli.say import console, errors
from gelombang.kit import clock
from gelombang.kit.errors import Refusal
from gelombang.kit.instants import show_instant
from gelombang.kit.money import show_idr

if TYPE_CHECKING:
    from datetime import datetime

    from gelombang.journey.disbursement.queries import PayoutView

app = typer.Typer(help="Batches of payouts, doubts and floats.", no_args_is_help=True)
LONGEST = 500


@app.command()
def batches(
    limit: Annotated[int, typer.Option(min=1, max=LONGEST, help="how many, latest first")] = 20,
) -> None:
    """The latest batches: how much, how far, and whose hands they went through."""
    set_up_django()
    from gelombang.journey.disbursement import queries

    table = Table("batch", "state", "payouts", "amount", "made by", "checked by", "released by")
    for each in queries.batches(limit=limit):
        checkers = " + ".join(filter(None, [each.approved_by, each.second_approved_by]))
        table.add_row(
            each.reference, each.state, str(each.payouts), show_idr(each.amount), each.made_by,
            checkers, each.released_by,
        )  # fmt: skip
    console.print(table if table.row_count else "No batch was made yet.")


@app.command()
def unknown(
    limit: Annotated[int, typer.Option(min=1, max=LONGEST, help="how many, earliest first")] = 50,
) -> None:
    """Payouts whose fate is unknown or strange, and what happens to each by itself."""
    set_up_django()
    from gelombang.journey.disbursement import queries

    table = Table("payout", "partner", "account", "amount", "state", "code", "sent", "next")
    for each in queries.unknowns(limit=limit):
        table.add_row(
            each.reference, each.partner, f"…{each.ending}", show_idr(each.amount), each.state,
            each.code, _instant(each.sent_at), _next(each),
        )  # fmt: skip
    console.print(table if table.row_count else "Nothing is in doubt.")
    if (count := queries.unknown_count()) > table.row_count:
        console.print(f"{table.row_count} of {count}")


def _next(payout: PayoutView) -> str:
    if payout.reason:
        return f"a person looks: {payout.reason}"
    if payout.next_step_at is None:
        return "a person asks again"
    verb = "sent again" if payout.may_resend else "enquired about"
    return f"{verb} from {_instant(payout.next_step_at)}"


def _instant(instant: datetime | None) -> str:
    return show_instant(instant).en if instant else ""


@app.command()
def floats() -> None:
    """What lies with each partner, what of it is promised, and whether the partner is asked."""
    set_up_django()
    from gelombang.journey.disbursement import queries

    table = Table("partner", "float", "on its way", "released", "free", "due", "state")
    for each in queries.floats():
        stopped = each.health.stopped_reason if each.health else "no contract yet"
        table.add_row(
            each.room.partner, show_idr(each.room.balance), show_idr(each.room.clearing),
            show_idr(each.room.released), show_idr(each.room.free), show_idr(each.due),
            Text(stopped or "asking", "red" if stopped else ""),
        )  # fmt: skip
    console.print(table)


@app.command()
def fund(
    partner: Annotated[str, typer.Argument(help="gopay, ovo, linkaja or bni")],
    amount: Annotated[int, typer.Argument(min=1, help="whole rupiah that the treasury sent")],
    reason: Annotated[str, typer.Option(help="why, in ten letters or more; kept in the trail")],
) -> None:
    """Book money that the treasury sent to a partner; status 1 where that is refused."""
    set_up_django()
    from gelombang.journey.disbursement import actions, queries

    try:
        actions.fund_float(
            partner=partner, amount=amount, funding_id=uuid4(), reason=reason,
            actor=f"cli:{getpass.getuser()}", now=clock.now(), real_now=clock.real_now(),
        )  # fmt: skip
    except Refusal as refused:
        errors.print(Text(refused.text.en, "red"))
        raise typer.Exit(1) from None
    (room,) = queries.float_rooms(partners=[partner])
    console.print(f"{partner}: {show_idr(amount)} booked, {show_idr(room.free)} free")
