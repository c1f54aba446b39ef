"""Keys as the environment writes them: `1:base64,2:base64`, oldest first."""

import base64
import binascii
from collections.abc import Mapping

from gelombang.kit.sealing import Keyring

KEY_BYTES = 32
HIGHEST_KEY_ID = 255


def read_key(text: str) -> bytes:
    """32 bytes written in base64. Raises ValueError that never repeats the text."""
    try:
        key = base64.b64decode(text.strip(), validate=True)
    except binascii.Error:
        raise ValueError("is not base64") from None
    if len(key) != KEY_BYTES:
        raise ValueError(f"holds {len(key)} bytes, not {KEY_BYTES}")
    return key


def read_keys(text: str) -> dict[int, bytes]:
    """A ring written `1:base64,2:base64`, in that order. Raises ValueError without the text."""
    keys: dict[int, bytes] = {}
    for part in text.split(","):
        number, _, key = part.strip().partition(":")
        if not number.isdecimal() or not 1 <= int(number) <= HIGHEST_KEY_ID:
            raise ValueError(f"wants `id:base64` with ids from 1 to {HIGHEST_KEY_ID}")
        if int(number) in keys:
            raise ValueError(f"names the key {number} twice")
        keys[int(number)] = read_key(key)
    return keys


def keyring_of(variables: Mapping[str, str]) -> Keyring | None:
    """The keys that these variables hold; None where some are missing: another's system."""
    sealing, tokens, chain, first = (
        variables.get(f"GELOMBANG_{name}", "")
        for name in ("SEALING_KEYS", "TOKEN_KEYS", "INDEX_KEYS", "INDEX_KEY")
    )
    if not sealing or not tokens or not (chain or first):
        return None
    return ring_of(sealing=sealing, index_chain=chain, index_key=first, tokens=tokens)


def ring_of(*, sealing: str, index_chain: str, index_key: str, tokens: str) -> Keyring:
    """The keys in these texts: the index keys as a chain, or one key, which is then key 1.

    Raises ValueError without the texts.
    """
    sealing_keys, token_keys = read_keys(sealing), read_keys(tokens)
    return Keyring(
        sealing=sealing_keys,
        sealing_current=list(sealing_keys)[-1],
        index=read_keys(index_chain) if index_chain else {1: read_key(index_key)},
        tokens=token_keys,
        tokens_current=list(token_keys)[-1],
    )
