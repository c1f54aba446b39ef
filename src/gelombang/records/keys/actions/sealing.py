"""Re-seal values with the current key, a bounded set at a time, while the programme runs."""

from typing import Any

from gelombang import store
from gelombang.kit.sealing import Keyring, seal, sealed_by, unseal
from gelombang.records.keys import statements
from gelombang.records.keys.columns import KeyedTable

ROTATING = "SET LOCAL gelombang.new_keys = 'on'"


def reseal(*, table: KeyedTable, after: Any, keyring: Keyring, limit: int) -> tuple[Any, int]:
    """Re-seal the next rows of a table that hold a value of another key than the current one.

    `after` is the primary key behind which to look, None for the beginning. The last key looked at
    (None at the end), and how many rows were written. A value that somebody changed meanwhile is
    left as they wrote it. One transaction; a killed run goes on where the key ids say.
    Raises SealBroken for a value that no key of the ring opens.
    """
    columns = [column for column, _ in table.sealed]
    find = statements.next_rows(table, columns, statements.SEALED_KEY)
    with store.transaction():
        store.execute(ROTATING)
        rows = store.fetch_set(
            find, {"after": after, "current": keyring.sealing_current, "limit": limit}
        )
        if not rows:
            return None, 0
        values: dict[str, list[Any]] = {"keys": [row["key"] for row in rows]}
        for column, purpose in table.sealed:
            old = [row[f"old_{column}"] for row in rows]
            values[f"old_{column}"] = old
            values[f"new_{column}"] = [_resealed(each, purpose, keyring) for each in old]
        written = store.execute_set(statements.write(table, columns), values)
    return rows[-1]["key"], written


def _resealed(old: bytes | None, purpose: str, keyring: Keyring) -> bytes | None:
    if not old or sealed_by(old) == keyring.sealing_current:
        return old
    return seal(keyring, unseal(keyring, old, purpose=purpose), purpose=purpose)
