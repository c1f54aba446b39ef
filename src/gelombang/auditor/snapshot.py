"""One consistent read of the whole database: repeatable read, read only, bounded statements."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import psycopg
from psycopg import sql

FETCH_ROWS = 5_000  # rows that a server-side cursor hands over at a time
# Sorts and hashes of a nation's rows belong in memory where it is there; they spill where not.
WORK_MEMORY = "128MB"


class Snapshot:
    """The one transaction in which everything is read."""

    def __init__(self, connection: psycopg.Connection[Any]) -> None:
        self._connection = connection
        self._cursors = 0

    def value(self, query: str, *parameters: Any) -> Any:
        """The first column of the first row."""
        row = self._connection.execute(query, parameters or None).fetchone()
        return row[0] if row else None

    def rows(self, query: str, *parameters: Any) -> list[tuple[Any, ...]]:
        """All rows of a query that is known to be short."""
        return self._connection.execute(query, parameters or None).fetchall()

    def stream(self, query: str, *parameters: Any) -> Iterator[tuple[Any, ...]]:
        """The rows of a long query, read through a server-side cursor in bounded memory."""
        self._cursors += 1
        with self._connection.cursor(name=f"auditor_{self._cursors}") as cursor:
            cursor.itersize = FETCH_ROWS
            cursor.execute(query, parameters or None)
            yield from cursor

    def count(self, table: str) -> int:
        """The number of rows of a table."""
        query = sql.SQL("SELECT count(*) FROM {}").format(sql.Identifier(table))
        return int(self._connection.execute(query).fetchone()[0])  # type: ignore[index]


@contextmanager
def snapshot(url: str, *, statement_seconds: int) -> Iterator[Snapshot]:
    """Read everything inside as of one instant; nothing can be written, whatever the role."""
    with psycopg.connect(url, connect_timeout=10, application_name="gelombang auditor") as opened:
        opened.isolation_level = psycopg.IsolationLevel.REPEATABLE_READ
        opened.read_only = True
        for setting, value in (
            ("statement_timeout", f"{statement_seconds}s"),
            ("work_mem", WORK_MEMORY),
            ("jit", "off"),
            ("timezone", "UTC"),
        ):
            opened.execute("SELECT set_config(%s, %s, true)", [setting, value])
        yield Snapshot(opened)
        opened.rollback()
