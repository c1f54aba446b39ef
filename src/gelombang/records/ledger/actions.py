"""Move money: in sets, once per reference, never below zero."""

from collections.abc import Sequence
from datetime import datetime
from zoneinfo import ZoneInfo

from django.db import IntegrityError

from gelombang import store
from gelombang.records.audit import actions as audit
from gelombang.records.ledger.rules import (
    CURRENCY,
    SHARED,
    AlreadyResolved,
    BalanceTooLow,
    ReferenceTaken,
    Transfer,
    TransferKind,
    check_set,
    fund_of,
    treasury_of,
)
from gelombang.records.programme import queries as programmes
from gelombang.records.programme.terms import Budget

SNAPSHOT_AFTER = 1_000  # transfers on a shared account before its balance is written down again


def transfer(*, transfers: Sequence[Transfer], now: datetime) -> int:
    """Book a set inside the caller's transaction; how many of them were new.

    The same reference with the same content was booked before and moves nothing. Raises
    ReferenceTaken for other content, BalanceTooLow and AlreadyResolved; the caller's transaction
    is over then, so nothing of it is half done.
    """
    store.transaction_required()
    wishes = check_set(tuple(transfers))
    if not wishes:
        return 0
    purses = [purse for wish in wishes for purse in (wish.debit, wish.credit)]
    store.execute(
        store.statement(__package__, "open_accounts"),
        {
            "kinds": [str(purse.kind) for purse in purses],
            "holders": [purse.holder for purse in purses],
            "currency": CURRENCY,
        },
    )
    columns = _columns(wishes) | {"currency": CURRENCY, "now": now}
    new = _book(columns)
    if new < len(wishes) or any(wish.resolves for wish in wishes):
        _refuse_differing(columns)
    return new


def _columns(wishes: tuple[Transfer, ...]) -> dict[str, object]:
    return {
        "debit_kinds": [str(wish.debit.kind) for wish in wishes],
        "debit_holders": [wish.debit.holder for wish in wishes],
        "credit_kinds": [str(wish.credit.kind) for wish in wishes],
        "credit_holders": [wish.credit.holder for wish in wishes],
        "amounts": [wish.amount for wish in wishes],
        "kinds": [str(wish.kind) for wish in wishes],
        "references": [wish.reference for wish in wishes],
        "resolves": [wish.resolves for wish in wishes],
    }


def _book(columns: dict[str, object]) -> int:
    try:
        return store.execute(store.statement(__package__, "book"), columns)
    except IntegrityError as refused:
        constraint = getattr(getattr(refused.__cause__, "diag", None), "constraint_name", "") or ""
        if constraint == "ledger_not_below_zero":
            raise BalanceTooLow from refused
        if "resolves" in constraint and constraint != "ledger_resolves_fits":
            raise AlreadyResolved from refused
        raise


def _refuse_differing(columns: dict[str, object]) -> None:
    differing = store.fetch_value(store.statement(__package__, "differing"), columns)
    if differing is not None:
        raise ReferenceTaken(reference=differing)


def take_budgets(*, actor: str, now: datetime, real_now: datetime) -> int:
    """Book every budget version that has taken effect and is not booked yet; how many were.

    Each version moves the difference to the version before it between treasury and fund (R005),
    under the reference `budget:<programme>:<funder>:<version>`.
    """
    version = programmes.current()
    if version is None:
        return 0
    programme = version.programme
    today = now.astimezone(ZoneInfo(programme.time_zone)).date()
    wishes: list[Transfer] = []
    for funder in programme.funders:
        before = 0
        for budget in programme.budgets_of(funder.code):
            if budget.effective_on <= today and budget.amount != before:
                wishes.append(_budget_transfer(programme.code, budget, before))
            before = budget.amount
    with store.transaction():
        new = transfer(transfers=wishes, now=now)
        if new:
            audit.note(actor=actor, action="ledger.take_budgets", now=now, real_now=real_now,
                       subject=f"programme:{programme.code}", detail={"booked": new})  # fmt: skip
    return new


def _budget_transfer(programme: str, budget: Budget, before: int) -> Transfer:
    fund, treasury = fund_of(programme, budget.funder), treasury_of(budget.funder)
    rises = budget.amount > before
    return Transfer(
        debit=treasury if rises else fund,
        credit=fund if rises else treasury,
        amount=abs(budget.amount - before),
        kind=TransferKind.BUDGET,
        reference=f"budget:{programme}:{budget.funder}:{budget.version}",
    )


def close_accounts(*, now: datetime, least: int = SNAPSHOT_AFTER) -> int:
    """Write down the balance of shared accounts that moved at least `least` times; how many.

    One process does it at a time, so that no snapshot goes on from a half-seen one.
    """
    with store.transaction():
        if not store.lock_or_leave("ledger.close_accounts"):
            return 0
        return store.execute(
            store.statement(__package__, "close_accounts"),
            {"kinds": sorted(map(str, SHARED)), "now": now, "least": least},
        )
