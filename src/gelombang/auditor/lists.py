"""The published candidate lists, made again from the rows: digest, Merkle root and count."""

from collections.abc import Iterator
from hashlib import sha256
from typing import Any

from gelombang.auditor.findings import Tally
from gelombang.auditor.reading import Counts, Reading
from gelombang.auditor.snapshot import Snapshot

HEADER = b"ticket,area,tier\n"
DRAWS = """
    SELECT id, wave_id, candidates, list_sha256, merkle_root
    FROM selection_draw WHERE list_sha256 <> '' ORDER BY id
"""
LINES = """
    SELECT ticket, area, tier FROM selection_candidate
    WHERE draw_id = %s AND eligible ORDER BY ticket COLLATE "C"
"""


class MerkleTree:
    """The tree of RFC 6962, grown leaf by leaf: it keeps one hash a level."""

    def __init__(self) -> None:
        self._peaks: list[tuple[int, bytes]] = []

    def add(self, data: bytes) -> None:
        """Add one leaf, joining equal subtrees as they arise."""
        size, digest = 1, sha256(b"\x00" + data).digest()
        while self._peaks and self._peaks[-1][0] == size:
            _, left = self._peaks.pop()
            size, digest = 2 * size, sha256(b"\x01" + left + digest).digest()
        self._peaks.append((size, digest))

    def root(self) -> bytes:
        """The hash of the whole tree; of nothing, when it has no leaf."""
        if not self._peaks:
            return sha256(b"").digest()
        *lefts, (_, digest) = self._peaks
        for _, left in reversed(lefts):
            digest = sha256(b"\x01" + left + digest).digest()
        return digest


def _list_of(snapshot: Snapshot, draw: int) -> tuple[int, str, str]:
    digest, tree, count = sha256(HEADER), MerkleTree(), 0
    for line in _lines(snapshot, draw):
        digest.update(line + b"\n")
        tree.add(line)
        count += 1
    return count, digest.hexdigest(), tree.root().hex()


def _lines(snapshot: Snapshot, draw: int) -> Iterator[bytes]:
    for parts in snapshot.stream(LINES, draw):
        yield ",".join(parts).encode()


def read_lists(snapshot: Snapshot, tally: Tally) -> Counts:
    """Every frozen list again from its candidates."""
    checked = 0
    for draw, wave, *committed in snapshot.rows(DRAWS):
        recomputed = _list_of(snapshot, draw)
        checked += recomputed[0]
        for what, stored, made in zip(WHAT, committed, recomputed, strict=True):
            if stored != made:
                tally.add(f"draw:{wave}", _difference(what, stored, made))
    return Counts(checked=checked)


WHAT = ("number of candidates", "digest of the list", "Merkle root")


def _difference(what: str, stored: Any, made: Any) -> str:
    return f"the committed {what} is {stored}, the rows give {made}"


LISTS = (
    Reading(
        "published_list",
        "draws",
        "The committed digest, Merkle root and count are those of the eligible candidates.",
        read_lists,
    ),
)
