"""How one registry and we know each other: keys that sign messages, and an account for tokens."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import aiohttp
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from gelombang.gateways.dci.signature import Signer, read_private_key, read_public_key
from gelombang.gateways.partner import OurFault, post
from gelombang.kit.errors import Outage

TOKEN_PATH = "/oauth2/client/token"  # noqa: S105 a path
TIME_OUT_SECONDS = 10.0
LONGEST_ANSWER = 16 * 1024  # bytes
_REFUSED = (400, 401, 403)


@dataclass(frozen=True, slots=True)
class TokenAccount:
    """Our account at a registry that wants tokens. The secret never shows."""

    client_id: str
    client_secret: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class Trust:
    """What is agreed with a registry; nothing of it is a registry that takes us by the network."""

    signer: Signer | None = None  # we sign with it
    partner_key: Ed25519PublicKey | None = None  # it signs with it, and unsigned answers are none
    account: TokenAccount | None = None


def read_trust(
    partners: str, *, partner: str, sender_id: str, signing_key: str = "", key_id: str = "1"
) -> Trust:
    """What is agreed with one partner, from the environment's JSON object by partner.

    Each may have `public_key` (base64), `client_id` and `client_secret`. Raises ValueError, which
    never repeats a value.
    """
    try:
        said = json.loads(partners)
        own = dict(said.get(partner, {}))
    except (ValueError, AttributeError, TypeError):
        raise ValueError("is not a JSON object of one object for each partner") from None
    if unknown := sorted(own.keys() - {"public_key", "client_id", "client_secret"}):
        raise ValueError(f"{partner} has unknown names: {', '.join(unknown)}")
    account = None
    if "client_id" in own or "client_secret" in own:
        if not own.get("client_id") or not own.get("client_secret"):
            raise ValueError(f"{partner} needs both client_id and client_secret")
        account = TokenAccount(str(own["client_id"]), str(own["client_secret"]))
    return Trust(
        signer=Signer(sender_id, key_id, read_private_key(signing_key)) if signing_key else None,
        partner_key=read_public_key(str(own["public_key"])) if "public_key" in own else None,
        account=account,
    )


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
