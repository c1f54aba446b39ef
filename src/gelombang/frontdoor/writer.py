"""Group commit: everything that arrives while one commit is in flight becomes the next one.

A batch of a few rows waits some milliseconds for company, since a commit costs the same for one
row as for fifty; a batch that has company waits for nothing. A row's waiter is answered after the
COMMIT that holds it, or told that nothing is certain, and then the same key may try again: a key
that is already there is compared, never stored twice.
"""

import asyncio
import logging
import time
from collections import Counter, deque
from collections.abc import Sequence
from dataclasses import dataclass
from enum import Enum
from typing import Any

from gelombang.frontdoor.config import DoorLimits
from gelombang.frontdoor.line import Away, Line, LineLost, RowFault
from gelombang.frontdoor.meters import Meters
from gelombang.frontdoor.tables import IntakeRow, IntakeTable, statement
from gelombang.kit.sealing import Keyring

log = logging.getLogger(__name__)


class Outcome(Enum):
    """What became of a row; everything else is raised."""

    STORED = "stored"
    """It is committed by this call."""
    KNOWN = "known"
    """Its key was committed before, with the same body."""
    REUSED = "reused"
    """Its key was committed before, with another body."""
    ABSENT = "absent"
    """Asked by `recall`: nothing was committed with its key."""
    SPENT = "spent"
    """Its key is new, and its proof or ticket was used up with another key."""
    REFUSED = "refused"
    """The database cannot store this one row: our checks let something through."""


class QueueFull(Exception):
    """More rows wait than may; nothing was taken in."""


@dataclass(slots=True, eq=False)
class _Waiting:
    row: IntakeRow
    only_recall: bool
    deadline: float
    answer: asyncio.Future[Outcome]

    @property
    def key(self) -> str:
        return self.row[0]

    def settle(self, outcome: Outcome | Exception) -> None:
        if self.answer.done():  # whoever waited has gone
            return
        if isinstance(outcome, Exception):
            self.answer.set_exception(outcome)
        else:
            self.answer.set_result(outcome)


