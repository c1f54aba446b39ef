"""What becomes of payouts, whatever the partner says and whoever dies (money.md, rules 1 to 7)."""

from datetime import timedelta

import pytest
from django.db import IntegrityError
from tests.journey.certification.world import NAME, REAL
from tests.journey.disbursement import paying, world
from tests.journey.disbursement.paying import AMOUNT, GAP, GRACE
from tests.journey.disbursement.world import NOW

from gelombang import store
from gelombang.journey.disbursement import actions, queries
from gelombang.journey.disbursement.paying import (
    Call,
    NoSuchPayout,
    NotAskable,
    NothingDue,
    Reason,
    Said,
)

pytestmark = pytest.mark.django_db(transaction=True)
LATER = REAL + timedelta(seconds=paying.LEASE + 1)


def ask_again(order, *, now=NOW) -> None:
    actions.ask_again(reference=order.reference, actor="staff:keuangan1", now=now, real_now=REAL)


def purses() -> tuple[int, int, int, int]:
    kinds = ("instalments_due", "partner_clearing", "paid_out", "partner_external")
    return tuple(paying.purse(kind) for kind in kinds)


def test_reserved_and_sent_before_the_call_then_settled_with_a_letter(keyring):
    paying.released(keyring, 2)
    orders = paying.claim(keyring)
    assert paying.states() == {"sent": 2}
    assert purses() == (0, 2 * AMOUNT, 0, 0)
    assert paying.claim(keyring) == []
    assert orders[0].account_no in {"+6281200009900", "+6281200009901"}
    assert orders[0].holder_name == NAME
    assert orders[0].account_no not in repr(orders[0])
    assert orders[0].note == "Insentif Prakerja 1/4"
    replies = [paying.reply(order, Said.PAID) for order in orders]
    assert paying.hear(keyring, replies) == 2
    assert paying.hear(keyring, replies) == 0, "a second telling changes nothing"
    assert purses() == (0, 0, 2 * AMOUNT, 2 * AMOUNT)
    assert paying.states() == {"paid": 2}
    assert paying.first_instalments() == {"paid": 2}
    letters = world.letters(keyring, "disbursement.paid")
    assert len(letters) == 2
    assert orders[0].reference in letters[0][1]
    assert "Rp600.000" in letters[0][1]
    answers = queries.answers_of(reference=orders[0].reference)
    assert [(each.call, each.outcome, each.amount) for each in answers] == [
        ("pay", "Paid", AMOUNT)
    ] * 2
    with pytest.raises(IntegrityError, match="append-only"):
        store.execute("DELETE FROM disbursement_partneranswer")


@pytest.mark.parametrize(
    ("reason", "held"),
    [(Reason.ACCOUNT, "account_refused"), (Reason.LIMIT, "limit"), (Reason.OTHER, "")],
)
def test_a_final_refusal_gives_the_money_back_and_holds_where_the_account_is_to_blame(
    keyring, reason, held
):
    paying.released(keyring, 2)
    bad, good = paying.claim(keyring)
    paying.hear(keyring, [paying.refused(bad, reason), paying.reply(good, Said.PAID)])
    assert paying.states() == {"failed": 1, "paid": 1}, "neighbours are not touched"
    assert purses() == (AMOUNT, 0, AMOUNT, AMOUNT)
    found = world.rows("SELECT state, held_reason FROM disbursement_instalment"
                       " WHERE state IN ('due', 'held')")  # fmt: skip
    assert found == [("held" if held else "due", held)]
    if not held:
        batch = paying.make()
        paying.release(paying.approve(batch))
        (again,) = paying.claim(keyring)
        assert again.reference != bad.reference, "a reissue, approved by three people (rule 4)"
        paying.hear(keyring, [paying.reply(again, Said.PAID)])
        assert purses() == (0, 0, 2 * AMOUNT, 2 * AMOUNT)


