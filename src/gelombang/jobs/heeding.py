"""What calls say of a partner, and a partner of us: rests, days that are over, our own faults."""

from collections.abc import Sequence
from datetime import timedelta

import structlog

from gelombang.gateways.partner import (
    OurFault,
    OutsideHours,
    QuotaSpent,
    Throttled,
    WrongPerson,
)
from gelombang.jobs.calls import Call
from gelombang.jobs.loop import Context
from gelombang.journey.verification.rules import CheckKind, Unknown
from gelombang.kit.errors import Outage
from gelombang.records.partners import actions as partners
from gelombang.records.partners.rules import (
    FAILURES_BEFORE_REST,
    next_opening,
    next_quota_day,
)

log = structlog.get_logger("gelombang.verification")

CLOSES = (OurFault, QuotaSpent, OutsideHours)
ABOUT_US = (*CLOSES, Throttled)
ACTOR = "job:verification"


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


def heed(
    kind: CheckKind,
    calls: Sequence[Call],
    *,
    answered_at: float,
    context: Context,
    since: float,
) -> None:
    """Count what became of calls; park or stop a partner that said something about us.

    A stop is logged as an error, `partner.stopped`: monitoring pages somebody on it. So is an
    answer about somebody else, `partner.wrong_person`. The latest call with a sign of life was sent
    at `answered_at`, a monotonic second: an older one that hangs does not say that it is down. The
    context's instant was at the monotonic second `since`.
    """
    troubles = [call.trouble for call in calls if call.trouble is not None]
    now, real_now, code = context.now, context.real_now, kind.value
    for trouble in {type(each): each for each in troubles}.values():
        if isinstance(trouble, OurFault):
            partners.stop(
                partner=code, reason=trouble.reason, actor=ACTOR, now=now, real_now=real_now
            )
            log.error("partner.stopped", partner=code, reason=trouble.reason)
        elif isinstance(trouble, QuotaSpent):
            partners.park(partner=code, until=next_quota_day(now))
        elif isinstance(trouble, OutsideHours):
            opens = context.environment.civil_registry_opens
            partners.park(partner=code, until=next_opening(now, opens=opens))
        elif isinstance(trouble, WrongPerson):
            log.error("partner.wrong_person", partner=code)
        log.warning("partner.trouble", partner=code, trouble=str(trouble))
    rests = (call for call in calls if isinstance(call.trouble, Throttled))
    waits = [timedelta(seconds=rest_of([call], at=since)) for call in rests]
    failed = [call for call in calls if type(call.trouble) in {Outage, WrongPerson}]
    partners.tell(
        partner=code, answers=sum(usable_in(call) for call in calls), real_now=real_now,
        outages=len(failed), outrun=sum(call.began <= answered_at for call in failed),
        is_up=any(is_sign_of_life(call) for call in calls),
        wrong_answers=sum(isinstance(each, WrongPerson) for each in troubles),
        asked_to_wait=waits,
    )  # fmt: skip
