"""How one registry and we know each other: keys that sign messages, and an account for tokens."""

import json
from dataclasses import dataclass, field

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from gelombang.gateways.dci.signature import Signer, read_private_key, read_public_key

TOKEN_PATH = "/oauth2/client/token"  # noqa: S105 a path


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
