"""What the civil registry has to be told of how its data was used: batches, sent once each.

Every table here only grows. A batch is fixed before it is sent, so that after a crash exactly the
same goes out again, and "already sent" is an answer about all of it.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from gelombang import store
from gelombang.kit.sealing import Keyring, unseal

MAKER = "verification.usage"


@dataclass(frozen=True, slots=True, repr=False)
class UsedCheck:
    """One use, opened for reporting. Its repr shows no personal data."""

    check_id: int
    nik: str


@dataclass(frozen=True, slots=True)
class UsageBatch:
    """One batch to send."""

    report_id: int
    uses: Sequence[UsedCheck]


def next_report(*, limit: int, keyring: Keyring, now: datetime) -> UsageBatch | None:
    """The batch to send next, made anew of up to `limit` uses when none is open; None without uses.

    Several workers may get the same batch: the second one learns that it was sent already.
    """
    with store.transaction():
        store.lock(MAKER)
        found = store.fetch_value(store.statement(__package__, "open_usage_report"))
        if found is None:
            found = store.fetch_value(
                store.statement(__package__, "make_usage_report"), {"limit": limit, "now": now}
            )
    if found is None:
        return None
    rows = store.fetch(store.statement(__package__, "uses_of_report"), {"report_id": found})
    uses = [
        UsedCheck(row["check_id"], unseal(keyring, row["nik_sealed"], purpose="nik"))
        for row in rows
    ]
    return UsageBatch(int(found), uses)


def report_sent(*, report_id: int, is_repeat: bool, now: datetime) -> bool:
    """The registry has a batch; False when that was known."""
    with store.transaction():
        new = store.execute(
            store.statement(__package__, "usage_report_sent"),
            {"report_id": report_id, "is_repeat": is_repeat, "now": now},
        )
        return bool(new)
