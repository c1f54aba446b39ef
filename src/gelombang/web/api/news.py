"""What registries tell us by themselves, in signed DCI messages: news of lost work."""

from __future__ import annotations

from typing import Any

from django.db import InterfaceError, OperationalError
from django.http import HttpRequest, HttpResponse, JsonResponse

from gelombang.gateways.employment.news import (
    LARGEST_MESSAGE,
    News,
    NewsOfWrongType,
    NewsRefused,
    NewsTooLarge,
    read_news,
)
from gelombang.journey.verification import actions
from gelombang.kit.errors import Outage
from gelombang.kit.ids import uuid7
from gelombang.web import reading
from gelombang.web.api import problems
from gelombang.web.authority import provider


@provider
def take_news(request: HttpRequest) -> HttpResponse:
    """DCI's `/registry/notify` of the employment insurer: acknowledged once it is kept.

    News of somebody who is unknown here, and news that is told again, is acknowledged alike.
    """
    if request.method != "POST":
        return problems.named(request, status=405, code="wrong-method", headers={"Allow": "POST"})
    try:
        _keep(_read(request))
    except NewsRefused as refused:
        return _refused(request, refused)
    except (OperationalError, InterfaceError, Outage):
        return _paused(request)
    return JsonResponse({"message": _acknowledgement("ACK")})


def _read(request: HttpRequest) -> News:
    """The news in the body. Raises a NewsRefused."""
    if request.content_type != "application/json":
        raise NewsOfWrongType
    raw = reading.body_within(request, largest=LARGEST_MESSAGE)
    if raw is None:
        raise NewsTooLarge
    environment = reading.environment()
    receiver_id = environment.employment_sender
    trust = environment.registry_trust("employment", sender_id=receiver_id)
    real_now = reading.instants().real_now
    return read_news(raw, trust=trust, receiver_id=receiver_id, at=real_now)


def _keep(news: News) -> None:
    clocks = reading.instants()
    events = [
        actions.LostWork(each.reference, each.nik, each.reason, each.told_at)
        for each in news.events
    ]
    actions.take_news(
        events=events,
        message_sha256=news.message_sha256,
        keyring=reading.keyring(),
        now=clocks.now,
        real_now=clocks.real_now,
    )


def _refused(request: HttpRequest, refused: NewsRefused) -> JsonResponse:
    words = refused.text.in_language(problems.language(request))
    return problems.of_refusal(request, refused, more=_error("NACK", refused.dci_code, words))


def _paused(request: HttpRequest) -> JsonResponse:
    """The database is away: nothing is lost, since the insurer tells the same again."""
    words = problems.TITLES["paused"].in_language(problems.language(request))
    return problems.named(
        request,
        status=503,
        code="paused",
        headers={"Retry-After": str(problems.RETRY_SECONDS)},
        more=_error("ERR", "err.service.unavailable", words),
    )


def _acknowledgement(status: str) -> dict[str, Any]:
    """DCI's answer to a message that is worked on later."""
    moment = reading.instants().real_now.isoformat()
    return {"ack_status": status, "timestamp": moment, "correlation_id": str(uuid7())}


def _error(status: str, code: str, words: str) -> dict[str, Any]:
    """What makes a problem document DCI's answer, too: in its own form and in that of errors."""
    error = {"code": code, "message": words}
    return {"errors": [error], "message": _acknowledgement(status) | {"error": error}}
