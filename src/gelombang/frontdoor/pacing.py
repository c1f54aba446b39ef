"""Pacing per address and per network, in memory that does not grow with the number of addresses.

It slows rather than refuses: a village office that shares one address is asked to come again in a
few seconds, and its form sends itself again. Nothing here decides who is registered.
"""

from array import array
from typing import Final

SLOTS: Final = 1 << 16  # 2 x 512 KB for each kind of sender, however many there are
_MASK: Final = SLOTS - 1
_SHIFT: Final = 20
_MINUTE: Final = 60.0


class Pacer:
    """The generic cell rate algorithm (ITU-T I.371) over two tables of slots.

    A sender owns a slot in each table; both must say that it is too fast. Two senders who share
    one slot therefore seldom slow each other, and who is slowed is told for how long.
    """

    def __init__(self) -> None:
        self._first = array("d", bytes(8 * SLOTS))
        self._second = array("d", bytes(8 * SLOTS))

    def wait(self, sender: str, *, now: float, per_minute: int) -> float:
        """Seconds until this sender may go on; 0 lets it through and counts it.

        A minute's worth may come at once. `now` is any clock in seconds that never goes back.
        """
        mark = hash(sender)  # keyed by a secret of this process: nobody can aim at a slot
        one, two = mark & _MASK, mark >> _SHIFT & _MASK
        first, second = self._first, self._second
        due = min(first[one], second[two])
        early = due - now - _MINUTE
        if early > 0:
            return early
        due = max(now, due) + _MINUTE / per_minute
        first[one] = max(first[one], due)
        second[two] = max(second[two], due)
        return 0.0


def network_of(address: str) -> str:
    """The network of an address: /24 of IPv4, /48 of IPv6. What is no address is its own."""
    if ":" in address:
        return ":".join(_hextets(address)[:3])
    return address.rpartition(".")[0] or address


def sender_of(address: str) -> str:
    """What is paced as one sender: an IPv4 address, or the /64 of an IPv6 address."""
    return ":".join(_hextets(address)[:4]) if ":" in address else address


def _hextets(address: str) -> list[str]:
    """The eight groups of an IPv6 address, as far as `::` leaves them plain."""
    head, gap, tail = address.partition("::")
    first = head.split(":") if head else []
    last = tail.split(":") if tail else []
    return [*first, *(["0"] * (8 - len(first) - len(last)) if gap else []), *last]


def client_of(peer: str, forwarded: str, *, trusted: int) -> str:
    """The address that a request came from.

    `peer` is who connected (address and port); behind `trusted` proxies of ours it is the entry of
    X-Forwarded-For that the outermost of them wrote. What senders write themselves counts nothing.
    """
    if trusted > 0 and forwarded:
        hops = [each.strip() for each in forwarded.split(",")]
        return hops[-trusted] if len(hops) >= trusted else hops[0]
    address = peer.rpartition(":")[0] or peer
    return address.strip("[]")


class Allowance:
    """A token bucket: `take` while there is something left, up to some seconds' worth at once."""

    __slots__ = ("_at", "_left", "_seconds")

    def __init__(self, *, seconds: float) -> None:
        self._seconds = seconds
        self._left: float | None = None
        self._at = 0.0

    def take(self, *, now: float, rate: float) -> bool:
        """Use one if there is one, at `rate` a second."""
        if self._refill(now, rate) < 1:
            return False
        self._left = self._refill(now, rate) - 1
        return True

    def use(self, *, now: float, rate: float) -> None:
        """Use one whether or not there is one: its holder was called. The debt is bounded."""
        self._left = max(self._refill(now, rate) - 1, -rate)

    def _refill(self, now: float, rate: float) -> float:
        most = max(1.0, rate * self._seconds)
        left = most if self._left is None else self._left + (now - self._at) * rate
        self._at = now
        self._left = min(left, most)
        return self._left
