"""Mail over SMTP: a few connections that stay open, chunk by chunk.

The client runs an event loop in a thread of its own, so that callers with a blocking database hand
over chunks and wait for futures. A server that offers PIPELINING gets the envelope of the next mail
in one packet with the text of the one before: one round trip a mail. At most one mail on each
connection is between "the server has it" and "the client knows it" at any time.
"""

from __future__ import annotations

import asyncio
import threading
import time
from collections.abc import Sequence
from concurrent.futures import Future
from dataclasses import dataclass, field
from typing import Self, cast

import aiosmtplib
import structlog
import uvloop
from aiosmtplib.errors import SMTPException

from gelombang.gateways.messaging.message import address_of, compose
from gelombang.gateways.messaging.protocol import Mail, Outcome, Sent
from gelombang.gateways.messaging.statuses import refuses_mailbox
from gelombang.gateways.messaging.wire import LineLost, Reply, Wire
from gelombang.kit import clock

log = structlog.get_logger(__name__)

IMPLICIT_TLS_PORT = 465
GOODBYE_SECONDS = 10.0
SHUTTING_DOWN = 421
GO_AHEAD = 354
PERMANENT = 500


@dataclass(frozen=True, slots=True)
class MailServer:
    """Where mail is handed over, and as whom."""

    host: str
    port: int
    sender: str
    """`Name <address>` or a bare address."""
    user: str | None = None
    password: str | None = field(default=None, repr=False)
    bounces_to: str | None = None
    """The envelope sender, where bounces go; the sender's own address without one."""


@dataclass(frozen=True, slots=True)
class Patience:
    """How long a server is waited for, in seconds of real time."""

    connect: float = 5.0
    """To greet us, or to show that a line which lay idle still lives: it is away after that."""
    answer: float = 10.0
    """For one mail; short, so that a second provider takes over soon."""
    chunk: float = 25.0
    """For one chunk; what is not sent by then goes back untried. Shorter than a lease."""


USUAL = Patience()


@dataclass(frozen=True, slots=True)
class _Envelope:
    """A mail made ready to be written."""

    reference: int
    commands: tuple[bytes, bytes, bytes]
    content: bytes


class SmtpClient:
    """A MailGateway over SMTP. Use it as a context manager, or call `close`."""

    def __init__(
        self, server: MailServer, *, connections: int = 8, patience: Patience = USUAL
    ) -> None:
        self.connections = connections
        self._patience = patience
        self._server = server
        self._idle: list[Wire] = []
        self._loop = uvloop.new_event_loop()
        self._turns = asyncio.Semaphore(connections)
        self._thread = threading.Thread(target=self._run, name="mail", daemon=True)
        self._thread.start()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def submit(self, mails: Sequence[Mail]) -> Future[list[Sent]]:
        """Begin to send a chunk over one connection; the outcomes come in the order of the mails.

        Chunks beyond `connections` wait for their turn. A server that is away makes the rest of
        the chunk untried and is no exception.
        """
        return asyncio.run_coroutine_threadsafe(self._send(list(mails)), self._loop)

    def close(self) -> None:
        """Say goodbye to the server and end the thread."""
        if self._thread.is_alive():
            asyncio.run_coroutine_threadsafe(self._hang_up(), self._loop).result(GOODBYE_SECONDS)
            self._loop.call_soon_threadsafe(self._loop.stop)
            self._thread.join(GOODBYE_SECONDS)
            self._loop.close()

    def _run(self) -> None:
        asyncio.set_event_loop(self._loop)
        self._loop.run_forever()

    async def _hang_up(self) -> None:
        for wire in self._idle:
            wire.close()
        self._idle.clear()

    async def _send(self, mails: list[Mail]) -> list[Sent]:
        outcomes: dict[int, Outcome] = {}
        async with self._turns:
            until = time.monotonic() + self._patience.chunk
            wire = await self._wire()
            if wire is not None:
                envelopes = self._envelopes(mails, outcomes)
                await self._converse(wire, envelopes, outcomes, until=until)
                self._give_back(wire)
        return [
            Sent(mail.reference, outcomes.get(mail.reference, Outcome.UNTRIED)) for mail in mails
        ]

    def _envelopes(self, mails: Sequence[Mail], outcomes: dict[int, Outcome]) -> list[_Envelope]:
        """The mails made ready; one that SMTP cannot carry goes no further."""
        ready = []
        for mail in mails:
            try:
                ready.append(self._envelope(mail))
            except ValueError:
                log.warning("a mail with an address that SMTP cannot carry")
                outcomes[mail.reference] = Outcome.UNSENDABLE
        return ready

    def _envelope(self, mail: Mail) -> _Envelope:
        sender = self._server.bounces_to or address_of(self._server.sender)
        if any(letter in mail.to for letter in "<> "):
            raise ValueError("no address")
        content = compose(mail, sender=self._server.sender, at=clock.real_now())
        stuffed = content.replace(b"\r\n.", b"\r\n..")  # the head never begins with a dot
        return _Envelope(
            reference=mail.reference,
            commands=(
                f"MAIL FROM:<{sender}>\r\n".encode("ascii"),
                f"RCPT TO:<{mail.to}>\r\n".encode("ascii"),  # UnicodeEncodeError is a ValueError
                b"DATA\r\n",
            ),
            content=stuffed + b".\r\n",
        )

    async def _converse(
        self, wire: Wire, envelopes: list[_Envelope], outcomes: dict[int, Outcome], *, until: float
    ) -> None:
        """Send one mail after another until the line is lost or the time is over."""
        ahead = b"".join(envelopes[0].commands) if envelopes and wire.pipelines else b""
        for place, envelope in enumerate(envelopes):
            if wire.is_lost or time.monotonic() > until:
                break
            following = envelopes[place + 1 : place + 2] if wire.pipelines else []
            after = b"".join(b"".join(each.commands) for each in following)
            try:
                async with asyncio.timeout(self._patience.answer):
                    if place == 0 and ahead:
                        wire.send(ahead)
                    outcome = await _deliver(wire, envelope, after)
            except (LineLost, OSError, TimeoutError) as silence:
                log.warning("mail server fell silent", kind=type(silence).__name__)
                wire.close()
                outcome = Outcome.SILENCE
            if outcome is Outcome.UNTRIED:
                wire.close()
                break
            outcomes[envelope.reference] = outcome
        else:
            return
        wire.close()  # the envelope of a mail that is not sent any more was written ahead

    async def _wire(self) -> Wire | None:
        """A connection that answers: an idle one that still does, or a new one; None if away."""
        while self._idle:
            wire = self._idle.pop()
            if not wire.is_lost:
                try:
                    if await _answers(wire, seconds=self._patience.connect):
                        return wire
                except TimeoutError:
                    await self._hang_up()  # the others would cost the same wait, one by one
            wire.close()
        connection = aiosmtplib.SMTP(
            hostname=self._server.host,
            port=self._server.port,
            username=self._server.user,
            password=self._server.password,
            use_tls=self._server.port == IMPLICIT_TLS_PORT,
            timeout=self._patience.connect,
        )
        try:
            await connection.connect()
            if connection.is_ehlo_or_helo_needed:
                await connection.ehlo()
        except (SMTPException, OSError) as away:
            log.warning("mail server away", kind=type(away).__name__)
            connection.close()
            return None
        transport = cast("asyncio.Transport", connection.transport)
        wire = Wire(transport, pipelines=connection.supports_extension("pipelining"))
        transport.set_protocol(wire)
        return wire

    def _give_back(self, wire: Wire) -> None:
        if not wire.is_lost and len(self._idle) < self.connections:
            self._idle.append(wire)
        else:
            wire.close()


