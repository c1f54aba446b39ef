"""One kept-alive connection that reads whole answers as cheaply as Python can."""

import asyncio
import time
from typing import Protocol, cast

STALE_SECONDS = 8.0  # the front door cuts silent connections after ten
_HEAD_END = b"\r\n\r\n"
_LENGTH = b"content-length:"
_CHUNKED = b"transfer-encoding: chunked"


class Owner(Protocol):
    """Who hears what became of a request. A visit is the number that the owner gave it."""

    def answered(self, connection: "Connection", visit: int, status: int, answer: bytes) -> None:
        """A whole answer came: head and body in `answer`."""
        ...

    def lost(self, visit: int) -> None:
        """The connection broke while the answer was awaited."""
        ...

    def gone(self, connection: "Connection") -> None:
        """The connection is closed and will not come back."""
        ...


class Connection(asyncio.Protocol):
    """Sends prepared bytes and hands whole answers to its owner; one request at a time."""

    __slots__ = ("_buffer", "_owner", "_quiet_since", "_transport", "_visit", "address", "is_busy")

    def __init__(self, owner: Owner, address: str) -> None:
        self.address = address
        self.is_busy = False
        self._owner = owner
        self._visit = 0
        self._buffer = b""
        self._transport: asyncio.Transport | None = None
        self._quiet_since = time.monotonic()

    @property
    def is_stale(self) -> bool:
        """Whether it was quiet for so long that the other side may be hanging up just now."""
        return time.monotonic() - self._quiet_since > STALE_SECONDS

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """The way is open."""
        self._transport = cast("asyncio.Transport", transport)  # uvloop has a class of its own

    def connection_lost(self, exc: Exception | None) -> None:  # noqa: ARG002 the owner counts it
        """The way is closed; whoever waited on it hears so."""
        self._transport = None
        if self.is_busy:
            self.is_busy = False
            self._owner.lost(self._visit)
        self._owner.gone(self)

    def ask(self, request: bytes, visit: int) -> bool:
        """Send a request; False when the connection is closed and nothing was sent."""
        if self._transport is None or self._transport.is_closing():
            return False
        self._visit, self.is_busy, self._buffer = visit, True, b""
        self._transport.write(request)
        return True

    def data_received(self, data: bytes) -> None:
        """Some of an answer, mostly all of it."""
        if not self.is_busy:
            self.close()  # words that nobody asked for
            return
        answer = self._buffer + data if self._buffer else data
        if not is_whole(answer):
            self._buffer = answer
            return
        self.is_busy, self._quiet_since = False, time.monotonic()
        self._owner.answered(self, self._visit, int(answer[9:12]), answer)

    def close(self) -> None:
        """Hang up."""
        if self._transport is not None:
            self._transport.close()


def is_whole(answer: bytes) -> bool:
    """Whether head and body are there. Answers are of a known length, or chunked."""
    end = answer.find(_HEAD_END)
    if end < 0:
        return False
    head = answer[:end].lower()
    at = head.find(_LENGTH)
    if at >= 0:
        stop = head.find(b"\r", at)
        length = int(head[at + len(_LENGTH) : stop if stop >= 0 else end])
        return len(answer) >= end + len(_HEAD_END) + length
    return _CHUNKED not in head or answer.endswith(b"0\r\n\r\n")


def body_of(answer: bytes) -> bytes:
    """The body of a whole answer."""
    return answer[answer.find(_HEAD_END) + len(_HEAD_END) :]


def header_of(answer: bytes, name: str) -> str:
    """The value of a header (its name in lower case), or an empty string."""
    head = answer[: answer.find(_HEAD_END)]
    for line in head.split(b"\r\n")[1:]:
        found, _, value = line.partition(b":")
        if found.lower() == name.encode():
            return value.strip().decode("latin-1")
    return ""
