"""Mail over SMTP: a few connections that stay open, chunk by chunk.

The client runs an event loop in a thread of its own, so that callers with a blocking database hand
over chunks and wait for futures. At most the mails of one chunk on each connection are between
"the server has it" and "the caller knows it" at any time.
"""

from __future__ import annotations

import asyncio
import threading
import time
from collections.abc import Sequence
from concurrent.futures import Future
from dataclasses import dataclass, field
from typing import Self

import aiosmtplib
import structlog
import uvloop
from aiosmtplib.errors import (
    SMTPException,
    SMTPRecipientsRefused,
    SMTPResponseException,
    SMTPSenderRefused,
)

from gelombang.gateways.messaging.message import address_of, compose
from gelombang.gateways.messaging.protocol import Mail, Outcome, Sent
from gelombang.kit import clock

log = structlog.get_logger(__name__)

IMPLICIT_TLS_PORT = 465
ANSWER_SECONDS = 20.0
"""Real time that the server has for one answer."""
CHUNK_SECONDS = 60.0
"""Real time for one chunk; what is not sent by then goes back untried. Shorter than a lease."""
SHUTTING_DOWN = 421
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


class SmtpClient:
    """A MailGateway over SMTP. Use it as a context manager, or call `close`."""

    def __init__(self, server: MailServer, *, connections: int = 8) -> None:
        self.connections = connections
        self._server = server
        self._idle: list[aiosmtplib.SMTP] = []
        self._loop = uvloop.new_event_loop()
        self._thread = threading.Thread(target=self._run, name="mail", daemon=True)
        self._thread.start()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def submit(self, mails: Sequence[Mail]) -> Future[list[Sent]]:
        """Begin to send a chunk over one connection; the outcomes come in the order of the mails.

        Keep to `connections` chunks at a time. A server that is away makes the rest of the chunk
        untried and is no exception.
        """
        return asyncio.run_coroutine_threadsafe(self._send(list(mails)), self._loop)

    def close(self) -> None:
        """Say goodbye to the server and end the thread."""
        if self._thread.is_alive():
            asyncio.run_coroutine_threadsafe(self._hang_up(), self._loop).result(ANSWER_SECONDS)
            self._loop.call_soon_threadsafe(self._loop.stop)
            self._thread.join(ANSWER_SECONDS)
            self._loop.close()

    def _run(self) -> None:
        asyncio.set_event_loop(self._loop)
        self._loop.run_forever()

    async def _hang_up(self) -> None:
        for connection in self._idle:
            connection.close()
        self._idle.clear()

    async def _send(self, mails: list[Mail]) -> list[Sent]:
        until = time.monotonic() + CHUNK_SECONDS
        outcomes: list[Sent] = []
        connection = await self._connection()
        for mail in mails:
            if connection is None or time.monotonic() > until:
                break
            outcome = await self._send_one(connection, mail)
            if outcome is Outcome.UNTRIED:
                break
            outcomes.append(Sent(reference=mail.reference, outcome=outcome))
            if not connection.is_connected:
                break
        if connection is not None:
            self._give_back(connection)
        untried = mails[len(outcomes) :]
        return outcomes + [Sent(mail.reference, Outcome.UNTRIED) for mail in untried]

    async def _connection(self) -> aiosmtplib.SMTP | None:
        """A connection that answers: an idle one that still does, or a new one; None if away."""
        while self._idle:
            connection = self._idle.pop()
            if connection.is_connected and await _answers(connection):
                return connection
            connection.close()
        connection = aiosmtplib.SMTP(
            hostname=self._server.host,
            port=self._server.port,
            username=self._server.user,
            password=self._server.password,
            use_tls=self._server.port == IMPLICIT_TLS_PORT,
            timeout=ANSWER_SECONDS,
        )
        try:
            await connection.connect()
        except (SMTPException, OSError) as away:
            log.warning("mail server away", kind=type(away).__name__)
            connection.close()
            return None
        return connection

    def _give_back(self, connection: aiosmtplib.SMTP) -> None:
        if connection.is_connected and len(self._idle) < self.connections:
            self._idle.append(connection)
        else:
            connection.close()

    async def _send_one(self, connection: aiosmtplib.SMTP, mail: Mail) -> Outcome:
        message = compose(mail, sender=self._server.sender, at=clock.real_now())
        try:
            await connection.sendmail(address_of(self._server.sender), mail.to, message)
        except SMTPSenderRefused as refused:
            # Not this letter: the server takes none from us, which is ours to put right.
            log.warning("mail server refuses our sender", code=refused.code)
            connection.close()
            return Outcome.UNTRIED
        except SMTPRecipientsRefused as refused:
            return _judge(refused.recipients[0].code, connection)
        except SMTPResponseException as refused:
            return _judge(refused.code, connection)
        except (SMTPException, OSError) as silence:
            log.warning("mail server fell silent", kind=type(silence).__name__)
            connection.close()
            return Outcome.DEFERRED
        except ValueError:
            log.warning("a mail with an address that SMTP cannot carry")
            return Outcome.REFUSED
        return Outcome.TAKEN


async def _answers(connection: aiosmtplib.SMTP) -> bool:
    """Whether a connection that lay idle still lives: servers hang up on silent ones."""
    try:
        await connection.noop()
    except (SMTPException, OSError):
        return False
    return True


def _judge(code: int, connection: aiosmtplib.SMTP) -> Outcome:
    if code == SHUTTING_DOWN:
        connection.close()
        return Outcome.DEFERRED
    return Outcome.REFUSED if code >= PERMANENT else Outcome.DEFERRED
