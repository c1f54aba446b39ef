"""Who did what, and how far the chain reaches."""

import json
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from gelombang import store
from gelombang.records.audit import models
from gelombang.records.audit.rules import GENESIS

LONGEST_PAGE = 500


@dataclass(frozen=True, slots=True)
class TrailEntry:
    """One thing that somebody did; `position` is its place in the chain, None until sealed."""

    id: int
    at: datetime
    real_at: datetime
    actor: str
    action: str
    subject: str
    detail: dict[str, Any]
    position: int | None


@dataclass(frozen=True, slots=True)
class ChainEnd:
    """The latest link: its position and hash, and the entry that it holds."""

    position: int
    hash: bytes
    entry_id: int
    xid: str


@dataclass(frozen=True, slots=True)
class PublishedHead:
    """A head of the chain that a witness may keep."""

    position: int
    hash: str
    published_at: datetime


def trail(
    *,
    subject: str | None = None,
    actor: str | None = None,
    before: int | None = None,
    limit: int = 50,
) -> list[TrailEntry]:
    """The latest entries first, at most `limit` of them; `before` is the last id of a page."""
    rows = store.fetch(
        store.statement(__package__, "trail"),
        {"subject": subject, "actor": actor, "before": before, "limit": min(limit, LONGEST_PAGE)},
    )
    return [TrailEntry(**row | {"detail": json.loads(row["detail"])}) for row in rows]


def chain_end() -> ChainEnd:
    """Where the next link goes; before the first one, position 0 and 32 zero bytes."""
    rows = store.fetch(store.statement(__package__, "chain_end"))
    if not rows:
        return ChainEnd(position=0, hash=GENESIS, entry_id=0, xid="0")
    row = rows[0]
    return ChainEnd(
        position=row["position"], hash=bytes(row["hash"]), entry_id=row["id"], xid=row["xid"]
    )


def unsealed(*, after: ChainEnd, limit: int) -> list[dict[str, Any]]:
    """The work list of the sealer: at most `limit` entries behind `after`, in commit order."""
    return store.fetch(
        store.statement(__package__, "unsealed"),
        {"xid": after.xid, "id": after.entry_id, "limit": limit},
    )


def backlog() -> int:
    """How many entries wait for the sealer."""
    end = chain_end()
    count = store.fetch_value(
        store.statement(__package__, "backlog"), {"xid": end.xid, "id": end.entry_id}
    )
    return int(count)


def latest_head() -> PublishedHead | None:
    """The head that was published last, for a public page; None before the first one."""
    head = models.Head.objects.order_by("-position").first()
    if head is None:
        return None
    return PublishedHead(
        position=head.position, hash=bytes(head.hash).hex(), published_at=head.published_at
    )
