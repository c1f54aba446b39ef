"""Sample how each partner gets on with its queue: pages read forecasts without counting."""

import json
from datetime import datetime, timedelta

from gelombang import store
from gelombang.journey.verification.places import MOST_COUNTED, closes
from gelombang.journey.verification.queries import backlog_by_kind
from gelombang.journey.verification.rules import CheckKind
from gelombang.records.partners import queries as partners
from gelombang.records.partners.forecasting import Sample, look_out, to_plain

EVERY = timedelta(seconds=30)  # real time between samples
OF_MANY = timedelta(seconds=60)  # while the queues are so long that counting takes a second
MANY = 300_000
KEPT = timedelta(hours=49)  # a whole day of the partner's, whenever one looks


def sample_backlogs(*, now: datetime, real_now: datetime) -> int:
    """Sample every partner and foretell its queue, unless that was done just now; how many.

    One process does it at a time. A million open questions are counted once a minute here, and
    on no page.
    """
    with store.transaction():
        if not store.lock_or_leave("verification.sample") or _is_fresh(real_now):
            return 0
        sampled = 0
        # A registry that not every programme asks is in the backlog only while questions are open.
        known = {row["kind"]: 0 for row in store.fetch("SELECT kind FROM verification_queue")}
        for kind, waiting in (known | backlog_by_kind()).items():
            sampled += _sample(CheckKind(kind), waiting, now=now, real_now=real_now)
        return sampled


def _is_fresh(real_now: datetime) -> bool:
    found = store.fetch(
        "SELECT max(counted_at) AS at, sum(waiting) AS waiting FROM verification_queue"
    )
    at, waiting = found[0]["at"], found[0]["waiting"] or 0
    return at is not None and at > real_now - (OF_MANY if waiting > MANY else EVERY)


def _sample(kind: CheckKind, waiting: int, *, now: datetime, real_now: datetime) -> bool:
    partner = partners.partner(code=kind.value)
    if partner is None:
        return False
    parked = partner.parked_until if partner.is_parked(now=now) else None
    store.execute(
        store.statement(__package__, "sample"),
        {
            "kind": kind.value,
            "real_now": real_now,
            "now": now,
            "waiting": waiting,
            "answers": partner.answers,
            "parked_until": parked,
            "is_stopped": bool(partner.stopped_reason),
        },
    )
    until = real_now - KEPT
    store.execute(
        store.statement(__package__, "forget_samples"), {"kind": kind.value, "until": until}
    )
    rows = store.fetch(
        store.statement(__package__, "samples"), {"kind": kind.value, "since": until}
    )
    outlook = look_out(
        [Sample(**row) for row in rows], contract=partner.records_per_second, now=now
    )
    store.execute(
        store.statement(__package__, "keep_queue"),
        {
            "kind": kind.value,
            "real_now": real_now,
            "waiting": waiting,
            "marks": json.dumps(_marks(kind, waiting)),
            "outlook": json.dumps(to_plain(outlook)),
        },
    )
    return True


def _marks(kind: CheckKind, waiting: int) -> list[tuple[int, str, int, str | None]]:
    """Of a queue that has become too long for a page to count."""
    if waiting <= MOST_COUNTED:
        return []
    found = []
    for close in (None, *closes(kind=kind)):
        rows = store.fetch(
            store.statement(__package__, "marks"),
            {"kind": kind.value, "step": MOST_COUNTED, "close": close},
        )
        until = close.isoformat() if close else None
        found += [(row["place"], row["due_at"].isoformat(), row["check_id"], until) for row in rows]
    return found
