"""HTTP/1.1 on raw asyncio protocols with prepared bytes: cheap enough to share the machine.

One request is under way per connection; connections are kept alive and bounded by the pool.
"""

import asyncio
import sys
from collections import deque
from collections.abc import Mapping
from dataclasses import dataclass
from itertools import cycle
from typing import cast
from urllib.parse import urlsplit

CALL_SECONDS = 30.0
ANSWERS_AN_ADDRESS = 20  # after which another address is used
_HEAD_END = b"\r\n\r\n"
_FIRST_NETWORK, _NETWORKS = 2, 65_024  # 127.2.0 to 127.255.255; 127.0.0.x stays with others


class ConnectionLost(Exception):
    """The other side was not there, or hung up before its answer was complete."""


@dataclass(frozen=True, slots=True)
class Answer:
    """Status, headers by lower-case name (the last of a name; cookies all), and body."""

    status: int
    headers: Mapping[str, str]
    cookies: tuple[str, ...]
    body: bytes


def prepare(
    method: str, path: str, *, host: str, headers: Mapping[str, str], body: bytes = b""
) -> bytes:
    """The bytes of a request, ready to be sent as often as needed."""
    lines = [f"{method} {path} HTTP/1.1", f"Host: {host}"]
    lines += [f"{name}: {value}" for name, value in headers.items()]
    if body or method not in {"GET", "DELETE"}:
        lines.append(f"Content-Length: {len(body)}")
    return "\r\n".join(lines).encode("latin-1") + _HEAD_END + body


class _Connection(asyncio.Protocol):
    """One kept-alive connection that reads one answer at a time."""

    def __init__(self) -> None:
        self.transport: asyncio.Transport | None = None
        self.answers = 0
        self._buffer = bytearray()
        self._waiting: asyncio.Future[Answer] | None = None
        self._bodyless = False

    @property
    def is_open(self) -> bool:
        return self.transport is not None and not self.transport.is_closing()

    @property
    def heard_something(self) -> bool:
        return bool(self._buffer)

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self.transport = cast("asyncio.Transport", transport)  # uvloop has a class of its own

    def connection_lost(self, exc: Exception | None) -> None:
        self.transport = None
        if self._waiting is not None and not self._waiting.done():
            self._waiting.set_exception(ConnectionLost(str(exc or "closed")))

    def data_received(self, data: bytes) -> None:
        self._buffer += data
        waiting = self._waiting
        if waiting is None or waiting.done():
            self.close()  # words that nobody asked for
            return
        try:
            answer = _parse(self._buffer, bodyless=self._bodyless)
        except ValueError as problem:
            waiting.set_exception(ConnectionLost(f"not HTTP: {problem}"))
            self.close()
            return
        if answer is not None:
            waiting.set_result(answer)

    async def exchange(self, request: bytes) -> Answer:
        if self.transport is None:
            raise ConnectionLost("closed")
        self._buffer.clear()
        self._bodyless = request.startswith(b"HEAD ")
        self._waiting = asyncio.get_running_loop().create_future()
        self.transport.write(request)
        answer = await self._waiting
        self.answers += 1
        if answer.headers.get("connection", "").lower() == "close":
            self.close()
        return answer

    def close(self) -> None:
        if self.transport is not None:
            self.transport.close()


def _parse(raw: bytearray, *, bodyless: bool) -> Answer | None:
    """The complete answer in the buffer, or None while some of it is missing."""
    end = raw.find(_HEAD_END)
    if end < 0:
        return None
    status_line, *lines = raw[:end].decode("latin-1").split("\r\n")
    headers, cookies = _read_headers(lines)
    status = int(status_line.split(" ", 2)[1])
    start = end + len(_HEAD_END)
    if bodyless or status in {204, 304}:
        body: bytes | None = b""
    elif headers.get("transfer-encoding", "").lower() == "chunked":
        body = _join_chunks(raw, start)
    else:
        length = int(headers.get("content-length", "0"))
        body = bytes(raw[start : start + length]) if len(raw) >= start + length else None
    return None if body is None else Answer(status, headers, cookies, body)


def _read_headers(lines: list[str]) -> tuple[dict[str, str], tuple[str, ...]]:
    pairs = [(name.lower(), value.strip()) for name, _, value in (x.partition(":") for x in lines)]
    cookies = tuple(value for name, value in pairs if name == "set-cookie")
    return dict(pairs), cookies


def _join_chunks(raw: bytearray, at: int) -> bytes | None:
    parts: list[bytes] = []
    while True:
        line_end = raw.find(b"\r\n", at)
        if line_end < 0:
            return None
        size = int(raw[at:line_end].split(b";")[0], 16)
        at = line_end + 2
        if len(raw) < at + size + 2:
            return None
        if size == 0:
            return b"".join(parts)
        parts.append(bytes(raw[at : at + size]))
        at += size + 2


def loopback_addresses(count: int) -> tuple[str, ...]:
    """`count` addresses of this machine, spread over as many /24 networks as possible."""
    return tuple(
        f"127.{_FIRST_NETWORK + n % _NETWORKS // 256}.{n % 256}.{1 + n // _NETWORKS}"
        for n in range(count)
    )


class Pool:
    """A bounded number of kept-alive connections to one server.

    With several `addresses` to a server of this machine, connections come from that many loopback
    addresses in turn, and each is given up after some answers so that the next one is used.
    """

    def __init__(self, url: str, *, connections: int, addresses: int = 1) -> None:
        parts = urlsplit(url)
        self.host = parts.netloc
        self._address = (parts.hostname or "127.0.0.1", parts.port or 80)
        is_local = self._address[0].startswith("127.")
        self._sources = cycle(loopback_addresses(addresses) if is_local and addresses > 1 else [""])
        self._most_answers = ANSWERS_AN_ADDRESS if is_local and addresses > 1 else sys.maxsize
        self._room = asyncio.Semaphore(connections)
        self._idle: deque[_Connection] = deque()

    async def call(self, request: bytes, *, seconds: float = CALL_SECONDS) -> Answer:
        """Send the request and wait for its answer.

        A kept-alive connection that turns out to be closed is replaced once, as browsers do.
        Raises ConnectionLost; also after `seconds` without a complete answer.
        """
        async with self._room:
            while True:
                connection = await self._connection()
                kept = connection.answers > 0
                try:
                    async with asyncio.timeout(seconds):
                        answer = await connection.exchange(request)
                except ConnectionLost:
                    if kept and not connection.heard_something:
                        continue
                    raise
                except TimeoutError:
                    connection.close()
                    raise ConnectionLost(f"no answer within {seconds:.0f} s") from None
                except asyncio.CancelledError:
                    connection.close()  # its answer would come to nobody
                    raise
                if connection.answers >= self._most_answers:
                    connection.close()
                elif connection.is_open:
                    self._idle.append(connection)
                return answer

    async def close(self) -> None:
        """Hang up every idle connection, and see it through."""
        while self._idle:
            self._idle.pop().close()
        await asyncio.sleep(0)

    async def _connection(self) -> _Connection:
        while self._idle:
            connection = self._idle.pop()
            if connection.is_open:
                return connection
        try:
            _, connection = await asyncio.get_running_loop().create_connection(
                _Connection, *self._address,
                local_addr=(source, 0) if (source := next(self._sources)) else None,
            )  # fmt: skip
        except OSError as problem:
            raise ConnectionLost(str(problem)) from problem
        return connection
