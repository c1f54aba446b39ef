"""Who we are to each payment partner, read from the environment and checked before the start."""

from __future__ import annotations

import base64
import binascii
import json
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from types import MappingProxyType
from typing import Any, Literal
from urllib.parse import urlsplit

from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey
from cryptography.hazmat.primitives.serialization import load_pem_private_key

from gelombang.gateways.payments.protocol import BANKS, PARTNERS

Kind = Literal["wallet", "bank"]
Encoding = Literal["base64", "hex"]
FEWEST_KEY_BITS = 2048
NEEDED = ("base_url", "client_key", "client_secret", "partner_id", "channel_id")
LONGEST: Mapping[str, int] = MappingProxyType(
    {"partner_id": 36, "channel_id": 5, "source_account": 19}
)
"""Characters that SNAP allows (standards §4.2, §4.3)."""
# The path is signed as it is written here, so nothing in it may be written in two ways.
_PLAIN_PATH = re.compile(r"(/[A-Za-z0-9_-][A-Za-z0-9._-]*)*/?")


@dataclass(frozen=True, slots=True)
class PartnerAccount:
    """Our account at one partner. Nothing secret ever shows."""

    code: str
    kind: Kind
    base_url: str
    """Without the version: services lie below `/v1.0`."""
    client_key: str
    client_secret: str = field(repr=False)
    private_key_pem: str = field(repr=False)
    partner_id: str
    channel_id: str
    signature_encoding: Encoding = "base64"
    source_account: str = field(default="", repr=False)
    """The account that a bank pays from; a wallet has none."""


def read_accounts(text: str, *, private_key_pem: str) -> Mapping[str, PartnerAccount]:
    """Accounts by partner from a JSON object of objects, e.g. `{"gopay": {"base_url": …}}`.

    Raises ValueError that names the partner and the setting, never a value.
    """
    try:
        parts = json.loads(text)
    except (ValueError, RecursionError):
        raise ValueError("is not JSON") from None
    if not isinstance(parts, dict):
        raise ValueError("wants an object with one object for each partner")  # noqa: TRY004
    return MappingProxyType(
        {code: _account(code, part, private_key_pem) for code, part in parts.items()}
    )


def wire_number(account_no: str, *, kind: Kind) -> str:
    """An account number in digits alone; a wallet's starts with 62, however it was written."""
    digits = re.sub(r"[^0-9]", "", account_no)
    if kind == "wallet" and digits.startswith("0"):
        return f"62{digits[1:]}"
    return digits


def _account(code: str, part: Any, private_key_pem: str) -> PartnerAccount:
    if code not in PARTNERS:
        raise ValueError(f"names a partner other than {', '.join(PARTNERS)}")
    if not isinstance(part, dict) or not all(isinstance(each, str) for each in part.values()):
        raise ValueError(f"{code} wants an object of texts")
    needed = (*NEEDED, "source_account") if code in BANKS else NEEDED
    if lacking := [name for name in needed if not part.get(name)]:
        raise ValueError(f"{code} lacks {', '.join(lacking)}")
    if not part.keys() <= {*needed, "signature_encoding"}:
        raise ValueError(f"{code} knows only {', '.join((*needed, 'signature_encoding'))}")
    _check_values(code, part)
    return PartnerAccount(
        code=code,
        kind="bank" if code in BANKS else "wallet",
        private_key_pem=private_key_pem,
        **(part | {"base_url": part["base_url"].rstrip("/")}),
    )


def _check_values(code: str, part: Mapping[str, str]) -> None:
    address = urlsplit(part["base_url"])
    is_plain = _PLAIN_PATH.fullmatch(address.path) and not address.query + address.fragment
    if address.scheme not in {"http", "https"} or not address.hostname or not is_plain:
        raise ValueError(f"{code}: base_url is not an address like https://host")
    if part.get("signature_encoding", "base64") not in {"base64", "hex"}:
        raise ValueError(f"{code}: signature_encoding is neither base64 nor hex")
    for name, value in part.items():
        if len(value) > LONGEST.get(name, 2048):
            raise ValueError(f"{code}: {name} is longer than {LONGEST.get(name, 2048)} characters")
        if not value.isprintable() or not value.isascii():
            raise ValueError(f"{code}: {name} holds characters that no header carries")


def read_private_key(text: str) -> str:
    """Our RSA key as PEM, from PEM or from PEM written in base64 on one line.

    Raises ValueError that never repeats the text.
    """
    pem = text.strip()
    if not pem.startswith("-----BEGIN"):
        try:
            pem = base64.b64decode(pem, validate=True).decode("ascii").strip()
        except (binascii.Error, UnicodeDecodeError):
            raise ValueError("is neither PEM nor PEM in base64") from None
    load_key(pem)
    return pem + "\n"


@lru_cache(maxsize=4)  # OpenSSL checks a key for some 30 ms; a process has one
def load_key(pem: str) -> RSAPrivateKey:
    """The key in a PEM. Raises ValueError that never repeats the text."""
    try:
        key = load_pem_private_key(pem.encode("ascii"), password=None)
    except (ValueError, TypeError, UnicodeEncodeError):
        raise ValueError("holds no private key without a password") from None
    if not isinstance(key, RSAPrivateKey):
        raise ValueError("is not an RSA key")  # noqa: TRY004 a setting of a wrong value
    if key.key_size < FEWEST_KEY_BITS:
        raise ValueError(f"is a key of {key.key_size} bits, not {FEWEST_KEY_BITS} or more")
    return key
