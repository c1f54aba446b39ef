"""Who takes our letters: one provider, and where there is one a second that helps out.

A provider is a partner: its contract is a bucket of permits that all processes share, and one that
only fails is left alone for a while and then tried with a few letters. The second one gets work
only while the first is closed or is being tried, and the single letters that the first failed.
"""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from typing import TYPE_CHECKING

import structlog

from gelombang.gateways.messaging.client import MailServer, SmtpClient
from gelombang.gateways.messaging.protocol import MailGateway, Outcome, Sent
from gelombang.gateways.messaging.sms_client import SmsAccount, SmsClient
from gelombang.jobs.loop import Context
from gelombang.kit import clock
from gelombang.records.notices import actions as notices
from gelombang.records.partners import actions as partners, queries
from gelombang.records.partners.queries import Agreed
from gelombang.records.partners.rules import FAILURES_BEFORE_REST, next_quota_day
from gelombang.records.programme.terms import PartnerContract

if TYPE_CHECKING:
    from gelombang.settings.environment import Environment

log = structlog.get_logger(__name__)

ACTOR = "job:notices.deliver"
BURST_SHARE = 20  # a twentieth of the rate may gather while nobody sends
FIRST, SECOND = "mail_1", "mail_2"
TEXTS_FIRST, TEXTS_SECOND = "sms_1", "sms_2"
TELL_SECONDS = 0.5
_USABLE = frozenset({Outcome.TAKEN, Outcome.UNKNOWN_ADDRESS})
_FAILED = frozenset({Outcome.REFUSED, Outcome.SILENCE, Outcome.UNTRIED})


