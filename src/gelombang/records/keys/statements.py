"""SQL over the keyed columns of any table, composed from what its model says."""

from collections.abc import Sequence

from django.db import connection
from psycopg import sql

from gelombang.records.keys.columns import KeyedTable

# The values of one column by key.
COUNT = """
SELECT {expression} AS key_id, count(*) AS values
FROM {table} WHERE {column} IS NOT NULL GROUP BY 1 ORDER BY 1
"""
SEALED_KEY = sql.SQL("CASE WHEN octet_length({0}) > 1 THEN get_byte({0}, 1) END")
INDEX_KEY = sql.SQL("keys_of_index({0})")

# The next rows with a value of another key than the current one, in the order of their keys.
NEXT = """
SELECT {key} AS key, {columns} FROM {table}
WHERE {behind} AND ({other}) ORDER BY {key} LIMIT %(limit)s::int
"""
OF_ANOTHER_KEY = sql.SQL("{0} <> %(current)s::int")
BEHIND = sql.SQL("(%(after)s::{type} IS NULL OR {key} > %(after)s::{type})")

# Rows whose indexes lie between two places of a rotation.
BETWEEN = "SELECT {key} AS key, {columns} FROM {table} WHERE {ranges} FOR UPDATE"
RANGE = sql.SQL(
    "({0} >= %(low)s::bytea AND {0} < %(high)s::bytea AND keys_of_index({0}) = %(settled)s::int)"
)

# New values for rows whose old ones are still what was read: somebody may have erased meanwhile.
WRITE = """
UPDATE {table} AS kept SET {assignments}
FROM unnest(%(keys)s::{type}[], {lists}) AS fresh (row_key, {names})
WHERE kept.{key} = fresh.row_key AND {same}
"""


def next_rows(table: KeyedTable, columns: Sequence[str], key_of: sql.SQL) -> str:
    """Parameters: after (a primary key or None), current (a key id), limit."""
    other = (OF_ANOTHER_KEY.format(key_of.format(sql.Identifier(each))) for each in columns)
    key, kind = sql.Identifier(table.key), sql.SQL(table.key_type)
    behind = BEHIND.format(key=key, type=kind)
    return _text(
        NEXT, table, columns=_old(columns), behind=behind, other=sql.SQL(" OR ").join(other)
    )


def rows_between(table: KeyedTable, columns: Sequence[str]) -> str:
    """Parameters: low, high (bytes of an index), settled (a key id)."""
    ranges = sql.SQL(" OR ").join(RANGE.format(sql.Identifier(each)) for each in columns)
    return _text(BETWEEN, table, columns=_old(columns), ranges=ranges)


def write(table: KeyedTable, columns: Sequence[str]) -> str:
    """Parameters: keys, and for each column a list `old_<column>` and a list `new_<column>`."""
    pairs = [(sql.Identifier(each), sql.Identifier(f"new_{each}")) for each in columns]
    former = [(sql.Identifier(each), sql.Identifier(f"old_{each}")) for each in columns]
    named = [f"{age}_{each}" for age in ("old", "new") for each in columns]
    same = sql.SQL("kept.{} IS NOT DISTINCT FROM fresh.{}")
    return _text(
        WRITE,
        table,
        assignments=sql.SQL(", ").join(sql.SQL("{} = fresh.{}").format(*pair) for pair in pairs),
        lists=sql.SQL(", ").join(sql.SQL(f"%({name})s::bytea[]") for name in named),
        names=sql.SQL(", ").join(map(sql.Identifier, named)),
        same=sql.SQL(" AND ").join(same.format(*pair) for pair in former),
    )


def count(table: KeyedTable, column: str, key_of: sql.SQL) -> str:
    """The values of a column by key."""
    name = sql.Identifier(column)
    return _text(COUNT, table, expression=key_of.format(name), column=name)


def _old(columns: Sequence[str]) -> sql.Composable:
    named = ((sql.Identifier(each), sql.Identifier(f"old_{each}")) for each in columns)
    return sql.SQL(", ").join(sql.SQL("{} AS {}").format(*pair) for pair in named)


def _text(template: str, table: KeyedTable, **parts: sql.Composable) -> str:
    statement = sql.SQL(template).format(
        table=sql.Identifier(table.name),
        key=sql.Identifier(table.key),
        type=sql.SQL(table.key_type),
        **parts,
    )
    return statement.as_string(connection.connection)