def test_a_process_that_dies_around_its_call_leaves_an_unknown_payout(keyring):
    paying.released(keyring)
    (order,) = paying.claim(keyring)
    assert actions.unlease(now=NOW, real_now=REAL) == 0
    assert actions.unlease(now=NOW, real_now=LATER) == 1
    assert paying.view(order).state == "unknown"
    assert paying.claim(keyring, now=NOW + timedelta(days=1)) == [], "never resent blindly"
    assert paying.enquiries(now=NOW + GAP - timedelta(seconds=1)) == []
    (asked,) = paying.enquiries(now=NOW + GAP)
    assert asked.reference == order.reference
    told = paying.reply(asked, Said.PAID, call=Call.ENQUIRE)
    assert paying.hear(keyring, [told, told], now=NOW + GAP) == 1
    assert purses() == (0, 0, AMOUNT, AMOUNT)
    with pytest.raises(IntegrityError, match="may not become sent"):
        store.execute("UPDATE disbursement_payout SET state = 'sent', leased_until = sent_at")


def test_the_database_refuses_a_blind_resend(keyring):
    paying.released(keyring)
    (order,) = paying.claim(keyring)
    paying.hear(keyring, [paying.reply(order, Said.UNANSWERED)])
    with pytest.raises(IntegrityError, match="unknown cannot be sent again"):
        store.execute("UPDATE disbursement_payout SET state = 'sent', leased_until = sent_at")


def test_at_most_three_enquiries_far_enough_apart_then_people(keyring):
    paying.released(keyring)
    (order,) = paying.claim(keyring)
    paying.hear(keyring, [paying.reply(order, Said.UNANSWERED)])
    asked_at = []
    for second in range(0, 7200, 10):
        now = NOW + timedelta(seconds=second)
        for asked in paying.enquiries(now=now):
            asked_at.append(second)
            paying.hear(keyring, [paying.reply(asked, Said.IN_PROGRESS, call=Call.ENQUIRE)],
                        now=now)  # fmt: skip
    assert asked_at == [90, 180, 360]
    assert queries.unknown_count() == 1
    (view,) = queries.unknowns()
    assert (view.reference, view.next_step_at, view.enquiries) == (order.reference, None, 3)
    assert purses() == (0, AMOUNT, 0, 0), "and it stays reserved"
    ask_again(order)
    with pytest.raises(NotAskable):
        ask_again(order)
    (asked,) = paying.enquiries(now=NOW)
    paying.hear(keyring, [paying.refused(asked, call=Call.ENQUIRE)])
    assert paying.view(order).state == "failed"


def test_enquirers_that_die_neither_add_nor_lose_an_enquiry(keyring):
    paying.released(keyring)
    (order,) = paying.claim(keyring)
    paying.hear(keyring, [paying.reply(order, Said.UNANSWERED)])
    later = NOW + timedelta(hours=1)
    assert len(paying.enquiries(now=later)) == 1
    assert paying.enquiries(now=later + GAP) == [], "somebody may still be asking"
    for turn in (1, 2):
        real = REAL + timedelta(seconds=turn * (paying.LEASE + 1))
        assert len(paying.enquiries(now=later + turn * GAP, real_now=real)) == 1
    far = REAL + timedelta(hours=1)
    assert paying.enquiries(now=later + timedelta(days=1), real_now=far) == []
    assert paying.view(order).state == "unknown"


