"""Signed tokens that need no row: the confirm link and the door pass.

Both are `base64url(payload || HMAC-SHA-256)` with the key id inside the payload, and live by real
time. A token proves only what it says: a confirm token confirms an address and never signs in.
"""

import base64
import hmac
import struct
from binascii import Error as Base64Error
from dataclasses import dataclass
from datetime import UTC, datetime
from hashlib import sha256
from uuid import UUID

from gelombang.kit.sealing import Keyring

_MAC_BYTES = 32
_INDEX_BYTES = 32
_LONGEST = 512  # letters; ours have fewer than 200


class TokenForged(Exception):
    """The token was not made here, or was altered."""


class TokenExpired(Exception):
    """The token was made here, but its time is over."""


@dataclass(frozen=True, slots=True)
class Confirmation:
    """What a confirm token proves: who got this link can read mail for this address index."""

    receipt: str
    email_index: bytes


def _sign(keyring: Keyring, kind: bytes, payload: bytes) -> str:
    body = bytes((keyring.tokens_current,)) + payload
    mac = hmac.digest(keyring.tokens[keyring.tokens_current], kind + body, sha256)
    return _write(body + mac)


def _write(raw: bytes) -> str:
    return base64.urlsafe_b64encode(raw).rstrip(b"=").decode("ascii")


def _verify(keyring: Keyring, kind: bytes, token: str) -> bytes:
    if len(token) > _LONGEST:
        raise TokenForged("too long")
    try:
        raw = base64.b64decode(token + "=" * (-len(token) % 4), altchars=b"-_", validate=True)
    except (Base64Error, ValueError) as broken:
        raise TokenForged("not base64url") from broken
    if _write(raw) != token:
        raise TokenForged("another spelling of the same bytes")
    if len(raw) <= 1 + _MAC_BYTES or raw[0] not in keyring.tokens:
        raise TokenForged("too short or of an unknown key")
    body, mac = raw[:-_MAC_BYTES], raw[-_MAC_BYTES:]
    if not hmac.compare_digest(mac, hmac.digest(keyring.tokens[raw[0]], kind + body, sha256)):
        raise TokenForged("the signature does not fit")
    return body[1:]


def _check_expiry(expires: int, real_now: datetime) -> None:
    if real_now.timestamp() >= expires:
        raise TokenExpired("its time is over")


def confirm_token(
    keyring: Keyring, *, receipt: str, email_index: bytes, expires_at: datetime
) -> str:
    """The path segment of the confirm link, valid until `expires_at` (real time)."""
    index = bytes(email_index)  # drivers hand out memoryviews
    if len(index) != _INDEX_BYTES:
        raise ValueError("an address index has 32 bytes")
    payload = struct.pack(">Q", int(expires_at.timestamp())) + index + receipt.encode()
    return _sign(keyring, b"confirm", payload)


def read_confirm_token(keyring: Keyring, token: str, *, real_now: datetime) -> Confirmation:
    """What the link proves. Raises TokenForged or TokenExpired."""
    payload = _verify(keyring, b"confirm", token)
    _check_expiry(struct.unpack(">Q", payload[:8])[0], real_now)
    return Confirmation(
        receipt=payload[8 + _INDEX_BYTES :].decode("ascii"),
        email_index=payload[8 : 8 + _INDEX_BYTES],
    )


def door_pass(keyring: Keyring, *, person_id: UUID, expires_at: datetime) -> str:
    """The cookie by which the front door knows a signed-in person without a look-up."""
    return _sign(keyring, b"pass", struct.pack(">Q", int(expires_at.timestamp())) + person_id.bytes)


def read_door_pass(keyring: Keyring, token: str, *, real_now: datetime) -> UUID:
    """The person that the pass was given to. Raises TokenForged or TokenExpired."""
    payload = _verify(keyring, b"pass", token)
    if len(payload) != 8 + 16:
        raise TokenForged("not a door pass")
    _check_expiry(struct.unpack(">Q", payload[:8])[0], real_now)
    return UUID(bytes=payload[8:])


def expiry_of(token: str) -> datetime:
    """When a token ends, read without trusting it; only for cookies' Max-Age."""
    raw = base64.urlsafe_b64decode(token + "=" * (-len(token) % 4))
    return datetime.fromtimestamp(struct.unpack(">Q", raw[1:9])[0], UTC)
