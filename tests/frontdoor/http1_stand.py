"""The door's server with a small application over it, in a thread, on a real socket."""

import asyncio
import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

import uvloop

from gelombang.frontdoor.http1.exchange import Exchange
from gelombang.frontdoor.http1.limits import WireLimits
from gelombang.frontdoor.http1.serving import Server

QUICK = WireLimits(
    idle_seconds=0.6, head_seconds=0.6, write_seconds=0.6, linger_seconds=0.6, look_seconds=0.1,
    last_call_seconds=0.2, drain_seconds=5,
)  # fmt: skip
PATIENT = WireLimits(look_seconds=0.1, last_call_seconds=0.2, drain_seconds=5)
BIG = 8 * 1024 * 1024
PLAIN = ("content-type", "text/plain")


@dataclass(slots=True)
class Wire:
    """One connection, and what was read of it and not used yet."""

    socket: socket.socket
    rest: bytes = b""

    def send(self, *parts: bytes) -> "Wire":
        self.socket.sendall(b"".join(parts))
        return self

    def answer(self, *, head_only: bool = False) -> tuple[int, dict[str, str], bytes]:
        """The next whole answer."""
        while b"\r\n\r\n" not in self.rest:
            self._read()
        head, _, self.rest = self.rest.partition(b"\r\n\r\n")
        first, *lines = head.decode("latin-1").split("\r\n")
        headers = dict(line.split(": ", 1) for line in lines)
        status = int(first.split(" ")[1])
        size = 0 if head_only or status == 100 else int(headers["content-length"])
        while len(self.rest) < size:
            self._read()
        body, self.rest = self.rest[:size], self.rest[size:]
        return status, headers, body

    def is_over(self) -> bool:
        """Whether the other side has ended, with nothing more to say and no reset."""
        return not self.rest and self.socket.recv(1000) == b""

    def _read(self) -> None:
        more = self.socket.recv(1 << 20)
        assert more, f"it ended after {self.rest[:200]!r}"
        self.rest += more


@dataclass(slots=True)
class Stand:
    """The running server, and what reached its application."""

    port: int
    loop: asyncio.AbstractEventLoop
    stop: asyncio.Event
    thread: threading.Thread | None = None
    seen: list[Exchange] = field(default_factory=list)
    gate: threading.Event = field(default_factory=threading.Event)
    """What /held waits for."""
    taken: list[bytes] = field(default_factory=list)
    wires: list[Wire] = field(default_factory=list)

    def connect(self, *, seconds: float = 20) -> Wire:
        wire = Wire(socket.create_connection(("127.0.0.1", self.port), timeout=seconds))
        self.wires.append(wire)
        return wire

    def hang_up(self) -> None:
        """End every connection of ours."""
        for each in self.wires:
            each.socket.close()
        self.wires.clear()

    def ask(self, *parts: bytes) -> Wire:
        return self.connect().send(*parts)

    def tell_to_stop(self) -> None:
        self.loop.call_soon_threadsafe(self.stop.set)

    @property
    def paths(self) -> list[str]:
        return [each.path for each in self.seen]

    async def __call__(self, scope: Exchange, exchange: Exchange) -> None:
        """Answers in ways that its paths name."""
        self.seen.append(scope)
        if scope.path == "/held":
            await asyncio.to_thread(self.gate.wait, 20)
        if scope.path == "/taken":
            await asyncio.to_thread(self.gate.wait, 20)
            self.taken.extend([part async for part in exchange])
        if scope.path == "/broken":
            raise RuntimeError("a bug of ours")
        if scope.path == "/silent":
            return
        headers = [PLAIN]
        if scope.path == "/split":
            headers.append(("location", "/x\r\nset-cookie: stolen=1\r\n\r\nmore"))
        body = f"{scope.method} {scope.path}?{scope.query_string}".encode()
        if scope.path == "/echo":
            body = await exchange()
        if scope.path == "/big":
            body = b"x" * BIG
        headers.append(("content-length", str(len(body))))
        exchange.response_bytes(200, headers, b"" if scope.method == "HEAD" else body)


@contextmanager
def standing_server(limits: WireLimits = PATIENT) -> Iterator[Stand]:
    """The server until the end of the block; then it has to stop by itself."""
    listener = socket.create_server(("127.0.0.1", 0), backlog=128)
    loop = uvloop.new_event_loop()
    stand = Stand(listener.getsockname()[1], loop, asyncio.Event())

    def run() -> None:
        asyncio.set_event_loop(loop)
        server = Server(stand, listener, limits=limits, loop=loop)
        loop.run_until_complete(server.serve(stand.stop))
        loop.close()

    stand.thread = threading.Thread(target=run, daemon=True)
    stand.thread.start()
    try:
        yield stand
    finally:
        stand.gate.set()
        stand.hang_up()
        if stand.thread.is_alive():
            stand.tell_to_stop()
        stand.thread.join(20)
        assert not stand.thread.is_alive()


def get(path: str, *lines: str, version: str = "1.1") -> bytes:
    """A request without a body."""
    head = [f"GET {path} HTTP/{version}", "Host: x", *lines, "", ""]
    return "\r\n".join(head).encode("latin-1")


def post(path: str, body: bytes, *lines: str) -> bytes:
    """A request with a body of stated length."""
    head = [f"POST {path} HTTP/1.1", "Host: x", f"Content-Length: {len(body)}", *lines, "", ""]
    return "\r\n".join(head).encode("latin-1") + body