def test_not_found_is_sent_again_after_the_grace_under_the_same_reference(keyring):
    paying.released(keyring)
    (order,) = paying.claim(keyring)
    paying.hear(keyring, [paying.reply(order, Said.UNANSWERED)])
    for wait, resent in ((GAP, False), (GRACE, True)):
        now = NOW + wait
        (asked,) = paying.enquiries(now=now)
        paying.hear(keyring, [paying.reply(asked, Said.NOT_FOUND, call=Call.ENQUIRE)], now=now)
        assert bool(paying.claim(keyring, now=now)) is resent
    view = paying.view(order)
    assert (view.state, view.attempts, view.enquiries) == ("sent", 2, 0)
    reserved = world.one("SELECT count(*) FROM ledger_movement_facts WHERE kind = 'payout_reserve'")
    assert reserved == 1, "its reservation was never given back"
    paying.hear(keyring, [paying.refused(order)], now=now)
    assert paying.view(order).state == "sent", "what the first sending came to is no news"
    paying.hear(keyring, [paying.reply(order, Said.PAID)], now=now)
    assert purses() == (0, 0, AMOUNT, AMOUNT)


@pytest.mark.parametrize("said", [Said.NOT_NOW, Said.NO_FUNDS, Said.OUR_FAULT])
def test_what_was_certainly_not_carried_out_goes_out_again_later(keyring, said):
    paying.released(keyring)
    (order,) = paying.claim(keyring)
    paying.hear(keyring, [paying.reply(order, said)])
    assert paying.view(order).may_resend
    assert paying.enquiries(now=NOW + timedelta(days=1)) == [], "there is nothing to ask about"
    assert paying.claim(keyring, now=NOW + GAP - timedelta(seconds=1)) == []
    (again,) = paying.claim(keyring, now=NOW + GAP)
    assert (again.reference, again.attempt) == (order.reference, 2)


def test_another_amount_is_booked_nowhere_and_waits_for_people(keyring):
    paying.released(keyring)
    (order,) = paying.claim(keyring)
    paying.hear(keyring, [paying.reply(order, Said.PAID, amount=AMOUNT + 1)])
    (view,) = queries.unknowns()
    assert (view.state, view.reason, view.answered_amount) == (
        "unknown", "amount_differs", AMOUNT + 1,
    )  # fmt: skip
    paying.hear(keyring, [paying.reply(order, Said.PAID)])
    assert purses() == (0, AMOUNT, 0, 0), "a second answer does not wipe it away"
    assert paying.enquiries(now=NOW + timedelta(days=1)) == []
    ask_again(order)
    (asked,) = paying.enquiries(now=NOW)
    paying.hear(keyring, [paying.reply(asked, Said.PAID, call=Call.ENQUIRE)])
    assert paying.view(order).state == "paid"


def fail_first(keyring, reason=Reason.OTHER):
    paying.released(keyring)
    (order,) = paying.claim(keyring)
    paying.hear(keyring, [paying.refused(order, reason)])
    return order


def late_success(keyring, order, *, amount=AMOUNT) -> int:
    ask_again(order)
    (asked,) = paying.enquiries(now=NOW)
    assert asked.reference == order.reference
    return paying.hear(keyring, [paying.reply(asked, Said.PAID, call=Call.ENQUIRE, amount=amount)])


@pytest.mark.parametrize("reason", [Reason.OTHER, Reason.LIMIT])
def test_a_late_success_pays_the_instalment_and_blocks_a_new_attempt(keyring, reason):
    order = fail_first(keyring, reason)
    ask_again(order)
    with pytest.raises(Exception, match="nothing-due"):
        paying.make()  # while it is asked about, nothing new is made
    (asked,) = paying.enquiries(now=NOW)
    assert paying.hear(keyring, [paying.reply(asked, Said.PAID, call=Call.ENQUIRE)]) == 1
    assert paying.view(order).state == "paid"
    assert purses() == (0, 0, AMOUNT, AMOUNT)
    assert paying.first_instalments() == {"paid": 1}
    assert world.one("SELECT kind FROM ledger_movement_facts WHERE reference = %s",
                     f"late_paid:{order.reference}") == "late_paid"  # fmt: skip
    assert len(world.letters(keyring, "disbursement.paid")) == 1


def test_a_late_success_takes_back_a_newer_attempt_that_has_not_left(keyring):
    order = fail_first(keyring)
    paying.release(paying.approve(paying.make()))
    assert late_success(keyring, order) == 1
    assert paying.states() == {"paid": 1, "stopped": 1}
    assert paying.claim(keyring) == []
    assert purses() == (0, 0, AMOUNT, AMOUNT)


