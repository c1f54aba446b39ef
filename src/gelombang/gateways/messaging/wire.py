"""One SMTP connection after its greeting: replies in order, commands as the server takes them.

aiosmtplib connects, encrypts and signs in; its transport is then handed over to this protocol,
because a command group in one packet (RFC 2920) makes one round trip of a mail instead of four.
"""

from __future__ import annotations

import asyncio
from collections import deque
from dataclasses import dataclass
from typing import cast

LONGEST_REPLY = 64 * 1024


class LineLost(Exception):
    """The server hung up, or answers something that is no SMTP."""


@dataclass(frozen=True, slots=True)
class Reply:
    """The last line of one answer of the server."""

    code: int
    words: str

    @property
    def is_good(self) -> bool:
        """Whether the server goes along (2xx, 3xx)."""
        return self.code < 400  # noqa: PLR2004 - RFC 5321


class Wire(asyncio.Protocol):
    """Replies of an SMTP server, read as they come."""

    def __init__(self, transport: asyncio.Transport, *, pipelines: bool) -> None:
        self.pipelines = pipelines
        """Whether the server takes several commands in one packet."""
        self.is_lost = False
        self._transport = transport
        self._buffer = b""
        self._replies: deque[Reply] = deque()
        self._waiter: asyncio.Future[None] | None = None

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Remember the transport, where one is made for this protocol."""
        self._transport = cast("asyncio.Transport", transport)

    def data_received(self, data: bytes) -> None:
        """Take in whatever came; lines that an answer goes on after are passed over."""
        *lines, self._buffer = (self._buffer + data).split(b"\r\n")
        for line in lines:
            if line[3:4] == b"-":
                continue
            if not line[:3].isdigit():
                self.close()
                return
            self._replies.append(Reply(int(line[:3]), line[4:].decode("utf-8", "replace")))
        if len(self._buffer) > LONGEST_REPLY:
            self.close()
        self._wake()

    def connection_lost(self, exc: Exception | None) -> None:  # noqa: ARG002 - asyncio's name
        """Tell who waits."""
        self.is_lost = True
        self._wake()

    def _wake(self) -> None:
        if self._waiter is not None and not self._waiter.done():
            self._waiter.set_result(None)

    def send(self, *parts: bytes) -> None:
        """Write in one packet. Raises LineLost."""
        if self.is_lost or self._transport.is_closing():
            raise LineLost
        self._transport.write(b"".join(parts))

    async def reply(self) -> Reply:
        """The next answer. Raises LineLost; whoever waits sets the time-out."""
        while not self._replies:
            if self.is_lost:
                raise LineLost
            self._waiter = asyncio.get_running_loop().create_future()
            await self._waiter
        return self._replies.popleft()

    async def ask(self, command: bytes) -> Reply:
        """Send one command and wait for its answer. Raises LineLost."""
        self.send(command)
        return await self.reply()

    def close(self) -> None:
        """Hang up."""
        self.is_lost = True
        self._transport.close()
        self._wake()
