"""Who gets text messages while a provider takes them and they do not arrive.

A provider that falls silent is a partner that fails, and is left alone as such. One that takes
everything and delivers late looks healthy until its receipts are watched: then the next one gets
the work, and a message now and then finds out whether it is well again. What it has taken is not
sent once more by another: it may be on its way.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta

import structlog

from gelombang.jobs.mail_providers import Provider, take_permits
from gelombang.records.notices import queries

log = structlog.get_logger(__name__)

LOOK = timedelta(seconds=1)
"""Real time between two looks at the receipts."""
PROBE = timedelta(seconds=5)
"""Real time between two messages that try a slow provider, at least."""
A_PROBE = 5
"""And at most one message in so many tries it, where few are sent at all."""
_NEVER = datetime.min.replace(tzinfo=UTC)


class Watched:
    """Permits of text messages: like `take_permits`, and slow providers come last."""

    def __init__(self) -> None:
        self._slow: frozenset[str] = frozenset()
        self._looked_at = self._probed_at = _NEVER
        self._since_probe = 0

    def take(
        self, providers: Sequence[Provider], *, want: int, now: datetime, real_now: datetime
    ) -> dict[str, int] | None:
        """How many messages each provider takes now, by code; None when all are closed."""
        self._look(providers, real_now)
        slow = [each for each in providers if each.code in self._slow]
        quick = [each for each in providers if each.code not in self._slow]
        if not slow or not quick:
            return take_permits(providers, want=want, now=now, real_now=real_now)
        tried = self._probe(slow, now=now, real_now=real_now)
        left = want - sum(tried.values())
        if not left:
            return tried
        rest = take_permits([*quick, *slow], want=left, now=now, real_now=real_now)
        if rest is None:
            return tried or None
        self._since_probe += sum(rest.values())
        return {code: tried.get(code, 0) + rest.get(code, 0) for code in {**tried, **rest}}

    def _look(self, providers: Sequence[Provider], real_now: datetime) -> None:
        if timedelta() <= real_now - self._looked_at < LOOK:
            return
        self._looked_at = real_now
        found = frozenset(
            each.code
            for each in providers
            if queries.receipts_are_slow(provider=each.code, real_now=real_now)
        )
        if found - self._slow:
            self._probed_at, self._since_probe = real_now, 0
        for code in sorted(found - self._slow):
            log.warning("text messages that a provider takes do not arrive", provider=code)
        for code in sorted(self._slow - found):
            log.info("a provider's text messages arrive again", provider=code)
        self._slow = found

    def _probe(
        self, slow: Sequence[Provider], *, now: datetime, real_now: datetime
    ) -> dict[str, int]:
        is_soon = timedelta() <= real_now - self._probed_at < PROBE
        if is_soon or self._since_probe < A_PROBE - 1:
            return {}
        self._probed_at, self._since_probe = real_now, 0
        return take_permits(slow[:1], want=1, now=now, real_now=real_now) or {}
