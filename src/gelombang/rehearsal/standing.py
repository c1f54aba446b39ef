"""How far the winners have come, read in sets as the auditor's role."""

import asyncio
import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from gelombang.rehearsal.progress import DRAIN_SECONDS, NotDrained, Reader

_LOOK_AGAIN_SECONDS = 0.5


@dataclass(frozen=True, slots=True)
class Standing:
    """Counts of what the steps after the draw have made; `_idr` are rupiah."""

    accepted: int
    lapsed: int
    learning: int
    completed: int
    cancelled: int
    certificates: int
    reviews: int
    surveys: int
    accounts_asked: int
    accounts_linked: int
    accounts_refused: int
    instalments: int
    overdue: int
    """Planned instalments whose day has come: nobody has looked at them yet."""
    held: int
    due: int
    paid: int
    on_their_way: int
    """Payouts that were released and have no answer yet."""
    unknown: int
    payouts_paid: int
    enquired: int
    """Paid payouts whose answer got lost, so that the partner was asked again."""
    references_paid: int
    paid_idr: int
    training_idr: int
    forfeited_idr: int


class StandingWatch:
    """Reads the standing, and waits until something holds of it."""

    def __init__(self, readonly_url: str) -> None:
        self._reader = Reader(readonly_url, "standing", Standing)

    async def look(self, *, now: datetime) -> Standing:
        """The standing at this moment; `now` is the virtual instant that days are judged by."""
        return await asyncio.to_thread(self._reader.read, {"now": now})

    async def until(
        self, holds: Callable[[Standing], bool], *, what: str, now: datetime,
        tell: Callable[[str], None], seconds: float = DRAIN_SECONDS,
    ) -> Standing:  # fmt: skip
        """Wait until it holds; patience begins anew with every change. Raises NotDrained."""
        until, before = time.monotonic() + seconds, None
        while True:
            standing = await self.look(now=now)
            if holds(standing):
                return standing
            if standing != before:
                until, before = time.monotonic() + seconds, standing
            tell(what)
            if time.monotonic() > until:
                raise NotDrained(f"{what}: nothing moved for {seconds:.0f} s; {standing}")
            await asyncio.sleep(_LOOK_AGAIN_SECONDS)
