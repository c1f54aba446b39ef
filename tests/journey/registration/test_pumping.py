"""Pumping meets its limits: what goes out is known beforehand, in memory that does not grow."""

from collections import Counter
from datetime import UTC, datetime, timedelta
from random import Random

import pytest

from gelombang.journey.registration.pumping import (
    TEXTS_A_DAY,
    TEXTS_A_PREFIX_HOUR,
    TextAsked,
    TextBudget,
    text_limits,
)

START = datetime(2026, 11, 2, 8, 0, tzinfo=UTC)
BUDGET = TextBudget(an_hour=1_000, idr_a_day=4_000_000, idr_each=400)
REQUESTS = 100_000


class Ledger:
    """Keeps what is used as the table of allowances does: a refusal leaves nothing behind."""

    def __init__(self, budget):
        self.budget, self.used, self.sent = budget, Counter(), []

    def ask(self, who, number, *, is_proven, at):
        limits = text_limits(
            TextAsked(who, number, number, is_proven=is_proven), budget=self.budget, real_now=at
        )
        if any(self.used[scope, begin] >= most for scope, begin, most in limits):
            return False
        self.used.update((scope, begin) for scope, begin, _ in limits)
        self.sent.append((who, number, at))
        return True


def attack(ledger, *, accounts, numbers, hours, seed=1):
    """Requests spread evenly over accounts, numbers and time; each second somebody real asks too,
    with a number that proved itself before."""
    chance, honest = Random(seed), [0, 0]
    step = timedelta(hours=hours) / REQUESTS
    for place in range(REQUESTS):
        at = START + place * step
        number = f"+628{numbers[place % len(numbers)]:010d}"
        ledger.ask(f"a{chance.randrange(accounts)}", number, is_proven=False, at=at)
        if place % (REQUESTS // (hours * 300)) == 0:
            honest[1] += 1
            mine = f"+62857{chance.randrange(10**8):08d}"
            honest[0] += ledger.ask(f"h{place}", mine, is_proven=True, at=at)
    return honest


@pytest.mark.parametrize(
    ("accounts", "numbers"),
    [
        (10, range(0, 10**10, 10**6)),  # few accounts, numbers from everywhere
        (100_000, range(1_200_000_000, 1_200_010_000)),  # many accounts, one block of numbers
        (100_000, range(0, 10**10, 99_991)),  # many of both
    ],
)
def test_an_hour_of_pumping_sends_little_and_locks_nobody_out(accounts, numbers):
    ledger = Ledger(BUDGET)
    passed, asked = attack(ledger, accounts=accounts, numbers=numbers, hours=1)
    assert len(ledger.sent) <= BUDGET.an_hour
    pumped = len(ledger.sent) - passed
    assert pumped <= BUDGET.an_hour // 2, "half of an hour is kept for proven numbers"
    assert passed >= 0.99 * asked
    assert len(ledger.used) <= 6 * len(ledger.sent), "what is refused leaves nothing behind"


def test_a_day_of_pumping_costs_no_more_than_its_rupiah():
    ledger = Ledger(TextBudget(an_hour=1_000, idr_a_day=400_000, idr_each=400))
    attack(ledger, accounts=100_000, numbers=range(0, 10**10, 99_991), hours=12)
    assert len(ledger.sent) * 400 <= 400_000


def test_no_account_number_or_block_gets_more_than_its_own():
    ledger = Ledger(TextBudget(an_hour=10**6, idr_a_day=10**12, idr_each=1))
    attack(ledger, accounts=500, numbers=range(1_200_000_000, 1_200_010_000, 7), hours=2)
    assert max(Counter(who for who, _, _ in ledger.sent).values()) <= TEXTS_A_DAY
    assert max(Counter(number for _, number, _ in ledger.sent).values()) <= TEXTS_A_DAY
    blocks = Counter((number[:9], at.hour) for _, number, at in ledger.sent)
    assert max(blocks.values()) <= TEXTS_A_PREFIX_HOUR
