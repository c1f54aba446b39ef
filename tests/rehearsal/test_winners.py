from collections import Counter
from pathlib import Path

import pytest

from gelombang.cli.places import clone
from gelombang.rehearsal.books import healed_accounts, payment_books
from gelombang.rehearsal.catalogue import CatalogueUnfit, read_offer, sessions_by_course
from gelombang.rehearsal.expectation import expect_afterwards, read_benefit
from gelombang.rehearsal.winners import BANK, FAULTS, WALLETS, Fault, cast_winners, deal_faults

PROGRAMMES = clone() / "programmes"


def text_of(name: str) -> str:
    return Path(PROGRAMMES / name).read_text(encoding="utf-8")


@pytest.fixture(scope="module")
def offer():
    return read_offer(text_of("catalogue-2020.toml"))


@pytest.fixture(scope="module")
def winners(population, offer):
    people = [person for person in population.verified() if not person.enrolled]
    return cast_winners(people, seed=7, courses=offer.courses, cancelled=offer.cancelled)


@pytest.mark.parametrize("count", [5, 16, 82, 165, 1649])
def test_three_in_a_hundred_meet_a_fault_and_every_kind_is_met(count):
    dealt = Counter(deal_faults(count, seed=3))
    faulty = count - dealt[Fault.NONE]
    assert faulty == max(5, int(count * 0.03 + 0.5))
    assert min(dealt[fault] for fault in FAULTS) >= 1
    assert max(dealt[f] for f in FAULTS) - min(dealt[f] for f in FAULTS) <= 1


def test_few_winners_meet_none_and_the_same_seed_deals_the_same():
    assert set(deal_faults(4, seed=3)) == {Fault.NONE}
    assert deal_faults(200, seed=3) == deal_faults(200, seed=3)
    assert deal_faults(200, seed=3) != deal_faults(200, seed=4)


def test_an_account_is_one_persons_and_bears_their_name_but_for_the_wrong_one(winners):
    accounts = [a for w in winners for a in (w.account, w.second_account) if a is not None]
    assert len({(a.partner, a.number) for a in accounts}) == len(accounts)
    for winner in winners:
        last = winner.second_account or winner.account
        assert last.holder == winner.person.card.name
        if winner.fault is Fault.WRONG_NAME:
            assert winner.account.holder != winner.person.card.name
        if winner.fault is Fault.WALLET_FULL:
            assert (winner.account.partner in WALLETS, last.partner) == (True, BANK)
        assert (winner.second_account is not None) == (
            winner.fault in {Fault.WRONG_NAME, Fault.WALLET_FULL}
        )


def test_nobody_takes_the_class_that_is_given_up_but_those_who_lose_it(winners, offer):
    assert offer.cancelled not in {winner.course for winner in winners}
    assert {w.fault for w in winners if w.cancelled} == {Fault.COURSE_CANCELLED}
    assert all(course.price <= 1_000_000 for course in offer.courses)


def test_the_partners_books_hold_every_account_and_the_faults(winners):
    listed = payment_books(winners)
    rows = [row for rows in listed.values() for row in rows]
    seconds = sum(winner.second_account is not None for winner in winners)
    assert len(rows) == len(winners) + seconds
    counted = Counter(row["fault"] for row in rows)
    dealt = Counter(winner.fault for winner in winners)
    assert counted["accept_then_timeout"] == dealt[Fault.TIMED_OUT]
    assert counted["limit"] == dealt[Fault.WALLET_FULL]
    healed = payment_books(healed_accounts(winners))
    assert {row["fault"] for rows in healed.values() for row in rows} == {""}
    assert sum(map(len, healed.values())) == dealt[Fault.TIMED_OUT]


def test_the_expectation_is_the_sum_over_the_cast(winners, offer):
    benefit = read_benefit(text_of("prakerja-2020.toml"))
    expected = expect_afterwards(len(winners), seed=7, offer=offer, benefit=benefit)
    learners = [winner for winner in winners if winner.learns]
    assert (benefit.balance, benefit.cash) == (1_000_000, 2_550_000)
    assert (benefit.payments, benefit.monthly) == (5, 4)
    assert expected.paid_idr == 2_550_000 * len(learners)
    assert expected.training_idr == sum(winner.course.price for winner in learners)
    assert expected.lapsed == len(winners) - len(learners)
    assert expected.forfeited_idr == 3_550_000 * expected.lapsed
    assert expected.payments == 5 * len(learners)


def test_a_catalogue_that_cannot_be_bought_from_says_so():
    with pytest.raises(CatalogueUnfit, match="two courses"):
        read_offer("providers = []\ncourses = []\n")
    with pytest.raises(CatalogueUnfit, match="cannot be read"):
        read_offer("courses = [")
    assert min(sessions_by_course(text_of("catalogue-2020.toml")).values()) >= 1
