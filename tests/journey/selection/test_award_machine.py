"""The money of one award under any order of deeds adds up to the benefit, never below zero."""

from collections.abc import Iterator
from contextlib import suppress
from datetime import timedelta

from django.db import connection
from hypothesis import HealthCheck, settings, strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule
from tests.journey.selection import world
from tests.journey.selection.world import AFTER, BASE_URL, LATER_REAL

from gelombang import store
from gelombang.journey.selection import actions, queries, rules
from gelombang.records.ledger import actions as ledger, queries as books, tracing
from gelombang.records.ledger.rules import (
    AccountKind,
    AlreadyResolved,
    BalanceTooLow,
    Purse,
    Transfer,
    TransferKind,
    clearing_of,
    committed_to,
    due_to,
    external_of,
    float_of,
    paid_to,
)

BENEFIT = 3_550_000
EXAMPLES = 25
NUMBERS = iter(range(10**6))
PRICES = st.integers(min_value=1, max_value=1_100_000)


class Award(RuleBasedStateMachine):
    """One award of its own a run; deadlines lie one and three days ahead, and time only passes."""

    awards: Iterator[queries.AwardView]
    sweep: dict

    def __init__(self) -> None:
        super().__init__()
        self.award = next(type(self).awards)
        self.now = AFTER + timedelta(days=1)
        self.holds: dict[int, int] = {}
        self.ever_bought = False
        self.due = 0
        self.sent: list[tuple[str, int]] = []
        self._set_deadlines(self.now + timedelta(days=1), self.now + timedelta(days=3))

    def teardown(self) -> None:
        self._set_deadlines(None, None)

    def _set_deadlines(self, purchase_by, spend_by) -> None:
        with connection.cursor() as cursor:
            cursor.execute("UPDATE selection_award SET purchase_by = %s, spend_by = %s"
                           " WHERE id = %s", [purchase_by, spend_by, self.award.id])  # fmt: skip

    @property
    def state(self) -> str:
        return queries.award(award_id=self.award.id).state

    def book(self, *transfers: Transfer) -> None:
        with store.transaction():
            ledger.transfer(transfers=transfers, now=self.now)

    @rule(verb=st.sampled_from([actions.accept, actions.decline]))
    def answer(self, verb):
        refused = (rules.AwardEnded, rules.AwardAccepted, rules.PurchaseDeadlineOver)
        with suppress(*refused):
            verb(person_id=self.award.person_id, award_id=self.award.id, actor="person:x",
                 now=self.now, real_now=LATER_REAL)  # fmt: skip

    @rule(price=PRICES)
    def buy(self, price):
        number = next(NUMBERS)
        before = books.balance(kind="training_balance", holder=f"award:{self.award.id}")
        try:
            is_held = world.hold(self.award.id, number, price, now=self.now)
        except BalanceTooLow:
            assert before < price
            return
        assert is_held == (self.state == "accepted")
        if is_held:
            assert before >= price
            self.holds[number] = price
            self.ever_bought = True

    @precondition(lambda self: self.holds)
    @rule(data=st.data(), is_proven=st.booleans(), is_repeated=st.booleans())
    def resolve(self, data, is_proven, is_repeated):
        number = data.draw(st.sampled_from(sorted(self.holds)))
        price = self.holds.pop(number)
        world.resolve(self.award.id, number, price, is_proven=is_proven, now=self.now)
        if is_repeated:
            try:
                world.resolve(self.award.id, number, price, is_proven=not is_proven, now=self.now)
            except (AlreadyResolved, BalanceTooLow):
                return
            raise AssertionError("resolved twice")

    @precondition(lambda self: self.state == "accepted" and self.ever_bought)
    @rule()
    def fall_due(self):
        number = next(NUMBERS)
        try:
            self.book(Transfer(committed_to(self.award.id), due_to(self.award.id), 600_000,
                               TransferKind.DUE, f"due:{number}"))  # fmt: skip
        except BalanceTooLow:
            return
        self.due += 600_000

    @precondition(lambda self: self.due)
    @rule()
    def send(self):
        reference = f"P{next(NUMBERS)}"
        self.book(Transfer(due_to(self.award.id), clearing_of("ovo"), 600_000,
                           TransferKind.PAYOUT_RESERVE, f"payout_reserve:{reference}"))  # fmt: skip
        self.due -= 600_000
        self.sent.append((reference, 600_000))

    @precondition(lambda self: self.sent)
    @rule(arrived=st.booleans())
    def hear(self, arrived):
        reference, amount = self.sent.pop()
        kind = TransferKind.PAYOUT_POST if arrived else TransferKind.PAYOUT_VOID
        target = paid_to(self.award.id) if arrived else due_to(self.award.id)
        moves = [Transfer(clearing_of("ovo"), target, amount, kind, f"{kind}:{reference}",
                          f"payout_reserve:{reference}")]  # fmt: skip
        if arrived:
            moves.append(Transfer(float_of("ovo"), external_of("ovo"), amount,
                                  TransferKind.FLOAT_OUT, f"float_out:{reference}"))  # fmt: skip
        else:
            self.due += amount
        self.book(*moves)

    @rule(hours=st.integers(min_value=1, max_value=30))
    def let_time_pass(self, hours):
        self.now += timedelta(hours=hours)

    @rule(verb=st.sampled_from([actions.remind_due, actions.lapse_due, actions.expire_balances]))
    def keep_deadlines(self, verb):
        verb(now=self.now, **type(self).sweep)
        assert verb(now=self.now, **type(self).sweep) == 0

    @invariant()
    def every_rupiah_is_somewhere(self):
        story = books.story_of_award(award_id=self.award.id)
        balances = books.balances_of_award(award_id=self.award.id, story=story)
        assert all(amount >= 0 for amount in balances.values())
        equation = tracing.equation_of(story, balances=balances)
        assert equation.adds_up
        assert equation.benefit == BENEFIT
        assert (equation.held, equation.due) == (sum(self.holds.values()), self.due)
        assert equation.in_clearing == sum(amount for _, amount in self.sent)
        if self.state in {"declined", "lapsed"}:
            assert equation.forfeited == BENEFIT
            assert not self.ever_bought
        if self.state == "open":
            assert equation.committed == BENEFIT


def test_the_money_of_an_award_adds_up_under_any_order_of_deeds(database_url, keyring):
    from hypothesis.stateful import run_state_machine_as_test

    awards = world.winners(keyring, 4 * EXAMPLES)
    with connection.cursor() as cursor:
        cursor.execute("UPDATE selection_award SET purchase_by = NULL, spend_by = NULL")
    with store.transaction():
        funded = Transfer(Purse(AccountKind.TREASURY, "funder:apbn"), float_of("ovo"), 10**9,
                          TransferKind.FLOAT_IN, "float_in:ovo:1")  # fmt: skip
        ledger.transfer(transfers=[funded], now=AFTER)
    Award.awards = iter(awards)
    Award.sweep = {"real_now": LATER_REAL, "keyring": keyring, "base_url": BASE_URL}
    run_state_machine_as_test(
        Award,
        settings=settings(
            max_examples=EXAMPLES,
            stateful_step_count=25,
            deadline=None,
            database=None,
            suppress_health_check=list(HealthCheck),
        ),
    )
