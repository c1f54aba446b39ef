"""How somebody with a ticket waits: looks at the watermark, more rarely the further away it is."""

import json
from random import Random

SHORTEST_POLL, LONGEST_POLL = 20.0, 600.0  # seconds, as the waiting page does it
SHARE_OF_THE_WAIT = 0.1  # one look in each tenth of the time that is left
JITTER = 0.2

Place = float | int | str
"""A place in the queue, in the same measure as the watermark: seconds, or an instant as text."""


def is_served(place: Place, watermark: Place | None) -> bool:
    """Whether the watermark has passed the place. Raises TypeError when they cannot be compared."""
    if watermark is None:
        return False
    if isinstance(place, str) or isinstance(watermark, str):
        return str(place) <= str(watermark)
    return place <= watermark


def poll_interval(chance: Random, *, waiting: float, per_second: float) -> float:
    """Seconds until the next look: 20 near the front, 10 minutes far away, with jitter.

    `waiting` people are before this one, of whom `per_second` are served; 0 means unknown.
    """
    left = waiting / per_second if per_second > 0 else SHORTEST_POLL / SHARE_OF_THE_WAIT
    usual = min(max(left * SHARE_OF_THE_WAIT, SHORTEST_POLL), LONGEST_POLL)
    return usual * chance.uniform(1.0 - JITTER, 1.0 + JITTER)


def read_document(body: bytes) -> dict[str, Place]:
    """The watermark document, or any JSON object; nothing for anything else."""
    try:
        document = json.loads(body)
    except ValueError:
        return {}
    return document if isinstance(document, dict) else {}


def retry_after(text: str, *, chance: Random, otherwise: float) -> float:
    """Seconds that a refusal asks to wait, with jitter added so that nobody returns together."""
    seconds = float(text) if text.isdecimal() else otherwise
    return seconds * chance.uniform(1.0, 1.0 + JITTER)
