"""Buying with the training balance: money held, one at a time, every refusal by its name."""

import threading
from datetime import timedelta

import pytest
from django.db import IntegrityError, connection, connections, transaction
from tests.journey.learning import world

from gelombang.journey.learning import actions, holding, queries
from gelombang.journey.learning.models import Course, Provider, Purchase
from gelombang.journey.learning.rules import (
    AlreadyRedeemed,
    AwardNotAccepted,
    CallingOffUnexplained,
    CourseNotOnSale,
    CourseUnknown,
    PurchaseNotYours,
    SpendingOver,
    UnfinishedTraining,
)
from gelombang.journey.selection import actions as selection, queries as awards
from gelombang.journey.selection.rules import AwardEnded, PurchaseDeadlineOver
from gelombang.records.audit.models import Entry
from gelombang.records.ledger import queries as ledger
from gelombang.records.ledger.rules import BalanceTooLow
from gelombang.records.notices.models import Notice
from gelombang.records.notices.rules import open_letter
from gelombang.records.people.models import LifetimeClaim


@pytest.fixture
def person(transactional_db, keyring):
    """Somebody with a training balance of Rp 1,000,000."""
    (found,) = world.recipients(keyring)
    return found


def _cancel(person_id, purchase_id):
    return actions.cancel(
        person_id=person_id, purchase_id=purchase_id, actor=f"person:{person_id}",
        now=world.NOW, real_now=world.REAL,
    )  # fmt: skip


def _call_off(keyring, course, *, limit=2000, reason="Pengajarnya sakit"):
    return actions.cancel_course(
        course_code=course, reason=reason, actor="staff:a", now=world.NOW,
        real_now=world.REAL, keyring=keyring, base_url=world.BASE_URL, limit=limit,
    )  # fmt: skip


def _held(purchase):
    return ledger.balance(kind="provider_held", holder=f"purchase:{purchase.id}")


def test_a_purchase_holds_its_price_and_uses_the_lifetime_claim(person):
    award = awards.award_of(person_id=person)
    claim = LifetimeClaim.objects.get(basis=f"award:{award.id}")
    assert claim.state == "held"
    bought = world.buy(person)
    assert (bought.state, bought.price, bought.attended) == ("held", 50_000, 0)
    assert bought.shown_code.count("-") == 3
    assert world.balance(person) == world.AID - 50_000
    assert _held(bought) == 50_000
    claim.refresh_from_db()
    assert claim.state == "used"
    noted = Entry.objects.get(action="learning.buy")
    assert (noted.actor, noted.subject) == (f"person:{person}", f"purchase:{bought.id}")
    assert queries.purchases_of(person_id=person) == [bought]


def test_the_next_course_waits_for_the_end_of_the_first(person, keyring):
    first = world.buy(person)
    with pytest.raises(UnfinishedTraining):
        world.buy(person, world.LONG)
    world.finish(keyring, first)
    second = world.buy(person, world.LONG)
    assert [each.id for each in queries.purchases_of(person_id=person)] == [second.id, first.id]
    assert ledger.balance(kind="provider_payable", holder="provider:pijar-ilmu") == 50_000
    assert world.balance(person) == world.AID - 50_000 - 250_000


def test_who_has_too_little_buys_nothing(person, keyring):
    world.finish(keyring, world.buy(person, world.DEAR))
    with pytest.raises(BalanceTooLow):
        world.buy(person, "BT-INGGRIS-10")
    assert world.balance(person) == 350_000
    assert Purchase.objects.count() == 1
    world.finish(keyring, world.buy(person, "SK-KUE-06"))
    assert world.balance(person) == 0


def test_a_course_is_given_back_until_its_code_is_taken(person, keyring):
    first = world.buy(person)
    for _ in range(2):  # once more changes nothing
        assert _cancel(person, first.id).state == "cancelled"
    assert (world.balance(person), _held(first)) == (world.AID, 0)
    second = world.buy(person)
    world.report(keyring, "lp-pijar-ilmu", second.redeem_code)
    with pytest.raises(AlreadyRedeemed):
        _cancel(person, second.id)
    with pytest.raises(PurchaseNotYours):
        _cancel(person, second.id + 1)


