"""Killing workers at random, and PostgreSQL: none of the figures may change."""

import asyncio
from collections import Counter
from dataclasses import dataclass, field
from random import Random
from signal import SIGKILL

from gelombang.rehearsal.system import System

PAUSE_SECONDS = (6.0, 12.0)
MOST_KILLS = 8
DATABASE_SHARE = 0.15  # of the kills, and the third one in any case


@dataclass(slots=True)
class Killer:
    """Kills one process after the other; what watches over them starts them again."""

    system: System
    workers: tuple[str, ...]
    chance: Random
    killed: Counter[str] = field(default_factory=Counter)

    async def run(self) -> None:
        """Until enough were killed; cancelled when the time of the contracts is over."""
        while self.killed.total() < MOST_KILLS:
            await asyncio.sleep(self.chance.uniform(*PAUSE_SECONDS))
            if not set(self.workers) <= self.system.pids().keys():
                continue  # one is down still: two at once would be an outage, not a kill
            is_third = self.killed.total() == 2  # noqa: PLR2004 however short the run is
            is_database = is_third or self.chance.random() < DATABASE_SHARE
            name = "database" if is_database else self.chance.choice(self.workers)
            await asyncio.to_thread(self.system.kill, name, SIGKILL)
            self.killed[name] += 1
