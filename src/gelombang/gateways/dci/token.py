"""A registry's bearer token; apart from `trust`, so that reading an environment loads no client."""

import json
from collections.abc import Mapping
from typing import Any

import aiohttp

from gelombang.gateways.dci.trust import TOKEN_PATH, TokenAccount
from gelombang.gateways.partner import OurFault, post
from gelombang.kit.errors import Outage

TIME_OUT_SECONDS = 10.0
LONGEST_ANSWER = 16 * 1024  # bytes
_REFUSED = (400, 401, 403)


async def fetch_token(
    session: aiohttp.ClientSession, *, base_url: str, account: TokenAccount, name: str
) -> tuple[str, int]:
    """A bearer token and the seconds it lives. Raises OurFault, Throttled or Outage."""
    asked = {
        "grant_type": "client_credentials",
        "client_id": account.client_id,
        "client_secret": account.client_secret,
    }
    reply = await post(
        session, f"{base_url}{TOKEN_PATH}", asked, name=name, seconds=TIME_OUT_SECONDS,
        most=LONGEST_ANSWER,
    )  # fmt: skip
    if reply.status in _REFUSED:
        raise OurFault(f"token refused, status {reply.status}")
    if reply.status != 200:  # noqa: PLR2004
        raise Outage(f"{name}: token, status {reply.status}")
    try:
        said: Mapping[str, Any] = json.loads(reply.raw)
        token, seconds = said["access_token"], said["expires_in"]
    except (ValueError, KeyError, TypeError, RecursionError):
        raise Outage(f"{name}: not the agreed token") from None
    if not isinstance(token, str) or not token.isascii() or not isinstance(seconds, int):
        raise Outage(f"{name}: not the agreed token")
    return token, seconds
