"""Three people make, check and release a batch; anybody stops it; floats are never overdrawn."""

import re
import threading
from uuid import uuid4

import psycopg
import pytest
from django.db import IntegrityError, connection, transaction
from tests.journey.disbursement import paying, world
from tests.journey.disbursement.paying import AMOUNT, CHECKER, MAKER, SECOND
from tests.journey.selection import world as drawn

from gelombang import store
from gelombang.journey.disbursement import actions, queries
from gelombang.journey.disbursement.paying import (
    AmountMalformed,
    BatchNotReady,
    FloatTooLow,
    FundingTaken,
    NoSuchBatch,
    NothingDue,
    ReasonTooShort,
    SamePerson,
)
from gelombang.journey.disbursement.rules import UnknownPartner
from gelombang.kit.clock import WIB
from gelombang.records.programme import actions as programme

pytestmark = pytest.mark.django_db(transaction=True)


def test_what_is_due_goes_into_a_batch_once_under_permanent_references(keyring):
    paying.owed(keyring, 3)
    batch = paying.make()
    assert (batch.state, batch.payouts, batch.amount) == ("prepared", 3, 3 * AMOUNT)
    day = f"{world.NOW.astimezone(WIB):%Y%m%d}"
    assert batch.reference == f"B-{day}-0001"
    assert paying.first_instalments() == {"in_payment": 3}
    references = {view.reference for view in queries.payouts_of_batch(reference=batch.reference)}
    assert len(references) == 3
    assert all(re.fullmatch(rf"PKJ{day}[0-9A-F]{{16}}", each) for each in references)
    with pytest.raises(NothingDue):
        paying.make()
    with pytest.raises(IntegrityError, match="cannot be changed"), transaction.atomic():
        store.execute("UPDATE disbursement_payout SET reference = 'PKJ-OTHER'")
    with pytest.raises(IntegrityError, match="disbursement_one_payout"), transaction.atomic():
        store.execute(
            "INSERT INTO disbursement_payout (instalment_id, batch_id, account_id, partner,"
            " reference, amount, state, attempts, enquiries) SELECT instalment_id, batch_id,"
            " account_id, partner, 'PKJ-TWICE', amount, 'prepared', 0, 0"
            " FROM disbursement_payout LIMIT 1"
        )


def test_only_what_can_be_paid_is_taken(keyring):
    ended, revoked, elsewhere, ready = paying.owed(keyring, 4)
    store.execute("UPDATE selection_award SET state = 'revoked', ended_at = accepted_at"
                  " WHERE person_id = %s", [ended])  # fmt: skip
    store.execute(
        "UPDATE certification_certificate SET state = 'revoked', revoked_at = issued_at,"
        " revoked_by = 'staff:petugas', revoke_reason = 'palsu' WHERE person_id = %s", [revoked],
    )  # fmt: skip
    store.execute("UPDATE disbursement_payoutaccount SET effective_at = effective_at + interval"
                  " '3 days' WHERE person_id = %s", [elsewhere])  # fmt: skip
    with pytest.raises(NothingDue):
        paying.make(partner="ovo")
    assert paying.make(partner="gopay").payouts == 1
    taken = world.one("SELECT person_id FROM disbursement_instalment WHERE state = 'in_payment'")
    assert taken == ready
    with pytest.raises(UnknownPartner):
        paying.make(partner="dana")


def test_what_lost_its_award_or_certificate_while_it_was_due_is_held_for_people(keyring):
    """Else it stays due for ever, and the desk counts it as payable (money.md, rule 9)."""
    ended, revoked = paying.owed(keyring, 2)
    store.execute("UPDATE selection_award SET state = 'revoked', ended_at = accepted_at"
                  " WHERE person_id = %s", [ended])  # fmt: skip
    store.execute(
        "UPDATE certification_certificate SET state = 'revoked', revoked_at = issued_at,"
        " revoked_by = 'staff:petugas', revoke_reason = 'palsu' WHERE person_id = %s", [revoked],
    )  # fmt: skip
    with pytest.raises(NothingDue):
        paying.make()
    held = dict(world.rows("SELECT person_id, held_reason FROM disbursement_instalment"
                           " WHERE state = 'held'"))  # fmt: skip
    assert held == {ended: "award_ended", revoked: "certificate_revoked"}
    assert queries.due_summary(now=world.NOW).payable.count == 0
    assert paying.purse("instalments_due") == 2 * AMOUNT, "and it stays owed"


