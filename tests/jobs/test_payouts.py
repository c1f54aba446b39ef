"""The sweep of payouts against the invented partner over HTTP: every fault, and the books agree."""

import threading
from collections.abc import Iterator
from datetime import datetime, timedelta

import pytest
from tests.gateways.payments.paying import account
from tests.jobs.paying_fake import Shop, open_shop
from tests.journey.disbursement import paying, world
from tests.journey.disbursement.paying import AMOUNT, GAP, GRACE
from tests.journey.disbursement.world import NOW

from gelombang.jobs import payouts
from gelombang.jobs.loop import Context
from gelombang.jobs.payouts import PayLine
from gelombang.journey.disbursement import actions, queries
from gelombang.kit import clock
from gelombang.records.partners import actions as partners, queries as partner_queries

pytestmark = pytest.mark.django_db(transaction=True)
FAULTS = (
    "", "accept_then_timeout", "timeout_never", "in_progress", "wrong_amount", "limit", "inactive",
    "no_funds",
)  # fmt: skip


@pytest.fixture
def shop(tmp_path) -> Iterator[Shop]:
    with open_shop(tmp_path) as opened:
        yield opened


@pytest.fixture
def line() -> Iterator[PayLine]:
    opened = PayLine("gopay")
    yield opened
    opened.close()


def context(shop: Shop, keyring, now: datetime = NOW) -> Context:
    return Context(now, clock.real_now(), keyring, paying.BASE_URL, shop.environment,
                   threading.Event())  # fmt: skip


def work_off(line: PayLine, shop: Shop, keyring, now: datetime = NOW) -> None:
    for _ in range(400):
        if not line(context(shop, keyring, now)):
            return
    raise AssertionError("it never ends")


def seed(shop: Shop, faults: tuple[str, ...]) -> None:
    shop.seed([
        {"account_no": world.wallet(number), "name": world.NAME, "fault": fault}
        for number, fault in enumerate(faults)
    ])  # fmt: skip


def by_fault() -> dict[str, queries.PayoutView]:
    batch = queries.batches()[0]
    found = queries.payouts_of_batch(reference=batch.reference)
    return {FAULTS[int(view.ending) - 9900]: view for view in found}


def test_every_fault_ends_as_the_partners_own_books_say(shop, line, keyring):
    seed(shop, FAULTS)
    batch = paying.released(keyring, len(FAULTS))
    work_off(line, shop, keyring)
    assert {fault: view.state for fault, view in by_fault().items()} == {
        "": "paid",
        "accept_then_timeout": "unknown",
        "timeout_never": "unknown",
        "in_progress": "unknown",
        "wrong_amount": "unknown",
        "limit": "failed",
        "inactive": "failed",
        "no_funds": "unknown",
    }
    stopped = partner_queries.partner(code="gopay")
    assert stopped.stopped_reason == payouts.EMPTY_FLOAT, "the treasurer is called (rule 7)"
    work_off(line, shop, keyring, NOW + GAP)
    assert by_fault()["in_progress"].enquiries == 0, "a stopped partner is asked nothing"
    partners.resume(partner="gopay", actor="cli:test", now=NOW, real_now=clock.real_now())
    for wait in (GAP, 3 * GAP, GRACE + GAP, GRACE + 3 * GAP):
        work_off(line, shop, keyring, NOW + wait)
    found = by_fault()
    assert {fault for fault, view in found.items() if view.state == "paid"} == {
        "", "accept_then_timeout", "timeout_never", "in_progress", "no_funds",
    }  # fmt: skip
    assert found["wrong_amount"].reason == "amount_differs"
    assert (found["timeout_never"].attempts, found["no_funds"].attempts) == (2, 2)
    assert (found["limit"].reason, found["inactive"].reason) == ("limit", "account")
    books = {each["reference"]: each for each in shop.payments()}
    assert len(books) == len(FAULTS), "one reference each, for ever"
    assert all(each["times_booked"] <= 1 for each in books.values())
    booked = {reference for reference, each in books.items() if each["times_booked"]}
    ours = {view.reference for view in found.values() if view.state == "paid"}
    assert booked == ours | {found["wrong_amount"].reference}
    assert paying.purse("paid_out") == 5 * AMOUNT
    assert paying.purse("partner_clearing") == AMOUNT, "the strange one, until people have looked"
    assert queries.unknown_count() == 1
    assert actions.finish_batches(now=NOW) == 0
    assert queries.batch(reference=batch.reference).state == "released"


def test_a_partner_that_is_down_loses_nothing_and_pays_once(shop, line, keyring):
    seed(shop, ("",) * 6)
    paying.released(keyring, 6)
    shop.misbehave(error_rate=1.0)
    work_off(line, shop, keyring)
    assert paying.states() == {"unknown": 6}
    shop.misbehave()
    for wait in (GAP, 3 * GAP, GRACE, GRACE + GAP, GRACE + 2 * GAP):
        work_off(line, shop, keyring, NOW + wait)
    assert paying.states() == {"paid": 6}
    assert [each["times_booked"] for each in shop.payments()] == [1] * 6
    assert paying.purse("partner_clearing") == 0


def test_what_is_given_up_or_claimed_too_late_is_unknown_and_not_sent_by_a_sleeper(shop, keyring):
    seed(shop, ("",) * 2)
    paying.released(keyring, 2)
    sleeper = PayLine("gopay", call_seconds=30, lease_seconds=20)
    try:
        work_off(sleeper, shop, keyring)
    finally:
        sleeper.close()
    assert shop.books()["calls"] == 0, "whoever wakes up too late calls nobody"
    assert paying.states() == {"sent": 2}
    late = clock.real_now() + timedelta(seconds=21)
    assert actions.unlease(now=NOW, real_now=late) == 2
    hasty = PayLine("gopay", call_seconds=0, lease_seconds=30)
    try:
        work_off(hasty, shop, keyring, NOW + GAP)
    finally:
        hasty.close()
    outcomes = world.rows("SELECT DISTINCT outcome FROM disbursement_partneranswer")
    assert outcomes == [("Unanswered",)]


def test_our_own_fault_stops_the_partner_before_anything_is_paid(tmp_path, line, keyring):
    with open_shop(tmp_path) as shop:
        seed(shop, ("",))
        paying.released(keyring)
        wrong = account("gopay", base_url=shop.account.base_url, client_secret="salah")
        shop.environment.payment_accounts["gopay"] = wrong
        work_off(line, shop, keyring)
        assert paying.states() == {"unknown": 1}
        assert partner_queries.partner(code="gopay").stopped_reason.startswith("code 401")
        line.close()
        shop.environment.payment_accounts["gopay"] = shop.account
        partners.resume(partner="gopay", actor="cli:test", now=NOW, real_now=clock.real_now())
        work_off(line, shop, keyring, NOW + GAP)
        assert paying.states() == {"paid": 1}
        assert shop.books()["payments"] == 1


def test_nobody_is_paid_through_a_partner_without_our_account(shop, keyring):
    paying.released(keyring)
    shop.environment.payment_accounts.clear()
    assert PayLine("gopay")(context(shop, keyring)) == 0
    assert paying.states() == {"released": 1}
