"""Awards are accepted, declined, lapse and expire; and what may go wrong on the way."""

import threading
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from uuid import uuid4
from zoneinfo import ZoneInfo

import pytest
from django.db import connection, connections
from tests.journey.selection import world
from tests.journey.selection.world import AFTER, BASE_URL, LATER_REAL, WAVE

from gelombang import store
from gelombang.cli.selection import is_conserved
from gelombang.journey.selection import actions, queries, rules
from gelombang.records.ledger import actions as ledger_actions, queries as ledger
from gelombang.records.ledger.rules import BalanceTooLow
from gelombang.records.notices.rules import open_letter

pytestmark = pytest.mark.usefixtures("database_url")
WIB = ZoneInfo("Asia/Jakarta")
PURCHASE_BY = datetime(2020, 5, 17, tzinfo=WIB)  # awarded on 16 April, 18.01 WIB, and 30 days
SPEND_BY = datetime(2021, 1, 1, tzinfo=WIB)
BUDGET = 20_000_000_000_000
A_MOMENT = timedelta(microseconds=1)


def rows(sql: str, *params) -> list[tuple]:
    with connection.cursor() as cursor:
        cursor.execute(sql, params)
        return cursor.fetchall()


def decline(award, *, now=AFTER + timedelta(days=1), person_id=None) -> None:
    person_id = person_id or award.person_id
    actions.decline(person_id=person_id, award_id=award.id, actor=f"person:{person_id}",
                    now=now, real_now=LATER_REAL)  # fmt: skip


def sweep(action, keyring, *, now, limit=1000) -> int:
    return action(now=now, real_now=LATER_REAL, keyring=keyring, base_url=BASE_URL, limit=limit)


def balance(kind, award) -> int:
    return ledger.balance(kind=kind, holder=f"award:{award.id}")


def again(award):
    return queries.award(award_id=award.id)


def claim_of(award) -> str:
    return rows("SELECT state FROM people_lifetimeclaim WHERE basis = %s", f"award:{award.id}")[0][
        0
    ]


def letters(keyring, kind: str) -> dict:
    found = rows("SELECT person_id, letter_sealed FROM notices_notice WHERE kind = %s", kind)
    opened = {person: open_letter(keyring, bytes(sealed)) for person, sealed in found}
    return {person: (letter.subject, letter.body) for person, letter in opened.items()}


def left_to_promise() -> int:
    return ledger.left_to_promise(programme="PKJ-2020", funder="apbn")


def test_an_accepted_award_fills_the_training_balance_once(keyring):
    award, other = world.winners(keyring, 2)
    assert (award.state, award.purchase_by, award.spend_by) == ("open", PURCHASE_BY, SPEND_BY)
    assert queries.training_aid_of(award=award) == 1_000_000
    assert queries.statement(award_id=award.id) == []
    accepted_at = AFTER + timedelta(days=1)
    for _ in range(2):
        world.accept(award, now=accepted_at)
    view = again(award)
    assert (view.state, view.accepted_at, view.is_accepted) == ("accepted", accepted_at, True)
    assert balance("training_balance", award) == 1_000_000
    assert balance("committed", award) == 2_550_000
    assert balance("training_balance", other) == 0
    assert world.hold(award.id, 7, 300_000)
    world.resolve(award.id, 7, 300_000, is_proven=False)
    movements = queries.statement(award_id=award.id)
    assert [(m.kind, m.amount, m.balance) for m in movements] == [
        ("grant", 1_000_000, 1_000_000),
        ("purchase_hold", -300_000, 700_000),
        ("purchase_void", 300_000, 1_000_000),
    ]
    assert movements[0].reference == f"grant:award:{award.id}"
    noted = rows("SELECT subject, actor FROM audit_entry WHERE action = 'selection.accept'")
    assert noted == [(f"award:{award.id}", f"person:{award.person_id}")]


def test_a_declined_award_gives_everything_back_and_frees_the_person(keyring):
    award, kept = world.winners(keyring, 2)
    for _ in range(2):
        decline(award)
    view = again(award)
    assert (view.state, view.end_reason) == ("declined", "declined")
    assert view.ended_at == AFTER + timedelta(days=1)
    assert left_to_promise() == BUDGET - 3_550_000
    assert balance("committed", award) == 0
    assert (claim_of(award), claim_of(kept)) == ("released", "held")
    cells = queries.conservation(wave_id=WAVE)
    assert all(is_conserved(cell) for cell in cells)
    assert sum(cell["declined"] for cell in cells) == 1
    with pytest.raises(rules.AwardEnded):
        world.accept(award)
    world.accept(kept)
    with pytest.raises(rules.AwardAccepted):
        decline(kept)


def test_nobody_answers_for_somebody_else(keyring):
    award, other = world.winners(keyring, 2)
    for action in (actions.accept, actions.decline):
        for person_id, award_id in ((other.person_id, award.id), (uuid4(), award.id),
                                    (award.person_id, 10**12)):  # fmt: skip
            with pytest.raises(rules.AwardNotYours):
                action(person_id=person_id, award_id=award_id, actor="person:x", now=AFTER,
                       real_now=LATER_REAL)  # fmt: skip
    assert {again(award).state, again(other).state} == {"open"}