def test_three_different_people_and_a_batch_that_ends_by_itself(keyring):
    paying.owed(keyring, 2)
    paying.fund()
    batch = paying.make()
    with pytest.raises(BatchNotReady):
        paying.release(batch)
    with pytest.raises(SamePerson):
        paying.approve(batch, actor=MAKER)
    assert paying.approve(batch).state == "approved"
    with pytest.raises(BatchNotReady):
        paying.approve(batch)
    for actor in (MAKER, CHECKER):
        with pytest.raises(SamePerson):
            paying.release(batch, actor=actor)
    assert paying.release(batch).state == "released"
    assert paying.states() == {"released": 2}
    assert actions.finish_batches(now=world.NOW) == 0
    orders = paying.claim(keyring)
    paying.hear(keyring, [paying.reply(order, paying.Said.PAID) for order in orders])
    assert actions.finish_batches(now=world.NOW) == 1
    assert queries.batch(reference=batch.reference).state == "finished"
    with pytest.raises(BatchNotReady):
        paying.stop(batch)
    assert {(row.state, row.payouts) for row in queries.counts_of_batch(reference=batch.reference)
            } == {("paid", 2)}  # fmt: skip
    deeds = [name for (name,) in world.rows(
        "SELECT action FROM audit_entry WHERE subject = %s ORDER BY id", f"batch:{batch.reference}"
    )]  # fmt: skip
    assert deeds == [f"disbursement.{verb}_batch" for verb in ("make", "approve", "release")]


def test_the_database_refuses_the_same_person_even_from_other_code(keyring):
    paying.owed(keyring)
    batch = paying.make()
    for column, name in (
        ("approved_by", "disbursement_checker_is_not_maker"),
        ("released_by", "disbursement_releaser_is_another"),
    ):
        with pytest.raises(IntegrityError, match=name), transaction.atomic():
            store.execute(f"UPDATE disbursement_payoutbatch SET {column} = %s WHERE reference = %s",
                          [MAKER, batch.reference])  # fmt: skip
    for state in ("approved", "released"):
        store.execute("UPDATE disbursement_payout SET state = %s", [state])
    with pytest.raises(IntegrityError, match="from a released batch only"):
        store.execute(
            "UPDATE disbursement_payout SET state = 'sent', leased_until = %(now)s,"
            " sent_at = %(now)s",
            {"now": world.NOW},
        )


def test_above_the_threshold_a_second_checker(keyring):
    paying.owed(keyring, 2)
    paying.fund()
    text = drawn.programme_text(quota=2)
    text = text.replace("second_check_above = 1_000_000_000", f"second_check_above = {AMOUNT}")
    programme.load(text=text, actor="cli:test", now=world.NOW, real_now=world.REAL)
    batch = paying.make()
    assert batch.needs_second_check
    assert paying.approve(batch).state == "prepared"
    for actor in (MAKER, CHECKER):
        with pytest.raises(SamePerson):
            paying.approve(batch, actor=actor)
    with pytest.raises(BatchNotReady):
        paying.release(batch)
    assert paying.approve(batch, actor=SECOND).state == "approved"
    with pytest.raises(SamePerson):
        paying.release(batch, actor=SECOND)
    assert paying.release(batch).state == "released"


def test_a_float_that_does_not_cover_the_batch_refuses_it(keyring):
    paying.owed(keyring, 3)
    batch = paying.approve(paying.make(limit=2))
    paying.fund(2 * AMOUNT - 1)
    with pytest.raises(FloatTooLow) as refused:
        paying.release(batch)
    assert refused.value.text.en == "The float at gopay is Rp1 too low."
    paying.fund(1)
    paying.release(batch)
    later = paying.approve(paying.make())
    with pytest.raises(FloatTooLow):  # released money is promised before it leaves
        paying.release(later)
    orders = paying.claim(keyring)
    with pytest.raises(FloatTooLow):  # and while it is on its way
        paying.release(later)
    paying.hear(keyring, [paying.reply(orders[0], paying.Said.PAID)])
    (room,) = queries.float_rooms(partners=["gopay"])
    assert (room.balance, room.clearing, room.released, room.free) == (AMOUNT, AMOUNT, 0, 0)
    paying.hear(keyring, [paying.refused(orders[1])])
    assert paying.release(later).state == "released"


def test_a_float_is_funded_once_with_a_reason(keyring):
    drawn.load()
    funding = uuid4()
    assert paying.fund(500, funding_id=funding)
    assert not paying.fund(500, funding_id=funding)
    with pytest.raises(FundingTaken):
        paying.fund(501, funding_id=funding)
    assert paying.purse("partner_float") == 500
    with pytest.raises(ReasonTooShort):
        paying.fund(500, reason=" 1234567890 abc ")
    for wrong in (0, -1, 10**15 + 1):
        with pytest.raises(AmountMalformed):
            paying.fund(wrong)
    with pytest.raises(UnknownPartner):
        paying.fund(500, partner="dana")
    gopay = queries.floats()[0]
    assert (gopay.name, gopay.room.free, gopay.due) == ("GoPay", 500, 0)


@pytest.mark.parametrize("stage", ["prepared", "approved", "released"])
def test_a_stopped_batch_gives_back_what_has_not_left(keyring, stage):
    paying.owed(keyring, 3)
    paying.fund()
    batch = paying.make()
    for step in (paying.approve, paying.release)[
        : ("prepared", "approved", "released").index(stage)
    ]:
        step(batch)
    sent = paying.claim(keyring, limit=1) if stage == "released" else []
    with pytest.raises(ReasonTooShort):
        paying.stop(batch, reason="salah")
    with pytest.raises(NoSuchBatch):
        actions.stop_batch(reference="B-1", reason="Daftar keliru sekali", actor=MAKER,
                           **paying.AT)  # fmt: skip
    assert paying.stop(batch).state == "stopped"
    assert paying.claim(keyring) == []
    left = {"sent": 1} if sent else {}
    assert paying.states() == {"stopped": 3 - len(sent)} | left
    assert paying.first_instalments().get("due") == 3 - len(sent)
    paying.hear(keyring, [paying.reply(order, paying.Said.PAID) for order in sent])
    assert paying.make().payouts == 3 - len(sent), "what never left is paid by another batch"
    assert paying.purse("partner_clearing") == 0


