"""Balances and transfers, read."""

from dataclasses import dataclass
from datetime import datetime

from gelombang import store
from gelombang.records.ledger.models import Transfer
from gelombang.records.ledger.rules import CURRENCY, AccountKind, fund_of


@dataclass(frozen=True, slots=True)
class Booked:
    """A transfer as it stands in the books."""

    reference: str
    kind: str
    amount: int
    debit: str
    credit: str
    happened_at: datetime


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
