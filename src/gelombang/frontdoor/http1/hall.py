"""What all connections of a process share, as one of them sees it."""

import asyncio
from collections.abc import Awaitable, Callable
from typing import Protocol

from gelombang.frontdoor.http1.exchange import Exchange
from gelombang.frontdoor.http1.limits import WireLimits
from gelombang.frontdoor.http1.writing import Dateline

Application = Callable[[Exchange, Exchange], Awaitable[None]]
"""Called with scope and protocol, as RSGI says: one object is both."""


class Guest(Protocol):
    """A connection, as those see it who look after all of them."""

    def look(self, now: float) -> None:
        """End what has lasted too long."""

    def close_if_idle(self) -> None:
        """End unless a request is at work or on its way in."""

    def close_unless_at_work(self) -> None:
        """End unless a request is answered at this moment."""


class Hall(Protocol):
    """What all connections of a process share."""

    application: Application
    limits: WireLimits
    date: Dateline
    loop: asyncio.AbstractEventLoop
    is_leaving: bool
    """Whether every answer is the last one of its connection."""

    def enter(self, connection: Guest) -> None:
        """Count a connection that begins."""

    def leave(self, connection: Guest) -> None:
        """Forget a connection that has ended."""

    def work(self, task: asyncio.Task[None]) -> None:
        """Keep a task alive, and wait for it at the end."""
