"""How far the system has come with what it acknowledged, read as the auditor's role."""

import asyncio
import time
from collections.abc import Callable
from dataclasses import dataclass
from importlib import resources

import psycopg
from psycopg.rows import class_row

from gelombang.rehearsal.citizen import Acknowledged

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


class Watch:
    """Reads the progress; a database that is away for a moment is asked again."""

    def __init__(self, readonly_url: str) -> None:
        self._url = readonly_url
        self._statement = (resources.files(__package__) / "sql" / "progress.sql").read_text("utf-8")

    async def look(self) -> Progress:
        """The progress at this moment."""
        return await asyncio.to_thread(self._read)

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

    def _read(self) -> Progress:
        until = time.monotonic() + DRAIN_SECONDS
        while True:
            try:
                with psycopg.connect(self._url, row_factory=class_row(Progress)) as connection:
                    found = connection.execute(self._statement.encode()).fetchone()
            except psycopg.OperationalError:
                if time.monotonic() > until:
                    raise
                time.sleep(_RECONNECT_SECONDS)
            else:
                if found is None:
                    raise NotDrained("the progress cannot be read")
                return found
