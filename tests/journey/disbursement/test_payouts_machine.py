"""Any order of answers, time-outs, deaths, stops and reissues: every rupiah stays explained.

A partner that keeps books of its own answers at random, and lies only by saying nothing. Whatever
happens, it pays an instalment at most once, and our books say what its books say.
"""

import random
from collections import Counter
from datetime import datetime, timedelta

import pytest
from tests.journey.certification.world import BASE_URL, REAL
from tests.journey.disbursement import paying, world
from tests.journey.disbursement.paying import AMOUNT, CHECKER, MAKER, RELEASER

from gelombang.journey.disbursement import actions
from gelombang.journey.disbursement.actions import ToEnquire, ToPay
from gelombang.journey.disbursement.paying import Call, NotAskable, NothingDue, Reason, Reply, Said
from gelombang.kit.errors import Refusal

pytestmark = pytest.mark.django_db(transaction=True)
PEOPLE = 12
STEPS = 150
BY_STATE = """
    SELECT payout.state, COALESCE(sum(payout.amount), 0)::bigint
    FROM disbursement_payout AS payout GROUP BY payout.state
"""
PAID_TWICE = """
    SELECT count(*) FROM (SELECT instalment_id FROM disbursement_payout WHERE state = 'paid'
                          GROUP BY instalment_id HAVING count(*) > 1) AS twice
"""
OF_AWARDS = """
    SELECT holder, (sum(balance) + COALESCE((
        SELECT sum(payout.amount) FROM disbursement_payout AS payout
        JOIN disbursement_instalment AS instalment ON instalment.id = payout.instalment_id
        WHERE 'award:' || instalment.award_id = holder AND payout.state IN ('sent', 'unknown')
    ), 0))::bigint
    FROM ledger_balance_facts
    WHERE kind IN ('committed', 'instalments_due', 'paid_out', 'training_balance')
    GROUP BY holder
"""


class Partner:
    """Carries a reference out once, refuses finally or loses it, and says so or says nothing."""

    def __init__(self, chance: random.Random) -> None:
        self.chance = chance
        self.booked: Counter[str] = Counter()
        self.refused: set[str] = set()

    def pay(self, order: ToPay) -> Reply:
        if order.reference in self.booked:
            return paying.reply(order, Said.IN_PROGRESS)
        fate = self.chance.choice(["pay", "pay", "pay", "refuse", "lose", "not_now"])
        if fate == "pay":
            self.booked[order.reference] += 1
            self.refused.discard(order.reference)
            said = self.chance.choice([Said.PAID, Said.PAID, Said.UNANSWERED, Said.IN_PROGRESS])
            return paying.reply(order, said)
        if fate == "refuse":
            self.refused.add(order.reference)
            silent = self.chance.random() < 0.3
            reason = self.chance.choice([Reason.OTHER, Reason.OTHER, Reason.LIMIT])
            return paying.reply(order, Said.UNANSWERED) if silent else paying.refused(order, reason)
        if fate == "not_now":
            return paying.reply(order, self.chance.choice([Said.NOT_NOW, Said.NO_FUNDS]))
        return paying.reply(order, Said.UNANSWERED)

    def tell(self, asked: ToEnquire) -> Reply:
        if self.chance.random() < 0.3:
            return paying.reply(asked, Said.UNANSWERED, call=Call.ENQUIRE)
        if asked.reference in self.booked:
            return paying.reply(asked, Said.PAID, call=Call.ENQUIRE)
        if asked.reference in self.refused:
            return paying.refused(asked, call=Call.ENQUIRE)
        return paying.reply(asked, Said.NOT_FOUND, call=Call.ENQUIRE)


