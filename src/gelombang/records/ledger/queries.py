"""Balances and transfers, read."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from gelombang import store
from gelombang.records.ledger.models import Transfer
from gelombang.records.ledger.rules import CURRENCY, AccountKind, Purse, fund_of
from gelombang.records.ledger.tracing import Step, purses_of

MOST_MOVEMENTS = 1_000  # that one answer holds


@dataclass(frozen=True, slots=True)
class Booked:
    """A transfer as it stands in the books."""

    reference: str
    kind: str
    amount: int
    debit: str
    credit: str
    happened_at: datetime


@dataclass(frozen=True, slots=True)
class Movement:
    """A transfer as one account sees it: signed whole rupiah, and what the account held then."""

    kind: str
    amount: int
    balance: int
    happened_at: datetime
    reference: str


def movements(
    *, kind: AccountKind | str, holder: str, limit: int = MOST_MOVEMENTS
) -> Sequence[Movement]:
    """The first movements of one person's account, first come first; at most `limit`.

    For accounts of one award or purchase: those that everybody shares have millions.
    """
    rows = store.fetch(
        store.statement(__package__, "account_movements"),
        {"kind": str(kind), "holder": holder, "limit": limit},
    )
    return [Movement(**row) for row in rows]


def balance(*, kind: AccountKind | str, holder: str) -> int:
    """What an account holds, in whole rupiah; 0 for an account that nobody has used."""
    found = store.fetch_value(
        "SELECT ledger_balance(id) FROM ledger_account"
        " WHERE kind = %s AND holder = %s AND currency = %s",
        [str(kind), holder, CURRENCY],
    )
    return int(found or 0)


def left_to_promise(*, programme: str, funder: str) -> int:
    """What a funder's budget still allows to promise, in whole rupiah (R030)."""
    fund = fund_of(programme, funder)
    return balance(kind=fund.kind, holder=fund.holder)


def transfer(*, reference: str) -> Booked | None:
    """The transfer of a reference, or None."""
    row = (
        Transfer.objects.select_related("debit_account", "credit_account")
        .filter(reference=reference)
        .first()
    )
    if row is None:
        return None
    return Booked(
        reference=row.reference,
        kind=row.kind,
        amount=row.amount,
        debit=f"{row.debit_account.kind} {row.debit_account.holder}",
        credit=f"{row.credit_account.kind} {row.credit_account.holder}",
        happened_at=row.happened_at,
    )


def award_of_transfer(*, reference: str) -> int | None:
    """Whose award a transfer moved money of; None for one that no single award is behind."""
    found = store.fetch_value(
        store.statement(__package__, "award_of_transfer"), {"reference": reference}
    )
    return None if found is None else int(found)


def story_of_award(*, award_id: int, limit: int = MOST_MOVEMENTS) -> Sequence[Step]:
    """Every transfer of an award's money from the budget on, first come first; at most `limit`."""
    rows = store.fetch(
        store.statement(__package__, "story_of_award"),
        {"holder": f"award:{award_id}", "limit": limit},
    )
    return [_step(row) for row in rows]


def step(*, reference: str) -> Step | None:
    """The transfer of a reference as a step, or None."""
    rows = store.fetch(
        "SELECT kind, amount, debit_kind, debit_holder, credit_kind, credit_holder, happened_at,"
        " reference FROM ledger_movement_facts WHERE reference = %s",
        [reference],
    )
    return _step(rows[0]) if rows else None


def balances_of_award(*, award_id: int, story: Sequence[Step]) -> dict[Purse, int]:
    """What the purses of an award and of its purchases hold, as the database adds them up."""
    purses = purses_of(story, award_id=award_id)
    rows = store.fetch(
        store.statement(__package__, "purses_of_award"),
        {
            "kinds": [str(purse.kind) for purse in purses],
            "holders": [purse.holder for purse in purses],
        },
    )
    return {Purse(AccountKind(row["kind"]), row["holder"]): row["balance"] for row in rows}


def _step(row: Mapping[str, Any]) -> Step:
    return Step(
        kind=row["kind"],
        amount=row["amount"],
        debit=Purse(AccountKind(row["debit_kind"]), row["debit_holder"]),
        credit=Purse(AccountKind(row["credit_kind"]), row["credit_holder"]),
        happened_at=row["happened_at"],
        reference=row["reference"],
    )
