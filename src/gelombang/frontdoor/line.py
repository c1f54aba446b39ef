"""One connection to PostgreSQL that mends itself, and what counts as PostgreSQL being away."""

import asyncio
import contextlib
from typing import Any

import asyncpg

Connection = Any  # asyncpg publishes no types

# What PostgreSQL says about one row: the neighbours are fine. Classes of SQLSTATE.
_ROW_FAULTS = ("22", "23")


class Away(Exception):
    """PostgreSQL does not answer, refuses work, or answers too late. Nothing is acknowledged."""


class LineLost(Away):
    """The connection broke under a statement: its outcome is unknown, trying again is safe."""


class RowFault(Exception):
    """A row in the statement cannot be stored; its values are never part of the text."""


class Line:
    """A connection of its own, opened on first use and again after every loss."""

    def __init__(self, database_url: str, *, name: str, connect_seconds: float) -> None:
        self._database_url = database_url
        self._name = name
        self._connect_seconds = connect_seconds
        self._connection: Connection = None

    async def fetch(self, sql: str, *values: Any) -> list[Any]:
        """The rows of a statement that commits by itself.

        Raises RowFault, LineLost, or Away. Cancelling it (a time-out) drops the connection, since
        what the statement does is then unknown.
        """
        connection = await self._open()
        try:
            rows: list[Any] = await connection.fetch(sql, *values)
        except asyncpg.DataError as fault:
            raise RowFault(type(fault).__name__) from None
        except asyncpg.PostgresError as fault:
            raise self._judge(fault) from None
        except (OSError, asyncpg.InterfaceError, asyncpg.InternalClientError) as fault:
            # The last is how the driver meets a farewell of the server that came in between.
            self.drop()
            raise LineLost(type(fault).__name__) from None
        except BaseException:
            self.drop()
            raise
        return rows

    def _judge(self, fault: asyncpg.PostgresError) -> Exception:
        state = str(getattr(fault, "sqlstate", None) or "")
        if state.startswith(_ROW_FAULTS):
            return RowFault(f"SQLSTATE {state}")
        if isinstance(fault, asyncpg.PostgresConnectionError) or state.startswith("57P"):
            self.drop()
            return LineLost(f"SQLSTATE {state}")
        return Away(f"SQLSTATE {state}")

    async def _open(self) -> Connection:
        if self._connection is not None and not self._connection.is_closed():
            return self._connection
        try:
            async with asyncio.timeout(self._connect_seconds):
                self._connection = await asyncpg.connect(
                    self._database_url, server_settings={"application_name": self._name}
                )
        except (OSError, TimeoutError, asyncpg.PostgresError, asyncpg.InterfaceError) as fault:
            raise Away(type(fault).__name__) from None
        return self._connection

    def drop(self) -> None:
        """Cut the connection without a farewell; the next statement opens a new one."""
        connection, self._connection = self._connection, None
        if connection is not None:
            connection.terminate()

    async def close(self) -> None:
        """Say farewell, briefly."""
        connection, self._connection = self._connection, None
        if connection is not None:
            with contextlib.suppress(Exception):  # it is gone either way
                await connection.close(timeout=1)
