"""How long the door waits for the rest of a request: one timer for all, instead of one for each."""

import asyncio
from collections.abc import Awaitable
from typing import Any, TypeVar

T = TypeVar("T")
_LOOK_SECONDS = 0.5  # so much later than its limit somebody is cut off at the most


class TooSlow(Exception):
    """The rest did not come in time."""


class Patience:
    """Ends waits that take longer than so many seconds; a wait that ends by itself costs nothing.

    A request that hurries therefore pays a dictionary's entry and not a timer of its own.
    """

    def __init__(self, seconds: float) -> None:
        self._seconds = seconds
        self._waiting: dict[asyncio.Task[Any], float] = {}
        self._late: set[asyncio.Task[Any]] = set()
        self._timer: asyncio.TimerHandle | None = None

    async def wait_for(self, what: Awaitable[T]) -> T:
        """What `what` brings. Raises TooSlow."""
        loop, task = asyncio.get_running_loop(), asyncio.current_task()
        if task is None:
            return await what
        self._waiting[task] = loop.time() + self._seconds
        if self._timer is None:
            self._timer = loop.call_later(_LOOK_SECONDS, self._look, loop)
        try:
            return await what
        except asyncio.CancelledError:
            if task in self._late and task.uncancel() == 0:
                raise TooSlow from None
            raise
        finally:
            del self._waiting[task]
            self._late.discard(task)

    def _look(self, loop: asyncio.AbstractEventLoop) -> None:
        now = loop.time()
        for task, until in self._waiting.items():
            if until <= now and task not in self._late:
                self._late.add(task)
                task.cancel()
        self._timer = loop.call_later(_LOOK_SECONDS, self._look, loop) if self._waiting else None
