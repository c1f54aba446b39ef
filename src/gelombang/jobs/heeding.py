"""Tell the database what a partner said: rests, days that are over, our own faults."""

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
from gelombang.jobs.signs import is_sign_of_life, rest_of, usable_in
from gelombang.journey.verification.rules import CheckKind
from gelombang.kit.errors import Outage
from gelombang.records.partners import actions as partners
from gelombang.records.partners.rules import next_opening, next_quota_day

log = structlog.get_logger("gelombang.verification")

ACTOR = "job:verification"


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
