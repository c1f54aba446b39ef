"""How SNAP BI signs: the call for a token by RSA, all others by HMAC (standards §4.1, §4.2)."""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from cryptography.hazmat.primitives.asymmetric.padding import PKCS1v15
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey
from cryptography.hazmat.primitives.hashes import SHA256

from gelombang.gateways.payments.account import Encoding
from gelombang.kit.clock import WIB


def compact(body: Mapping[str, Any]) -> bytes:
    """The body as it is hashed and, byte for byte, sent."""
    return json.dumps(body, separators=(",", ":"), ensure_ascii=False).encode()


def timestamp_of(instant: datetime) -> str:
    """`yyyy-MM-ddTHH:mm:ss+07:00`."""
    return instant.astimezone(WIB).isoformat(timespec="seconds")


def token_signature(key: RSAPrivateKey, *, client_key: str, timestamp: str) -> str:
    """SHA256withRSA over `client key|timestamp`, in base64 (service 73)."""
    signed = key.sign(f"{client_key}|{timestamp}".encode(), PKCS1v15(), SHA256())
    return base64.b64encode(signed).decode("ascii")


def string_to_sign(*, method: str, endpoint: str, token: str, body: bytes, timestamp: str) -> str:
    """What the HMAC covers; `endpoint` is the path with its query, `body` the bytes sent."""
    digest = hashlib.sha256(body).hexdigest()
    return f"{method}:{endpoint}:{token}:{digest}:{timestamp}"


def request_signature(text: str, *, secret: str, encoding: Encoding) -> str:
    """HMAC-SHA512 of the string to sign, written as the partner wants it."""
    digest = hmac.new(secret.encode(), text.encode(), hashlib.sha512).digest()
    return digest.hex() if encoding == "hex" else base64.b64encode(digest).decode("ascii")
