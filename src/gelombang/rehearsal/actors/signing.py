"""How a training provider signs its calls (standards §0.1), written down a second time."""

import hmac
import json
from collections.abc import Mapping
from hashlib import sha1
from typing import Any

API = "/api/v1/integration/payment/redeem-code"


def compact(body: Mapping[str, Any]) -> bytes:
    """The body as it is signed and, byte for byte, sent."""
    return json.dumps(body, separators=(",", ":"), ensure_ascii=False).encode()


def sign(key: str, *, client_code: str, timestamp: str, path: str, body: bytes) -> str:
    """Hex of the HMAC-SHA1 over client code, Unix seconds, method, path, no authorization, body."""
    signed = f"{client_code}{timestamp}POST{path}".encode() + body
    return hmac.new(key.encode(), signed, sha1).hexdigest()


def headers(
    key: str, *, client_code: str, timestamp: str, path: str, body: bytes
) -> dict[str, str]:
    """The headers of a signed call."""
    return {
        "Content-Type": "application/json",
        "client_code": client_code,
        "timestamp": timestamp,
        "signature": sign(key, client_code=client_code, timestamp=timestamp, path=path, body=body),
    }