async def _deliver(wire: Wire, envelope: _Envelope, after: bytes) -> Outcome:
    """The outcome of one mail; `after` is the next envelope, written with this mail's text."""
    sender, recipient, data = await _open(wire, envelope)
    if data is not None and data.code == GO_AHEAD:
        # Without a recipient that was taken there is nothing to say, but the dot is waited for.
        good = recipient.is_good
        wire.send(envelope.content if good else b".\r\n", after)
        final = await wire.reply()
        if good:
            return _judge(final)
    elif after:
        wire.send(after)
    elif not wire.pipelines:
        await wire.ask(b"RSET\r\n")
    if not sender.is_good:
        # Not this letter: the server takes none from us, which is ours to put right.
        log.warning("mail server refuses our sender", code=sender.code)
        return Outcome.UNTRIED
    if not recipient.is_good:
        return _judge(recipient, of_recipient=True)
    return _judge(data or recipient)


async def _open(wire: Wire, envelope: _Envelope) -> tuple[Reply, Reply, Reply | None]:
    """The answers to MAIL, RCPT and DATA; a pipelining server was sent all three before."""
    if wire.pipelines:
        return await wire.reply(), await wire.reply(), await wire.reply()
    mail, to, data = envelope.commands
    sender = await wire.ask(mail)
    if not sender.is_good:
        return sender, sender, None
    recipient = await wire.ask(to)
    return sender, recipient, await wire.ask(data) if recipient.is_good else None


async def _answers(wire: Wire, *, seconds: float) -> bool:
    """Whether a connection that lay idle still lives: servers hang up on silent ones.

    Raises TimeoutError when nothing comes at all.
    """
    try:
        async with asyncio.timeout(seconds):
            return (await wire.ask(b"NOOP\r\n")).is_good
    except TimeoutError:
        raise
    except (LineLost, OSError):
        return False


def _judge(reply: Reply, *, of_recipient: bool = False) -> Outcome:
    if reply.is_good:
        return Outcome.TAKEN
    if reply.code == SHUTTING_DOWN:
        return Outcome.UNTRIED
    if reply.code < PERMANENT:
        return Outcome.DEFERRED
    if refuses_mailbox(reply.code, reply.words, of_recipient=of_recipient):
        return Outcome.UNKNOWN_ADDRESS
    # The words of the server may name the address; the code does not.
    log.warning("mail server refuses a letter", code=reply.code)
    return Outcome.REFUSED
