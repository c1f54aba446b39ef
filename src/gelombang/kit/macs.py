"""HMAC-SHA-256 (RFC 2104) under keys that are used again and again.

Half of the work of a short MAC goes into its key. A key that was used lately is kept as a started
MAC, from which every message begins.
"""

from functools import lru_cache

from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.hmac import HMAC

_KEPT = 64  # more keys than a process of ours holds, for all purposes together


@lru_cache(maxsize=_KEPT)
def _started(key: bytes) -> HMAC:
    return HMAC(key, SHA256())


def mac(key: bytes, message: bytes) -> bytes:
    """The 32 bytes that only holders of `key` can make of `message`."""
    going = _started(key).copy()
    going.update(message)
    return going.finalize()
