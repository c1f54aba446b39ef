"""Let the header `client_code` through to the house.

The published API has an underscore in a header's name. Django leaves such headers out, since a
server that writes names with underscores only could not tell them from those with hyphens. Here it
is one name on two addresses, the value is signed, and the hyphened spelling wins: so on these
addresses, and nowhere else, it is renamed before the house sees it. Outside ASGI a server hands
both spellings on alike.
"""

from collections.abc import Awaitable, Callable, MutableMapping
from typing import Any

ADDRESSES = "/api/v1/integration/"
AS_SENT, AS_READ = b"client_code", b"client-code"

Scope = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[MutableMapping[str, Any]]]
Send = Callable[[MutableMapping[str, Any]], Awaitable[None]]
App = Callable[[Scope, Receive, Send], Awaitable[None]]


def with_readable_headers(house: App) -> App:
    """The same application, which also reads the header that providers send."""

    async def answer(scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "http" and scope["path"].startswith(ADDRESSES):
            scope = {**scope, "headers": renamed(list(scope["headers"]))}
        await house(scope, receive, send)

    return answer


def renamed(headers: list[tuple[bytes, bytes]]) -> list[tuple[bytes, bytes]]:
    """The headers with `client-code` for `client_code`, unless both spellings came."""
    has_both = any(name.lower() == AS_READ for name, _ in headers)
    if has_both:
        return headers
    return [(AS_READ if name.lower() == AS_SENT else name, value) for name, value in headers]
