"""A lean SMTP server (RFC 5321, PIPELINING): what the mail catcher and the mail bench listen by.

It takes a mail apart no further than the envelope. Whoever owns it decides, address by address,
what is taken.
"""

from __future__ import annotations

import asyncio
import re
from typing import Protocol, cast

LARGEST_MAIL = 1024 * 1024
LONGEST_LINE = 4096
MOST_RECIPIENTS = 100
_PATH = re.compile(rb"(?i)(?:FROM|TO):\s*<([^<>]*)>")
_END = b"\r\n.\r\n"
_HELLO = (
    b"250-catcher\r\n250-PIPELINING\r\n250-8BITMIME\r\n250-ENHANCEDSTATUSCODES\r\n"
    b"250 SIZE %d\r\n" % LARGEST_MAIL
)


class LineDropped(Exception):
    """The owner of the server wants this connection to go dead at once."""


class Receiver(Protocol):
    """Who decides about addresses and keeps mails."""

    def refusal_of(self, address: str) -> str | None:
        """The answer that refuses an address, such as `550 5.1.1 …`; None takes it.

        Raises LineDropped.
        """

    def keep(self, *, sender: str, recipients: list[str], content: bytes) -> None:
        """Take a whole mail; its lines end in CRLF and its dots are unstuffed."""


class Conversation(asyncio.Protocol):
    """One connection: commands one after another, as many in one packet as the client likes."""

    def __init__(self, receiver: Receiver, others: set[Conversation]) -> None:
        self._receiver = receiver
        self._others = others
        self._buffer = bytearray()
        self._searched = 0
        self._in_mail = False
        self._sender: str | None = None
        self._recipients: list[str] = []
        self._answers: list[bytes] = []

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Greet."""
        self._transport = cast("asyncio.Transport", transport)
        self._others.add(self)
        self._transport.write(b"220 catcher ESMTP\r\n")

    def connection_lost(self, exc: Exception | None) -> None:  # noqa: ARG002 - asyncio's name
        """Leave the others."""
        self._others.discard(self)

    def close(self) -> None:
        """Hang up without a word."""
        self._transport.abort()

    def data_received(self, data: bytes) -> None:
        """Answer every command that is complete, in one packet."""
        self._buffer += data
        try:
            while self._mail() if self._in_mail else self._command():
                pass
        except LineDropped:
            self._hang_up()
            return
        if self._answers:
            self._transport.write(b"".join(self._answers))
            self._answers.clear()

    def _mail(self) -> bool:
        """Take the mail out of the buffer, if it is there to its end."""
        is_empty = self._buffer.startswith(b".\r\n")
        end = -2 if is_empty else self._buffer.find(_END, max(0, self._searched - len(_END)))
        if end == -1:
            self._searched = len(self._buffer)
            if self._searched > LARGEST_MAIL:
                self._say(b"552 5.3.4 too large")
                self._hang_up()
            return False
        content = bytes(self._buffer[: max(0, end + 2)])
        del self._buffer[: end + len(_END)]
        self._in_mail, self._searched = False, 0
        if content.startswith(b"."):
            content = content[1:]
        recipients, sender = self._recipients, self._sender or ""
        self._forget()
        if recipients:
            self._receiver.keep(
                sender=sender, recipients=recipients, content=content.replace(b"\r\n.", b"\r\n")
            )
        self._say(b"250 2.0.0 kept" if recipients else b"554 5.5.1 no valid recipients")
        return True

    def _command(self) -> bool:
        end = self._buffer.find(b"\n")
        if end == -1:
            if len(self._buffer) > LONGEST_LINE:
                self._say(b"500 5.5.2 line too long")
                self._hang_up()
            return False
        line = bytes(self._buffer[:end]).rstrip(b"\r")
        del self._buffer[: end + 1]
        self._obey(line[:4].upper(), line)
        return not self._transport.is_closing()

    def _obey(self, verb: bytes, line: bytes) -> None:
        match verb:
            case b"MAIL":
                self._from(line)
            case b"RCPT":
                self._to(line)
            case b"DATA" if self._recipients:
                self._in_mail = True
                self._say(b"354 end with a dot")
            case b"DATA":
                self._say(b"503 5.5.1 RCPT first")
            case b"RSET":
                self._forget()
                self._say(b"250 2.0.0 forgotten")
            case b"EHLO":
                self._forget()
                self._answers.append(_HELLO)
            case b"HELO":
                self._forget()
                self._say(b"250 catcher")
            case b"NOOP":
                self._say(b"250 2.0.0 here")
            case b"QUIT":
                self._say(b"221 2.0.0 bye")
                self._hang_up()
            case _:
                self._say(b"502 5.5.1 not known here")

    def _from(self, line: bytes) -> None:
        found = _PATH.search(line)
        if found is None:
            self._say(b"501 5.1.7 MAIL FROM:<address>")
            return
        self._forget()
        self._sender = found[1].decode("utf-8", "replace")
        self._say(b"250 2.1.0 sender known")

    def _to(self, line: bytes) -> None:
        found = _PATH.search(line)
        if self._sender is None:
            self._say(b"503 5.5.1 MAIL first")
        elif found is None or not found[1]:
            self._say(b"501 5.1.3 RCPT TO:<address>")
        elif len(self._recipients) >= MOST_RECIPIENTS:
            self._say(b"452 4.5.3 too many recipients")
        else:
            address = found[1].decode("utf-8", "replace")
            refusal = self._receiver.refusal_of(address)
            if refusal is None:
                self._recipients.append(address)
            self._say(refusal.encode() if refusal else b"250 2.1.5 recipient known")

    def _say(self, answer: bytes) -> None:
        self._answers.append(answer + b"\r\n")

    def _forget(self) -> None:
        self._sender, self._recipients = None, []

    def _hang_up(self) -> None:
        self._transport.write(b"".join(self._answers))
        self._answers.clear()
        self._transport.close()


class Listener:
    """A listening server and the conversations that are open."""

    def __init__(self, server: asyncio.Server, conversations: set[Conversation]) -> None:
        self._server, self._conversations = server, conversations

    def close(self) -> None:
        """Listen no more, and hang up on everybody."""
        self._server.close()
        for conversation in tuple(self._conversations):
            conversation.close()


async def listen(receiver: Receiver, *, host: str, port: int) -> Listener:
    """Listen for mail in the running event loop."""
    conversations: set[Conversation] = set()
    server = await asyncio.get_running_loop().create_server(
        lambda: Conversation(receiver, conversations), host, port, backlog=1024
    )
    return Listener(server, conversations)
