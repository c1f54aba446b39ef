"""A mail as it travels (RFC 5322): plain text, nothing to track, nothing to load."""

import quopri
from datetime import datetime
from email.header import Header
from email.utils import format_datetime, formataddr, parseaddr
from functools import lru_cache

from gelombang.gateways.messaging.protocol import Mail
from gelombang.kit.ids import uuid7


def compose(mail: Mail, *, sender: str, at: datetime) -> bytes:
    """The mail as bytes with CRLF line ends. `sender` may carry a name, `at` is a real instant.

    Raises ValueError when an address or the subject holds a line break, without repeating it.
    """
    if any("\r" in value or "\n" in value for value in (mail.to, mail.subject, sender, mail.token)):
        raise ValueError("a header holds a line break")
    text = "\r\n".join(mail.body.splitlines()) + "\r\n"
    encoding, content = _encoded(text)
    head = (
        f"From: {_named(sender)}\r\n"
        f"To: {mail.to}\r\n"
        f"Subject: {_ascii(mail.subject)}\r\n"
        f"Date: {_date(at.replace(microsecond=0))}\r\n"
        f"Message-ID: <{mail.token or uuid7()}@{address_of(sender).rpartition('@')[2]}>\r\n"
        "Auto-Submitted: auto-generated\r\n"
        "MIME-Version: 1.0\r\n"
        "Content-Type: text/plain; charset=utf-8\r\n"
        f"Content-Transfer-Encoding: {encoding}\r\n\r\n"
    )
    return head.encode("ascii") + content


@lru_cache(maxsize=16)
def address_of(sender: str) -> str:
    """The bare address of `Name <address>`."""
    return parseaddr(sender)[1]


@lru_cache(maxsize=16)
def _named(sender: str) -> str:
    return formataddr(parseaddr(sender))


@lru_cache(maxsize=4)
def _date(at: datetime) -> str:
    return format_datetime(at)


@lru_cache(maxsize=256)
def _ascii(text: str) -> str:
    """The header as it is, or in encoded words where it has letters beyond ASCII (RFC 2047)."""
    return text if text.isascii() else Header(text, "utf-8").encode(linesep="\r\n")


def _encoded(text: str) -> tuple[str, bytes]:
    if text.isascii():
        return "7bit", text.encode("ascii")
    return "quoted-printable", quopri.encodestring(text.encode()).replace(b"\r\n", b"\n").replace(
        b"\n", b"\r\n"
    )
