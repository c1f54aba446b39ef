"""What messaging providers tell us by signed calls: bounces and complaints."""

from __future__ import annotations

from http import HTTPStatus
from typing import Literal

import msgspec
from django.db import InterfaceError, OperationalError
from django.http import HttpRequest, HttpResponse

from gelombang.gateways.messaging.reports import LARGEST_REPORT, Finding, read_report
from gelombang.gateways.messaging.signing import Call, is_genuine
from gelombang.kit.tokens import TokenForged, read_notice_token
from gelombang.records.notices import actions as notices
from gelombang.web import reading
from gelombang.web.authority import provider

RETRY_SECONDS = "5"
LARGEST_RECEIPT = 4 * 1024


class Receipt(msgspec.Struct):
    """What a provider of text messages says about one."""

    reference: str
    status: Literal["delivered", "failed"]


def signed_body(request: HttpRequest, *, largest: int) -> bytes | None:
    """The body of a call whose signature fits; None for anybody else's call."""
    secret = reading.environment().messaging_secret
    if secret is None or int(request.META.get("CONTENT_LENGTH") or 0) > largest:
        return None
    headers = request.headers
    call = Call(
        id=headers.get("webhook-id", ""),
        timestamp=headers.get("webhook-timestamp", ""),
        signature=headers.get("webhook-signature", ""),
        body=request.body,
    )
    real_now = reading.instants().real_now
    return call.body if is_genuine(call, secret.get_secret_value(), real_now=real_now) else None


@provider
def take_report(request: HttpRequest) -> HttpResponse:
    """A bounce (RFC 3464) or complaint (RFC 5965) as the mail that it is; 204 once it is kept.

    A report on a letter that is not ours changes nothing and gets 204 too: nobody learns by asking.
    """
    if request.method != "POST":
        return HttpResponse(status=HTTPStatus.METHOD_NOT_ALLOWED, headers={"Allow": "POST"})
    raw = signed_body(request, largest=LARGEST_REPORT)
    if raw is None:
        return HttpResponse(status=HTTPStatus.UNAUTHORIZED)
    try:
        _take(raw)
    except (OperationalError, InterfaceError):
        return HttpResponse(
            status=HTTPStatus.SERVICE_UNAVAILABLE, headers={"Retry-After": RETRY_SECONDS}
        )
    return HttpResponse(status=HTTPStatus.NO_CONTENT)


def _take(raw: bytes) -> None:
    report, clocks = read_report(raw), reading.instants()
    if report is None:
        return
    try:
        notice_id = read_notice_token(reading.keyring(), report.token)
    except TokenForged:
        return
    if report.finding is Finding.GONE:
        notices.came_back(notice_id=notice_id, status=report.status, real_now=clocks.real_now)
    elif report.finding is Finding.NOT_NOW:
        notices.came_back_for_now(
            notice_id=notice_id, status=report.status, now=clocks.now, real_now=clocks.real_now
        )
    elif report.finding is Finding.UNWANTED:
        notices.called_unwanted(notice_id=notice_id, real_now=clocks.real_now)


@provider
def take_receipt(request: HttpRequest) -> HttpResponse:
    """A delivery receipt of a text message: `{"reference", "status": "delivered" or "failed"}`."""
    if request.method != "POST":
        return HttpResponse(status=HTTPStatus.METHOD_NOT_ALLOWED, headers={"Allow": "POST"})
    raw = signed_body(request, largest=LARGEST_RECEIPT)
    if raw is None:
        return HttpResponse(status=HTTPStatus.UNAUTHORIZED)
    try:
        receipt = msgspec.json.decode(raw, type=Receipt)
        notice_id = read_notice_token(reading.keyring(), receipt.reference)
    except (msgspec.DecodeError, TokenForged):
        return HttpResponse(status=HTTPStatus.NO_CONTENT)
    clocks = reading.instants()
    try:
        if receipt.status == "delivered":
            notices.text_arrived(notice_id=notice_id, real_now=clocks.real_now)
        else:
            notices.text_failed(notice_id=notice_id, now=clocks.now, real_now=clocks.real_now)
    except (OperationalError, InterfaceError):
        return HttpResponse(
            status=HTTPStatus.SERVICE_UNAVAILABLE, headers={"Retry-After": RETRY_SECONDS}
        )
    return HttpResponse(status=HTTPStatus.NO_CONTENT)
