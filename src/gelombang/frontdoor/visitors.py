"""How many different visitors a day, without cookies and without keeping who.

Address and browser are hashed with a salt of the day and go into a sketch (`kit.sketch`); nothing
else is kept. Tomorrow's salt makes other hashes, so days cannot be joined: longer spans are only
ever a sum of days. Each process appends its sketch once a minute when it changed; a sweep merges
those of all processes and machines into one count a day.
"""

import asyncio
import hmac
import logging
import os
import socket
import time
from collections import deque
from collections.abc import Callable
from datetime import date, datetime
from hashlib import blake2b

from gelombang.frontdoor.line import Away, Line, RowFault
from gelombang.frontdoor.tables import statement
from gelombang.kit import clock, sketch
from gelombang.kit.sealing import Keyring, derived_key

log = logging.getLogger(__name__)

TELL_SECONDS = 60.0
MOST_OWED = 100  # sketches that wait for the database: 4 KB each


def day_of(now: datetime) -> date:
    """The day that a visit counts for: the calendar's, in WIB."""
    return now.astimezone(clock.WIB).date()


def day_salt(keyring: Keyring, day: date) -> bytes:
    """The salt of one day's hashes: only holders of the index key can make it."""
    return hmac.digest(derived_key(keyring, purpose="visitors"), day.isoformat().encode(), "sha256")


class Visitors:
    """The sketch of today, as far as this process saw it."""

    def __init__(
        self, keyring: Keyring, *, line: Line, now: Callable[[], datetime] = clock.now
    ) -> None:
        self._keyring, self._line, self._now = keyring, line, now
        self._process = f"{socket.gethostname()}:{os.getpid()}:{time.time_ns()}"
        self._sql = statement("insert_visitor_sketch")
        self._owed: deque[tuple[date, bytes]] = deque(maxlen=MOST_OWED)
        self._begin(day_of(now()))

    def _begin(self, day: date) -> None:
        self._day = day
        self._salt = day_salt(self._keyring, day)
        self._registers = bytearray(sketch.REGISTERS)
        self._is_changed = False

    def note(self, address: str, browser: str, *, now: datetime) -> None:
        """Count a visit at the virtual instant `now`; an address counts once a day and browser."""
        day = day_of(now)
        if day != self._day:
            self._set_aside()
            self._begin(day)
        text = f"{address}\n{browser}".encode(errors="replace")
        hashed = blake2b(text, digest_size=8, key=self._salt).digest()
        if sketch.note(self._registers, int.from_bytes(hashed)):
            self._is_changed = True

    def _set_aside(self) -> None:
        if self._is_changed:
            self._owed.append((self._day, bytes(self._registers)))
            self._is_changed = False

    async def keep_telling(self) -> None:
        """Append the sketch once a minute, for ever; cancel to stop."""
        while True:
            await asyncio.sleep(TELL_SECONDS)
            await self.tell()

    async def tell(self) -> None:
        """Append what changed. While PostgreSQL is away it stays here."""
        self._set_aside()
        try:
            async with asyncio.timeout(5):
                while self._owed:
                    day, registers = self._owed[0]
                    await self._line.fetch(self._sql, day, registers, self._now(), self._process)
                    self._owed.popleft()
        except (Away, RowFault, TimeoutError) as fault:
            log.warning("visitors are told later (%s)", fault or "too late")

    async def close(self) -> None:
        """Tell the rest and let the connection go."""
        await self.tell()
        await self._line.close()
