"""One access token for many calls: renewed before it expires, by one request at a time."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Awaitable, Callable

SPARE_SECONDS = 60  # a token is renewed so long before the partner forgets it

Fetch = Callable[[], Awaitable[tuple[str, int]]]
"""Asks the partner for a token; gives it with the seconds that it lives."""


class Tokens:
    """Keeps the token of one client in one event loop."""

    def __init__(self, fetch: Fetch) -> None:
        self._fetch = fetch
        self._token = ""
        self._renew_at = 0.0
        self._renewal: asyncio.Future[str] | None = None

    async def current(self) -> str:
        """A token that lives. Raises what the partner's answer makes `fetch` raise.

        Whoever comes while one is asked for shares its answer, and also its failure: a partner
        that is down is not asked by a hundred callers one after the other.
        """
        if self._token and time.monotonic() < self._renew_at:
            return self._token
        if self._renewal is None:
            self._renewal = asyncio.ensure_future(self._renew())
            self._renewal.add_done_callback(self._settle)
        return await asyncio.shield(self._renewal)

    async def other_than(self, refused: str) -> str:
        """A token, but not one that the partner has just refused."""
        if self._token == refused:
            self._token = ""
        return await self.current()

    async def _renew(self) -> str:
        asked_at = time.monotonic()
        self._token, lifetime = await self._fetch()
        self._renew_at = asked_at + max(lifetime - SPARE_SECONDS, 1)
        return self._token

    def _settle(self, renewal: asyncio.Future[str]) -> None:
        self._renewal = None
        if not renewal.cancelled():
            renewal.exception()  # whoever asked has seen it, or has gone away
