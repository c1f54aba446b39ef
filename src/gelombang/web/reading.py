"""What an entrance reads before it calls an action: clock, keys, language, typed text."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, NamedTuple

from django.conf import settings
from django.core.exceptions import RequestDataTooBig
from django.http import HttpRequest
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import get_language

from gelombang.journey.registration.pumping import TextBudget
from gelombang.kit import clock
from gelombang.kit.sealing import Keyring
from gelombang.kit.words import Language, language_of

if TYPE_CHECKING:
    from gelombang.settings.environment import Environment

LONGEST_TYPED = 2_000  # letters of one form field that we read at all


class Instants(NamedTuple):
    """The virtual and the real instant of one request."""

    now: datetime
    real_now: datetime


def instants() -> Instants:
    """Read the clock, once per request."""
    return Instants(now=clock.now(), real_now=clock.real_now())


def environment() -> Environment:
    """The typed settings of this process."""
    return settings.GELOMBANG


def keyring() -> Keyring:
    """The keys of this process."""
    return environment().keyring


def text_budget() -> TextBudget:
    """What text messages may cost."""
    found = environment()
    return TextBudget(
        an_hour=found.sms_per_hour, idr_a_day=found.sms_idr_per_day, idr_each=found.sms_idr
    )


def language() -> Language:
    """The reader's language, as the cookie or the browser says."""
    return language_of(get_language())


def typed(request: HttpRequest, name: str) -> str:
    """What somebody typed into a field, without blanks around it; empty when it is missing."""
    return request.POST.get(name, "")[:LONGEST_TYPED].strip()


def wib_instant(typed_text: str) -> datetime | None:
    """The instant that `2020-04-20T08:00` means in WIB; None for anything else."""
    try:
        local = datetime.fromisoformat(typed_text)
    except ValueError:
        return None
    return local.replace(tzinfo=clock.WIB) if local.tzinfo is None else None


def chosen_path(request: HttpRequest, *, otherwise: str) -> str:
    """The page of ours that `ke` names; `otherwise` for anything that leads elsewhere."""
    wanted = request.POST.get("ke") or request.GET.get("ke") or ""
    is_ours = wanted.startswith("/") and url_has_allowed_host_and_scheme(
        wanted, allowed_hosts=None, require_https=False
    )
    return wanted if is_ours else otherwise


def body_within(request: HttpRequest, *, largest: int) -> bytes | None:
    """The exact bytes that were sent; None when they are more than `largest`."""
    if int(request.META.get("CONTENT_LENGTH") or 0) > largest:
        return None
    try:
        body = request.body
    except RequestDataTooBig:
        return None
    return body if len(body) <= largest else None