class Walk:
    """One random life of some payouts."""

    def __init__(self, seed: int, keyring) -> None:
        self.chance = random.Random(seed)
        self.keyring = keyring
        self.partner = Partner(self.chance)
        self.now: datetime = world.NOW
        self.real = REAL
        self.late: list[Reply] = []
        self.trace: list[str] = []
        self.promised = dict(world.rows(OF_AWARDS))
        assert len(self.promised) == PEOPLE

    @property
    def at(self) -> dict[str, datetime]:
        return {"now": self.now, "real_now": self.real}

    def step(self) -> None:
        deeds = [self.make, self.send, self.send, self.enquire, self.enquire, self.wait, self.wait,
                 self.stop, self.unlease, self.take_back, self.ask_again, self.deliver]  # fmt: skip
        deed = self.chance.choice(deeds)
        self.trace.append(deed.__name__)
        deed()

    def make(self) -> None:
        try:
            batch = actions.make_batch(actor=MAKER, limit=4, **self.at)
            actions.approve_batch(reference=batch.reference, actor=CHECKER, **self.at)
            actions.release_batch(reference=batch.reference, actor=RELEASER, **self.at)
        except NothingDue:
            world.fall_due(self.keyring, now=self.now)

    def send(self) -> None:
        orders = actions.claim_payouts(
            partner="gopay", limit=self.chance.randint(1, 4), keyring=self.keyring,
            lease_seconds=30, **self.at,
        )  # fmt: skip
        self.hear([self.partner.pay(order) for order in orders if self.chance.random() < 0.85])

    def enquire(self) -> None:
        asked = actions.claim_enquiries(partner="gopay", limit=4, lease_seconds=30, **self.at)
        self.hear([self.partner.tell(each) for each in asked])

    def hear(self, replies: list[Reply]) -> None:
        """Some replies are lost with their process, some come late, some twice."""
        kept = []
        for reply in replies:
            fate = self.chance.random()
            if fate < 0.15:
                continue
            (self.late if fate < 0.35 else kept).append(reply)
        self.record(kept)

    def deliver(self) -> None:
        self.chance.shuffle(self.late)
        self.record(self.late[:3])
        self.late = self.late[1:]

    def record(self, replies: list[Reply]) -> None:
        actions.record_replies(replies=replies, keyring=self.keyring, base_url=BASE_URL, **self.at)

    def wait(self) -> None:
        minutes = self.chance.choice([1, 2, 16, 24 * 60 * 32])
        self.now += timedelta(minutes=minutes)
        self.real += timedelta(seconds=self.chance.choice([1, 31]))

    def stop(self) -> None:
        if self.chance.random() < 0.7:
            return
        found = world.rows("SELECT reference FROM disbursement_payoutbatch"
                           " WHERE state = 'released'")  # fmt: skip
        if found:
            reference = self.chance.choice(found)[0]
            actions.stop_batch(reference=reference, reason="Daftar penerima keliru", actor=MAKER,
                               **self.at)  # fmt: skip

    def unlease(self) -> None:
        actions.unlease(**self.at)

    def take_back(self) -> None:
        actions.take_back(now=self.now)
        actions.finish_batches(now=self.now)

    def ask_again(self) -> None:
        found = world.rows("SELECT reference FROM disbursement_payout"
                           " WHERE state IN ('failed', 'unknown')")  # fmt: skip
        if found:
            try:
                actions.ask_again(reference=self.chance.choice(found)[0], actor=MAKER, **self.at)
            except NotAskable:
                self.trace.append("refused")

    def check(self) -> None:
        sums = dict(world.rows(BY_STATE))
        on_its_way = sums.get("sent", 0) + sums.get("unknown", 0)
        assert paying.purse("partner_clearing") == on_its_way
        assert paying.purse("paid_out") == paying.purse("partner_external") == sums.get("paid", 0)
        assert paying.purse("paid_out") == AMOUNT * paying.states("instalment").get("paid", 0)
        assert world.one(PAID_TWICE) == 0
        assert dict(world.rows(OF_AWARDS)) == self.promised, "each award's purses add up"
        assert set(self.partner.booked.values()) <= {1}
        paid = {reference for (reference,) in world.rows(
            "SELECT reference FROM disbursement_payout WHERE state = 'paid'")}  # fmt: skip
        assert paid <= set(self.partner.booked), "nothing is paid that the partner did not book"

    def settle(self) -> None:
        """Leave everything alone with a partner that answers, until nothing moves any more."""
        self.partner.chance = Honest()
        for _ in range(12):
            self.now += timedelta(minutes=20)
            self.real += timedelta(seconds=31)
            self.record(self.late)
            self.late = []
            self.unlease()
            orders = actions.claim_payouts(partner="gopay", limit=100, keyring=self.keyring,
                                           lease_seconds=30, **self.at)  # fmt: skip
            self.record([self.partner.pay(order) for order in orders])
            asked = actions.claim_enquiries(partner="gopay", limit=100, lease_seconds=30, **self.at)
            self.record([self.partner.tell(each) for each in asked])
            self.take_back()


class Honest(random.Random):
    """Chooses the first and never keeps silent."""

    def choice(self, seq):
        return seq[0]

    def random(self) -> float:
        return 1.0


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_whatever_happens_every_rupiah_is_explained_and_nobody_is_paid_twice(keyring, seed):
    paying.owed(keyring, PEOPLE)
    paying.fund()
    walk = Walk(seed, keyring)
    try:
        for _ in range(STEPS):
            walk.step()
            walk.check()
        walk.settle()
        walk.check()
    except (AssertionError, Refusal) as wrong:
        raise AssertionError(f"seed {seed} after {' '.join(walk.trace)}") from wrong
    left = world.rows("SELECT reference FROM disbursement_payout WHERE state IN ('sent')"
                      " OR state = 'unknown' AND next_step_at IS NOT NULL")  # fmt: skip
    assert left == [], "whatever moves by itself came to an end"
    booked = world.rows(
        "SELECT instalment_id FROM disbursement_payout WHERE reference = ANY (%s)",
        list(walk.partner.booked),
    )
    twice = [number for number, times in Counter(booked).items() if times > 1]
    assert twice == [], "no instalment was carried out twice by the partner"
