"""Identifiers: time-ordered UUIDs, receipts, random codes."""

import base64
import hmac
import os
import re
import secrets
import time
from hashlib import sha256
from uuid import UUID

# A receipt is 24 base32 letters: 20 letters = 100 bits, enough that nobody guesses one, and 4 that
# vouch for them, so that a mistyped or invented receipt is known as such without a look-up.
RECEIPT_LETTERS = 24
_BODY_LETTERS = 20
_RECEIPT = re.compile(r"[A-Z2-7]{24}")
_MISREAD = str.maketrans("018", "OIB")  # base32 has no 0, 1 and 8


def uuid7() -> UUID:
    """A UUID of version 7 (RFC 9562): 48 bits of real milliseconds, then random bits."""
    value = (time.time_ns() // 1_000_000) << 80 | int.from_bytes(os.urandom(10))
    value = value & ~(0xF << 76) | 0x7 << 76
    return UUID(int=value & ~(0x3 << 62) | 0x2 << 62)


def receipt_for(*, key: bytes, idempotency_key: str) -> str:
    """The receipt of a submission: the same key gives the same receipt in every process."""
    # The prefixes keep apart what is signed: a key "voucher:…" must not make somebody a voucher.
    body = _letters(key, f"receipt:{idempotency_key}")[:_BODY_LETTERS]
    return body + _voucher(key, body)


def is_receipt(receipt: str, *, key: bytes) -> bool:
    """Whether `receipt_for` of this key can have made it (one in a million guesses passes)."""
    body, voucher = receipt[:_BODY_LETTERS], receipt[_BODY_LETTERS:]
    return bool(_RECEIPT.fullmatch(receipt)) and hmac.compare_digest(voucher, _voucher(key, body))


def _letters(key: bytes, text: str) -> str:
    return base64.b32encode(hmac.digest(key, text.encode(), sha256)).decode("ascii")


def _voucher(key: bytes, body: str) -> str:
    return _letters(key, f"voucher:{body}")[: RECEIPT_LETTERS - _BODY_LETTERS]


def show_receipt(receipt: str) -> str:
    """The receipt as people read it: groups of four joined by hyphens."""
    return "-".join(receipt[i : i + 4] for i in range(0, len(receipt), 4))


def read_receipt(typed: str) -> str | None:
    """The receipt somebody typed; None if it is not one.

    Hyphens, blanks and case are forgiven, and so are 0, 1 and 8 for O, I and B.
    """
    plain = re.sub(r"[\s-]", "", typed[:100]).upper().translate(_MISREAD)
    return plain if _RECEIPT.fullmatch(plain) else None


def random_digits(count: int) -> str:
    """`count` random decimal digits, for one-time codes and tickets."""
    return f"{secrets.randbelow(10**count):0{count}d}"
