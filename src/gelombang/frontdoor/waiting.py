"""The waiting room: where a ticket stands, and when to look again. Pure; nobody is remembered.

A queue is an axis of microseconds. A ticket stands on it at the instant of its issue; who came
before the opening stands where the opening's lot puts them, within the hour before it, so that
being early wins nothing. One number, the watermark, moves along the axis and never back: whoever
stands at or before it may come in.
"""

import hmac
from bisect import bisect_right
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import accumulate
from random import Random
from typing import Final

from gelombang.kit.sealing import Keyring, derived_key
from gelombang.kit.tokens import EARLY, Ticket, TicketKind, microseconds

SECOND_US: Final = 1_000_000
EARLY_US: Final = EARLY // timedelta(microseconds=1)  # the hour before the opening
NEAREST_SECONDS, FARTHEST_SECONDS = 20, 600  # between two looks of who waits
SOONEST_SECONDS: Final = 4  # the first look, for who is called at once
_JITTER = (1.0, 1.3)  # who looks too early must look twice, and comes later than who is late
_BAND = (0.8, 1.4)  # how wrong a forecast of the speed may be
_LOT_BYTES: Final = 8


@dataclass(frozen=True, slots=True)
class Standing:
    """How one queue stands, as it was read last."""

    watermark_us: int = 0
    waiting: int = 0
    """Tickets behind the watermark."""
    issued_per_second: float = 0.0
    served_per_second: float = 0.0
    seconds: tuple[int, ...] = ()
    """The seconds of the axis at which somebody waits, ascending."""
    upto: tuple[int, ...] = ()
    """How many wait up to and with each of them."""

    def ahead_of(self, place_us: int) -> int:
        """How many wait before this place; 0 for who may come in."""
        if place_us <= self.watermark_us:
            return 0
        second = place_us // SECOND_US
        found = bisect_right(self.seconds, second)
        before = self.upto[found - 1] if found else 0
        if not found or self.seconds[found - 1] != second:
            return before
        own = before - (self.upto[found - 2] if found > 1 else 0)
        late = SECOND_US - place_us % SECOND_US
        return before - own * late // SECOND_US


def standing_of(
    watermark_us: int,
    buckets: list[tuple[int, int]],
    *,
    issued_per_second: float,
    served_per_second: float,
) -> Standing:
    """A queue from its watermark and the tickets issued at each later second."""
    behind = [(second, _behind(second, count, watermark_us)) for second, count in buckets]
    behind = [(second, count) for second, count in behind if count > 0]
    upto = tuple(accumulate(count for _, count in behind))
    return Standing(
        watermark_us=watermark_us,
        waiting=upto[-1] if upto else 0,
        issued_per_second=issued_per_second,
        served_per_second=served_per_second,
        seconds=tuple(second for second, _ in behind),
        upto=upto,
    )


def _behind(second: int, count: int, watermark_us: int) -> int:
    """How many of one second's tickets the watermark has not passed."""
    passed = min(max(watermark_us - second * SECOND_US, 0), SECOND_US)
    return count - count * passed // SECOND_US


def opening_seed(keyring: Keyring, *, subject: str, opens_at: datetime) -> bytes:
    """What draws the places of who came early; nobody else can know it before the opening."""
    return derived_key(keyring, purpose=f"opening:{subject}:{microseconds(opens_at)}")


def place_of(ticket: Ticket, *, seed: bytes, opens_at: datetime) -> int:
    """Where a ticket stands on the axis."""
    if ticket.kind is not TicketKind.EARLY:
        return ticket.real_us
    lot = int.from_bytes(hmac.digest(seed, ticket.id.encode(), "sha256")[:_LOT_BYTES])
    return microseconds(opens_at) - EARLY_US + (lot * EARLY_US >> 8 * _LOT_BYTES)


def wait_seconds(ahead: int, *, rate: float) -> float:
    """How long until somebody with so many before them is called, at `rate` a second."""
    return ahead / max(rate, 1.0)


def band_minutes(seconds: float) -> tuple[int, int]:
    """The forecast as people read it: from and to, in whole minutes, never below one."""
    low, high = (seconds * factor / 60 for factor in _BAND)
    return max(1, int(low)), max(2, int(high) + 1)


def look_again_seconds(seconds: float, chance: Random, *, first: bool = False) -> int:
    """When to look next for somebody who waits so long: about then, within the limits.

    The first look may come sooner, so that who is called at once loses nothing; the spread keeps
    people from coming back all together.
    """
    soonest = SOONEST_SECONDS if first else NEAREST_SECONDS
    spread = chance.uniform(*_JITTER)
    return round(min(max(seconds, soonest), FARTHEST_SECONDS) * spread)