@dataclass(frozen=True, slots=True)
class Provider:
    """One mail provider with its contract."""

    code: str
    gateway: MailGateway
    per_second: int
    per_day: int | None = None

    @property
    def contract(self) -> PartnerContract:
        """The contract in the words of the partners."""
        burst = max(1, self.per_second // BURST_SHARE)
        return PartnerContract(
            code=self.code, name=_NAMES[self.code], calls_per_second=self.per_second, burst=burst,
            batch_size=1,
        )  # fmt: skip


_NAMES = {
    FIRST: "Surel, penyedia pertama",
    SECOND: "Surel, penyedia kedua",
    TEXTS_FIRST: "Pesan singkat, penyedia pertama",
    TEXTS_SECOND: "Pesan singkat, penyedia kedua",
}


def keep_contracts(providers: Sequence[Provider], context: Context) -> None:
    """Bring the contracts of the settings into force, where they are not."""
    for provider in providers:
        contract, known = provider.contract, queries.partner(code=provider.code)
        if known is None:
            partners.provide(
                agreed=Agreed(contract, version=0), actor=ACTOR, now=context.now,
                real_now=context.real_now,
            )  # fmt: skip
        elif known.calls_per_second != contract.calls_per_second:
            partners.agree(
                contract=contract, reason="settings", actor=ACTOR, now=context.now,
                real_now=context.real_now,
            )  # fmt: skip


def take_permits(
    providers: Sequence[Provider], *, want: int, now: datetime, real_now: datetime
) -> dict[str, int] | None:
    """How many letters each provider takes now, by code; None when every one of them is closed.

    A provider in health that has no permit left makes the rest wait: the second is for failures and
    for used-up days, not for speed.
    """
    granted: dict[str, int] = {}
    is_open = False
    for provider in providers:
        left = want - sum(granted.values())
        given = _permits_of(provider, want=left, now=now, real_now=real_now) if left else 0
        if given:
            granted[provider.code] = given
        if given == left:
            return granted
        helps, closed = _is_ill(provider.code, now=now, real_now=real_now)
        is_open = is_open or not closed
        if not helps:
            return granted
    return granted if granted or is_open else None


def _permits_of(provider: Provider, *, want: int, now: datetime, real_now: datetime) -> int:
    given = partners.take_permits(partner=provider.code, want=want, now=now, real_now=real_now)
    if not given or provider.per_day is None:
        return given
    tomorrow = next_quota_day(now)
    left = notices.take_allowance(
        scope=provider.code,
        starts_at=tomorrow,
        want=given,
        most=provider.per_day,
        real_now=real_now,
    )
    if left < given:
        log.warning("mail provider has no more letters today", provider=provider.code)
        partners.park(partner=provider.code, until=tomorrow)
    return left


def _is_ill(code: str, *, now: datetime, real_now: datetime) -> tuple[bool, bool]:
    """Whether the next provider may help this one, and whether this one is closed altogether."""
    view = queries.partner(code=code)
    if view is None:
        return True, True
    closed = view.is_closed(now=now, real_now=real_now)
    return closed or view.failures_in_row >= FAILURES_BEFORE_REST, closed


class Health:
    """What providers did since it was last told; an outage is told at once, the rest in a while."""

    def __init__(self) -> None:
        self._counts: dict[str, Counter[str]] = {}
        self._told = time.monotonic()

    def count(self, code: str, sent: Sequence[Sent]) -> None:
        """Count one chunk. A provider that puts off or refuses everything is of no use either."""
        asked = [each.outcome for each in sent if each.outcome is not Outcome.UNSENDABLE]
        usable = sum(each in _USABLE for each in asked)
        failed = sum(each in _FAILED for each in asked) if usable else len(asked)
        self._counts.setdefault(code, Counter()).update(answers=usable, outages=failed)

    @property
    def is_news(self) -> bool:
        """Whether there is something that others should know now."""
        if any(count["outages"] for count in self._counts.values()):
            return True
        return bool(self._counts) and time.monotonic() - self._told > TELL_SECONDS

    def tell(self) -> bool:
        """Tell it: one that only fails is left alone, and the next one takes over.

        False when there was nothing to tell.
        """
        is_told = bool(self._counts)
        for code, count in sorted(self._counts.items()):
            partners.tell(
                partner=code, answers=count["answers"], outages=count["outages"],
                real_now=clock.real_now(),
            )  # fmt: skip
        self._counts.clear()
        self._told = time.monotonic()
        return is_told


@cache
def _gateway(server: MailServer, connections: int) -> SmtpClient:
    """One client a process and server: its connections stay open between two runs."""
    return SmtpClient(server, connections=connections)


def mail_servers(environment: Environment) -> list[MailServer]:
    """Where this environment hands over its mail: one server, or two."""
    first = MailServer(
        host=environment.smtp_host,
        port=environment.smtp_port,
        sender=environment.smtp_from,
        user=_open(environment.smtp_user),
        password=_open(environment.smtp_password),
        bounces_to=environment.smtp_bounces_to,
    )
    if environment.smtp2_host is None:
        return [first]
    second = MailServer(
        host=environment.smtp2_host,
        port=environment.smtp2_port,
        sender=environment.smtp_from,
        user=_open(environment.smtp2_user),
        password=_open(environment.smtp2_password),
        bounces_to=environment.smtp_bounces_to,
    )
    return [first, second]


def _open(secret: object) -> str | None:
    reveal = getattr(secret, "get_secret_value", None)
    return str(reveal()) if reveal else None


def providers_of(environment: Environment) -> tuple[Provider, ...]:
    """The providers of this environment, the preferred one first."""
    limits = (
        (FIRST, environment.smtp_per_second, environment.smtp_per_day),
        (SECOND, environment.smtp2_per_second, environment.smtp2_per_day),
    )
    return tuple(
        Provider(
            code=code, gateway=_gateway(server, environment.smtp_connections),
            per_second=per_second, per_day=per_day,
        )
        for server, (code, per_second, per_day) in zip(
            mail_servers(environment), limits, strict=False
        )
    )  # fmt: skip


@cache
def _text_gateway(account: SmsAccount) -> SmsClient:
    return SmsClient(account)


def text_providers_of(environment: Environment) -> tuple[Provider, ...]:
    """The providers of text messages of this environment; none, one or two."""
    accounts = (
        (TEXTS_FIRST, environment.sms_url, environment.sms_key),
        (TEXTS_SECOND, environment.sms2_url, environment.sms2_key),
    )
    return tuple(
        Provider(
            code=code,
            gateway=_text_gateway(SmsAccount(url, _open(key) or "")),
            per_second=environment.sms_per_second,
        )
        for code, url, key in accounts
        if url is not None
    )
