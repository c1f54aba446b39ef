"""Signatures of the beacon: BLS12-381, signature on G1, key on G2, unchained (standards §9.2).

A round's message is SHA-256 of its number alone, so anybody can check it without the round before.
"""

import sys
from hashlib import sha256
from typing import Any, cast

from py_ecc.bls.g2_primitives import (
    G1_to_pubkey,
    G2_to_signature,
    pubkey_to_G1,
    signature_to_G2,
    subgroup_check,
)
from py_ecc.bls.hash_to_curve import hash_to_G1
from py_ecc.fields import optimized_bls12_381_FQ12 as Fq12
from py_ecc.optimized_bls12_381.optimized_curve import G2, is_inf, multiply, neg
from py_ecc.optimized_bls12_381.optimized_pairing import final_exponentiate, pairing

# The library lifts Python's limit of recursion for slow code of its that we do not use. With its
# limit, a hostile answer of nothing but brackets would end the process that parses it.
LIMIT_OF_RECURSION, _LIFTED = 1_000, 100_000
if sys.getrecursionlimit() == _LIFTED:
    sys.setrecursionlimit(LIMIT_OF_RECURSION)

DOMAIN = b"BLS_SIG_BLS12381G1_XMD:SHA-256_SSWU_RO_NUL_"
SIGNATURE_BYTES, KEY_BYTES = 48, 96


def message_of(number: int) -> bytes:
    """What a round signs."""
    return sha256(number.to_bytes(8, "big")).digest()


def _hashed(number: int) -> Any:
    """The message as a point of G1."""
    return hash_to_G1(message_of(number), DOMAIN, cast("Any", sha256))


def randomness_of(signature: bytes) -> bytes:
    """What a round gives to everybody."""
    return sha256(signature).digest()


def is_signed(*, public_key: bytes, number: int, signature: bytes) -> bool:
    """Whether the holder of the key signed this round; False for anything malformed as well.

    Takes about 0.2 s. Points outside the subgroup and at infinity are refused.
    """
    if len(signature) != SIGNATURE_BYTES or len(public_key) != KEY_BYTES:
        return False
    try:
        signed, key = (
            pubkey_to_G1(cast("Any", signature)),
            signature_to_G2(cast("Any", public_key)),
        )
    except ValueError:
        return False
    if is_inf(signed) or is_inf(key) or not subgroup_check(signed) or not subgroup_check(key):
        return False
    hashed = _hashed(number)
    left = pairing(G2, signed, final_exponentiate=False)
    right = pairing(key, neg(hashed), final_exponentiate=False)
    return bool(final_exponentiate(left * right) == Fq12.one())


def sign(*, secret: int, number: int) -> bytes:
    """The signature of a round, for an invented beacon."""
    return bytes(G1_to_pubkey(multiply(_hashed(number), secret)))


def public_key_of(secret: int) -> bytes:
    """The public key of a secret."""
    return bytes(G2_to_signature(multiply(G2, secret)))
