"""`gelombang ledger trace`: one rupiah explained, from the budget to the account."""

from __future__ import annotations

import json
import re
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Annotated, Any

import typer
from rich.table import Column, Table
from rich.text import Text

from gelombang.cli.database import set_up_django
from gelombang.cli.say import console, errors
from gelombang.kit.instants import show_instant
from gelombang.kit.money import show_idr

if TYPE_CHECKING:
    from collections.abc import Sequence

    from gelombang.journey.selection.queries import AwardView
    from gelombang.records.ledger.tracing import Equation, Step

app = typer.Typer(help="The books.", no_args_is_help=True)
TERMS = {
    "committed": "still promised",
    "training_balance": "training balance",
    "held": "held for a course under way",
    "earned_by_providers": "earned by providers",
    "due": "due to the recipient",
    "in_clearing": "on its way through a partner",
    "paid_out": "paid out",
    "forfeited": "gone back to the fund",
}
AWARD = re.compile(r"award:([1-9][0-9]{0,17})")
UNKNOWN = (
    "{reference}: no transfer, payment, award or ticket has this reference; "
    "write award:17, a ticket, a payment's reference or a transfer's, e.g. grant:award:17"
)


@dataclass(frozen=True, slots=True)
class Traced:
    """What is behind a reference; award and equation are empty where no single award is."""

    reference: str
    award: AwardView | None
    chain: Sequence[Step]
    equation: Equation | None


class ReferenceUnknownError(LookupError):
    """Nothing in the books has this reference."""


@app.callback()
def _ledger() -> None:
    """The books."""


@app.command()
def trace(
    reference: Annotated[
        str, typer.Argument(help="a transfer's or payment's reference, award:NUMBER or a ticket")
    ],
    *,
    as_json: Annotated[bool, typer.Option("--json", help="print one JSON document")] = False,
) -> None:
    """Explain one rupiah from the budget to the account.

    Status 1 for an unknown reference, and for an award whose money does not add up.
    """
    set_up_django()
    try:
        traced = _trace(reference.strip())
    except ReferenceUnknownError:
        errors.print(Text(UNKNOWN.format(reference=ascii(reference)[1:-1]), "red"))
        raise typer.Exit(1) from None
    if as_json:
        print(json.dumps(_as_json(traced), indent=1))  # noqa: T201 - for programs
    else:
        _show(traced)
    if traced.equation is not None and not traced.equation.adds_up:
        raise typer.Exit(1)


def _trace(reference: str) -> Traced:
    """What is behind a reference. Raises ReferenceUnknownError."""
    from gelombang.records.ledger import queries as ledger, tracing

    if not reference.isprintable():
        raise ReferenceUnknownError(reference)
    award = _award_behind(reference)
    if award is None:
        step = ledger.step(reference=reference)
        if step is None:
            raise ReferenceUnknownError(reference)
        return Traced(reference, None, [step], None)
    story = ledger.story_of_award(award_id=award.id)
    if reference in {f"award:{award.id}", award.ticket}:
        chain: Sequence[Step] = story
    else:
        chain = tracing.chain_to(story, reference=reference, instalments=_instalments(award.id))
    balances = ledger.balances_of_award(award_id=award.id, story=story)
    return Traced(reference, award, chain, tracing.equation_of(story, balances=balances))


def _award_behind(reference: str) -> AwardView | None:
    """The award that a reference is about; None where there is none."""
    from gelombang.journey.selection import queries as selection
    from gelombang.records.ledger import queries as ledger

    named = AWARD.fullmatch(reference)
    if named is not None:
        return selection.award(award_id=int(named.group(1)))
    found = ledger.award_of_transfer(reference=reference) or _award_of_payment(reference)
    if found is not None:
        return selection.award(award_id=found)
    return selection.award_of_ticket(ticket=reference)


def _award_of_payment(reference: str) -> int | None:
    from gelombang import store

    found: int | None = store.fetch_value(
        "SELECT award_id FROM payout_facts JOIN instalment_facts USING (instalment_id)"
        " WHERE reference = %s",
        [reference],
    )
    return found


def _instalments(award_id: int) -> dict[str, int]:
    """The instalment of each payment of an award, by the payment's reference."""
    from gelombang import store

    rows = store.fetch(
        "SELECT payout.reference, payout.instalment_id FROM instalment_facts AS instalment"
        " JOIN payout_facts AS payout USING (instalment_id) WHERE instalment.award_id = %s",
        [award_id],
    )
    return {row["reference"]: row["instalment_id"] for row in rows}


def _show(traced: Traced) -> None:
    award = traced.award
    title = f"award {award.id}, ticket {award.ticket}, {award.state}" if award else "transfer"
    table = Table(
        "when", "what", "from", "to", Column("amount", justify="right"),
        Column("reference", overflow="fold"), title=Text(title), title_justify="left",
    )  # fmt: skip
    for step in traced.chain:
        is_asked = traced.reference in (step.reference, step.subject)
        table.add_row(
            Text(show_instant(step.happened_at).en),
            Text(step.kind),
            Text(f"{step.debit.kind} {step.debit.holder}"),
            Text(f"{step.credit.kind} {step.credit.holder}"),
            Text(show_idr(step.amount)),
            Text(step.reference),
            style="bold" if is_asked else "",
        )
    console.print(table)
    if traced.equation is not None:
        _show_equation(traced.equation)


def _show_equation(equation: Equation) -> None:
    console.print(Text(f"benefit {show_idr(equation.benefit)} ="))
    for term, words in TERMS.items():
        console.print(Text(f"  + {words}: {show_idr(getattr(equation, term))}"))
    if equation.adds_up:
        console.print(Text("It adds up.", "green"))
    else:
        gap = show_idr(equation.benefit - equation.total)
        errors.print(Text(f"It does not add up: {gap} is not explained.", "red"))


def _as_json(traced: Traced) -> dict[str, Any]:
    award, equation = traced.award, traced.equation
    return {
        "reference": traced.reference,
        "award": None if award is None else {
            "id": award.id, "ticket": award.ticket, "wave": award.wave_id, "state": award.state,
        },
        "chain": [_step_as_json(step) for step in traced.chain],
        "equation": None if equation is None else {
            **asdict(equation), "total": equation.total, "adds_up": equation.adds_up,
        },
    }  # fmt: skip


def _step_as_json(step: Step) -> dict[str, Any]:
    return {
        "kind": step.kind,
        "amount": step.amount,
        "debit": f"{step.debit.kind} {step.debit.holder}",
        "credit": f"{step.credit.kind} {step.credit.holder}",
        "happened_at": step.happened_at.isoformat(),
        "reference": step.reference,
    }
