"""How a provider signs its calls: the published scheme of the programme's partner API."""

import hmac
from dataclasses import dataclass, field
from hashlib import sha1

KEY_PURPOSE = "sign_key"
STATUS_PATH = "/api/v1/integration/payment/redeem-code/status"
COMMIT_PATH = "/api/v1/integration/payment/redeem-code/commit"


@dataclass(frozen=True, slots=True)
class SignedCall:
    """A call as it came: header values, and the exact bytes of its body."""

    client_code: str
    timestamp: str
    """Unix seconds, as the header has them."""
    signature: str
    path: str
    body: bytes = field(repr=False)
    method: str = "POST"
    authorization: str = field(default="", repr=False)
    """The header's value, empty when absent."""

    @property
    def is_commit(self) -> bool:
        """Whether it may change something; `status` only reads."""
        return self.path == COMMIT_PATH


def signature_of(call: SignedCall, *, sign_key: str) -> str:
    """Lowercase hex HMAC-SHA1 over the parts in this order, without anything in between.

    SHA-1 is what clients that exist speak; as HMAC it still holds.
    """
    parts = (call.client_code, call.timestamp, call.method, call.path, call.authorization)
    return hmac.new(sign_key.encode(), "".join(parts).encode() + call.body, sha1).hexdigest()


def is_signed(call: SignedCall, *, sign_key: str) -> bool:
    """Whether the signature is right, in a time that says nothing about where it differs."""
    expected = signature_of(call, sign_key=sign_key)
    return hmac.compare_digest(expected.encode(), call.signature.encode())
