"""A small open load: people on kept connections and on fresh ones, each answer counted.

A connection that its server closed while idle is opened again, as HTTP has it. A request that was
sent and got no whole answer is a failure.
"""

import asyncio
import json
import random
import re
import threading
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

ANSWER_SECONDS = 20.0
CREATED = 201
_KEY = re.compile(rb"\r\nIdempotency-Key: (\S+)\r\n")
Request = Callable[[], bytes]


@dataclass
class Load:
    """What became of every request."""

    port: int
    requests: tuple[Request, ...]
    kept: int = 20
    fresh_per_second: float = 60
    answers: Counter = field(default_factory=Counter)
    """By status."""
    receipts: dict[str, str] = field(default_factory=dict)
    """Of everything that was acknowledged with 201, by the key that it was sent under."""
    failures: list[str] = field(default_factory=list)
    _stop: threading.Event = field(default_factory=threading.Event)

    async def run(self) -> None:
        people = [asyncio.create_task(self._stay()) for _ in range(self.kept)]
        while not self._stop.is_set():
            people.append(asyncio.create_task(self._visit()))
            await asyncio.sleep(random.expovariate(self.fresh_per_second))
        await asyncio.gather(*people)

    async def _visit(self) -> None:
        """One request on a connection of its own."""
        try:
            reader, writer = await self._come()
            await self._ask(reader, writer)
            writer.close()
        except (OSError, EOFError, TimeoutError) as fault:
            self.failures.append(f"fresh: {fault!r}")

    async def _stay(self) -> None:
        """Requests on one connection, with a pause between."""
        reader = writer = None
        while not self._stop.is_set():
            try:
                if reader is None or writer is None or reader.at_eof():
                    reader, writer = await self._come()
                if await self._ask(reader, writer):
                    writer.close()
                    reader = None
            except (OSError, EOFError, TimeoutError) as fault:
                self.failures.append(f"kept: {fault!r}")
                reader = None
            await asyncio.sleep(random.expovariate(10))
        if writer is not None:
            writer.close()

    async def _come(self) -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
        """A connection from an address of one's own, so that nobody is paced for the others."""
        address = (
            f"127.{random.randrange(1, 255)}.{random.randrange(255)}.{random.randrange(1, 255)}"
        )
        return await asyncio.open_connection("127.0.0.1", self.port, local_addr=(address, 0))

    async def _ask(self, reader, writer) -> bool:
        """Send one request and read its answer; whether the server wants to close."""
        request = random.choice(self.requests)()
        writer.write(request)
        async with asyncio.timeout(ANSWER_SECONDS):
            head = (await reader.readuntil(b"\r\n\r\n")).lower()
            lengths = [line for line in head.split(b"\r\n") if line.startswith(b"content-length:")]
            if lengths:
                body = await reader.readexactly(int(lengths[0].partition(b":")[2]))
            else:
                body = await reader.readuntil(b"0\r\n\r\n")
        status = int(head.split()[1])
        self.answers[status] += 1
        if status == CREATED:
            (key,) = _KEY.findall(request)
            self.receipts[key.decode()] = json.loads(body)["receipt"]
        return b"connection: close" in head


def get(path: str) -> Request:
    return f"GET {path} HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n".encode


@contextmanager
def steady_load(
    port: int, *requests: Request, kept: int = 20, fresh_per_second: float = 60
) -> Iterator[Load]:
    """The load in a thread of its own while the block runs; whole when it ends."""
    load = Load(port, requests, kept=kept, fresh_per_second=fresh_per_second)
    thread = threading.Thread(target=lambda: asyncio.run(load.run()))
    thread.start()
    try:
        yield load
    finally:
        load._stop.set()
        thread.join()
