"""Identifiers: time-ordered UUIDs, receipts, random codes."""

import base64
import hmac
import os
import re
import secrets
import time
from uuid import UUID

from gelombang.kit.macs import mac

# A receipt is 24 base32 letters: 20 letters = 100 bits, enough that nobody guesses one, and 4 that
# vouch for them, so that a mistyped or invented receipt is known as such without a look-up.
RECEIPT_LETTERS = 24
_BODY_LETTERS = 20
LETTER_NUMBER_LETTERS = 20
_LETTER_BODY = 10  # and 10 that vouch for it: 50 bits, so that no number can be invented
_ALPHABET = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567"  # RFC 4648
_RECEIPT = re.compile(r"[A-Z2-7]{24}")
_BODY_BYTES = 15  # 120 bits are 24 letters: as many as ever are written
_PAIRS = [a + b for a in _ALPHABET for b in _ALPHABET]  # two letters are ten bits
_SHIFTS = range(110, -1, -10)
_BASE32 = re.compile(r"[A-Z2-7]+")
_MISREAD = str.maketrans("018", "OIB")  # base32 has no 0, 1 and 8


def uuid7() -> UUID:
    """A UUID of version 7 (RFC 9562): 48 bits of real milliseconds, then random bits."""
    value = (time.time_ns() // 1_000_000) << 80 | int.from_bytes(os.urandom(10))
    value = value & ~(0xF << 76) | 0x7 << 76
    return UUID(int=value & ~(0x3 << 62) | 0x2 << 62)


def receipt_for(*, key: bytes, idempotency_key: str) -> str:
    """The receipt of a submission: the same key gives the same receipt in every process."""
    # The prefixes keep apart what is signed: a key "voucher:…" must not make somebody a voucher.
    body = _letters(key, f"receipt:{idempotency_key}", _BODY_LETTERS)
    return body + _voucher(key, body)


def is_receipt(receipt: str, *, key: bytes) -> bool:
    """Whether `receipt_for` of this key can have made it (one in a million guesses passes)."""
    body, voucher = receipt[:_BODY_LETTERS], receipt[_BODY_LETTERS:]
    return bool(_RECEIPT.fullmatch(receipt)) and hmac.compare_digest(voucher, _voucher(key, body))


def _letters(key: bytes, text: str, count: int) -> str:
    """The first letters of a MAC in base32, an even number of at most 20, two at a time."""
    start = int.from_bytes(mac(key, text.encode())[:_BODY_BYTES])
    return "".join([_PAIRS[start >> shift & 1023] for shift in _SHIFTS[: count // 2]])


def _voucher(key: bytes, body: str) -> str:
    return _letters(key, f"voucher:{body}", RECEIPT_LETTERS - _BODY_LETTERS)


def letter_number(*, key: bytes, reason: str) -> str:
    """The number of a letter, by what it is owed for: known as ours without a look-up."""
    body = _letters(key, f"letter:{reason}", _LETTER_BODY)
    return body + _letters(key, f"letter-voucher:{body}", LETTER_NUMBER_LETTERS - _LETTER_BODY)


def is_letter_number(number: str, *, key: bytes) -> bool:
    """Whether `letter_number` of this key can have made it."""
    body, voucher = number[:_LETTER_BODY], number[_LETTER_BODY:]
    wanted = _letters(key, f"letter-voucher:{body}", LETTER_NUMBER_LETTERS - _LETTER_BODY)
    return hmac.compare_digest(voucher.encode(), wanted.encode())


def show_receipt(receipt: str) -> str:
    """The receipt as people read it: groups of four joined by hyphens."""
    return show_letters(receipt)


def read_receipt(typed: str) -> str | None:
    """The receipt somebody typed; None if it is not one.

    Hyphens, blanks and case are forgiven, and so are 0, 1 and 8 for O, I and B.
    """
    return read_letters(typed, count=RECEIPT_LETTERS)


def random_letters(count: int) -> str:
    """`count` random base32 letters of 5 bits each, for numbers that nobody may guess."""
    return base64.b32encode(secrets.token_bytes(count)).decode("ascii")[:count]


def show_letters(letters: str) -> str:
    """Random letters as people read them: groups of four joined by hyphens."""
    return "-".join(letters[i : i + 4] for i in range(0, len(letters), 4))


def read_letters(typed: str, *, count: int) -> str | None:
    """The `count` base32 letters somebody typed; None if they are not that.

    Hyphens, blanks and case are forgiven, and so are 0, 1 and 8 for O, I and B.
    """
    plain = re.sub(r"[\s-]", "", typed[:100]).upper().translate(_MISREAD)
    return plain if len(plain) == count and _BASE32.fullmatch(plain) else None


def random_digits(count: int) -> str:
    """`count` random decimal digits, for one-time codes and tickets."""
    return f"{secrets.randbelow(10**count):0{count}d}"
