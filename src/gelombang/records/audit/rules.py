"""What an entry looks like in the chain, and what may stand in its detail."""

import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from hashlib import sha256

GENESIS = bytes(32)  # what the first link names as its previous hash
DEEPEST = 6  # levels of a detail: deeper ones are a document, and belong in a table
Detail = Mapping[str, object]

_ACTOR = re.compile(r"(staff|person|job|cli):\S+")
_NIK = re.compile(r"\b\d{16}\b")


@dataclass(frozen=True, slots=True)
class ChainedEntry:
    """Everything of an entry that the chain protects."""

    position: int
    id: int
    xid: int
    at: datetime
    real_at: datetime
    actor: str
    action: str
    subject: str
    detail: Detail


def check_actor(actor: str) -> None:
    """Insist on `staff:<name>`, `person:<id>`, `job:<name>` or `cli:<user>`. Raises ValueError."""
    if not _ACTOR.fullmatch(actor):
        raise ValueError("an actor is staff:<name>, person:<id>, job:<name> or cli:<user>")


def check_detail(value: object, *, depth: int = 0) -> None:
    """Insist on text, whole numbers, booleans and nothing, in lists and mappings by text.

    A fraction has several spellings, and a NIK has no place in a trail that staff read.
    Raises ValueError; the text never repeats the value.
    """
    if value is None or isinstance(value, bool | int):
        return
    if isinstance(value, str):
        if _NIK.search(value):
            raise ValueError("a detail must not hold sixteen digits that could be a NIK")
        return
    if depth >= DEEPEST:
        raise ValueError(f"a detail is at most {DEEPEST} levels deep")
    for part in _parts(value):
        check_detail(part, depth=depth + 1)


def _parts(value: object) -> Sequence[object]:
    if isinstance(value, Mapping):
        if not all(isinstance(key, str) for key in value):
            raise ValueError("a detail is a mapping by text")
        return [*value.keys(), *value.values()]
    if isinstance(value, list | tuple):
        return value
    raise ValueError(f"a detail cannot hold a {type(value).__name__}")


def canonical(entry: ChainedEntry) -> bytes:
    """The one spelling of an entry: JSON with sorted keys, no blanks, UTF-8, instants in UTC."""
    members = {
        "position": entry.position,
        "id": entry.id,
        "xid": str(entry.xid),
        "at": _instant(entry.at),
        "real_at": _instant(entry.real_at),
        "actor": entry.actor,
        "action": entry.action,
        "subject": entry.subject,
        "detail": entry.detail,
    }
    text = json.dumps(
        members, sort_keys=True, separators=(",", ":"), ensure_ascii=False, allow_nan=False
    )
    return text.encode()


def _instant(at: datetime) -> str:
    return at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ")


def link_hash(previous: bytes, entry: ChainedEntry) -> bytes:
    """SHA-256 over the previous hash (32 bytes) followed by the canonical entry."""
    return sha256(previous + canonical(entry)).digest()
