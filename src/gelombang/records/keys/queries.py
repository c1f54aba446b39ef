"""Which keys the values of the database name."""

from dataclasses import dataclass

from gelombang import store
from gelombang.kit.indexing import Frontier
from gelombang.records.keys import statements
from gelombang.records.keys.columns import KeyedTable, keyed_tables
from gelombang.records.keys.models import IndexFrontier


@dataclass(frozen=True, slots=True)
class KeyCount:
    """How many values of one column a key made."""

    table: str
    column: str
    is_sealed: bool
    key_id: int | None
    """As the values name it: of an index 0 is the first key. None where it is no value of ours."""
    values: int


def frontier() -> Frontier:
    """How far the indexes are now; without a lock, so only for showing."""
    row = IndexFrontier.objects.get()
    return Frontier(row.settled, row.coming, row.reached)


def counts() -> list[KeyCount]:
    """The values of every column by key. Reads every row, a table at a time."""
    found: list[KeyCount] = []
    for table in keyed_tables():
        sealed = [column for column, _ in table.sealed]
        indexes = [column for column, _ in (*table.at_once, *table.later)]
        found += [each for column in sealed for each in _counts(table, column, is_sealed=True)]
        found += [each for column in indexes for each in _counts(table, column, is_sealed=False)]
    return found


def _counts(table: KeyedTable, column: str, *, is_sealed: bool) -> list[KeyCount]:
    key_of = statements.SEALED_KEY if is_sealed else statements.INDEX_KEY
    return [
        KeyCount(table.name, column, is_sealed, row["key_id"], row["values"])
        for row in store.fetch(statements.count(table, column, key_of))
    ]