def test_the_deadline_decides_and_not_the_sweep(keyring):
    award, other = world.winners(keyring, 2)
    for answer in (world.accept, decline):
        with pytest.raises(rules.PurchaseDeadlineOver):
            answer(award, now=PURCHASE_BY)
    assert sweep(actions.lapse_due, keyring, now=PURCHASE_BY - A_MOMENT) == 0
    world.accept(award, now=PURCHASE_BY - A_MOMENT)
    decline(other, now=PURCHASE_BY - A_MOMENT)
    assert (again(award).state, again(other).state) == ("accepted", "declined")


def test_only_who_bought_nothing_lapses(keyring):
    idle, accepted, learner, canceller = world.winners(keyring, 4)
    for award in (accepted, learner, canceller):
        world.accept(award)
    world.hold(learner.id, 1, 250_000)
    world.hold(canceller.id, 2, 250_000)
    world.resolve(canceller.id, 2, 250_000, is_proven=False)
    assert sweep(actions.lapse_due, keyring, now=PURCHASE_BY, limit=1) == 1
    assert sweep(actions.lapse_due, keyring, now=PURCHASE_BY, limit=1) == 1
    assert sweep(actions.lapse_due, keyring, now=PURCHASE_BY, limit=1) == 0
    assert [again(each).state for each in (idle, accepted, learner, canceller)] == [
        "lapsed",
        "lapsed",
        "accepted",
        "accepted",
    ]
    view = again(accepted)
    assert (view.ended_at, view.end_reason) == (PURCHASE_BY, "no_purchase")
    assert left_to_promise() == BUDGET - 2 * 3_550_000
    for award in (idle, accepted):
        assert (balance("committed", award), balance("training_balance", award)) == (0, 0)
        assert claim_of(award) == "used"
    assert balance("training_balance", learner) == 750_000
    assert claim_of(learner) == "held"
    assert all(is_conserved(cell) for cell in queries.conservation(wave_id=WAVE))
    told = letters(keyring, "selection.lapsed")
    assert set(told) == {idle.person_id, accepted.person_id}
    subject, body = told[idle.person_id]
    assert subject == "Bantuan Anda berakhir: Gelombang 1"
    assert "17 Mei 2020, 00.00 WIB" in body
    assert "tidak dapat mengikuti undian lagi" in body
    assert f"{BASE_URL}/saya/bantuan" in body
    with pytest.raises(rules.AwardEnded):
        world.accept(idle, now=PURCHASE_BY - A_MOMENT)
    assert not world.hold(accepted.id, 3, 1)


def test_a_lapse_bars_only_where_the_scheme_says_so(keyring):
    (award,) = world.winners(keyring, 1, changes=[("lapse_bars = true", "lapse_bars = false")])
    assert sweep(actions.lapse_due, keyring, now=PURCHASE_BY) == 1
    assert claim_of(award) == "released"
    assert "gelombang berikutnya" in letters(keyring, "selection.lapsed")[award.person_id][1]


def test_without_deadlines_nothing_lapses_or_expires(keyring):
    deadlines = "first_purchase_days = 30\nspend_by = 2020-12-31\n"
    (award,) = world.winners(keyring, 1, changes=[(deadlines, "")])
    assert (award.purchase_by, award.spend_by) == (None, None)
    late = datetime(2030, 1, 1, tzinfo=UTC)
    world.accept(award, now=late)
    for action in (actions.remind_due, actions.lapse_due, actions.expire_balances):
        assert sweep(action, keyring, now=late) == 0
    assert balance("training_balance", award) == 1_000_000


def test_what_is_left_expires_once_no_purchase_is_under_way(keyring):
    spender, holder, spent = world.winners(keyring, 3)
    for number, award in enumerate((spender, holder, spent)):
        world.accept(award)
        world.hold(award.id, number, 1_000_000 if award is spent else 400_000)
    world.resolve(spender.id, 0, 400_000, is_proven=True)
    world.resolve(spent.id, 2, 1_000_000, is_proven=True)
    assert sweep(actions.expire_balances, keyring, now=SPEND_BY - A_MOMENT) == 0
    assert sweep(actions.expire_balances, keyring, now=SPEND_BY, limit=1) == 1
    assert sweep(actions.expire_balances, keyring, now=SPEND_BY, limit=1) == 0
    assert [balance("training_balance", each) for each in (spender, holder, spent)] == [
        0,
        600_000,
        0,
    ]
    assert left_to_promise() == BUDGET - 3 * 3_550_000 + 600_000
    world.resolve(holder.id, 1, 400_000, is_proven=False)
    assert sweep(actions.expire_balances, keyring, now=SPEND_BY) == 1
    assert balance("training_balance", holder) == 0
    assert {again(each).state for each in (spender, holder, spent)} == {"accepted"}
    told = letters(keyring, "selection.expired")
    assert set(told) == {spender.person_id, holder.person_id}
    assert "Rp600.000" in told[spender.person_id][1]
    assert "Rp1.000.000" in told[holder.person_id][1]
    assert sweep(actions.expire_balances, keyring, now=SPEND_BY + timedelta(days=400)) == 0
    assert balance("committed", spender) == 2_550_000  # incentives do not expire with it


