"""The queues: how each one stands, and who is let straight in.

Each process counts the tickets that it hands out and appends the counts once a second; the
database moves the watermark over them (`call_queue.sql`), and every process reads it back. What is
in memory here is a copy that is a second old, and an allowance: it decides who waits, never who is
registered.
"""

import asyncio
import logging
import os
import socket
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime, timedelta
from itertools import groupby
from typing import Any, Final

from gelombang.frontdoor.calendar import LOOK_SECONDS
from gelombang.frontdoor.line import Away, Line, RowFault
from gelombang.frontdoor.meters import Meters, Snapshot
from gelombang.frontdoor.pacing import Allowance
from gelombang.frontdoor.strain import Strain
from gelombang.frontdoor.tables import statement
from gelombang.frontdoor.waiting import SECOND_US, Standing, standing_of
from gelombang.kit.buckets import pairs
from gelombang.kit.tokens import microseconds

log = logging.getLogger(__name__)

HOUSE: Final = "house"
BURST_SECONDS: Final = 4.0  # an opening's first seconds may bring so much more than the rate
LANE_SHARE: Final = 0.1  # of the admission, for who sends no proof of work
PATIENT_SECONDS: Final = 1.0  # of admission: a shorter queue holds no newcomer up
SPEED_SECONDS: Final = 30  # over which speeds are measured
FRESH: Final = timedelta(seconds=5)  # a process that told of itself since then stands


