"""A signed call of a training provider in, the published envelope out: nothing else ever."""

from __future__ import annotations

from http import HTTPStatus

from django.db import InterfaceError, OperationalError
from django.http import HttpRequest, HttpResponse

from gelombang.journey.learning import actions
from gelombang.journey.learning.answers import Fault, ProviderAnswer, refused
from gelombang.journey.learning.signing import SignedCall
from gelombang.web import reading
from gelombang.web.authority import provider

LARGEST_BODY = 16 * 1024
RETRY_SECONDS = "5"


@provider
def redeem_code_status(request: HttpRequest) -> HttpResponse:
    """Where a redeem code stands; changes nothing."""
    return _answered(request)


@provider
def redeem_code_commit(request: HttpRequest) -> HttpResponse:
    """A sequence was reached: the code redeemed, a session attended, the course completed."""
    return _answered(request)


def _answered(request: HttpRequest) -> HttpResponse:
    if request.method != "POST":
        return _response(refused(Fault.METHOD))
    body = reading.body_within(request, largest=LARGEST_BODY)
    if body is None:
        return _response(refused(Fault.TOO_LARGE))
    try:
        return _response(_answer(_call(request, body)))
    except (OperationalError, InterfaceError):
        paused = _response(refused(Fault.PAUSED, status=HTTPStatus.TOO_MANY_REQUESTS))
        paused.headers["Retry-After"] = RETRY_SECONDS
        return paused


def _call(request: HttpRequest, body: bytes) -> SignedCall:
    headers = request.headers
    return SignedCall(
        client_code=headers.get("client-code", ""),
        timestamp=headers.get("timestamp", ""),
        signature=headers.get("signature", ""),
        method="POST",
        path=request.path,
        authorization=headers.get("authorization", ""),
        body=body,
    )


def _answer(call: SignedCall) -> ProviderAnswer:
    clocks = reading.instants()
    return actions.answer_call(
        call=call,
        keyring=reading.keyring(),
        base_url=reading.environment().base_url,
        now=clocks.now,
        real_now=clocks.real_now,
    )


def _response(answer: ProviderAnswer) -> HttpResponse:
    return HttpResponse(answer.body, status=answer.status, content_type="application/json")
