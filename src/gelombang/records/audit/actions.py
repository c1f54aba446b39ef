"""Append to the trail, and chain what was appended."""

import json
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from gelombang import store
from gelombang.records.audit import models, queries
from gelombang.records.audit.rules import (
    ChainedEntry,
    Detail,
    check_actor,
    check_detail,
    link_hash,
)

SEALER = "audit.sealer"
BATCH = 2_000  # entries that one transaction of the sealer chains


def note(
    *,
    actor: str,
    action: str,
    subject: str,
    detail: Detail | None = None,
    now: datetime,
    real_now: datetime,
) -> None:
    """Append one entry inside the caller's transaction: it stands or falls with the deed.

    `action` is the verb of a package (`waves.open`), `subject` what it was done to
    (`wave:PKJ-2020-W01`). Raises ValueError for an actor or a detail that the trail does not take,
    and TransactionMissing outside a transaction.
    """
    store.transaction_required()
    check_actor(actor)
    check_detail(detail or {})
    models.Entry.objects.create(
        at=now,
        real_at=real_now,
        actor=actor,
        action=action,
        subject=subject,
        detail=dict(detail or {}),
    )


def seal(*, now: datetime, limit: int = BATCH) -> int:
    """Chain the next entries in commit order and publish the new head; how many it chained.

    One sealer works at a time: 0 also means that another one is at it.
    """
    with store.transaction():
        if not store.lock_or_leave(SEALER):
            return 0
        end = queries.chain_end()
        rows = queries.unsealed(after=end, limit=limit)
        if not rows:
            return 0
        hashes = _chain(end, rows)
        _write_links(end, rows, hashes)
        models.Head.objects.create(
            position=end.position + len(rows), hash=hashes[-1], published_at=now
        )
        return len(rows)


def _chain(end: queries.ChainEnd, rows: Sequence[Mapping[str, Any]]) -> list[bytes]:
    hashes: list[bytes] = []
    previous = end.hash
    for position, row in enumerate(rows, start=end.position + 1):
        values = dict(row) | {"xid": int(row["xid"]), "detail": json.loads(row["detail"])}
        previous = link_hash(previous, ChainedEntry(position=position, **values))
        hashes.append(previous)
    return hashes


def _write_links(
    end: queries.ChainEnd, rows: Sequence[Mapping[str, Any]], hashes: Sequence[bytes]
) -> None:
    store.execute(
        store.statement(__package__, "link"),
        {
            "entry_ids": [row["id"] for row in rows],
            "positions": list(range(end.position + 1, end.position + len(rows) + 1)),
            "previous_hashes": [end.hash, *hashes[:-1]],
            "hashes": list(hashes),
        },
    )