def test_what_the_partner_did_not_take_is_given_back_after_a_stop(keyring):
    batch = paying.released(keyring, 2)
    first, second = paying.claim(keyring)
    paying.hear(keyring, [paying.reply(first, paying.Said.NOT_NOW)])
    paying.stop(batch)
    assert paying.view(first).state == "failed"
    assert (paying.view(first).reason, paying.view(second).state) == ("stopped", "sent")
    paying.hear(keyring, [paying.reply(second, paying.Said.NO_FUNDS)])
    assert paying.claim(keyring, now=world.NOW + paying.GAP) == [], "nothing leaves it again"
    assert actions.take_back(now=world.NOW) == 1
    assert paying.states() == {"failed": 2}
    assert paying.first_instalments() == {"due": 2}
    assert (paying.purse("partner_clearing"), paying.purse("instalments_due")) == (0, 2 * AMOUNT)


def test_an_account_award_or_certificate_lost_since_keeps_the_payout_back(keyring):
    people = paying.owed(keyring, 4)
    paying.fund()
    batch = paying.release(paying.approve(paying.make()))
    other, ended, revoked, _ = people
    store.execute("UPDATE disbursement_payoutaccount SET state = 'replaced' WHERE person_id = %s",
                  [other])  # fmt: skip
    store.execute("UPDATE selection_award SET state = 'revoked', ended_at = accepted_at"
                  " WHERE person_id = %s", [ended])  # fmt: skip
    store.execute(
        "UPDATE certification_certificate SET state = 'revoked', revoked_at = issued_at,"
        " revoked_by = 'staff:petugas', revoke_reason = 'palsu' WHERE person_id = %s", [revoked],
    )  # fmt: skip
    assert len(paying.claim(keyring)) == 1
    assert paying.states() == {"sent": 1, "stopped": 3}
    held = dict(world.rows("SELECT person_id, state || held_reason FROM disbursement_instalment"
                           " WHERE state <> 'planned'"))  # fmt: skip
    assert [held[each] for each in people] == [
        "due", "heldaward_ended", "heldcertificate_revoked", "in_payment",
    ]  # fmt: skip
    assert paying.purse("partner_clearing") == AMOUNT
    stopped = queries.payouts_of_batch(reference=batch.reference, state="stopped")
    assert {each.reason for each in stopped} == {
        "account_replaced", "award_ended", "certificate_revoked",
    }  # fmt: skip


def _at_once(*deeds) -> list[object]:
    """What deeds come to that begin together, each on a connection of its own."""
    results: list[object] = [None] * len(deeds)
    barrier = threading.Barrier(len(deeds))

    def run(place: int) -> None:
        barrier.wait()
        try:
            results[place] = deeds[place]()
        except Exception as refused:  # noqa: BLE001
            results[place] = refused
        finally:
            connection.close()

    threads = [threading.Thread(target=run, args=(place,)) for place in range(len(deeds))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=30)
    return results


def test_races_of_makers_releasers_claimers_and_a_stop(keyring, database_url):
    paying.owed(keyring, 40)
    paying.fund(30 * AMOUNT)
    made = _at_once(*[lambda: paying.make(limit=20)] * 3)
    batches = [each for each in made if not isinstance(each, Exception)]
    assert sorted(type(each) for each in made if isinstance(each, Exception)) in ([], [NothingDue])
    assert sum(each.payouts for each in batches) == 40
    assert len({each.reference for each in batches}) == len(batches)
    for each in batches:
        paying.approve(each)
    outcome = _at_once(*[lambda each=each: paying.release(each) for each in batches])
    refused = [each for each in outcome if isinstance(each, Exception)]
    assert [type(each) for each in refused] == [FloatTooLow], "30 are covered, 40 are not"
    (batch,) = [each for each in outcome if not isinstance(each, Exception)]
    one, other, stopped = _at_once(
        lambda: paying.claim(keyring, limit=4),
        lambda: paying.claim(keyring, limit=4),
        lambda: paying.stop(batch),
    )
    claimed = [order.reference for order in (*one, *other)]
    assert len(claimed) == len(set(claimed))
    assert stopped.state == "stopped"
    actions.take_back(now=world.NOW)
    found = paying.states()
    assert found.pop("approved") == 20
    assert found.get("sent", 0) == len(claimed)
    assert found.get("stopped", 0) == 20 - len(claimed)
    assert paying.purse("partner_clearing") == len(claimed) * AMOUNT
    with psycopg.connect(database_url) as checked:
        twice = checked.execute("SELECT count(*) FROM disbursement_payout WHERE attempts > 1")
        assert twice.fetchone() == (0,)
