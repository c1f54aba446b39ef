"""The books: once per reference, never below zero, never edited, exact at any moment."""

import threading
from datetime import UTC, date, datetime

import pytest
from django.db import Error, connection, connections, transaction

from gelombang import store
from gelombang.records.ledger import actions, queries
from gelombang.records.ledger.rules import (
    WAYS,
    AccountKind,
    AlreadyResolved,
    BalanceTooLow,
    Purse,
    ReferenceTaken,
    Transfer,
    TransferKind,
    TransferMalformed,
    check_transfer,
    committed_to,
    fund_of,
    treasury_of,
)

pytestmark = pytest.mark.usefixtures("database_url")
NOW = datetime(2020, 4, 13, 3, tzinfo=UTC)
FUND, TREASURY = fund_of("P", "apbn"), treasury_of("apbn")


def budget(amount: int, reference: str = "budget:P:apbn:1") -> Transfer:
    return Transfer(TREASURY, FUND, amount, TransferKind.BUDGET, reference)


def promise(award: int, amount: int = 100) -> Transfer:
    return Transfer(FUND, committed_to(award), amount, TransferKind.COMMIT, f"commit:{award}")


def book(*transfers: Transfer) -> int:
    with store.transaction():
        return actions.transfer(transfers=transfers, now=NOW)


def left() -> int:
    return queries.balance(kind=FUND.kind, holder=FUND.holder)


def test_money_moves_once_per_reference():
    assert book(budget(1000)) == 1
    assert book(budget(1000)) == 0
    assert book(budget(1000), promise(1), promise(2)) == 2
    assert left() == 800
    assert queries.balance(kind=TREASURY.kind, holder=TREASURY.holder) == -1000
    assert queries.balance(kind="committed", holder="award:1") == 100
    assert queries.balance(kind="committed", holder="award:77") == 0


@pytest.mark.parametrize(
    "other",
    [
        budget(999),
        Transfer(treasury_of("bpjs"), FUND, 1000, TransferKind.BUDGET, "budget:P:apbn:1"),
        Transfer(FUND, TREASURY, 1000, TransferKind.BUDGET, "budget:P:apbn:1"),
    ],
)
def test_other_content_under_a_reference_is_refused_with_all_its_set(other):
    book(budget(1000))
    with pytest.raises(ReferenceTaken):
        book(promise(5), other)
    assert left() == 1000


def test_two_contents_of_one_reference_in_a_set_are_refused():
    with pytest.raises(ReferenceTaken):
        book(budget(1000), budget(999))
    assert book(budget(1000), budget(1000)) == 1


def test_a_promise_beyond_the_budget_is_refused_with_all_its_set():
    book(budget(250))
    with pytest.raises(BalanceTooLow):
        book(promise(1), promise(2), promise(3))
    assert left() == 250
    book(promise(1), promise(2))
    with pytest.raises(BalanceTooLow):
        book(promise(3))
    assert left() == 50


def test_raw_sql_cannot_overdraw_either():
    book(budget(100))
    with pytest.raises(Error, match="below zero"), connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO ledger_transfer (debit_account_id, credit_account_id, amount, kind,"
            " reference, happened_at, xid) SELECT f.id, t.id, 101, 'budget', 'raw', %s,"
            " pg_current_xact_id() FROM ledger_account f, ledger_account t"
            " WHERE f.kind = 'programme_fund' AND t.kind = 'treasury'",
            [NOW],
        )


def test_transfers_need_the_level_under_which_the_lock_is_enough():
    book(budget(100))
    with pytest.raises(Error, match="READ COMMITTED"), transaction.atomic(durable=True):
        store.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ")
        actions.transfer(transfers=[promise(1, 1)], now=NOW)


@pytest.mark.parametrize("table", ["account", "transfer", "snapshot"])
@pytest.mark.parametrize(
    "verb", ["UPDATE ledger_{} SET id = id", "DELETE FROM ledger_{}", "TRUNCATE ledger_{} CASCADE"]
)
def test_the_books_cannot_be_edited(table, verb):
    book(budget(100))
    actions.close_accounts(now=NOW, least=1)
    with pytest.raises(Error, match="append-only"), connection.cursor() as cursor:
        cursor.execute(verb.format(table))


def reserve() -> Transfer:
    balance = Purse(AccountKind.TRAINING_BALANCE, "award:1")
    held = Purse(AccountKind.PROVIDER_HELD, "provider:1")
    return Transfer(balance, held, 40, TransferKind.PURCHASE_HOLD, "hold:1")


def resolve(kind: TransferKind, reference: str, amount: int = 40) -> Transfer:
    target = (
        Purse(AccountKind.PROVIDER_PAYABLE, "provider:1")
        if kind is TransferKind.PURCHASE_POST
        else Purse(AccountKind.TRAINING_BALANCE, "award:1")
    )
    held = Purse(AccountKind.PROVIDER_HELD, "provider:1")
    return Transfer(held, target, amount, kind, reference, resolves="hold:1")


def grant() -> Transfer:
    balance = Purse(AccountKind.TRAINING_BALANCE, "award:1")
    return Transfer(committed_to(1), balance, 100, TransferKind.GRANT, "grant:1")