def test_nobody_touches_somebody_elses_purchase(transactional_db, keyring):
    one, other = world.recipients(keyring, 2)
    bought = world.buy(one)
    with pytest.raises(PurchaseNotYours):
        _cancel(other, bought.id)
    assert queries.purchase(person_id=other, purchase_id=bought.id) is None
    assert _held(bought) == bought.price


def test_only_an_accepted_award_buys_and_only_in_time(transactional_db, keyring):
    late, accepted, declined = world.award_people(keyring, 3)
    world.load_courses(keyring)
    with pytest.raises(AwardNotAccepted):
        world.buy(late)
    award = awards.award_of(person_id=declined)
    selection.decline(person_id=declined, award_id=award.id, actor=f"person:{declined}",
                      now=world.NOW, real_now=world.REAL)  # fmt: skip
    with pytest.raises(AwardEnded):
        world.buy(declined)
    world.accept([late, accepted])
    award = awards.award_of(person_id=late)
    with pytest.raises(PurchaseDeadlineOver):  # the sweep has not come by yet
        world.buy(late, now=award.purchase_by)
    first = world.buy(accepted, now=award.purchase_by - timedelta(seconds=1))
    world.finish(keyring, first)
    world.buy(accepted, now=award.purchase_by)  # the deadline is for the first one only
    _cancel(accepted, queries.purchases_of(person_id=accepted)[0].id)
    with pytest.raises(SpendingOver):
        world.buy(accepted, now=award.spend_by)
    selection.lapse_due(now=award.purchase_by, real_now=world.REAL, keyring=keyring,
                        base_url=world.BASE_URL)  # fmt: skip
    with pytest.raises(AwardEnded):
        world.buy(late)


def test_what_is_off_sale_cannot_be_bought(person):
    with pytest.raises(CourseNotOnSale):
        world.buy(person, "TIDAK-ADA")
    Course.objects.filter(code=world.SHORT).update(is_on_sale=False)
    with pytest.raises(CourseNotOnSale):
        world.buy(person)
    Provider.objects.filter(code="sanggar-karya").update(is_approved=False)
    with pytest.raises(CourseNotOnSale):
        world.buy(person, world.LONG)
    assert world.balance(person) == world.AID


def test_a_class_called_off_gives_everybody_their_price_back(transactional_db, keyring):
    people = world.recipients(keyring, 3)
    bought = [world.buy(each, world.LONG) for each in people]
    world.report(keyring, "lp-sanggar-karya", bought[1].redeem_code)
    world.finish(keyring, bought[2])
    assert _call_off(keyring, world.LONG, limit=1) == 1
    swept = {"keyring": keyring, "base_url": world.BASE_URL, "now": world.NOW,
             "real_now": world.REAL}  # fmt: skip
    assert actions.give_back_called_off(**swept) == 1
    assert actions.give_back_called_off(**swept) == 0
    assert _call_off(keyring, world.LONG) == 0
    states = [queries.purchases_of(person_id=each)[0].state for each in people]
    assert states == ["cancelled", "cancelled", "completed"]
    assert [world.balance(each) for each in people] == [world.AID, world.AID, world.AID - 250_000]
    letters = [open_letter(keyring, each.letter_sealed)
               for each in Notice.objects.filter(kind="learning.called_off")]  # fmt: skip
    assert len(letters) == 2
    assert all("Pengajarnya sakit" in each.body and "Rp250.000" in each.body for each in letters)
    with pytest.raises(CourseNotOnSale):
        world.buy(people[0], world.LONG)
    world.load_courses(keyring)  # loading again does not bring it back
    assert not queries.course(code=world.LONG).is_on_sale
    assert queries.course(code=world.LONG).cancel_reason == "Pengajarnya sakit"
    with pytest.raises(CourseUnknown):
        _call_off(keyring, "TIDAK-ADA")


