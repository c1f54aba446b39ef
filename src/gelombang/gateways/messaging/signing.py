"""Signed calls of messaging providers, in the manner of Standard Webhooks (v1).

`webhook-signature` holds one or more `v1,<base64>` of HMAC-SHA256 over `id.timestamp.body`, with
the secret written `whsec_<base64>`.
"""

from __future__ import annotations

import base64
import binascii
import hmac
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from hashlib import sha256

TOLERANCE = timedelta(minutes=5)
"""Real time by which the caller's clock may differ from ours."""
PREFIX = "whsec_"


@dataclass(frozen=True, slots=True)
class Call:
    """A call with the headers that sign it."""

    id: str
    timestamp: str
    signature: str = field(repr=False)
    body: bytes = field(repr=False)


def read_secret(secret: str) -> bytes:
    """The key inside. Raises ValueError that never repeats the text."""
    try:
        return base64.b64decode(secret.removeprefix(PREFIX), validate=True)
    except binascii.Error:
        raise ValueError("is not whsec_ and base64") from None


def sign(secret: str, *, id: str, timestamp: str, body: bytes) -> str:  # noqa: A002 - its own name
    """The header `webhook-signature`."""
    mac = hmac.digest(read_secret(secret), f"{id}.{timestamp}.".encode() + body, sha256)
    return f"v1,{base64.b64encode(mac).decode('ascii')}"


def is_genuine(call: Call, secret: str, *, real_now: datetime) -> bool:
    """Whether one of the signatures fits and the call is of now."""
    if not (call.timestamp.isascii() and call.timestamp.isdecimal() and len(call.timestamp) <= 12):  # noqa: PLR2004
        return False
    age = abs(real_now.timestamp() - int(call.timestamp))
    wanted = sign(secret, id=call.id, timestamp=call.timestamp, body=call.body).encode()
    offered = call.signature.encode("utf-8", "replace").split(b" ")
    fits = [hmac.compare_digest(wanted, each) for each in offered[:10]]
    return any(fits) and age <= TOLERANCE.total_seconds()