def test_who_bought_nothing_is_reminded_once_in_the_last_week(keyring):
    idle, learner, gone = world.winners(keyring, 3)
    world.accept(learner)
    world.hold(learner.id, 1, 250_000)
    decline(gone)
    week_before = PURCHASE_BY - timedelta(days=7)
    assert sweep(actions.remind_due, keyring, now=week_before - A_MOMENT) == 0
    assert sweep(actions.remind_due, keyring, now=week_before, limit=1) == 1
    assert sweep(actions.remind_due, keyring, now=week_before) == 1
    assert sweep(actions.remind_due, keyring, now=week_before + timedelta(days=1)) == 0
    told = letters(keyring, "selection.reminder")
    assert set(told) == {idle.person_id}
    assert told[idle.person_id][0] == "Beli pelatihan pertama sebelum 17 Mei 2020"
    assert idle.ticket in told[idle.person_id][1]


def test_a_purchase_in_its_transaction_is_passed_over_and_then_counts(keyring):
    award, idle = world.winners(keyring, 2)
    for each in (award, idle):
        world.accept(each)
    locked, go_on = threading.Event(), threading.Event()

    def buy_slowly() -> bool:
        try:
            with store.transaction():
                assert queries.award_for_update(award_id=award.id).is_accepted
                locked.set()
                assert go_on.wait(20)
                ledger_actions.transfer(transfers=[_hold_of(award.id)], now=AFTER)
            return True
        finally:
            connections.close_all()

    with ThreadPoolExecutor(1) as pool:
        bought = pool.submit(buy_slowly)
        assert locked.wait(20)
        assert sweep(actions.lapse_due, keyring, now=PURCHASE_BY) == 1  # the other one
        go_on.set()
        assert bought.result(20)
    assert sweep(actions.lapse_due, keyring, now=PURCHASE_BY) == 0
    assert (again(award).state, again(idle).state) == ("accepted", "lapsed")


def _hold_of(award_id: int):
    from gelombang.records.ledger.rules import Transfer, TransferKind, balance_of, held_for

    return Transfer(balance_of(award_id), held_for(99), 100_000, TransferKind.PURCHASE_HOLD,
                    "purchase_hold:99")  # fmt: skip


def test_a_purchase_and_a_lapse_never_both_happen(keyring):
    awards = world.winners(keyring, 60)
    for award in awards:
        world.accept(award)
    start = threading.Barrier(3)

    def alone(work):
        try:
            start.wait(20)
            return work()
        finally:
            connections.close_all()

    def buy_all() -> set[int]:
        return {each.id for each in awards if world.hold(each.id, each.id, 1_000_000)}

    def lapse_all() -> int:
        total = 0
        while done := sweep(actions.lapse_due, keyring, now=PURCHASE_BY, limit=3):
            total += done
        return total

    with ThreadPoolExecutor(3) as pool:
        buying, *lapsing = [pool.submit(alone, work) for work in (buy_all, lapse_all, lapse_all)]
        bought, lapsed = buying.result(60), sum(each.result(60) for each in lapsing)
    lapsed += lapse_all()
    states = {each.id: again(each).state for each in awards}
    assert {number for number, state in states.items() if state == "accepted"} == bought
    assert lapsed == len(awards) - len(bought) == list(states.values()).count("lapsed")
    debited = rows("SELECT debit_holder FROM ledger_movement_facts WHERE kind = 'purchase_hold'")
    assert {holder for (holder,) in debited} == {f"award:{number}" for number in bought}
    assert left_to_promise() == BUDGET - len(bought) * 3_550_000


def test_two_answers_at_once_count_once(keyring):
    awards = world.winners(keyring, 8)
    start = threading.Barrier(2)

    def answer(act) -> list[str]:
        told = []
        try:
            start.wait(20)
            for award in awards:
                try:
                    act(award)
                    told.append("done")
                except (rules.AwardEnded, rules.AwardAccepted) as refused:
                    told.append(type(refused).__name__)
        finally:
            connections.close_all()
        return told

    with ThreadPoolExecutor(2) as pool:
        yes, no = pool.submit(answer, world.accept), pool.submit(answer, decline)
        outcomes = list(zip(yes.result(60), no.result(60), strict=True))
    for award, outcome in zip(awards, outcomes, strict=True):
        assert outcome in {("done", "AwardAccepted"), ("AwardEnded", "done")}
        moved = rows("SELECT kind FROM ledger_movement_facts WHERE debit_holder = %s"
                     " AND debit_kind = 'committed'", f"award:{award.id}")  # fmt: skip
        assert moved == [("grant",) if outcome[0] == "done" else ("forfeit",)]


def test_a_purchase_beyond_the_balance_is_refused(keyring):
    (award,) = world.winners(keyring, 1)
    world.accept(award)
    with pytest.raises(BalanceTooLow):
        world.hold(award.id, 1, 1_000_001)
    assert sweep(actions.lapse_due, keyring, now=PURCHASE_BY) == 1
