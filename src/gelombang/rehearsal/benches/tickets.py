"""What people with tickets cost: no state each, and the processor time of their looks."""

import time
from collections.abc import Sequence
from dataclasses import asdict, dataclass, replace
from itertools import repeat
from pathlib import Path
from random import Random
from typing import Any

from rich.table import Table

from gelombang.frontdoor.waiting import look_again_seconds
from gelombang.kit import clock
from gelombang.kit.sealing import Keyring
from gelombang.kit.tokens import Ticket, TicketKind, microseconds, ticket_token
from gelombang.rehearsal import proofs
from gelombang.rehearsal.benches.saturate import saturate_with
from gelombang.rehearsal.progress import Reader
from gelombang.rehearsal.surge.people import REGISTER_PATH, registrations
from gelombang.rehearsal.surge.play import offer, used_so_far
from gelombang.rehearsal.surge.processes import Crew
from gelombang.rehearsal.surge.usage import megabytes
from gelombang.rehearsal.system import System
from gelombang.rehearsal.wire import prepare

SERVED_PER_SECOND = 2_500.0  # the admission that is set where nobody set another
MOST_SHARE = 0.25  # of one core, for everybody's looks
MOST_DISK_BYTES = 20.0  # for a ticket; the smallest row takes 28, and counts by the second remain
MOST_MEMORY_BYTES = (
    100.0  # for a ticket; its 72 letters alone take 121, and an allocator's pages vary
)
FEWEST_JUDGED = 10_000  # tickets of a sample, below which a page or two decides
POLL_SECONDS = 6.0
SAMPLE_SECONDS = 10.0
SIMULATED = 2_000
_CONNECTIONS = 64
_OK = 200


@dataclass(frozen=True, slots=True)
class Sizes:
    """What the database holds."""

    submissions: int
    bytes: int


@dataclass(frozen=True, slots=True)
class TicketCosts:
    """The figures; `_us` are microseconds of one core."""

    tickets: int
    mint_us: float
    token_letters: int
    sampled: int
    """Tickets that were fetched over HTTP, a second time after as many that warmed everything."""
    disk_bytes_per_ticket: float
    """Growth of all tables in that time; the counts that the door keeps grow by the second."""
    rows_per_ticket: float
    """Rows of the intake."""
    memory_bytes_per_ticket: float
    """Growth of the front door in that time."""
    looks_per_ticket: float
    """How often somebody looks before they are called, by the rules of the waiting page."""
    polls_per_second: float
    poll_us: float
    core_share: float
    """Of one core, for the looks of all who wait."""

    def complaints(self) -> list[str]:
        """One sentence for everything that is off; a small sample says nothing about bytes."""
        found = []
        if self.rows_per_ticket != 0:
            found.append(f"{self.rows_per_ticket:.3f} rows are kept of a ticket")
        if self.core_share >= MOST_SHARE:
            found.append(f"looks cost {self.core_share:.2f} of a core, not below {MOST_SHARE}")
        if self.sampled >= FEWEST_JUDGED:
            for kept, most, where in (
                (self.disk_bytes_per_ticket, MOST_DISK_BYTES, "on disk"),
                (self.memory_bytes_per_ticket, MOST_MEMORY_BYTES, "in memory"),
            ):
                if kept >= most:
                    found.append(f"{kept:.1f} bytes {where} for a ticket, not below {most:.0f}")
        return found

    @property
    def is_clean(self) -> bool:
        """Whether nothing is kept of a ticket and the looks are cheap."""
        return not self.complaints()

    def as_json(self) -> dict[str, Any]:
        """Every figure, rounded."""
        return {
            name: round(value, 3) if isinstance(value, float) else value
            for name, value in asdict(self).items()
        } | {"is_clean": self.is_clean}


def looks_of(seconds: float, chance: Random) -> int:
    """How often somebody looks who waits so long and then is called."""
    elapsed, looks = 0.0, 0
    while elapsed < seconds or not looks:
        elapsed += look_again_seconds(seconds - elapsed, chance, first=not looks)
        looks += 1
    return looks


def mean_looks(people: int, *, per_second: float, chance: Random, simulated: int) -> float:
    """Looks of each of `people` who are called one after the other at `per_second`."""
    places = [people * (number + 0.5) / simulated for number in range(simulated)]
    return sum(looks_of(place / per_second, chance) for place in places) / simulated


