"""What the handlers work with: configuration, calendar, public figures, the three ways in."""

import asyncio
import contextlib
from dataclasses import dataclass

from gelombang.frontdoor.calendar import Calendar
from gelombang.frontdoor.config import DoorConfig
from gelombang.frontdoor.funnel import Funnel
from gelombang.frontdoor.line import Line
from gelombang.frontdoor.tables import CONFIRMATIONS, ENTRY_REQUESTS, SUBMISSIONS, IntakeTable
from gelombang.frontdoor.writer import Intake


@dataclass(frozen=True, slots=True)
class Desk:
    """Made once a process; started and closed by the door."""

    config: DoorConfig
    receipt_key: bytes
    calendar: Calendar
    funnel: Funnel
    submissions: Intake
    confirmations: Intake
    entry_requests: Intake

    async def keep_fresh(self) -> None:
        """Look at the calendar and the public figures again and again, for ever."""
        while True:
            await asyncio.sleep(self.config.limits.calendar_seconds)
            await self.look()

    async def look(self) -> None:
        """One look at both; nothing is raised."""
        self.funnel.look()
        await self.calendar.look()

    async def close(self) -> None:
        """Answer who still waits and let all connections go."""
        for each in (self.submissions, self.confirmations, self.entry_requests, self.calendar):
            with contextlib.suppress(asyncio.CancelledError):
                await each.close()


def set_up(config: DoorConfig) -> Desk:
    """A desk for this configuration; nothing is connected yet."""

    def line(name: str) -> Line:
        return Line(
            config.database_url,
            name=f"gelombang-frontdoor-{name}",
            connect_seconds=config.limits.connect_seconds,
        )

    def intake(table: IntakeTable) -> Intake:
        return Intake(table, line=line(table.name), limits=config.limits)

    return Desk(
        config=config,
        receipt_key=config.receipt_key,
        calendar=Calendar(line=line("calendar")),
        funnel=Funnel(config.funnel_file),
        submissions=intake(SUBMISSIONS),
        confirmations=intake(CONFIRMATIONS),
        entry_requests=intake(ENTRY_REQUESTS),
    )
