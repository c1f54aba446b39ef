"""How far the system has come with what it acknowledged, read as the auditor's role."""

import asyncio
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from importlib import resources
from typing import Any, Generic, TypeVar

import psycopg
from psycopg.rows import class_row

from gelombang.rehearsal.citizen import Acknowledged

T = TypeVar("T")
DRAIN_SECONDS = 300.0
_LOOK_AGAIN_SECONDS = 0.5
_RECONNECT_SECONDS = 1.0


class NotDrained(Exception):
    """The steps did not come to everything that was acknowledged; the text says what is missing."""


@dataclass(frozen=True, slots=True)
class Progress:
    """Rows that the steps have made so far."""

    registered: int
    confirmed: int
    stated: int
    pending: int
    verified: int
    joined: int

    def missing(self, acknowledged: Acknowledged) -> str:
        """What was acknowledged and is not worked off yet, in words; empty when nothing is."""
        due = {
            "registrations": len(acknowledged.addresses) - self.registered,
            "confirmations": len(acknowledged.confirmed) - self.confirmed,
            "identities": len(acknowledged.stated) - self.stated,
            "verdicts": self.pending,
            "entries": len(acknowledged.joined) - self.joined,
        }
        return ", ".join(f"{count} {name}" for name, count in due.items() if count > 0)


class Reader(Generic[T]):
    """Reads one row of figures; a database that is away for a moment is asked again."""

    def __init__(self, url: str, name: str, row: type[T], *, package: str | None = None) -> None:
        self._url = url
        self._row = row
        place = resources.files(package or __package__)
        text = (place / "sql" / f"{name}.sql").read_text("utf-8")
        self._statement = text.encode()

    def read(self, known: Mapping[str, Any] | None = None) -> T:
        """The row at this moment."""
        until = time.monotonic() + DRAIN_SECONDS
        while True:
            try:
                with psycopg.connect(self._url, row_factory=class_row(self._row)) as connection:
                    found = connection.execute(self._statement, known).fetchone()
            except psycopg.OperationalError:
                if time.monotonic() > until:
                    raise
                time.sleep(_RECONNECT_SECONDS)
            else:
                if found is None:
                    raise NotDrained("the progress cannot be read")
                return found


class Watch:
    """Reads the progress until the close of the wave."""

    def __init__(self, readonly_url: str) -> None:
        self._reader = Reader(readonly_url, "progress", Progress)

    async def look(self) -> Progress:
        """The progress at this moment."""
        return await asyncio.to_thread(self._reader.read)

    async def drained(
        self, acknowledged: Acknowledged, *, tell: Callable[[str], None], seconds: float
    ) -> Progress:
        """Wait until everything acknowledged is worked off. Raises NotDrained."""
        until = time.monotonic() + seconds
        while True:
            progress = await self.look()
            missing = progress.missing(acknowledged)
            tell(missing)
            if not missing:
                return progress
            if time.monotonic() > until:
                raise NotDrained(f"after {seconds:.0f} s still missing: {missing}")
            await asyncio.sleep(_LOOK_AGAIN_SECONDS)
