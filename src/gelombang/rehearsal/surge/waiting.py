"""How somebody with a ticket waits: looks at the watermark by the rules of the waiting page."""

import json
from dataclasses import dataclass
from datetime import datetime
from random import Random
from typing import Any

from gelombang.frontdoor.waiting import look_again_seconds, wait_seconds
from gelombang.kit.tokens import microseconds, standing_of

JITTER = 0.2
_ENTERING = frozenset({"open", "closed"})


@dataclass(slots=True)
class Waiter:
    """One person's ticket, and how far the queue had come when they first looked."""

    ticket: str
    place_us: int
    ahead: int
    """How many are before them, as far as they know; it never grows."""

    def is_called(self, document: dict[str, Any]) -> bool:
        """Whether the watermark has passed them."""
        return document.get("state") in _ENTERING and watermark_us(document) >= self.place_us

    def pause(self, document: dict[str, Any], chance: Random, *, real_now: datetime) -> float:
        """Seconds until the next look: about until the turn, from 20 seconds to 10 minutes.

        Those who wait stand between the watermark and now; so many of them are before a place as
        their part of that stretch.
        """
        reached = watermark_us(document)
        stretch = max(1, microseconds(real_now) - reached)
        part = min(1.0, max(0.0, (self.place_us - reached) / stretch))
        self.ahead = min(self.ahead, round(int(document.get("waiting") or 0) * part))
        rate = float(document.get("served_per_second") or 0)
        return look_again_seconds(wait_seconds(self.ahead, rate=rate), chance)


def waiter_of(document: dict[str, Any]) -> Waiter:
    """Who got this answer (202). Raises TokenForged for a ticket that is none."""
    ticket = str(document.get("ticket", ""))
    return Waiter(ticket, standing_of(ticket), max(0, int(document.get("place", 1)) - 1))


def watermark_us(document: dict[str, Any]) -> int:
    """The watermark in microseconds; it is written as such, or as an instant."""
    found = document.get("watermark") or 0
    return microseconds(datetime.fromisoformat(found)) if isinstance(found, str) else int(found)


def read_document(body: bytes) -> dict[str, Any]:
    """A JSON object; nothing for anything else."""
    try:
        document = json.loads(body)
    except ValueError:
        return {}
    return document if isinstance(document, dict) else {}


def retry_after(text: str, *, chance: Random, otherwise: float) -> float:
    """Seconds that a refusal asks to wait, with jitter added so that nobody returns together."""
    seconds = float(text) if text.isdecimal() else otherwise
    return seconds * chance.uniform(1.0, 1.0 + JITTER)
