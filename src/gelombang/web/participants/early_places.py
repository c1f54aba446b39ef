"""The last hour before a wave opens: who may have a place in its queue, which the opening draws.

The button posts to the front door, which gives the place and keeps it in the browser.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from gelombang.journey.waves.queries import WaveView
from gelombang.kit.tokens import EARLY, Ticket, TicketKind, ticket_token
from gelombang.records.programme.queries import StageView
from gelombang.web import reading


@dataclass(frozen=True, slots=True)
class EarlyPlace:
    """What the page offers in that hour."""

    offers: str
    """What whoever has no place meets: the stage of the open wave, as if it were open already."""
    kept: str = ""
    """The place that the browser keeps, as its address names it; empty without one."""


def joins_from(wave: WaveView, stages: Sequence[StageView]) -> datetime | None:
    """When the first people may join: with the wave, or later where every area has a later stage.

    None where no opening is announced.
    """
    if wave.opens_at is None or all(stage.areas for stage in stages):
        return wave.opens_at
    return max(wave.opens_at, min(stage.opens_at for stage in stages))


def early_place(offers: str, *, shown: Ticket | None) -> EarlyPlace:
    """The place that the browser keeps, or what leads to one."""
    if shown is None or shown.kind is TicketKind.FORM:
        return EarlyPlace(offers)
    return EarlyPlace(offers, kept=ticket_token(reading.keyring(), shown))


def is_early(now: datetime, *, opens_at: datetime) -> bool:
    """Whether the door hands out places that the opening draws."""
    return opens_at - EARLY <= now < opens_at
