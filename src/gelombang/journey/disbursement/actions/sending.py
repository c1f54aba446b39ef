"""What leaves, and what is asked about: committed before any partner hears of it."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from gelombang import store
from gelombang.journey.disbursement.actions.booking import Row, recall, reserve, statement
from gelombang.journey.disbursement.paying import Pace, note_of
from gelombang.kit.sealing import Keyring, unseal
from gelombang.records.ledger import actions as ledger
from gelombang.records.programme import queries as programmes
from gelombang.records.programme.terms import PayoutTerms

MOST_CLAIMED = 500  # payouts of one round


@dataclass(frozen=True, slots=True)
class ToPay:
    """A payout that is about to be told to its partner, once, before `leased_until` (real)."""

    payout_id: int
    attempt: int
    reference: str
    amount: int
    account_no: str = field(repr=False)
    holder_name: str = field(repr=False)
    note: str
    leased_until: datetime


@dataclass(frozen=True, slots=True)
class ToEnquire:
    """A payout that its partner is about to be asked about."""

    payout_id: int
    attempt: int
    reference: str
    amount: int
    leased_until: datetime


def pace() -> Pace:
    """The waits of the programme in force (money.md, rule 3)."""
    version = programmes.current()
    terms = version.programme.payouts if version else PayoutTerms()
    return Pace(
        gap=timedelta(seconds=terms.enquiry_seconds),
        enquiries=terms.enquiries,
        grace=timedelta(minutes=terms.grace_minutes),
    )


def claim_payouts(
    *,
    partner: str,
    limit: int,
    keyring: Keyring,
    now: datetime,
    real_now: datetime,
    lease_seconds: int,
) -> list[ToPay]:
    """Payouts to be told to a partner now: reserved, sent and leased in one transaction.

    First those that the partner certainly did not carry out and that go out again under their old
    reference, then those that leave for the first time. A payout whose account, award or
    certificate does not hold any more is taken back instead. Never two callers the same one.
    """
    limit = min(limit, MOST_CLAIMED)
    leased_until = real_now + timedelta(seconds=lease_seconds)
    with store.transaction():
        chosen = _next("next_to_resend", partner=partner, limit=limit, now=now)
        chosen += _next("next_to_send", partner=partner, limit=limit - len(chosen), now=now)
        rows = store.fetch(statement("leaving"), {"ids": chosen}) if chosen else []
        leaving = [row for row in rows if not row["why"]]
        _send(leaving, now=now, leased_until=leased_until)
        recall([row for row in rows if row["why"]], now=now)
    return [_to_pay(row, keyring, leased_until) for row in leaving]


def _next(name: str, *, partner: str, limit: int, now: datetime) -> list[int]:
    """The numbers of payouts that are now locked for us, together with their batches."""
    if limit <= 0:
        return []
    rows = store.fetch(statement(name), {"partner": partner, "limit": limit, "now": now})
    return [row["id"] for row in rows]


def _send(rows: Sequence[Row], *, now: datetime, leased_until: datetime) -> None:
    if not rows:
        return
    store.execute(
        statement("send"),
        {"ids": [row["id"] for row in rows], "now": now, "leased_until": leased_until},
    )
    # What goes out again has its reservation still: it was never voided.
    ledger.transfer(transfers=[reserve(row) for row in rows if not row["attempts"]], now=now)


def _to_pay(row: Row, keyring: Keyring, leased_until: datetime) -> ToPay:
    holder = row["holder_sealed"]
    return ToPay(
        payout_id=row["id"],
        attempt=row["attempts"] + 1,
        reference=row["reference"],
        amount=row["amount"],
        account_no=unseal(keyring, row["account_sealed"], purpose="account"),
        holder_name=unseal(keyring, holder, purpose="name") if holder else "",
        note=note_of(row["kind"], number=row["number"], times=row["times"]),
        leased_until=leased_until,
    )


def claim_enquiries(
    *, partner: str, limit: int, now: datetime, real_now: datetime, lease_seconds: int
) -> list[ToEnquire]:
    """Payouts to be asked about now, at most so often as the programme says (money.md, rule 3).

    The enquiry is counted and the next one planned before the partner is asked.
    """
    waits = pace()
    leased_until = real_now + timedelta(seconds=lease_seconds)
    with store.transaction():
        rows = store.fetch(
            statement("claim_enquiries"),
            {
                "partner": partner,
                "limit": min(limit, MOST_CLAIMED),
                "most": waits.enquiries,
                "gap": waits.gap,
                "now": now,
                "real_now": real_now,
                "leased_until": leased_until,
            },
        )
    return [
        ToEnquire(row["id"], row["attempts"], row["reference"], row["amount"], leased_until)
        for row in sorted(rows, key=lambda row: int(row["id"]))
    ]


def unlease(*, now: datetime, real_now: datetime, limit: int = MOST_CLAIMED) -> int:
    """Sent payouts whose caller has not come back in time (real) are unknown; how many (rule 2)."""
    with store.transaction():
        return store.execute(
            statement("unlease"),
            {"now": now, "real_now": real_now, "gap": pace().gap, "limit": limit},
        )
