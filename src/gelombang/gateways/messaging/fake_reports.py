"""Bounces and complaints that the mail catcher tells, as a mail provider's webhook does."""

from __future__ import annotations

import asyncio
from uuid import uuid4

import aiohttp
import structlog

from gelombang.gateways.messaging.signing import sign
from gelombang.kit import clock

log = structlog.get_logger(__name__)

PATH = "/api/v1/messaging/reports"
RECEIPTS_PATH = "/api/v1/messaging/receipts"
GONE, FULL = "5.1.1", "4.2.2"


def bounce(raw: bytes, *, address: str, status: str) -> bytes:
    """A delivery status notification (RFC 3464) about a mail, with the headers of it."""
    action = f"Final-Recipient: rfc822; {address}\r\nAction: failed\r\nStatus: {status}\r\n"
    return _report(
        raw, kind="delivery-status", about=f"Reporting-MTA: dns; catcher\r\n\r\n{action}"
    )


def complaint(raw: bytes) -> bytes:
    """A feedback report (RFC 5965): its reader called a mail unwanted."""
    about = "Feedback-Type: abuse\r\nUser-Agent: catcher/1\r\nVersion: 1\r\n"
    return _report(raw, kind="feedback-report", about=about)


def _report(raw: bytes, *, kind: str, about: str) -> bytes:
    head = raw.partition(b"\r\n\r\n")[0] + b"\r\n"
    before = (
        "From: MAILER-DAEMON@catcher\r\nMIME-Version: 1.0\r\n"
        f'Content-Type: multipart/report; report-type={kind}; boundary="b"\r\n\r\n'
        "--b\r\nContent-Type: text/plain\r\n\r\nAbout your mail.\r\n"
        f"--b\r\nContent-Type: message/{kind}\r\n\r\n{about}\r\n"
        "--b\r\nContent-Type: text/rfc822-headers\r\n\r\n"
    )
    return before.encode() + head + b"\r\n--b--\r\n"


class Reporter:
    """Posts signed reports to the house; what cannot be posted is logged and lost, as in life."""

    def __init__(self, *, base_url: str, secret: str, path: str = PATH) -> None:
        self._url, self._secret = base_url.rstrip("/") + path, secret
        self._tasks: set[asyncio.Task[None]] = set()

    def tell(self, report: bytes, *, kind: str = "message/rfc822", after: float = 0.0) -> None:
        """Post a report soon, or after so many seconds."""
        task = asyncio.get_running_loop().create_task(self._post(report, kind, after))
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def _post(self, report: bytes, kind: str, after: float) -> None:
        await asyncio.sleep(after)
        number, at = f"msg_{uuid4().hex}", str(int(clock.real_now().timestamp()))
        headers = {
            "Content-Type": kind,
            "webhook-id": number,
            "webhook-timestamp": at,
            "webhook-signature": sign(self._secret, id=number, timestamp=at, body=report),
        }
        try:
            async with aiohttp.ClientSession() as session:
                answer = await session.post(self._url, data=report, headers=headers)
                log.info("told a report", status=answer.status)
        except (aiohttp.ClientError, OSError) as away:
            log.warning("nobody takes reports", kind=type(away).__name__)
