"""Acknowledged receipts against the rows at the end, one by one, in one statement."""

import asyncio
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from gelombang.rehearsal.progress import NotDrained, Reader

DRAIN_SECONDS = 300.0
_LOOK_AGAIN_SECONDS = 0.5


@dataclass(frozen=True, slots=True)
class Compared:
    """Both directions of one comparison; all of it is zero when nothing is off."""

    lost: int
    """Acknowledged receipts without a row of the same key."""
    given_twice: int
    """Receipts that two people were given."""
    stored_twice: int
    """Rows with the receipt of another row."""
    unannounced: int
    """Rows whose receipt nobody was told: their people gave up before the answer."""
    people_twice: int
    """People or entries beyond one for each address, or each person and wave."""

    @property
    def duplicated(self) -> int:
        """Everything that is there or was given more than once."""
        return self.given_twice + self.stored_twice + self.people_twice


@dataclass(frozen=True, slots=True)
class Pulled:
    """People whom the steps have registered and entered."""

    registered: int
    joined: int


def compare(
    readonly_url: str, receipts: Sequence[tuple[str, str]], *, of_entries: bool
) -> Compared:
    """Hold (key, receipt) of everybody against the intake of registrations, or of entries."""
    name = "compare_entries" if of_entries else "compare_registrations"
    known = {
        "keys": [key for key, _ in receipts],
        "receipts": [receipt for _, receipt in receipts],
    }
    return Reader(readonly_url, name, Compared, package=__package__).read(known)


async def pulled(
    readonly_url: str, count: int, *, of_entries: bool, tell: Callable[[str], None]
) -> float:
    """Seconds until `count` people are registered, or entered. Raises NotDrained."""
    reader = Reader(readonly_url, "pulled", Pulled, package=__package__)
    begun = time.monotonic()
    until, before = begun + DRAIN_SECONDS, -1
    while True:
        found = await asyncio.to_thread(reader.read)
        done = found.joined if of_entries else found.registered
        if done >= count:
            return time.monotonic() - begun
        if done != before:
            until, before = time.monotonic() + DRAIN_SECONDS, done
        tell(f"{count - done:,} to be pulled")
        if time.monotonic() > until:
            raise NotDrained(f"{count - done:,} of {count:,} people were not pulled")
        await asyncio.sleep(_LOOK_AGAIN_SECONDS)
