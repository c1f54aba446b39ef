"""Success reported after "failed": it blocks every newer attempt (money.md, rule 7)."""

from datetime import datetime

from gelombang import store
from gelombang.journey.disbursement import queries
from gelombang.journey.disbursement.actions.booking import Row, float_lock, late, recall, statement
from gelombang.journey.disbursement.actions.telling import Office, tell_paid
from gelombang.journey.disbursement.paying import Reason, Reply
from gelombang.journey.disbursement.rules import InstalmentState, PayoutState
from gelombang.records.audit import actions as audit
from gelombang.records.ledger import actions as ledger

ACTOR = "job:disbursement"
NEVER_LEFT = frozenset({PayoutState.PREPARED, PayoutState.APPROVED, PayoutState.RELEASED})
OWED = frozenset({InstalmentState.DUE, InstalmentState.HELD, InstalmentState.IN_PAYMENT})


def settle_late(*, reply: Reply, office: Office) -> bool:
    """Settle a failed payout that its partner now reports as paid; whether it was.

    A newer attempt that certainly was not carried out is taken back first. Where a newer one has
    left, the amount is another one, nothing is owed any more or the float does not cover it,
    nothing is booked: both attempts are marked for people to look at.
    """
    partner, instalment = _whereabouts(reply.payout_id)
    with store.transaction():
        store.lock(float_lock(partner))  # first, as whoever releases: see `batches`
        rows = store.fetch(statement("attempts_of_instalment"), {"instalment": instalment})
        own = next(row for row in rows if row["id"] == reply.payout_id)
        if own["state"] != PayoutState.FAILED:
            return False  # somebody was quicker
        newer = _take_back_newer(rows, own, now=office.now)
        strange = _what_is_strange(own, newer, reply)
        if strange is not None:
            _flag(own, newer, strange, reply, office)
            return False
        _settle(own, reply, office)
        return True


def _whereabouts(payout_id: int) -> tuple[str, int]:
    row = store.fetch(
        "SELECT partner, instalment_id FROM disbursement_payout WHERE id = %(id)s",
        {"id": payout_id},
    )[0]
    return row["partner"], row["instalment_id"]


def _take_back_newer(rows: list[Row], own: Row, *, now: datetime) -> Row | None:
    """The other attempt that is open or paid, if it may have reached the partner."""
    others = [row for row in rows if row["id"] != own["id"]]
    unsent = [row for row in others if row["state"] in NEVER_LEFT or row["may_resend"]]
    recall([row | {"why": Reason.SUPERSEDED} for row in unsent], now=now)
    taking = {PayoutState.SENT, PayoutState.UNKNOWN, PayoutState.PAID}
    left = [row for row in others if row["state"] in taking and row not in unsent]
    return left[0] if left else None


def _what_is_strange(own: Row, newer: Row | None, reply: Reply) -> Reason | None:
    if newer is not None:
        return Reason.PAID_TWICE
    if reply.amount != own["amount"]:
        return Reason.AMOUNT_DIFFERS
    if own["instalment_state"] not in OWED:
        return Reason.FORFEITED
    (room,) = queries.float_rooms(partners=[own["partner"]])
    return None if room.free >= own["amount"] else Reason.FLOAT_TOO_LOW


def _flag(own: Row, newer: Row | None, strange: Reason, reply: Reply, office: Office) -> None:
    differs = reply.amount if reply.amount != own["amount"] else None
    store.execute(statement("flag"), {"id": own["id"], "reason": str(strange), "amount": differs})
    if newer is not None:
        store.execute(
            statement("flag_newer"), {"id": newer["id"], "reason": str(Reason.OLDER_PAID)}
        )
    _note("late_success_in_doubt", own, {"why": str(strange)}, office)


def _settle(own: Row, reply: Reply, office: Office) -> None:
    ids = {"ids": [own["instalment_id"]]}
    store.execute(
        statement("settle_late"),
        {"id": own["id"], "code": reply.code, "partner_ref": reply.partner_ref,
         "now": office.now},
    )  # fmt: skip
    ledger.transfer(transfers=late(own), now=office.now)
    store.execute(statement("owe_held"), ids)
    store.execute(statement("pay_instalments"), ids | {"now": office.now})
    tell_paid([own], office)
    _note("late_success", own, {}, office)


def _note(verb: str, own: Row, detail: dict[str, object], office: Office) -> None:
    now: datetime = office.now
    audit.note(
        actor=ACTOR, action=f"disbursement.{verb}", subject=f"payout:{own['reference']}",
        detail=detail, now=now, real_now=office.real_now,
    )  # fmt: skip
