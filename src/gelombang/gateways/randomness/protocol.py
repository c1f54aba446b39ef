"""What a beacon is to us: a chain with a clock of its own, and rounds that exist or do not yet."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Protocol

from gelombang.kit.errors import Outage

SCHEME = "bls-unchained-g1-rfc9380"


class RoundNotYet(Outage):
    """The round does not exist yet, or the beacon does not have it."""


class BeaconUntrue(Outage):
    """The beacon's answer does not carry its own signature: it is never used for a draw."""


@dataclass(frozen=True, slots=True)
class Chain:
    """One chain of a beacon, by which its rounds are dated and checked."""

    hash: str  # hexadecimal
    public_key: str  # hexadecimal, 96 bytes on G2
    genesis: int  # Unix second of round 1
    period: int  # seconds from one round to the next

    def round_at(self, instant: datetime) -> int:
        """The latest round that exists at an instant; 0 before the first."""
        passed = int(instant.timestamp()) - self.genesis
        return max(0, passed // self.period + 1)

    def instant_of(self, number: int) -> datetime:
        """When a round comes to be."""
        return datetime.fromtimestamp(self.genesis + (number - 1) * self.period, UTC)

    def round_after(self, instant: datetime, *, at_least: timedelta) -> int:
        """The first round that comes to be no sooner than `at_least` after an instant."""
        earliest = instant + at_least
        number = max(1, self.round_at(earliest))
        return number if self.instant_of(number) >= earliest else number + 1


@dataclass(frozen=True, slots=True)
class Round:
    """A round whose signature was checked. Both texts are lower-case hexadecimal."""

    number: int
    randomness: str
    signature: str


class Beacon(Protocol):
    """A source of rounds."""

    async def fetch(self, number: int) -> Round:
        """A round of the chain, its signature checked.

        Raises RoundNotYet, BeaconUntrue, or Outage when the beacon is away.
        """
        ...
