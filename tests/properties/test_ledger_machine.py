"""The books under any order of deeds: they equal a plain sum, and never go below zero."""

from collections import Counter
from datetime import UTC, datetime

import pytest
from hypothesis import HealthCheck, settings, strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule

from gelombang import store
from gelombang.records.ledger import actions, queries
from gelombang.records.ledger.rules import (
    AccountKind,
    BalanceTooLow,
    Purse,
    ReferenceTaken,
    Transfer,
    TransferKind,
    committed_to,
    fund_of,
    treasury_of,
)

NOW = datetime(2020, 4, 13, 3, tzinfo=UTC)
RUNS = iter(range(10**6))
AMOUNTS = st.integers(min_value=1, max_value=1000)
AWARDS = st.integers(min_value=1, max_value=3)


class Books(RuleBasedStateMachine):
    """A model in a dictionary beside the database; every run has accounts of its own."""

    def __init__(self) -> None:
        super().__init__()
        run = next(RUNS)
        self.fund, self.treasury = fund_of(f"P{run}", "apbn"), treasury_of(f"f{run}")
        self.run = run
        self.model: Counter[Purse] = Counter()
        self.booked: list[Transfer] = []

    def award(self, number: int) -> Purse:
        return committed_to(self.run * 10 + number)

    def attempt(self, *transfers: Transfer) -> None:
        change: Counter[Purse] = Counter()
        for each in transfers:
            change[each.debit] -= each.amount
            change[each.credit] += each.amount
        debited = {each.debit for each in transfers} - {self.treasury}
        fits = all(self.model[purse] + change[purse] >= 0 for purse in debited)
        try:
            with store.transaction():
                actions.transfer(transfers=transfers, now=NOW)
        except BalanceTooLow:
            assert not fits
            return
        assert fits
        for purse, amount in change.items():
            self.model[purse] += amount
        self.booked += transfers

    def make(self, debit: Purse, credit: Purse, amount: int, kind: TransferKind) -> Transfer:
        reference = f"{self.run}:{len(self.booked)}:{debit.holder}:{credit.holder}"
        return Transfer(debit, credit, amount, kind, reference)

    @rule(amount=AMOUNTS)
    def give_budget(self, amount):
        self.attempt(self.make(self.treasury, self.fund, amount, TransferKind.BUDGET))

    @rule(amount=AMOUNTS)
    def cut_budget(self, amount):
        self.attempt(self.make(self.fund, self.treasury, amount, TransferKind.BUDGET))

    @rule(amount=AMOUNTS, awards=st.sets(AWARDS, min_size=1))
    def promise(self, amount, awards):
        self.attempt(
            *(self.make(self.fund, self.award(n), amount, TransferKind.COMMIT) for n in awards)
        )

    @rule(amount=AMOUNTS, number=AWARDS)
    def forfeit(self, amount, number):
        self.attempt(self.make(self.award(number), self.fund, amount, TransferKind.FORFEIT))

    @rule(amount=AMOUNTS, number=AWARDS)
    def grant(self, amount, number):
        balance = Purse(AccountKind.TRAINING_BALANCE, self.award(number).holder)
        self.attempt(self.make(self.award(number), balance, amount, TransferKind.GRANT))

    @precondition(lambda self: self.booked)
    @rule(data=st.data())
    def repeat(self, data):
        again = data.draw(st.sampled_from(self.booked))
        with store.transaction():
            assert actions.transfer(transfers=[again], now=NOW) == 0

    @precondition(lambda self: self.booked)
    @rule(data=st.data())
    def contradict(self, data):
        known = data.draw(st.sampled_from(self.booked))
        other = Transfer(known.debit, known.credit, known.amount + 1, known.kind, known.reference)
        with pytest.raises(ReferenceTaken), store.transaction():
            actions.transfer(transfers=[other], now=NOW)

    @rule()
    def snapshot(self):
        actions.close_accounts(now=NOW, least=1)

    @invariant()
    def the_books_equal_the_model(self):
        for purse in [self.fund, self.treasury, *self.model]:
            assert queries.balance(kind=purse.kind, holder=purse.holder) == self.model[purse]
        assert sum(self.model.values()) == 0
        assert all(amount >= 0 for purse, amount in self.model.items() if purse != self.treasury)


def test_the_books_hold_under_any_order_of_deeds(database_url):
    from hypothesis.stateful import run_state_machine_as_test

    run_state_machine_as_test(
        Books,
        settings=settings(
            max_examples=25,
            stateful_step_count=25,
            deadline=None,
            suppress_health_check=list(HealthCheck),
        ),
    )
