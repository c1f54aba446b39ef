"""What the handlers work with: configuration, calendar, queues, gate, public figures, ways in."""

import asyncio
import contextlib
from collections.abc import Sequence
from dataclasses import dataclass

from gelombang.frontdoor.calendar import Calendar, DoorState
from gelombang.frontdoor.config import DoorConfig
from gelombang.frontdoor.core import Header, Request
from gelombang.frontdoor.counting import Counts
from gelombang.frontdoor.funnel import Funnel
from gelombang.frontdoor.gate import Gate
from gelombang.frontdoor.kept_calendar import KeptCalendar
from gelombang.frontdoor.line import Line
from gelombang.frontdoor.meters import Meters
from gelombang.frontdoor.queues import Queues
from gelombang.frontdoor.tables import CONFIRMATIONS, ENTRY_REQUESTS, SUBMISSIONS, IntakeTable
from gelombang.frontdoor.visitors import Visitors
from gelombang.frontdoor.writer import Intake
from gelombang.kit import altcha, clock
from gelombang.kit.tokens import admission_pass

BEATS = 5
"""Times that the database is heard from one look to the next, that look counted: where it stands
still, that is noticed within a second."""
SILENT_SECONDS = 1.0
"""A commit may owe its answer for so long; then its waiters are told to try again."""


@dataclass(frozen=True, slots=True)
class Desk:
    """Made once a process; started and closed by the door."""

    config: DoorConfig
    receipt_key: bytes
    secrets: altcha.Secrets
    meters: Meters
    calendar: Calendar
    queues: Queues
    gate: Gate
    counts: Counts
    funnel: Funnel
    visitors: Visitors
    submissions: Intake
    confirmations: Intake
    entry_requests: Intake

    async def keep_fresh(self) -> None:
        """Look at the calendar, the queues and the public figures again and again, for ever.

        In between it listens; where the process is too busy for that, the looks keep their pace,
        since nobody is called without them.
        """
        seconds = self.config.limits.calendar_seconds
        loop, pause = asyncio.get_running_loop(), seconds / BEATS
        looked_at = loop.time()
        while True:
            due = loop.time() + pause
            await asyncio.sleep(pause)
            if loop.time() < looked_at + seconds:
                await self.listen()
                continue
            looked_at = loop.time()
            self.queues.strain.look(loop_late=looked_at - due)
            await self.look()

    async def listen(self) -> None:
        """Hear whether the database still answers; nothing is raised."""
        with self.calendar.timed(self.let_go):
            await self.calendar.listen()

    async def look(self) -> None:
        """One look at each; nothing is raised."""
        self.funnel.look()
        with self.calendar.timed(self.let_go):
            await self.calendar.look()
            self.meters.queue_depth = self.waiting()
            if self.calendar.reachable:
                await self._look_at_queues()

    async def _look_at_queues(self) -> None:
        facts, now = self.calendar.facts, clock.now()
        moving = (DoorState.OPEN, DoorState.CLOSED)
        await self.queues.look(
            facts.subjects,
            open_subjects=[each for each in facts.subjects if facts.state(each, now) in moving],
            rate=facts.controls.admission_per_second,
            real_now=clock.real_now(),
        )

    @property
    def intakes(self) -> tuple[Intake, ...]:
        """The ways into the database."""
        return (self.submissions, self.confirmations, self.entry_requests)

    def waiting(self) -> int:
        """Rows that wait for a commit now."""
        return sum(each.depth for each in self.intakes)

    def stands_still(self) -> bool:
        """Whether the database is known to give no answer: to a look, nor to any intake.

        A busy one may answer looks late while it commits; then nobody is sent away.
        """
        if self.calendar.answers:
            return False
        silent = max(each.silent_seconds for each in self.intakes)
        heard = min(each.heard_seconds for each in self.intakes)
        return silent > SILENT_SECONDS and heard > SILENT_SECONDS

    def let_go(self) -> None:
        """Tell everybody who waits for a database that stands still; their keys may try again."""
        if self.stands_still():
            for each in self.intakes:
                each.let_go()

    def house_pass(self, request: Request) -> Sequence[Header]:
        """The cookie that lets its bearer into the house for a while."""
        life = self.config.limits.house_pass_life
        token = admission_pass(self.config.keyring, expires_at=request.real_now + life)
        secure = "; Secure" if self.config.is_secure else ""
        seconds = int(life.total_seconds())
        value = f"izin={token}; Path=/; Max-Age={seconds}; HttpOnly; SameSite=Lax{secure}"
        return (("set-cookie", value),)

    async def close(self) -> None:
        """Answer who still waits and let all connections go."""
        lines: tuple[Intake | Queues | Calendar | Visitors, ...] = (
            *self.intakes, self.queues, self.calendar, self.visitors,
        )  # fmt: skip
        for each in lines:
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
        return Intake(
            table,
            line=line(table.name),
            limits=config.limits,
            keyring=config.keyring,
            meters=meters,
        )

    meters = Meters()
    kept = KeptCalendar(config.funnel_file.parent / "calendar.json")
    calendar = Calendar(line=line("calendar"), kept=kept)
    queues = Queues(line=line("queues"), meters=meters, processes=config.processes)
    return Desk(
        config=config,
        receipt_key=config.receipt_key,
        secrets=altcha.key_of(config.keyring),
        meters=meters,
        calendar=calendar,
        queues=queues,
        gate=Gate(config, calendar=calendar, queues=queues),
        counts=Counts(calendar=calendar, queues=queues),
        funnel=Funnel(config.funnel_file),
        visitors=Visitors(config.keyring, line=line("visitors")),
        submissions=intake(SUBMISSIONS),
        confirmations=intake(CONFIRMATIONS),
        entry_requests=intake(ENTRY_REQUESTS),
    )
