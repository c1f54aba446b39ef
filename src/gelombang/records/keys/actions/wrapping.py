"""Move blind indexes to the next key of the chain, without opening a single value.

Indexes that are looked up or must be unique move in the order of their settled digests. A step
takes those between two places, in all tables at once, and moves the frontier with them: so each
value has one representation at any instant, and joins and unique indexes hold as ever.
"""

from collections.abc import Sequence
from typing import Any

from gelombang import store
from gelombang.kit.indexing import (
    END,
    FIRST,
    INDEX_BYTES,
    Frontier,
    IndexKeyMissing,
    chain_ids,
    is_index,
    print_of,
)
from gelombang.kit.sealing import Keyring
from gelombang.records.keys import statements
from gelombang.records.keys.actions.sealing import ROTATING
from gelombang.records.keys.columns import KeyedTable, keyed_tables
from gelombang.records.keys.models import IndexFrontier

# A step never makes somebody else the victim of a deadlock, which PostgreSQL looks for after one
# second: it gives up first, and whoever waits for the frontier waits no longer than this.
PATIENCE = "SET LOCAL lock_timeout = '400ms'"
ALONE = "SELECT pg_advisory_xact_lock(hashtextextended('keys.frontier', 0))"


def wrap_next(*, keyring: Keyring, share: float) -> Frontier:
    """Move the next `share` (0 to 1) of all indexes to the next key; the frontier behind them.

    One transaction that holds the frontier alone. When all have moved the new key is settled, and
    where the ring has a further one the next call starts with that. Nothing moves once the last
    key is settled. Raises OperationalError when others hold what it needs: try again.
    """
    with store.transaction():
        store.execute(PATIENCE)
        store.execute(ROTATING)
        store.execute("SET CONSTRAINTS ALL DEFERRED")
        store.execute(ALONE)
        row = IndexFrontier.objects.select_for_update().get()
        if row.coming == row.settled and not _start(row, keyring):
            return Frontier(row.settled, row.coming, row.reached)
        if row.coming_print != print_of(keyring, row.coming):
            raise IndexKeyMissing(f"index key {row.coming} is another one than the rotation's")
        first, row.reached = row.reached, min(END, row.reached + max(1, round(share * END)))
        row.save()
        now = Frontier(row.settled, row.coming, row.reached)
        for table in keyed_tables():
            _wrap_between(table, first, now, keyring)
        if row.reached == END:
            row.settled, row.reached = row.coming, 0
            row.save()
        return Frontier(row.settled, row.coming, row.reached)


def _start(row: IndexFrontier, keyring: Keyring) -> bool:
    ids = chain_ids(keyring)
    if row.settled not in ids:
        raise IndexKeyMissing(f"index key {row.settled} is not in the ring")
    later = ids[ids.index(row.settled) + 1 :]
    if not later:
        return False
    row.coming, row.coming_print, row.reached = later[0], print_of(keyring, later[0]), 0
    return True


def _wrap_between(table: KeyedTable, first: int, now: Frontier, keyring: Keyring) -> None:
    if not table.at_once:
        return
    low, high = _bounds(now.settled, first, now.reached)
    rows = store.fetch_set(
        statements.rows_between(table, [column for column, _ in table.at_once]),
        {"low": low, "high": high, "settled": now.settled},
    )
    _write(table, table.at_once, rows, now, keyring)


def _bounds(key_id: int, first: int, end: int) -> tuple[bytes, bytes]:
    """Between which bytes indexes of a key lie whose places are from `first` to below `end`."""
    head = b"" if key_id == FIRST else bytes((key_id,))
    low = head + first.to_bytes(4)
    return low, head + (end.to_bytes(4) if end < END else b"\xff" * (INDEX_BYTES + 1))


def wrap_later(*, table: KeyedTable, after: Any, keyring: Keyring, limit: int) -> tuple[Any, int]:
    """Move the indexes of a table that wait for the frontier to the settled key.

    Like `reseal`: the last primary key looked at (None at the end) and how many rows were written.
    """
    find = statements.next_rows(table, [column for column, _ in table.later], statements.INDEX_KEY)
    with store.transaction():
        store.execute(PATIENCE)
        store.execute(ROTATING)
        settled = IndexFrontier.objects.get().settled
        rows = store.fetch_set(find, {"after": after, "current": settled, "limit": limit})
        if not rows:
            return None, 0
        now = Frontier(settled, settled)
        return rows[-1]["key"], _write(table, table.later, rows, now, keyring)


def _write(
    table: KeyedTable,
    columns: Sequence[tuple[str, str]],
    rows: Sequence[dict[str, Any]],
    now: Frontier,
    keyring: Keyring,
) -> int:
    if not rows:
        return 0
    values: dict[str, list[Any]] = {"keys": [row["key"] for row in rows]}
    for column, purpose in columns:
        old = [row[f"old_{column}"] for row in rows]
        values[f"old_{column}"] = old
        values[f"new_{column}"] = [_moved(each, purpose, now, keyring) for each in old]
    return store.execute_set(statements.write(table, [name for name, _ in columns]), values)


def _moved(index: bytes | None, purpose: str, now: Frontier, keyring: Keyring) -> bytes | None:
    """The representation after the step; what is no index of ours stays, and is counted as such."""
    if index is None or not is_index(index):
        return index
    return now.represent(keyring, index, purpose=purpose)