class Intake:
    """The way into one intake table. One connection, one batch in flight, a bounded queue."""

    def __init__(
        self,
        table: IntakeTable,
        *,
        line: Line,
        limits: DoorLimits,
        keyring: Keyring,
        meters: Meters | None = None,
    ) -> None:
        self._keyring = keyring
        self._table = table
        self._meters = meters or Meters()
        self._line = line
        self._limits = limits
        self._queue: deque[_Waiting] = deque()
        self._in_flight: list[_Waiting] = []
        self._heard_at = float("-inf")
        self._asked_at: float | None = None
        self._worker: asyncio.Task[None] | None = None
        self._company: asyncio.Future[None] | None = None
        self._insert = statement(table.insert)
        self._recall = statement(table.recall)

    @property
    def depth(self) -> int:
        """Rows that wait for a commit now."""
        return len(self._queue)

    @property
    def heard_seconds(self) -> float:
        """How long ago the database answered here; for ever where it never did."""
        return time.monotonic() - self._heard_at

    @property
    def silent_seconds(self) -> float:
        """For how long it has been asked here and did not answer; 0 where it owes nothing."""
        return 0.0 if self._asked_at is None else time.monotonic() - self._asked_at

    def let_go(self) -> None:
        """Tell everybody who waits that nothing is certain, whatever becomes of their batch."""
        self._give_up([*self._in_flight, *self._queue])
        self._queue.clear()

    async def store(self, row: IntakeRow) -> Outcome:
        """Commit the row, together with its neighbours.

        Raises Away when nothing is acknowledged, or QueueFull.
        """
        return await self._wait(row, only_recall=False)

    async def recall(self, row: IntakeRow) -> Outcome:
        """Whether the row was committed before; stores nothing. Raises Away or QueueFull."""
        return await self._wait(row, only_recall=True)

    async def close(self) -> None:
        """Answer who still waits, then let the connection go."""
        while self._worker is not None:
            await asyncio.wait([self._worker])
        await self._line.close()

    async def _wait(self, row: IntakeRow, *, only_recall: bool) -> Outcome:
        if len(self._queue) >= self._limits.queue:
            raise QueueFull
        loop = asyncio.get_running_loop()
        deadline = loop.time() + self._limits.commit_seconds
        waiting = _Waiting(row, only_recall, deadline, loop.create_future())
        self._queue.append(waiting)
        if self._worker is None:
            self._worker = loop.create_task(self._work())
        elif self._company is not None and len(self._queue) >= self._limits.company:
            self._go(self._company)
        return await waiting.answer

    async def _work(self) -> None:
        """Commit batch after batch until nobody waits.

        Between the last look at the queue and `_worker = None` nothing is awaited. So a row that
        arrives either is seen by this loop or starts the next one: no wake-up is lost.
        """
        try:
            while self._queue:
                if len(self._queue) < self._limits.company:
                    await self._company_comes()
                count = min(len(self._queue), self._limits.batch)
                self._in_flight = [self._queue.popleft() for _ in range(count)]
                if self._in_flight:
                    await self._answer(self._in_flight)
        finally:
            self._in_flight, self._worker = [], None

    async def _company_comes(self) -> None:
        """Return when enough rows wait together, or after a moment."""
        loop = asyncio.get_running_loop()
        self._company = loop.create_future()
        moment = loop.call_later(self._limits.company_seconds, self._go, self._company)
        try:
            await self._company
        finally:
            moment.cancel()
            self._company = None

    @staticmethod
    def _go(company: asyncio.Future[None]) -> None:
        if not company.done():
            company.set_result(None)

    async def _answer(self, batch: list[_Waiting]) -> None:
        """Commit one batch and settle every waiter in it, whatever happens."""
        try:
            async with asyncio.timeout_at(batch[0].deadline):
                await self._commit(batch)
        except (Away, TimeoutError) as fault:
            log.warning("%s: nothing acknowledged (%s)", self._table.name, fault or "too late")
            # Whoever waits behind this batch would wait for the same: they hear it now.
            self._give_up([*batch, *self._queue])
            self._queue.clear()
        except Exception:
            log.exception("%s: the writer failed", self._table.name)
            self._give_up(batch)
        except asyncio.CancelledError:
            self._give_up([*batch, *self._queue])
            self._queue.clear()
            raise

    def _give_up(self, waiting: Sequence[_Waiting]) -> None:
        for each in waiting:
            each.settle(Away())

    async def _commit(self, batch: list[_Waiting]) -> None:
        try:
            try:
                await self._commit_together(batch)
            except LineLost:
                # Perhaps it was committed and we were not told: trying again finds out.
                await self._commit_together(batch)
        except RowFault as fault:
            log.error("%s: a row cannot be stored (%s)", self._table.name, fault)  # noqa: TRY400 - its traceback may show the row
            await self._commit_one_by_one(batch)

    async def _commit_one_by_one(self, batch: list[_Waiting]) -> None:
        """The rescue of a batch with a poisoned row: its neighbours are stored all the same."""
        for each in batch:
            try:
                await self._commit_together([each])
            except RowFault:
                each.settle(Outcome.REFUSED)

    async def _commit_together(self, batch: list[_Waiting]) -> None:
        rows = [each.row for each in batch if not each.only_recall]
        stored = await self._store(rows) if rows else frozenset()
        times = Counter(each.key for each in batch if not each.only_recall)
        unsure = []
        for each in batch:
            if not each.only_recall and each.key in stored and times[each.key] == 1:
                each.settle(Outcome.STORED)
            else:
                unsure.append(each)
        if unsure:
            await self._compare(unsure)

    async def _store(self, rows: Sequence[IntakeRow]) -> frozenset[str]:
        """Insert and commit; the keys that were new."""
        start = time.perf_counter()
        found = await self._fetch(self._insert, *self._table.columns(rows))
        self._meters.note_batch(len(rows), time.perf_counter() - start)
        return frozenset(row[0] for row in found)

    async def _fetch(self, sql: str, *values: Any) -> list[Any]:
        self._asked_at = time.monotonic()
        try:
            found = await self._line.fetch(sql, *values)
        finally:
            # A question that failed is owed no answer: else nobody would ask again after an outage.
            self._asked_at = None
        self._heard_at = time.monotonic()
        return found

    async def _compare(self, unsure: list[_Waiting]) -> None:
        """Settle the keys that were there before, or twice in this batch, by what is committed."""
        keys = list({each.key for each in unsure})
        found = await self._fetch(self._recall, keys)
        known: dict[str, tuple[Any, ...]] = {row[0]: tuple(row)[1:] for row in found}
        for each in unsure:
            body = known.get(each.key)
            if body is None:
                each.settle(self._untold(each))
            elif self._table.equals(self._keyring, body, self._table.body_of(each.row)):
                each.settle(Outcome.KNOWN)
            else:
                each.settle(Outcome.REUSED)

    def _untold(self, waiting: _Waiting) -> Outcome | Exception:
        """What to make of a key that no committed row has."""
        if waiting.only_recall:
            return Outcome.ABSENT
        return Outcome.SPENT if waiting.row.spends else Away()
