"""Keys that outlive a process, and sealed values.

Sealing is AES-256-GCM with a key id and the purpose as associated data. The key id stands in the
second byte of every sealed value, so what still waits for a new key is seen without opening it.
Blind indexes are in `kit.indexing`.
"""

import os
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property, lru_cache

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

_VERSION = 1
_NONCE_BYTES = 12
_KEY_BYTES = 32
_HIGHEST_KEY_ID = 255  # one byte of a sealed value


class SealBroken(Exception):
    """A sealed value does not open: altered, cut, or sealed for another purpose or unknown key."""


@dataclass(frozen=True)
class Keyring:
    """All keys that outlive a process. Key ids are 1 to 255; 32 bytes a key.

    `sealing` and `tokens` may hold retired keys beside the current one. `index` is a chain, oldest
    first: an index of the second key is made from the index of the first, so no key leaves it.
    """

    sealing: Mapping[int, bytes]
    sealing_current: int
    index: Mapping[int, bytes]
    tokens: Mapping[int, bytes]
    tokens_current: int
    _ciphers: dict[int, AESGCM] = field(default_factory=dict, repr=False, compare=False)

    def __post_init__(self) -> None:
        """Refuse a ring that could not seal or sign."""
        for name, keys, current in (
            ("sealing", self.sealing, self.sealing_current),
            ("tokens", self.tokens, self.tokens_current),
        ):
            if current not in keys:
                raise ValueError(f"{name}: the current key {current} is not in the ring")
            _check(name, keys)
        if not self.index:
            raise ValueError("index: there is no key")
        _check("index", self.index)

    def __repr__(self) -> str:
        """Key ids only: key material never reaches a log."""
        return (
            f"Keyring(sealing={sorted(self.sealing)}, index={list(self.index)}, "
            f"tokens={sorted(self.tokens)})"
        )

    @cached_property
    def index_chain(self) -> tuple[tuple[int, bytes], ...]:
        """The index keys with their ids, oldest first."""
        return tuple(self.index.items())

    def cipher(self, key_id: int) -> AESGCM:
        """The cipher of a key id, made once."""
        if key_id not in self._ciphers:
            if key_id not in self.sealing:
                raise SealBroken(f"unknown key id {key_id}")
            self._ciphers[key_id] = AESGCM(self.sealing[key_id])
        return self._ciphers[key_id]


def _check(name: str, keys: Mapping[int, bytes]) -> None:
    if any(len(key) != _KEY_BYTES or not 0 < i <= _HIGHEST_KEY_ID for i, key in keys.items()):
        raise ValueError(f"{name}: keys are 32 bytes with ids from 1 to 255")


@lru_cache(maxsize=256)
def purpose_key(key: bytes, purpose: str) -> bytes:
    """The key of one purpose below an index key (HKDF, RFC 5869)."""
    return HKDF(
        algorithm=SHA256(), length=_KEY_BYTES, salt=None, info=b"blind-index:" + purpose.encode()
    ).derive(key)


def derived_key(keyring: Keyring, *, purpose: str) -> bytes:
    """32 bytes that only holders of the first index key can make, for signing things of a purpose.

    A new index key changes none of them: receipts that people hold stay verifiable.
    """
    return purpose_key(keyring.index_chain[0][1], f"key:{purpose}")


class _Nonces:
    """Random nonces, fetched from the kernel many at a time: one call for each costs a fifth of it.

    A child process begins with none, so that no two processes ever use the same.
    """

    _AT_ONCE = 340

    def __init__(self) -> None:
        self._left: list[bytes] = []
        os.register_at_fork(after_in_child=self._forget)

    def _forget(self) -> None:
        self._left = []

    def take(self) -> bytes:
        """12 bytes that nobody else gets; taking one from a list is atomic among threads."""
        try:
            return self._left.pop()
        except IndexError:
            raw = os.urandom(_NONCE_BYTES * self._AT_ONCE)
            made = [raw[i : i + _NONCE_BYTES] for i in range(0, len(raw), _NONCE_BYTES)]
            self._left = made[1:]
            return made[0]


_nonces = _Nonces()


def seal(keyring: Keyring, value: str, *, purpose: str) -> bytes:
    """`value` encrypted for one purpose: version, key id, nonce, ciphertext with tag."""
    nonce = _nonces.take()
    key_id = keyring.sealing_current
    body = keyring.cipher(key_id).encrypt(nonce, value.encode(), purpose.encode())
    return bytes((_VERSION, key_id)) + nonce + body


def unseal(keyring: Keyring, sealed: bytes, *, purpose: str) -> str:
    """The value inside. Raises SealBroken when it was altered or sealed for something else."""
    raw = bytes(sealed)
    if len(raw) < 2 + _NONCE_BYTES or raw[0] != _VERSION:
        raise SealBroken("not a sealed value")
    nonce, body = raw[2 : 2 + _NONCE_BYTES], raw[2 + _NONCE_BYTES :]
    try:
        return keyring.cipher(raw[1]).decrypt(nonce, body, purpose.encode()).decode()
    except InvalidTag as broken:
        raise SealBroken("the seal does not fit this purpose or was altered") from broken


def sealed_by(sealed: bytes) -> int:
    """The id of the key that sealed a value, read without opening it. Raises SealBroken."""
    raw = bytes(sealed)
    if len(raw) < 2 + _NONCE_BYTES or raw[0] != _VERSION:
        raise SealBroken("not a sealed value")
    return raw[1]
