"""Builders for tests of batches and payouts: people who are owed money, and three officers."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from uuid import UUID, uuid4

from tests.journey.certification.world import BASE_URL, REAL
from tests.journey.disbursement import world
from tests.journey.disbursement.world import NOW, one, rows

from gelombang.journey.disbursement import actions, queries
from gelombang.journey.disbursement.actions import ToPay
from gelombang.journey.disbursement.paying import Call, Reason, Reply, Said
from gelombang.journey.disbursement.queries import BatchView
from gelombang.kit.sealing import Keyring

MAKER, CHECKER, RELEASER = "staff:keuangan1", "staff:keuangan2", "staff:keuangan3"
SECOND = "staff:keuangan4"
OFFICERS = (MAKER, CHECKER, RELEASER)
AT = {"now": NOW, "real_now": REAL}
AMOUNT = 600_000
GAP, GRACE = timedelta(seconds=90), timedelta(minutes=15)
LEASE = 30


def owed(keyring: Keyring, count: int = 1, *, partner: str = "gopay") -> list[UUID]:
    """People with a linked account whose first instalment is due."""
    people = world.reviewers(keyring, count)
    for number, person in enumerate(people):
        account = world.wallet(number) if partner != "bni" else f"99000000{number:02d}"
        world.state(keyring, person, partner=partner, account_no=account)
    questions = world.claim(keyring, partner=partner, limit=500)
    world.record(keyring, [world.answer(question) for question in questions])
    world.plan()
    world.fall_due(keyring)
    return people


def fund(amount: int = 1_000_000_000, *, partner: str = "gopay", **changes: object) -> bool:
    given = {
        "partner": partner, "amount": amount, "funding_id": uuid4(),
        "reason": "Pendanaan tahap pertama", "actor": MAKER, **AT, **changes,
    }  # fmt: skip
    return actions.fund_float(**given)


def make(**changes: object) -> BatchView:
    return actions.make_batch(**({"actor": MAKER, **AT} | changes))


def approve(batch: BatchView, *, actor: str = CHECKER) -> BatchView:
    return actions.approve_batch(reference=batch.reference, actor=actor, **AT)


def release(batch: BatchView, *, actor: str = RELEASER) -> BatchView:
    return actions.release_batch(reference=batch.reference, actor=actor, **AT)


def stop(batch: BatchView, *, reason: str = "Daftar penerima keliru") -> BatchView:
    return actions.stop_batch(reference=batch.reference, reason=reason, actor=MAKER, **AT)


def released(keyring: Keyring, count: int = 1, *, partner: str = "gopay") -> BatchView:
    """A released batch of so many payouts."""
    owed(keyring, count, partner=partner)
    fund(partner=partner)
    return release(approve(make()))


def claim(keyring: Keyring, *, now: datetime = NOW, limit: int = 100, **changes) -> list[ToPay]:
    given = {"partner": "gopay", "real_now": REAL, "lease_seconds": LEASE, **changes}
    return actions.claim_payouts(limit=limit, keyring=keyring, now=now, **given)


def enquiries(*, now: datetime, real_now: datetime = REAL, limit: int = 100):
    return actions.claim_enquiries(
        partner="gopay", limit=limit, now=now, real_now=real_now, lease_seconds=LEASE
    )


def reply(order, said: Said, *, call: Call = Call.PAY, **changes: object) -> Reply:
    """What the partner says to an order or an enquiry; a success says our amount."""
    amount = order.amount if said is Said.PAID else None
    given = {"code": "2003800", "amount": amount, "partner_ref": "GOP1", "answer_sha256": "ab" * 32}
    return Reply(order.payout_id, order.attempt, call, said, **(given | changes))


def hear(keyring: Keyring, replies: Sequence[Reply], *, now: datetime = NOW) -> int:
    return actions.record_replies(
        replies=replies, keyring=keyring, base_url=BASE_URL, now=now, real_now=REAL
    )


def refused(order, reason: Reason = Reason.OTHER, *, call: Call = Call.PAY) -> Reply:
    return reply(order, Said.REFUSED, call=call, reason=reason, partner_ref="", code="4033823")


def states(table: str = "payout") -> dict[str, int]:
    found = rows(f"SELECT state, count(*) FROM disbursement_{table} GROUP BY state")
    return dict(found)


def first_instalments() -> dict[str, int]:
    """States of the instalments that have come so far."""
    return {state: n for state, n in states("instalment").items() if state != "planned"}


def purse(kind: str) -> int:
    """What all purses of a kind hold together."""
    return int(one("SELECT COALESCE(sum(balance), 0) FROM ledger_balance_facts WHERE kind = %s",
                   kind))  # fmt: skip


def view(order) -> queries.PayoutView:
    found = queries.payout(reference=order.reference)
    assert found is not None
    return found
