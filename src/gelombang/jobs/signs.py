"""What calls say of a partner, and a partner of us, and what of it holds for calls that wait."""

import time
from collections.abc import Sequence
from typing import Protocol

from gelombang.gateways.partner import OurFault, OutsideHours, QuotaSpent, Throttled
from gelombang.jobs.calls import Call
from gelombang.journey.verification.rules import Unknown
from gelombang.records.partners.rules import FAILURES_BEFORE_REST

CLOSES = (OurFault, QuotaSpent, OutsideHours)
ABOUT_US = (*CLOSES, Throttled)


class Waiting(Protocol):
    """Calls that wait for their moment."""

    def halt(self) -> None:
        """Send none of them."""

    def pause(self, seconds: float) -> None:
        """Send none whose moment comes so soon."""


def hold_back(waiting: Waiting, calls: Sequence[Call]) -> None:
    """What a partner has just said about us holds for the calls that wait, too."""
    if any(isinstance(call.trouble, CLOSES) for call in calls) or is_down(calls):
        waiting.halt()
    elif (rest := rest_of(calls, at=time.monotonic())) > 0:
        waiting.pause(rest)


def usable_in(call: Call) -> int:
    """How many people a call told something about."""
    return sum(not isinstance(answer.outcome, Unknown) for answer in call.answers)


def rest_of(calls: Sequence[Call], *, at: float) -> float:
    """Seconds that a partner still wants for itself at a monotonic second, by what it answered."""
    return max(
        (
            each.began + each.seconds + each.trouble.retry_after.total_seconds() - at
            for each in calls
            if isinstance(each.trouble, Throttled)
        ),
        default=0.0,
    )


def is_sign_of_life(call: Call) -> bool:
    """Whether the partner is up: it answered the question, or told something about us."""
    return bool(usable_in(call)) or isinstance(call.trouble, ABOUT_US)


def is_down(calls: Sequence[Call]) -> bool:
    """Whether none of many calls brought a sign of life: those that wait would bring none."""
    return len(calls) >= FAILURES_BEFORE_REST and not any(map(is_sign_of_life, calls))