def _at_once(*deeds):
    """Run each in a thread with a connection of its own; what they returned or raised."""
    gate = threading.Barrier(len(deeds))
    results = [None] * len(deeds)

    def run(place, deed):
        gate.wait(timeout=20)
        try:
            results[place] = deed()
        except Exception as error:  # noqa: BLE001 looked at by the test
            results[place] = error
        finally:
            connections.close_all()

    threads = [threading.Thread(target=run, args=each) for each in enumerate(deeds)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=30)
    return results


def test_two_clicks_at_once_buy_one_course(transactional_db, keyring):
    for person in world.recipients(keyring, 4):
        results = _at_once(*[lambda who=person: world.buy(who)] * 4)
        bought = [each for each in results if not isinstance(each, Exception)]
        assert len(bought) == 1, results
        assert {type(each) for each in results if each is not bought[0]} == {UnfinishedTraining}
        assert world.balance(person) == world.AID - 50_000


def test_a_purchase_and_the_end_of_its_class_at_once_leave_no_hold(transactional_db, keyring):
    people = world.recipients(keyring, 5)
    buyers = [lambda who=each: world.buy(who, world.LONG) for each in people]
    *bought, _ = _at_once(*buyers, lambda: _call_off(keyring, world.LONG))
    assert all(isinstance(each, queries.PurchaseView | CourseNotOnSale) for each in bought), bought
    assert set(Purchase.objects.values_list("state", flat=True)) <= {"cancelled"}
    assert [world.balance(each) for each in people] == [world.AID] * 5


def test_what_waited_for_somebody_elses_deed_is_not_dated_before_it(transactional_db, keyring):
    """A request reads the clock before it gets the lock: what it writes still comes after."""
    early = world.NOW - timedelta(minutes=5)
    person, other = world.recipients(keyring, 2)
    first = world.buy(person, now=early)
    assert first.bought_at == world.NOW, "not before the award was accepted"
    world.finish(keyring, first)
    second = world.buy(person, world.LONG, now=early)
    assert second.bought_at == world.NOW, "not before the course before it was finished"
    given_back = actions.cancel(
        person_id=person, purchase_id=second.id, actor=f"person:{person}", now=early,
        real_now=world.REAL,
    )  # fmt: skip
    assert given_back.ended_at == world.NOW
    held = world.buy(other, world.LONG)
    assert actions.cancel_course(
        course_code=world.LONG, reason="Pengajarnya sakit", actor="staff:a", now=early,
        real_now=world.REAL, keyring=keyring, base_url=world.BASE_URL,
    ) == 1  # fmt: skip
    assert queries.purchase(person_id=other, purchase_id=held.id).ended_at == world.NOW
    third = world.buy(other, now=early)
    assert third.bought_at == world.NOW, "nor before the one before it was called off"


@pytest.mark.parametrize(
    "reason",
    ["", "   ", "sakit", "Ditolak oleh 3174011708959901", "Pengajarnya sa\0kit", "ya " * 300],
)
def test_a_class_is_called_off_for_a_reason_that_buyers_may_read(person, keyring, reason):
    bought = world.buy(person, world.LONG)
    with pytest.raises(CallingOffUnexplained):
        _call_off(keyring, world.LONG, reason=reason)
    assert queries.course(code=world.LONG).is_on_sale
    assert queries.purchase(person_id=person, purchase_id=bought.id).state == "held"


