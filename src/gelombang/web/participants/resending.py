"""When another code can be asked for, and how long the queue of letters is: for pages that wait."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.utils.translation import gettext as _

from gelombang.kit.clock import WIB
from gelombang.records.notices import queries as notices

LONG = 90  # so many of a unit, and the next larger one says it


@dataclass(frozen=True, slots=True)
class Resending:
    """What a page says about the next code."""

    pause: str
    """How long until another code can be asked for, in words; empty when it can be now."""
    at: str
    """When that is, on the clock in WIB."""
    queue: str
    """How long a code takes to leave, where that is worth a word."""


def pause(next_at: str | None, *, real_now: datetime) -> timedelta | None:
    """How long until another code can be asked for (real time); None when it can be now."""
    allowed = datetime.fromisoformat(next_at) if next_at else real_now
    return allowed - real_now if allowed > real_now else None


def shown(next_at: str | None, *, real_now: datetime, by_email: bool = True) -> Resending:
    """The words for a page; the queue is that of letters, so messages to a number have none."""
    left = pause(next_at, real_now=real_now)
    waits = notices.code_wait(real_now=real_now) if by_email else None
    return Resending(
        pause=in_words(left) if left else "",
        at=f"{(real_now + left).astimezone(WIB):%H.%M.%S} WIB" if left else "",
        queue=in_words(waits) if waits else "",
    )


def in_words(span: timedelta) -> str:
    """A span in seconds, minutes or hours, rounded up."""
    count = max(1, -(-span // timedelta(seconds=1)))
    if count < LONG:
        return _("%(n)d detik") % {"n": count}
    count = -(-count // 60)
    if count < LONG:
        return _("%(n)d menit") % {"n": count}
    return _("%(n)d jam") % {"n": -(-count // 60)}
