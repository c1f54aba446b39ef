"""The audit chain, recomputed from the rows: SHA-256 over previous hash and canonical entry."""

import json
from datetime import UTC, datetime
from hashlib import sha256
from typing import Any

from gelombang.auditor.findings import Tally
from gelombang.auditor.reading import Counts, Reading
from gelombang.auditor.snapshot import Snapshot

NOTHING_BEFORE = bytes(32)
LINKS = """
    SELECT link.position, link.entry_id, link.previous_hash, link.hash, entry.id,
           entry.xid::text, entry.at, entry.real_at, entry.actor, entry.action, entry.subject,
           entry.detail
    FROM audit_link AS link LEFT JOIN audit_entry AS entry ON entry.id = link.entry_id
    ORDER BY link.position
"""
UNCHAINED = """
    SELECT entry.id,
           (entry.xid, entry.id) > (ending.xid, ending.id) OR ending.id IS NULL AS is_behind
    FROM audit_entry AS entry
    LEFT JOIN audit_link AS link ON link.entry_id = entry.id
    LEFT JOIN (
        SELECT reached.xid, reached.id
        FROM audit_link AS latest JOIN audit_entry AS reached ON reached.id = latest.entry_id
        ORDER BY latest.position DESC LIMIT 1
    ) AS ending ON true
    WHERE link.entry_id IS NULL
"""
HEADS = """
    SELECT head.position, head.hash, link.hash
    FROM audit_head AS head LEFT JOIN audit_link AS link ON link.position = head.position
    WHERE link.hash IS DISTINCT FROM head.hash
"""


def _instant(at: datetime) -> str:
    return at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ")


def spelled(position: int, entry: tuple[Any, ...]) -> bytes:
    """An entry as the chain's format spells it: sorted keys, no blanks, UTF-8, instants in UTC."""
    number, xid, at, real_at, actor, action, subject, detail = entry
    members = {
        "action": action,
        "actor": actor,
        "at": _instant(at),
        "detail": detail,
        "id": number,
        "position": position,
        "real_at": _instant(real_at),
        "subject": subject,
        "xid": xid,
    }
    return json.dumps(members, sort_keys=True, separators=(",", ":"), ensure_ascii=False).encode()


def read_links(snapshot: Snapshot, tally: Tally) -> Counts:
    """Walk the chain once: positions, order, previous hashes, and every hash again."""
    before, expected, order = NOTHING_BEFORE, 0, (0, 0)
    for position, entry_id, previous, stored, *entry in snapshot.stream(LINKS):
        expected += 1
        name = f"audit_link:{position}"
        if position != expected:
            tally.add(name, f"position {expected} is missing")
            expected = position
        elif bytes(previous) != before:
            tally.add(name, "does not name the hash of the link before it")
        if entry[0] is None:
            tally.add(name, f"its entry {entry_id} is gone")
        else:
            if sha256(bytes(previous) + spelled(position, tuple(entry))).digest() != bytes(stored):
                tally.add(name, f"its hash is not that of entry {entry_id}")
            if (int(entry[1]), entry[0]) <= order:
                tally.add(name, "stands before an entry of an earlier transaction")
            order = (int(entry[1]), entry[0])
        before = bytes(stored)
    return Counts(checked=expected)


def read_unchained(snapshot: Snapshot, tally: Tally) -> Counts:
    """Entries without a link: behind the end of the chain they wait, before it they are lost."""
    waiting = 0
    for number, is_behind in snapshot.stream(UNCHAINED):
        if is_behind:
            waiting += 1
        else:
            tally.add(f"audit_entry:{number}", "was never chained, though later entries were")
    return Counts(checked=snapshot.count("audit_entry"), in_flight=waiting)


def read_heads(snapshot: Snapshot, tally: Tally) -> Counts:
    """Published heads against the chain as it is now."""
    for position, _, stored in snapshot.stream(HEADS):
        problem = "the chain has no such position" if stored is None else "the chain was rewritten"
        tally.add(f"audit_head:{position}", problem)
    return Counts(checked=snapshot.count("audit_head"))


def kept_head(position: int, kept: str) -> Reading:
    """A reading that holds a head which a witness kept against the chain as it is now."""

    def read(snapshot: Snapshot, tally: Tally) -> Counts:
        stored = snapshot.value("SELECT hash FROM audit_link WHERE position = %s", position)
        if stored is None or bytes(stored).hex() != kept.lower():
            tally.add(f"audit_head:{position}", "is not what the witness kept")
        return Counts(checked=1)

    sentence = "The head that a witness kept is still in the chain."
    return Reading("witnessed_head", "history", sentence, read)


CHAIN = (
    Reading(
        "audit_chain",
        "history",
        "Every link holds the hash of the link before it and of its entry, in commit order.",
        read_links,
    ),
    Reading(
        "audit_entries_chained",
        "history",
        "Every audit entry has its place in the chain.",
        read_unchained,
    ),
    Reading(
        "audit_heads",
        "history",
        "Every published head is the hash of the chain at its position.",
        read_heads,
    ),
)