def test_a_late_success_with_a_newer_attempt_under_way_is_for_people(keyring):
    order = fail_first(keyring)
    paying.release(paying.approve(paying.make()))
    (newer,) = paying.claim(keyring)
    assert late_success(keyring, order) == 0
    assert (paying.view(order).state, paying.view(order).reason) == ("failed", "paid_twice")
    assert paying.view(newer).reason == "older_paid"
    assert {view.reference for view in queries.unknowns()} == {order.reference, newer.reference}
    assert purses() == (0, AMOUNT, 0, 0), "nothing was booked silently"
    paying.hear(keyring, [paying.reply(newer, Said.NOT_NOW)])
    assert paying.view(newer).state == "failed", "it is never sent again"
    assert late_success(keyring, order) == 1
    assert purses() == (0, 0, AMOUNT, AMOUNT)


def test_a_newer_attempt_of_unknown_fate_is_not_sent_again_once_an_older_one_arrived(keyring):
    order = fail_first(keyring)
    paying.release(paying.approve(paying.make()))
    (newer,) = paying.claim(keyring)
    late_success(keyring, order)
    paying.hear(keyring, [paying.reply(newer, Said.UNANSWERED)])
    assert paying.view(newer).reason == "older_paid"
    now = NOW + GRACE
    (asked,) = paying.enquiries(now=now)
    paying.hear(keyring, [paying.reply(asked, Said.NOT_FOUND, call=Call.ENQUIRE)], now=now)
    assert paying.view(newer).state == "failed"
    assert paying.claim(keyring, now=now + GRACE) == []


def test_a_newer_attempt_that_a_person_asked_about_is_marked_as_well(keyring):
    order = fail_first(keyring)
    paying.release(paying.approve(paying.make()))
    (newer,) = paying.claim(keyring)
    paying.hear(keyring, [paying.reply(newer, Said.PAID, amount=AMOUNT - 1)])
    ask_again(newer)
    assert paying.view(newer).reason == "asked"
    ask_again(order)
    told = {each.reference: each for each in paying.enquiries(now=NOW)}
    older = told[order.reference]
    paying.hear(keyring, [paying.reply(older, Said.PAID, call=Call.ENQUIRE)])
    assert paying.view(newer).reason == "older_paid"
    now = NOW + GRACE
    paying.hear(keyring, [paying.reply(told[newer.reference], Said.NOT_FOUND, call=Call.ENQUIRE)],
                now=now)  # fmt: skip
    assert paying.claim(keyring, now=now + GRACE) == [], "else it would be paid twice"


@pytest.mark.parametrize("answers", [[], [Said.UNANSWERED] * 3])
def test_what_is_said_to_have_arrived_is_not_paid_again_before_it_is_settled(
    keyring, monkeypatch, answers
):
    """Whoever heard of a late success dies before it is booked; then nobody answers any more."""
    order = fail_first(keyring)
    ask_again(order)
    (asked,) = paying.enquiries(now=NOW)
    with monkeypatch.context() as dying:
        dying.setattr("gelombang.journey.disbursement.actions.payouts.settle_late",
                      lambda **_: False)  # fmt: skip
        paying.hear(keyring, [paying.reply(asked, Said.PAID, call=Call.ENQUIRE)])
    now, real = NOW, REAL
    for said in answers:
        now, real = now + GRACE, real + timedelta(minutes=1)
        for each in paying.enquiries(now=now, real_now=real):
            paying.hear(keyring, [paying.reply(each, said, call=Call.ENQUIRE)], now=now)
    with pytest.raises(NothingDue):
        paying.make(now=now)
    assert paying.view(order).reference in {view.reference for view in queries.unknowns()}
    if not answers:
        (asked,) = paying.enquiries(now=NOW, real_now=LATER)
        assert paying.hear(keyring, [paying.reply(asked, Said.PAID, call=Call.ENQUIRE)]) == 1
        assert purses() == (0, 0, AMOUNT, AMOUNT)