class Queue:
    """One queue, as this process knows it."""

    def __init__(self, admission: Allowance | None = None) -> None:
        self.standing = Standing()
        self.issued: Counter[int] = Counter()
        """Tickets that were handed out and not told yet, by second of the axis."""
        self._allowance = admission or Allowance(seconds=BURST_SECONDS)
        """Of this queue, or of several together."""
        self._lane = Allowance(seconds=BURST_SECONDS)
        self.untold = 0
        """How many of them."""

    def hand_out(self, place_us: int) -> None:
        """Count a ticket that somebody now waits with."""
        self.issued[place_us // SECOND_US] += 1
        self.untold += 1

    def has_waiting(self, *, rate: int) -> bool:
        """Whether newcomers wait behind others: more wait than the next second calls.

        Fewer than that hold nobody up: a queue that keeps itself alive by making everybody wait
        who finds one would never end, and speed wins nothing here anyway.
        """
        return self.standing.waiting + self.untold > rate * PATIENT_SECONDS

    def lets_in(self, *, monotonic: float, rate: float) -> bool:
        """Whether a newcomer may go straight in."""
        return self._allowance.take(now=monotonic, rate=rate)

    def lets_called_in(self, *, monotonic: float, rate: float) -> None:
        """Note that somebody came in who was called: they are never sent back."""
        self._allowance.use(now=monotonic, rate=rate)

    def lane_lets_in(self, *, monotonic: float, rate: float) -> bool:
        """Whether somebody without proof of work may go in, within the lane's share."""
        return self._lane.take(now=monotonic, rate=rate * LANE_SHARE)

    def take_issued(self) -> Counter[int]:
        """The counts to be told, handed over."""
        found, self.issued, self.untold = self.issued, Counter(), 0
        return found

    def take_back(self, counts: Counter[int]) -> None:
        """Counts that could not be told: the next look tries again."""
        self.issued.update(counts)
        self.untold += counts.total()


class Queues:
    """All queues of this process, told and read once a second on a connection of their own."""

    def __init__(self, *, line: Line, meters: Meters, processes: int) -> None:
        self._line = line
        self._meters = meters
        self._before = meters.snapshot()
        self._queues: dict[str, Queue] = {HOUSE: Queue()}
        self._admission = Allowance(seconds=BURST_SECONDS)
        """Of registration and all waves together; who visits the house sends nothing."""
        self._name = f"{socket.gethostname()}:{os.getpid()}"
        self.strain = Strain()
        self._part = 1 / max(1, processes)
        """Of the admission; at first by how many processes this machine was told to run."""

    def of(self, subject: str) -> Queue:
        """The queue of `registration`, a wave of the calendar, or the house."""
        found = self._queues.get(subject)
        if found is None:
            found = self._queues[subject] = Queue(self._admission)
        return found

    def known(self, subject: str) -> Standing:
        """How a queue stands, if there is such a queue; nothing is made for an unknown name."""
        found = self._queues.get(subject)
        return found.standing if found else Standing()

    def speed(self, subject: str, *, admission_per_second: int) -> float:
        """How many a second are called: as measured lately, or as set before anybody was."""
        return max(1.0, self.known(subject).served_per_second or admission_per_second)

    def share(self, admission_per_second: int) -> float:
        """This process's part of the admission, as far as it can bear it now."""
        return admission_per_second * self._part * self.strain.factor

    async def look(
        self,
        subjects: Iterable[str],
        *,
        open_subjects: Iterable[str],
        rate: int,
        real_now: datetime,
    ) -> None:
        """Tell what was counted, call the next ones, read how all stand. Nothing is raised.

        Whoever calls a queue calls as fast as it can itself bear; all queues of the calendar share
        the rate, since they share the admission.
        """
        rate = max(1, round(rate * self.strain.factor))
        for subject in subjects:
            self.of(subject)
        try:
            async with asyncio.timeout(LOOK_SECONDS):
                await self._tell(real_now)
                parts = parts_of(rate, self._waiting(open_subjects))
                parts |= parts_of(rate, self._waiting([HOUSE]))
                for subject, part in parts.items():
                    await self._call(subject, rate=part, real_now=real_now)
                await self._read(real_now)
        except (Away, RowFault, TimeoutError) as fault:
            log.debug("the queues could not be read: %s", type(fault).__name__)

    async def _tell(self, real_now: datetime) -> None:
        taken = {subject: queue.take_issued() for subject, queue in self._queues.items()}
        rows = [
            (subject, second, count)
            for subject, counts in taken.items()
            for second, count in counts.items()
        ]
        try:
            if rows:
                columns = [list(column) for column in zip(*rows, strict=True)]
                await self._line.fetch(statement("insert_queue_tallies"), *columns)
        except BaseException:
            for subject, counts in taken.items():
                self._queues[subject].take_back(counts)
            raise
        now = self._meters.snapshot()
        await self._line.fetch(
            statement("insert_door_tally"), self._name, real_now, *tally_of(now.since(self._before))
        )
        self._before = now

    def _waiting(self, subjects: Iterable[str]) -> dict[str, int]:
        """How many wait in each of these queues, as far as anybody does."""
        waiting = {subject: self.of(subject).standing.waiting for subject in subjects}
        return {subject: count for subject, count in waiting.items() if count > 0}

    async def _call(self, subject: str, *, rate: int, real_now: datetime) -> None:
        now_us = microseconds(real_now)
        await self._line.fetch(statement("call_queue"), subject, now_us // SECOND_US, now_us, rate)

    async def _read(self, real_now: datetime) -> None:
        second = microseconds(real_now) // SECOND_US
        rows = await self._line.fetch(statement("read_queues"), list(self._queues), second)
        for subject, standing in standings_of(rows).items():
            self._queues[subject].standing = standing
        found = await self._line.fetch(statement("read_offered"), real_now - FRESH, self._name)
        self._part = part_of(**found[0])

    async def close(self) -> None:
        """Let the connection go."""
        await self._line.close()


def parts_of(rate: int, waiting: Mapping[str, int]) -> dict[str, int]:
    """How many of each queue are called in a second: `rate` in all, and one of each at least.

    A queue that needs less than an equal part leaves the rest to the longer ones; the longest has
    what nobody else needs, for who came to it since it was counted.
    """
    found, left = {}, rate
    for served, subject in enumerate(sorted(waiting, key=lambda each: (waiting[each], each))):
        queues = len(waiting) - served
        part = left if queues == 1 else min(waiting[subject], left // queues)
        found[subject] = max(1, part)
        left = max(0, left - found[subject])
    return found


def part_of(*, processes: int, offered: int, own: int) -> float:
    """The part of the admission that one process may let in, by what each was offered lately.

    Who is offered nothing keeps a third of an equal part, for the moment at which that changes.
    """
    count = max(1, processes)
    if offered == 0:
        return 1 / count
    evened = offered / (2 * count)
    return (own + evened) / (offered + count * evened)


def standings_of(rows: Sequence[Mapping[str, Any]]) -> dict[str, Standing]:
    """The queues in the rows of `read_queues.sql`, which come ordered by queue."""
    found = {}
    for subject, group in groupby(rows, key=lambda row: row["subject"]):
        own = list(group)
        first = own[0]
        found[str(subject)] = standing_of(
            first["watermark_us"],
            [(row["second"], row["issued"]) for row in own if row["second"] is not None],
            issued_per_second=first["issued_lately"] / SPEED_SECONDS,
            served_per_second=first["served_per_second"],
        )
    return found


def tally_of(second: Snapshot) -> tuple[Any, ...]:
    """The columns of `door_tally` behind process and instant, for what came since the last one."""
    return (
        second.offered(),
        second.count("accepted"),
        second.count("ticketed"),
        second.count("shed"),
        second.count("paced"),
        second.count("refused"),
        second.queue_depth,
        second.batches,
        second.rows,
        round(second.commit_seconds * 1000),
        pairs(second.latencies()),
    )
