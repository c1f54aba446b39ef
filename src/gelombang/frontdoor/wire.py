"""What a server hands us to requests and back: nothing is decided here but the body's limits."""

import asyncio
from collections.abc import Awaitable, Callable, Mapping, MutableMapping
from typing import Any, TypeAlias

from gelombang.frontdoor import told
from gelombang.frontdoor.core import MEDIA_TYPES, Reads, Request, Response
from gelombang.frontdoor.pacing import client_of
from gelombang.frontdoor.told import Message

Scope: TypeAlias = MutableMapping[str, Any]
Event: TypeAlias = MutableMapping[str, Any]
Receive: TypeAlias = Callable[[], Awaitable[Event]]
Send: TypeAlias = Callable[[Event], Awaitable[None]]
App: TypeAlias = Callable[[Scope, Receive, Send], Awaitable[None]]


class SenderGone(Exception):
    """The sender left before the request was whole: there is nobody to answer."""


def head_of(scope: Scope, *, trusted: int) -> Request:
    """The request without its body; repeated headers are joined. `trusted` proxies are ours."""
    headers: dict[str, str] = {}
    for raw_name, raw_value in scope["headers"]:
        name, value = raw_name.decode("latin-1").lower(), raw_value.decode("latin-1")
        mark = "; " if name == "cookie" else ", "
        headers[name] = f"{headers[name]}{mark}{value}" if name in headers else value
    return Request(
        method=scope["method"],
        path=scope["path"],
        query=scope.get("query_string", b"").decode("latin-1"),
        headers=headers,
        client=client_of(
            ":".join(map(str, scope.get("client") or ())),
            headers.get("x-forwarded-for", ""),
            trusted=trusted,
        ),
    )


def body_fault(headers: Mapping[str, str], reads: Reads, *, most: int) -> Message | None:
    """What the head of a request says against reading its body; None when it may be read."""
    if reads == "nothing":
        return None
    length = headers.get("content-length") or ""
    if not length.isdecimal():
        return told.NO_LENGTH
    if int(length) > most:
        return told.TOO_LARGE
    media = (headers.get("content-type") or "").partition(";")[0].strip().lower()
    if int(length) > 0 and media != MEDIA_TYPES[reads]:
        return told.WRONG_TYPE
    return None


async def read_body(receive: Receive, most: int) -> bytes | Message:
    """The whole body. Raises SenderGone."""
    body = bytearray()
    while True:
        event = await receive()
        if event["type"] == "http.disconnect":
            raise SenderGone
        body += event.get("body", b"")
        if len(body) > most:
            return told.TOO_LARGE
        if not event.get("more_body", False):
            return bytes(body)


async def drain(receive: Receive, most: int, *, seconds: float) -> None:
    """Read a refused body away, within limits, so that its sender listens to the answer."""
    try:
        async with asyncio.timeout(seconds):
            while most > 0:
                event = await receive()
                most -= len(event.get("body", b""))
                if not event.get("more_body", False):
                    return
    except TimeoutError:
        return


async def send_response(response: Response, send: Send, *, with_body: bool = True) -> None:
    """The response as ASGI events; HEAD gets the headers of GET alone."""
    headers = [
        (name.encode("latin-1"), value.encode("latin-1")) for name, value in response.headers
    ]
    await send({"type": "http.response.start", "status": int(response.status), "headers": headers})
    await send({"type": "http.response.body", "body": response.body if with_body else b""})