class Tickets:
    """One bench of tickets on a system whose door lets one person in a second."""

    def __init__(self, system: System, keyring: Keyring, *, scratch: Path, sample: int) -> None:
        self._system = system
        self._keyring = keyring
        self._scratch = scratch
        self._sample = sample
        self._sizes = Reader(system.readonly_url, "sizes", Sizes, package=__package__)

    async def measure(self, count: int) -> TicketCosts:
        """Mint, fetch, look; the figures. Raises GeneratorFailed."""
        mint_us, letters = self._mint(count)
        await self._fetch("hangat")
        before, held = self._sizes.read(), self._memory()
        accepted, ticketed = await self._fetch("dingin")
        after, held_after = self._sizes.read(), self._memory()
        poll_us = await self._look()
        looks = mean_looks(
            count, per_second=SERVED_PER_SECOND, chance=Random(1), simulated=SIMULATED  # noqa: S311 repeatable on purpose
        )  # fmt: skip
        polls = looks * SERVED_PER_SECOND
        grown = after.submissions - before.submissions - accepted
        return TicketCosts(
            tickets=count, mint_us=mint_us, token_letters=letters, sampled=ticketed,
            disk_bytes_per_ticket=(after.bytes - before.bytes) / max(1, ticketed),
            rows_per_ticket=grown / max(1, ticketed),
            memory_bytes_per_ticket=(held_after - held) * 1_000_000 / max(1, ticketed),
            looks_per_ticket=looks, polls_per_second=polls, poll_us=poll_us,
            core_share=polls * poll_us / 1_000_000,
        )  # fmt: skip

    def _mint(self, count: int) -> tuple[float, int]:
        """Microseconds for each token, and how long one is."""
        at, begun, token = microseconds(clock.real_now()), time.process_time(), ""
        for number in range(count):
            ticket = Ticket(TicketKind.QUEUED, "registration", at + number, at + number, number)
            token = ticket_token(self._keyring, ticket)
        return 1_000_000 * (time.process_time() - begun) / count, len(token)

    async def _fetch(self, group: str) -> tuple[int, int]:
        """Let as many people come as the sample has; accepted, and with a ticket."""
        arrivals = [SAMPLE_SECONDS * number / self._sample for number in range(self._sample)]
        place = self._scratch / group
        place.mkdir()
        crew = replace(Crew(), addresses=512, connections=512, waits=False, patience=20.0)
        errands = registrations(
            arrivals, proofs.minted(self._keyring, self._sample), group=f"tiket.{group}"
        )
        outcome, _ = await offer(
            self._system, REGISTER_PATH, errands, (), crew=crew, scratch=place,
            seconds=SAMPLE_SECONDS,
        )  # fmt: skip
        return outcome.tally.accepted, outcome.tally.ticketed

    async def _look(self) -> float:
        """Microseconds of front door and database for each look at the watermark."""
        url = self._system.base_url
        request = prepare("GET", "/antrean.json", host=url.partition("://")[2], headers={})
        before = used_so_far(self._system)
        found = await saturate_with(
            url, repeat(request), connections=_CONNECTIONS, seconds=POLL_SECONDS, wanted=_OK
        )
        used = used_so_far(self._system).less(before)
        looks = found.accepted_per_second * POLL_SECONDS
        return 1_000_000 * (used.door + used.database) / max(1.0, looks)

    def _memory(self) -> float:
        pids = self._system.pids()
        return megabytes(pids["edge"]) if "edge" in pids else 0.0


def table(found: TicketCosts, *, title: str) -> Table:
    """The figures for people."""
    shown = Table(title=title, title_justify="left")
    shown.add_column("figure")
    shown.add_column("measured", justify="right")
    shown.add_column("wanted")
    rows: Sequence[tuple[str, str, str]] = (
        ("minting one", f"{found.mint_us:.1f} µs, {found.token_letters} letters", ""),
        ("rows kept of one", f"{found.rows_per_ticket:.3f}", "0"),
        (
            "bytes on disk for one, over a sample",
            f"{found.disk_bytes_per_ticket:.1f}",
            f"0; below {MOST_DISK_BYTES:.0f}",
        ),
        (
            "bytes in memory for one, over a sample",
            f"{found.memory_bytes_per_ticket:.1f}",
            f"0; below {MOST_MEMORY_BYTES:.0f}",
        ),
        ("looks before the turn", f"{found.looks_per_ticket:.2f}", ""),
        ("looks a second of everybody", f"{found.polls_per_second:,.0f}", ""),
        ("processor time of a look", f"{found.poll_us:.1f} µs", ""),
        ("share of one core", f"{found.core_share:.2f}", f"below {MOST_SHARE}"),
    )
    for row in rows:
        shown.add_row(*row)
    return shown
