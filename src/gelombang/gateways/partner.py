"""What a partner can say about us rather than about a person, and how its answers are read.

All of what it says about us is asked again later.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Any, Self

import aiohttp

from gelombang.kit.errors import Outage

LONGEST_RETRY_AFTER = timedelta(hours=1)  # whoever asks for more is asked again then
THROTTLING = (429, 503)
_compact = json.JSONEncoder(separators=(",", ":"), ensure_ascii=False).encode
HEADERS = {"Content-Type": "application/json", "Accept": "application/json"}


class QuotaSpent(Outage):
    """The day's quota is used up; it starts anew at midnight WIB."""


class OutsideHours(Outage):
    """The partner answers only at certain hours of the day."""


class OurFault(Outage):
    """Our account, address or request is wrong: a person of ours must repair it."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


class WrongPerson(Outage):
    """The answer is about somebody else, or to another call: it is thrown away and counted."""


class Throttled(Outage):
    """The partner wants fewer calls; `retry_after` is how long it asks us to wait, in real time."""

    def __init__(self, words: str, retry_after: timedelta) -> None:
        super().__init__(words)
        self.retry_after = retry_after

    def __reduce__(self) -> tuple[type[Self], tuple[str, timedelta]]:
        """Calls are made in a process of their own: what became of them goes to another."""
        return type(self), (str(self), self.retry_after)


@dataclass(frozen=True, slots=True)
class Reply:
    """An answer over HTTP. Its repr shows no body."""

    status: int
    raw: bytes
    headers: Mapping[str, str]

    def __repr__(self) -> str:
        """The status only: the body may be about a person."""
        return f"Reply({self.status}, {len(self.raw)} bytes)"


async def post(
    session: aiohttp.ClientSession,
    url: str,
    body: Any,
    *,
    name: str,
    seconds: float,
    most: int,
    headers: Mapping[str, str] | None = None,
) -> Reply:
    """Post JSON once and read at most `most` bytes. `name` is the partner's, in our logs.

    Raises Throttled for a 429 or a 503 with Retry-After, and Outage when there is no whole answer.
    A redirection is not followed: the body is for nobody else.
    """
    try:
        async with session.post(
            url,
            data=_compact(body).encode(),
            headers={**HEADERS, **(headers or {})},
            timeout=aiohttp.ClientTimeout(total=seconds),
            allow_redirects=False,
        ) as answer:
            raw = await read_at_most(answer, most)
            reply = Reply(answer.status, raw, answer.headers)
    except (TimeoutError, aiohttp.ClientError, OSError) as error:
        # The class alone: the text of an HTTP error may carry what was sent.
        raise Outage(f"{name}: {type(error).__name__}") from None
    if len(raw) > most:
        raise Outage(f"{name}: an answer without end")
    wait = retry_after(reply.headers.get("Retry-After", ""))
    if reply.status in THROTTLING and (wait or reply.status == THROTTLING[0]):
        raise Throttled(f"{name}: status {reply.status}", wait or timedelta(seconds=1))
    return reply


def retry_after(said: str) -> timedelta | None:
    """Retry-After in seconds, as partners send it; None where it is no such number.

    A date (the header's other form) is read as none: the partner's clock is not ours.
    """
    if not said.isdecimal() or len(said) > len("86400000"):
        return None
    return min(timedelta(seconds=int(said)), LONGEST_RETRY_AFTER)


async def read_at_most(answer: aiohttp.ClientResponse, most: int) -> bytes:
    """The body of an answer, or more than `most` bytes of one that goes on: its length tells."""
    raw = bytearray(await answer.content.read(most + 1))
    while not answer.content.at_eof() and len(raw) <= most:
        raw += await answer.content.read(most)
    return bytes(raw)