def test_a_reservation_is_posted_or_voided_once():
    book(budget(1000), promise(1))
    book(grant())
    book(reserve())
    post = resolve(TransferKind.PURCHASE_POST, "post:1")
    assert book(post) == 1
    assert book(post) == 0
    with pytest.raises(AlreadyResolved):
        book(resolve(TransferKind.PURCHASE_VOID, "void:1"))
    with pytest.raises(AlreadyResolved):
        book(resolve(TransferKind.PURCHASE_POST, "post:2"))


def test_a_resolving_transfer_moves_what_was_reserved():
    book(budget(1000), promise(1))
    book(grant())
    book(reserve())
    with pytest.raises(Error, match="differs from its reservation"):
        book(resolve(TransferKind.PURCHASE_POST, "post:1", amount=39))
    with pytest.raises(ReferenceTaken):
        missing = resolve(TransferKind.PURCHASE_VOID, "void:9", amount=40)
        book(Transfer(missing.debit, missing.credit, 40, missing.kind, "void:9", resolves="no"))


@pytest.mark.parametrize("kind", list(TransferKind))
def test_every_kind_has_its_ways_and_no_other(kind):
    every = {(debit, credit) for debit in AccountKind for credit in AccountKind}
    resolves = "r" if kind.endswith(("_post", "_void")) else None
    for debit, credit in every - WAYS[kind]:
        with pytest.raises(TransferMalformed):
            check_transfer(Transfer(Purse(debit, "a"), Purse(credit, "b"), 1, kind, "x", resolves))
    for debit, credit in WAYS[kind]:
        check_transfer(Transfer(Purse(debit, "a"), Purse(credit, "b"), 1, kind, "x", resolves))


@pytest.mark.parametrize("amount", [0, -1])
def test_nothing_and_less_than_nothing_do_not_move(amount):
    with pytest.raises(TransferMalformed):
        book(budget(amount))


def test_threads_that_overspend_one_account_get_what_there_is_and_no_more():
    book(budget(1000))
    outcomes: list[str] = []
    start = threading.Barrier(8)

    def spend(worker: int) -> None:
        start.wait(timeout=20)
        for number in range(5):
            try:
                book(promise(worker * 100 + number, 60))
                outcomes.append("booked")
            except BalanceTooLow:
                outcomes.append("refused")
        connections.close_all()

    threads = [threading.Thread(target=spend, args=(n,)) for n in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=60)
    assert sorted(outcomes) == ["booked"] * 16 + ["refused"] * 24
    assert left() == 1000 - 16 * 60


def test_two_threads_with_the_same_set_book_it_once():
    book(budget(1000))
    counts: list[int] = []
    start = threading.Barrier(4)

    def spend() -> None:
        start.wait(timeout=20)
        counts.append(book(*(promise(n, 10) for n in range(20))))
        connections.close_all()

    threads = [threading.Thread(target=spend) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=60)
    assert sorted(counts) == [0, 0, 0, 20]
    assert left() == 800


def test_a_snapshot_changes_no_balance_and_is_gone_on_from():
    book(budget(1000))
    for number in range(5):
        book(promise(number))
    assert actions.close_accounts(now=NOW, least=6) == 1
    assert left() == 500
    book(promise(9))
    assert actions.close_accounts(now=NOW, least=2) == 0
    assert actions.close_accounts(now=NOW, least=1) == 2, "the treasury moved once as well"
    assert left() == 400


def test_a_transaction_that_was_open_during_a_snapshot_is_never_lost():
    """The first id belongs to the writer that commits last: what a plain maximum would skip."""
    book(budget(1000))
    written, go_on = threading.Event(), threading.Event()

    def slow() -> None:
        with store.transaction():
            actions.transfer(transfers=[promise(1)], now=NOW)
            written.set()
            go_on.wait(timeout=20)
        connections.close_all()

    thread = threading.Thread(target=slow)
    thread.start()
    assert written.wait(timeout=20)
    book(budget(500, "budget:P:apbn:2"))
    actions.close_accounts(now=NOW, least=1)
    assert left() == 1500
    go_on.set()
    thread.join(timeout=20)
    assert left() == 1400
    actions.close_accounts(now=NOW, least=1)
    assert left() == 1400


def test_our_own_uncommitted_rows_count():
    book(budget(1000))
    actions.close_accounts(now=NOW, least=1)
    with store.transaction():
        actions.transfer(transfers=[promise(1)], now=NOW)
        assert left() == 900


def test_budget_versions_are_booked_when_they_take_effect():
    from tests.journey.selection.world import programme_text

    from gelombang.records.programme import actions as programme

    early = datetime(2020, 3, 1, tzinfo=UTC)
    programme.load(text=programme_text(), actor="cli:test", now=early, real_now=NOW)
    when = {"actor": "cli:test", "real_now": NOW}
    assert actions.take_budgets(now=early, **when) == 1
    assert queries.left_to_promise(programme="PKJ-2020", funder="apbn") == 10_000_000_000_000
    midnight_wib = datetime.combine(date(2020, 3, 30), datetime.min.time(), UTC).replace(hour=17)
    assert actions.take_budgets(now=midnight_wib, **when) == 1
    assert actions.take_budgets(now=midnight_wib, **when) == 0
    assert queries.left_to_promise(programme="PKJ-2020", funder="apbn") == 20_000_000_000_000
