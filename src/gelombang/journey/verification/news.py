"""News that the employment insurer tells by itself: somebody's work has ended.

News is kept once by its reference and is never a verdict. About somebody of ours it makes the
employment question due again, so that an ordinary check renews the fact.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from gelombang import store
from gelombang.journey.verification import queries
from gelombang.journey.verification.models import OpenNews
from gelombang.journey.verification.rules import CheckKind
from gelombang.kit.sealing import Keyring
from gelombang.records.audit import actions as audit
from gelombang.records.keys import actions as keys

ACTOR = "job:verification"
MOST_HEEDED = 1_000  # news in one transaction


@dataclass(frozen=True, slots=True, repr=False)
class LostWork:
    """One event as the insurer tells it. Never shown: its repr is the class name."""

    reference: str
    nik: str
    reason: str
    told_at: datetime  # real, by the insurer's clock


def take_news(
    *,
    events: Sequence[LostWork],
    message_sha256: str,
    keyring: Keyring,
    now: datetime,
    real_now: datetime,
) -> int:
    """Keep a bounded set of events, each once; how many were news.

    Of somebody about whom the insurer is not asked here the reference alone is kept, by which the
    event is known again. Two callers may tell the same at once: one row stays.
    Raises IndexKeyMissing.
    """
    told = {each.reference: each for each in reversed(events)}  # the first of a reference counts
    with store.transaction():
        frontier = keys.hold(keyring=keyring)

        def indexes(purpose: str, values: Iterable[str]) -> list[bytes]:
            return [frontier.index(keyring, each, purpose=purpose) for each in values]

        (row,) = store.fetch_set(
            store.statement(__package__, "take_news"),
            {
                "references": indexes("news", told),
                "people": indexes("person", (each.nik for each in told.values())),
                "reasons": [each.reason for each in told.values()],
                "told_at": [each.told_at for each in told.values()],
                "is_asked": CheckKind.EMPLOYMENT in queries.further_registries(),
                "sha256": message_sha256,
                "now": now,
            },
        )
        if row["kept"]:
            audit.note(
                actor=ACTOR,
                action="verification.take_news",
                subject=f"partner:{CheckKind.EMPLOYMENT.value}",
                detail={"events": row["kept"], "about_ours": row["opened"]},
                now=now,
                real_now=real_now,
            )
        return int(row["kept"])


def heed_news(*, now: datetime, real_now: datetime, limit: int = MOST_HEEDED) -> int:
    """Make the questions due again that news calls for, once for each news; how much was heeded.

    A question that is being asked at this moment may get an answer from before the news: it waits
    until that one is there. One that is due is asked anyway. May be repeated.
    """
    if not OpenNews.objects.exists():
        return 0  # as nearly always
    with store.transaction():
        return store.execute(
            store.statement(__package__, "heed_news"),
            {"limit": limit, "now": now, "real_now": real_now},
        )
