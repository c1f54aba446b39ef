"""Tell the civil registry how its data was used, one batch after the other."""

import asyncio

import aiohttp
import structlog

from gelombang.gateways.civil_registry.protocol import Use
from gelombang.gateways.civil_registry.usage import (
    MOST_PER_REPORT,
    Reporter,
    UsageReportClient,
)
from gelombang.gateways.partner import OurFault
from gelombang.jobs.loop import Context, Sweep
from gelombang.journey.verification import usage
from gelombang.records.partners import actions as partners, queries as partner_queries
from gelombang.records.partners.queries import Agreed
from gelombang.records.programme.terms import PartnerContract

log = structlog.get_logger("gelombang.verification")

PARTNER = "usage_reports"
ACTOR = "job:verification"
CONTRACT = Agreed(PartnerContract(PARTNER, "Dukcapil, data balikan", 5, 1, MOST_PER_REPORT), 0)
"""What holds while the programme names no contract of this code."""


def report_usage(context: Context) -> int:
    """Send one batch; how many uses the registry has now. Raises Outage when it did not answer.

    An address or token that is wrong stops this queue, as any partner's, until somebody resumes it.
    """
    url, token = (
        context.environment.civil_registry_usage_url,
        context.environment.civil_registry_usage_token,
    )
    if not url or token is None:
        return 0
    now, real_now = context.now, context.real_now
    if partner_queries.partner(code=PARTNER) is None:
        agreed = partner_queries.agreed(code=PARTNER) or CONTRACT
        partners.provide(agreed=agreed, actor=ACTOR, now=now, real_now=real_now)
    batch = usage.next_report(limit=MOST_PER_REPORT, keyring=context.keyring, now=now)
    if batch is None:
        return 0
    if not partners.take_permits(partner=PARTNER, want=1, now=now, real_now=real_now):
        return 0
    reporter = Reporter(
        context.environment.civil_registry_institution,
        context.environment.civil_registry_institution_name,
        token.get_secret_value(),
    )
    uses = [Use(f"PKJ-{used.check_id}", used.nik) for used in batch.uses]
    is_new, fault = asyncio.run(_send(url, reporter, uses))
    if fault is not None:
        reason = fault.reason
        partners.stop(partner=PARTNER, reason=reason, actor=ACTOR, now=now, real_now=real_now)
        log.error("partner.stopped", partner=PARTNER, reason=reason)
        return 0
    usage.report_sent(report_id=batch.report_id, is_repeat=not is_new, now=now)
    partners.tell(partner=PARTNER, answers=len(uses), outages=0, real_now=real_now)
    return len(uses)


async def _send(url: str, reporter: Reporter, uses: list[Use]) -> tuple[bool, OurFault | None]:
    """Whether it was news to the registry, and what it says about us. Raises Outage."""
    async with aiohttp.ClientSession(cookie_jar=aiohttp.DummyCookieJar()) as session:
        client = UsageReportClient(session, url=url, reporter=reporter)
        try:
            return await client.report(uses), None
        except OurFault as fault:
            return False, fault


SWEEPS = (Sweep("verification.report_usage", report_usage, pause_seconds=2.0),)
