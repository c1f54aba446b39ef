"""Closed-loop saturation by a generator of our own: good for ceilings only."""

import asyncio
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

from gelombang.rehearsal.benches.bodies import PATH, TYPE
from gelombang.rehearsal.load import percentiles
from gelombang.rehearsal.surge.connection import Connection

_CREATED = 201


@dataclass(frozen=True, slots=True)
class Saturation:
    """What one address took."""

    accepted_per_second: float
    p50: float
    p99: float
    refused: int
    lost: int


class _Visitors:
    """As many visitors as connections; each sends the next registration when one is answered."""

    def __init__(self, requests: Iterator[bytes], *, until: float, wanted: int) -> None:
        self._requests = requests
        self._wanted = wanted
        self._until = until
        self._sent: dict[int, float] = {}
        self._next = 0
        self.latencies: list[float] = []
        self.refused = 0
        self.lost_count = 0
        self.last = time.perf_counter()
        self.ended = asyncio.Event()

    def begin(self, connection: Connection) -> None:
        now = time.perf_counter()
        request = next(self._requests, None) if now < self._until else None
        if request is None:
            if not self._sent:
                self.ended.set()
            return
        self._next += 1
        self._sent[self._next] = now
        connection.ask(request, self._next)

    def answered(self, connection: Connection, visit: int, status: int, answer: bytes) -> None:  # noqa: ARG002 only the status counts
        self.last = time.perf_counter()
        if status == self._wanted:
            self.latencies.append(1000 * (self.last - self._sent.pop(visit)))
        else:
            self.refused += 1
            del self._sent[visit]
        self.begin(connection)

    def lost(self, visit: int) -> None:
        self.lost_count += 1
        del self._sent[visit]
        if not self._sent:
            self.ended.set()

    def gone(self, connection: Connection) -> None:
        """Whoever stood there is counted as lost."""


async def saturate(
    url: str, bodies: Sequence[Path], *, connections: int, seconds: float
) -> Saturation:
    """Register from `connections` connections at once for `seconds` seconds, or to the last body.

    Raises OSError where nobody listens.
    """
    requests = list(_requests(bodies, urlsplit(url).netloc))  # prepared before the clock starts
    return await saturate_with(
        url, iter(requests), connections=connections, seconds=seconds, wanted=_CREATED
    )


async def saturate_with(
    url: str, requests: Iterator[bytes], *, connections: int, seconds: float, wanted: int
) -> Saturation:
    """The same with any requests; answers of another status than `wanted` count as refused."""
    parts = urlsplit(url)
    host, port = parts.hostname or "127.0.0.1", parts.port or 80
    begun = time.perf_counter()
    visitors = _Visitors(requests, until=begun + seconds, wanted=wanted)
    loop = asyncio.get_running_loop()
    open_ones = [
        (await loop.create_connection(lambda: Connection(visitors, host), host, port))[1]
        for _ in range(connections)
    ]
    for connection in open_ones:
        visitors.begin(connection)
    await visitors.ended.wait()
    for connection in open_ones:
        connection.close()
    found = percentiles(visitors.latencies)
    rate = len(visitors.latencies) / max(visitors.last - begun, 1e-9)
    return Saturation(rate, found["p50"], found["p99"], visitors.refused, visitors.lost_count)


def _requests(bodies: Sequence[Path], host: str) -> Iterator[bytes]:
    for place in bodies:
        with place.open(encoding="ascii") as lines:
            for line in lines:
                key, _, body = line.rstrip("\n").partition("\t")
                yield (
                    f"POST {PATH} HTTP/1.1\r\nHost: {host}\r\nContent-Type: {TYPE}\r\n"
                    f"Idempotency-Key: {key}\r\nContent-Length: {len(body)}\r\n\r\n{body}"
                ).encode("ascii")
