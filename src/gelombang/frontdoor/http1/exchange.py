"""One request and the way back, as RSGI hands them to an application."""

import asyncio
from collections.abc import AsyncIterator
from typing import Protocol
from urllib.parse import unquote


class SenderLeft(ConnectionError):
    """The sender left before the body was whole: there is nobody to answer."""


class BodyTooLarge(ValueError):
    """More came than is kept of a body."""


class Line(Protocol):
    """What an exchange needs of its connection."""

    def wants_body(self, exchange: "Exchange") -> None:
        """Go on reading, and tell a sender who waits for it."""

    def answer(
        self, exchange: "Exchange", status: int, headers: list[tuple[str, str]], body: bytes
    ) -> None:
        """Write an answer."""


class Exchange:
    """Both sides of RSGI in one object: the scope, and the protocol that reads and answers."""

    __slots__ = (
        "_arrived", "_line", "_most", "_parts", "_size", "client", "expects", "headers",
        "is_answered", "is_gone", "is_last", "is_whole", "method", "path", "query_string",
        "version",
    )  # fmt: skip
    proto = "http"

    def __init__(self, line: Line, *, client: str, most: int) -> None:
        self._line = line
        self._most = most
        self._parts: list[bytes] = []
        self._size = 0
        self._arrived: asyncio.Future[None] | None = None
        self.client = client
        self.headers: dict[str, str] = {}
        self.method = self.path = self.query_string = ""
        self.version = "1.1"
        self.expects = False
        """Whether its sender waits to be told to go on."""
        self.is_whole = False
        """Whether its body has come to its end."""
        self.is_answered = False
        self.is_last = False
        """Whether the connection ends with its answer."""
        self.is_gone = False

    def address(self, target: str) -> None:
        """Take path and query from the target of the request, which begins with a slash."""
        path, _, self.query_string = target.partition("?")
        self.path = unquote(path) if "%" in path else path

    @property
    def kept(self) -> int:
        """Bytes of the body that nobody has taken yet."""
        return self._size

    def add(self, part: bytes) -> None:
        """A part of the body has come."""
        if self.is_answered:
            return
        self._parts.append(part)
        self._size += len(part)
        self._wake()

    def complete(self) -> None:
        """The body is whole."""
        self.is_whole = True
        self._wake()

    def lose(self) -> None:
        """The sender is gone."""
        self.is_gone = True
        self._wake()

    async def __call__(self) -> bytes:
        """The whole body. Raises SenderLeft or BodyTooLarge."""
        while not self.is_whole:
            if self._size > self._most:
                raise BodyTooLarge
            await self._more()
        body = self._parts[0] if len(self._parts) == 1 else b"".join(self._parts)
        self._parts, self._size = [], 0
        return body

    async def __aiter__(self) -> AsyncIterator[bytes]:
        """The body part by part. Raises SenderLeft."""
        while True:
            parts, self._parts, self._size = self._parts, [], 0
            for part in parts:
                yield part
            if not self._parts:
                if self.is_whole:
                    return
                await self._more()

    def response_bytes(self, status: int, headers: list[tuple[str, str]], body: bytes) -> None:
        """Send a whole response."""
        self._line.answer(self, status, headers, body)

    async def _more(self) -> None:
        if self.is_gone:
            raise SenderLeft
        self._line.wants_body(self)
        self._arrived = asyncio.get_running_loop().create_future()
        try:
            await self._arrived
        finally:
            self._arrived = None

    def _wake(self) -> None:
        if self._arrived is not None and not self._arrived.done():
            self._arrived.set_result(None)
