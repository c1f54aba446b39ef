"""Signatures of DCI messages: Ed25519 over a digest of header and message (standards §3.1).

DCI fixes the fields of the signature and leaves digest and canonical form open. Ours: SHA-256 over
the canonical JSON (RFC 8785) of header and message, signed with the times it holds from and until.
"""

import base64
import binascii
import hashlib
import json
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

LIFETIME = timedelta(minutes=5)
LEEWAY = timedelta(minutes=1)  # two clocks may differ so much
ALGORITHM = "ed25519"
SIGNED = "(created) (expires) digest"
KEY_BYTES = 32
LONGEST = 1_000  # letters of a signature; ours have some 250
_FIELD = re.compile(r'(\w+)="([^"]*)"')


class SignatureWrong(ValueError):
    """A message is not signed as agreed; `code` is DCI's for it."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


class SignatureStale(SignatureWrong):
    """The agreed key signed the message, for another time than this."""


@dataclass(frozen=True, slots=True)
class Signer:
    """Our key, and how the partner knows it. The key never shows."""

    sender_id: str
    key_id: str
    key: Ed25519PrivateKey = field(repr=False)

    def sign(self, header: Mapping[str, Any], message: Mapping[str, Any], *, at: datetime) -> str:
        """The signature of a message that is sent at a real instant."""
        created = int(at.timestamp())
        expires = created + int(LIFETIME.total_seconds())
        raw = self.key.sign(signing_string(header, message, created=created, expires=expires))
        parts = {
            "namespace": "spdci",
            "kidId": f"{self.sender_id}|{self.key_id}|{ALGORITHM}",
            "algorithm": ALGORITHM,
            "created": str(created),
            "expires": str(expires),
            "headers": SIGNED,
            "signature": base64.b64encode(raw).decode(),
        }
        said = ", ".join(f'{name}="{value}"' for name, value in parts.items())
        return f"Signature:  {said}"


def check(
    envelope: Mapping[str, Any], *, sender_id: str, key: Ed25519PublicKey, at: datetime
) -> None:
    """Raise SignatureWrong unless `sender_id` signed the message and the real instant is in time.

    Which algorithm, which fields and whose key is ours to say, never the message's. SignatureStale
    where nothing but the time is wrong.
    """
    said = envelope.get("signature")
    if not isinstance(said, str) or not said:
        raise SignatureWrong("err.signature.missing")
    created, expires, raw = _read_signature(said, sender_id)
    try:
        signed = signing_string(
            envelope["header"], envelope["message"], created=created, expires=expires
        )
        key.verify(raw, signed)
    except (KeyError, ValueError, TypeError, RecursionError, InvalidSignature):
        raise SignatureWrong("err.signature.invalid") from None
    moment, leeway = at.timestamp(), int(LEEWAY.total_seconds())
    if not created - leeway <= moment < expires + leeway:
        raise SignatureStale("err.signature.invalid")


def _read_signature(said: str, sender_id: str) -> tuple[int, int, bytes]:
    """From when and until when it holds, and its bytes; SignatureWrong where it is not ours."""
    if len(said) > LONGEST:  # strangers send these: a long one would take long to take apart
        raise SignatureWrong("err.signature.invalid")
    parts = dict(_FIELD.findall(said))
    try:
        created, expires = int(parts["created"]), int(parts["expires"])
        sender, _, algorithm = parts["kidId"].split("|")
        raw = base64.b64decode(parts["signature"], validate=True)
    except (KeyError, ValueError, binascii.Error):
        raise SignatureWrong("err.signature.invalid") from None
    agreed = (sender_id, ALGORITHM, ALGORITHM, SIGNED)
    if (sender, algorithm, parts.get("algorithm"), parts.get("headers")) != agreed:
        raise SignatureWrong("err.signature.invalid")
    return created, expires, raw


def signing_string(
    header: Mapping[str, Any], message: Mapping[str, Any], *, created: int, expires: int
) -> bytes:
    """The bytes that are signed; times are Unix seconds. Raises ValueError for a fraction."""
    digest = hashlib.sha256(canonical({"header": header, "message": message})).digest()
    said = base64.b64encode(digest).decode()
    return f"(created): {created}\n(expires): {expires}\ndigest: SHA-256={said}".encode()


def canonical(value: Any) -> bytes:
    """RFC 8785 for what our messages hold: text, whole numbers, true, false, null, lists, objects.

    Raises ValueError for a fraction, whose form needs JavaScript's rules, and for a name that
    would sort otherwise there.
    """
    _refuse_what_is_not_plain(value)
    said = json.dumps(value, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    return said.encode()


def read_private_key(text: str) -> Ed25519PrivateKey:
    """A seed of 32 bytes in base64. Raises ValueError that never repeats it."""
    return Ed25519PrivateKey.from_private_bytes(_key_bytes(text))


def read_public_key(text: str) -> Ed25519PublicKey:
    """A public key of 32 bytes in base64. Raises ValueError."""
    return Ed25519PublicKey.from_public_bytes(_key_bytes(text))


def _key_bytes(text: str) -> bytes:
    try:
        raw = base64.b64decode(text.strip(), validate=True)
    except binascii.Error:
        raise ValueError("is not base64") from None
    if len(raw) != KEY_BYTES:
        raise ValueError(f"holds {len(raw)} bytes, not {KEY_BYTES}")
    return raw


def _refuse_what_is_not_plain(value: Any) -> None:
    kind = type(value)  # strangers send these: to ask for an abstract class costs six times as much
    if kind is float:
        raise ValueError("a fraction in a signed message")
    if kind is dict:
        for name, each in value.items():
            if not isinstance(name, str) or not name.isascii():
                raise ValueError("a name that is not ASCII in a signed message")
            _refuse_what_is_not_plain(each)
    elif kind is list or kind is tuple:
        for each in value:
            _refuse_what_is_not_plain(each)