def test_who_calls_a_class_off_waits_for_whoever_is_buying_it(
    transactional_db, keyring, monkeypatch
):
    (person,) = world.recipients(keyring)
    is_buying, may_go_on, plain = threading.Event(), threading.Event(), holding.hold

    def slowly(purchase):
        is_buying.set()
        may_go_on.wait(timeout=20)
        return plain(purchase)

    def call_off():
        is_buying.wait(timeout=20)
        threading.Timer(0.5, may_go_on.set).start()
        return _call_off(keyring, world.LONG)

    monkeypatch.setattr(holding, "hold", slowly)
    bought, given_back = _at_once(lambda: world.buy(person, world.LONG), call_off)
    assert given_back == 1
    assert queries.purchase(person_id=person, purchase_id=bought.id).state == "cancelled"
    assert world.balance(person) == world.AID


def test_giving_back_and_redeeming_at_once_do_one_of_them(transactional_db, keyring):
    for person in world.recipients(keyring, 4):
        bought = world.buy(person)
        given_back, (status, _) = _at_once(
            lambda who=person, what=bought: _cancel(who, what.id),
            lambda what=bought: world.report(keyring, "lp-pijar-ilmu", what.redeem_code),
        )
        state = queries.purchase(person_id=person, purchase_id=bought.id).state
        if isinstance(given_back, AlreadyRedeemed):
            assert (status, state, _held(bought)) == (200, "redeemed", 50_000)
        else:
            assert (status, state, _held(bought)) == (400, "cancelled", 0)


def test_the_database_itself_refuses_a_second_unfinished_purchase(person):
    first = Purchase.objects.get(id=world.buy(person).id)
    columns = ("award_id", "person_id", "course_id", "provider_id", "price", "bought_at")
    again = {name: getattr(first, name) for name in columns}
    foreign = again | {"provider_id": "balai-sinar", "state": "cancelled", "ended_at": world.NOW}
    with pytest.raises(IntegrityError, match="learning_one_at_a_time"), transaction.atomic():
        Purchase.objects.create(redeem_code="PKAAAAAAAAAAAA", **again)
    with pytest.raises(IntegrityError, match="does not fit"), transaction.atomic():
        Purchase.objects.create(redeem_code="PKAAAAAAAAAAAA", **foreign)
    for column, value in (("price", 1), ("redeem_code", "PKAAAAAAAAAAAA")):
        with pytest.raises(IntegrityError, match="cannot be changed"), transaction.atomic():
            Purchase.objects.update(**{column: value})
    with pytest.raises(IntegrityError, match="redeemed_dated"), transaction.atomic():
        Purchase.objects.update(state="redeemed")


PLANS = (
    ("SELECT id FROM learning_purchase WHERE redeem_code = 'PKAAAAAAAAAAAA'",
     "learning_purchase_redeem_code"),
    ("SELECT id FROM learning_purchase WHERE award_id = 7"
     " AND state IN ('held', 'redeemed', 'attending')", "learning_one_at_a_time"),
    ("SELECT id FROM learning_purchase WHERE person_id = '00000000-0000-7000-8000-000000000000'"
     " ORDER BY id DESC LIMIT 200", "learning_purchase_person"),
    ("SELECT id FROM learning_purchase WHERE course_id = 7"
     " AND state IN ('held', 'redeemed', 'attending') ORDER BY id LIMIT 2000",
     "learning_purchase_unfinished"),
    ("SELECT purchase_id FROM purchase_facts WHERE state = 'completed' AND xid >= '7'::xid8"
     " ORDER BY xid LIMIT 500", "learning_purchase_pull"),
    ("SELECT sequence FROM learning_attendance WHERE purchase_id = 7", "learning_attendance_once"),
    ("SELECT id FROM learning_providercall WHERE provider_id = 'x' AND signature = 'a'",
     "learning_call_once"),
)  # fmt: skip


@pytest.mark.django_db
@pytest.mark.parametrize(("query", "index"), PLANS)
def test_what_is_asked_often_is_found_by_an_index(query, index):
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL enable_seqscan = off")
        cursor.execute(f"EXPLAIN {query}")
        plan = "\n".join(row[0] for row in cursor.fetchall())
    assert index in plan, plan
