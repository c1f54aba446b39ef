"""Text messages over the HTTP gateway of a provider: one call a message, repeated without harm.

`POST <base>/v1/messages` with a bearer key and `{"reference", "to", "channel", "text"}`: 202 takes
it, 409 had it before, 422 knows no such number, 429 asks for patience. The reference is the same in
every attempt, so that a provider never sends a message twice.
"""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Sequence
from concurrent.futures import Future
from dataclasses import dataclass, field
from http import HTTPStatus

import aiohttp
import structlog

from gelombang.gateways.messaging.protocol import Mail, Outcome, Sent

log = structlog.get_logger(__name__)

ANSWER_SECONDS = 5.0
"""Real time that a provider has for one call; short, so that the second one takes over soon."""
_OUTCOMES = {
    HTTPStatus.ACCEPTED: Outcome.TAKEN,
    HTTPStatus.CONFLICT: Outcome.TAKEN,
    HTTPStatus.UNPROCESSABLE_ENTITY: Outcome.UNKNOWN_ADDRESS,
    HTTPStatus.TOO_MANY_REQUESTS: Outcome.DEFERRED,
}


@dataclass(frozen=True, slots=True)
class SmsAccount:
    """Our account at a provider of text messages."""

    base_url: str
    key: str = field(repr=False)


class SmsClient:
    """A gateway for text messages that speaks as MailGateway does: a chunk in, outcomes out."""

    def __init__(
        self, account: SmsAccount, *, connections: int = 4, answer_seconds: float = ANSWER_SECONDS
    ) -> None:
        self.connections = connections
        self._answer_seconds = answer_seconds
        self._account = account
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever, name="sms", daemon=True)
        self._thread.start()

    def submit(self, mails: Sequence[Mail]) -> Future[list[Sent]]:
        """Begin to send a chunk; the outcomes come in the order of the messages."""
        return asyncio.run_coroutine_threadsafe(self._send(list(mails)), self._loop)

    def close(self) -> None:
        """End the thread."""
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join(ANSWER_SECONDS)
        self._loop.close()

    async def _send(self, mails: list[Mail]) -> list[Sent]:
        timeout = aiohttp.ClientTimeout(total=self._answer_seconds)
        headers = {"Authorization": f"Bearer {self._account.key}"}
        async with aiohttp.ClientSession(timeout=timeout, headers=headers) as session:
            outcomes = await asyncio.gather(*(self._send_one(session, mail) for mail in mails))
        return [
            Sent(mail.reference, outcome) for mail, outcome in zip(mails, outcomes, strict=True)
        ]

    async def _send_one(self, session: aiohttp.ClientSession, mail: Mail) -> Outcome:
        body = {"reference": mail.token, "to": mail.to, "channel": mail.via, "text": mail.body}
        url = f"{self._account.base_url}/v1/messages"
        try:
            async with session.post(url, json=body, allow_redirects=False) as answer:
                outcome = _OUTCOMES.get(HTTPStatus(answer.status))
        except aiohttp.ClientConnectorError:
            return Outcome.UNTRIED
        except (aiohttp.ClientError, TimeoutError, ValueError) as silence:
            log.warning("text provider fell silent", kind=type(silence).__name__)
            return Outcome.UNTRIED  # the reference makes a second try harmless
        if outcome is None:
            log.warning("text provider does not take messages", status=answer.status)
        return outcome or Outcome.UNTRIED
