"""What a partner can say about us rather than about a person, and how its answers are read.

All of what it says about us is asked again later.
"""

import aiohttp

from gelombang.kit.errors import Outage


class QuotaSpent(Outage):
    """The day's quota is used up; it starts anew at midnight WIB."""


class OutsideHours(Outage):
    """The partner answers only at certain hours of the day."""


class OurFault(Outage):
    """Our account, address or request is wrong: a person of ours must repair it."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


async def read_at_most(answer: aiohttp.ClientResponse, most: int) -> bytes:
    """The body of an answer, or more than `most` bytes of one that goes on: its length tells."""
    raw = bytearray(await answer.content.read(most + 1))
    while not answer.content.at_eof() and len(raw) <= most:
        raw += await answer.content.read(most)
    return bytes(raw)