def test_a_late_success_that_does_not_add_up_is_flagged(keyring):
    order = fail_first(keyring)
    assert late_success(keyring, order, amount=AMOUNT - 1) == 0
    assert paying.view(order).reason == "amount_differs"
    ask_again(order)
    assert paying.view(order).reason == "asked"
    (asked,) = paying.enquiries(now=NOW)
    paying.hear(keyring, [paying.reply(asked, Said.REFUSED, call=Call.ENQUIRE)])
    view = paying.view(order)
    assert (view.state, view.next_step_at) == ("failed", None)
    assert purses() == (AMOUNT, 0, 0, 0)


def test_what_is_strange_is_not_paid_again_because_a_partner_is_silent(keyring):
    """A person asked about it, which is no answer yet; a final negative one is."""
    order = fail_first(keyring)
    late_success(keyring, order, amount=AMOUNT - 1)
    ask_again(order)
    for turn in range(1, 5):
        now, real = NOW + turn * GRACE, REAL + timedelta(minutes=turn)
        for asked in paying.enquiries(now=now, real_now=real):
            told = paying.reply(asked, Said.UNANSWERED, call=Call.ENQUIRE)
            paying.hear(keyring, [told], now=now)
    assert (paying.view(order).reason, paying.view(order).next_step_at) == ("asked", None)
    assert [view.reference for view in queries.unknowns()] == [order.reference]
    with pytest.raises(NothingDue):
        paying.make(now=now)
    ask_again(order, now=now)
    (asked,) = paying.enquiries(now=now, real_now=real + timedelta(hours=1))
    paying.hear(keyring, [paying.reply(asked, Said.REFUSED, call=Call.ENQUIRE)], now=now)
    assert queries.unknown_count() == 0
    assert paying.make(now=now).payouts == 1


def test_a_late_success_beyond_the_float_waits_for_the_treasurer(keyring):
    paying.owed(keyring)
    paying.fund(AMOUNT)
    paying.release(paying.approve(paying.make()))
    (order,) = paying.claim(keyring)
    paying.hear(keyring, [paying.refused(order)])
    paying.release(paying.approve(paying.make()))
    (newer,) = paying.claim(keyring)
    paying.hear(keyring, [paying.reply(newer, Said.NOT_NOW)])
    assert late_success(keyring, order) == 1, "taking the newer one back made room"
    assert paying.purse("partner_float") == 0


def test_an_answer_to_the_call_itself_that_comes_after_the_failure_is_enquired_about(keyring):
    order = fail_first(keyring)
    assert paying.hear(keyring, [paying.reply(order, Said.PAID)]) == 1
    assert paying.view(order).state == "paid"


def test_only_failed_and_unknown_payouts_are_asked_about(keyring):
    with pytest.raises(NoSuchPayout):
        actions.ask_again(reference="PKJ-1", actor="staff:keuangan1", now=NOW, real_now=REAL)
    batch = paying.released(keyring, 2)
    for view in queries.payouts_of_batch(reference=batch.reference):
        with pytest.raises(NotAskable):
            ask_again(view)
    paying.stop(batch)
    with pytest.raises(NotAskable):
        ask_again(view)


def test_the_public_figures_add_up(keyring):
    paying.released(keyring, 3)
    orders = paying.claim(keyring, limit=2)
    paying.hear(keyring, [paying.reply(order, Said.PAID) for order in orders])
    found = queries.money_figures(as_of=NOW)
    assert (found.recipients_paid, found.paid_idr) == (2, 2 * AMOUNT)
    assert found.committed_idr == 3 * 3_550_000
    assert (found.budget_idr, found.target) == (20_000_000_000_000, 5_600_000)
