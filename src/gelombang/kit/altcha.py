"""Proof of work: ALTCHA v2 in deterministic mode, PBKDF2/SHA-256.

Whoever makes a challenge chooses the counter that solves it, so that making one costs a single key
derivation and checking one costs two HMACs, while a reader has to try about a thousand. Nothing is
kept of a challenge: its nonce grows with time and is spent once, by the row that it stands in.
"""

import base64
import hmac
from binascii import Error as Base64Error
from datetime import datetime
from hashlib import pbkdf2_hmac
from secrets import randbelow, token_bytes
from typing import ClassVar, Final, NamedTuple

import msgspec

from gelombang.kit.errors import Refusal
from gelombang.kit.ids import uuid7
from gelombang.kit.macs import mac
from gelombang.kit.sealing import Keyring, derived_key
from gelombang.kit.words import Text

ALGORITHM: Final = "PBKDF2/SHA-256"
FEWEST_TRIES, MOST_TRIES = 300, 1500  # key derivations that a reader needs
_KEY_BYTES: Final = 32
_LONGEST: Final = 2_000  # letters of a field; ours have about 700


class ProofMissing(Refusal):
    """No proof of work came with what was sent."""

    status: ClassVar[int] = 428
    sentence: ClassVar[Text] = Text(
        id="Sertakan bukti kerja: ambil tantangan, selesaikan, lalu kirim lagi.",
        en="Send a proof of work: fetch a challenge, solve it, and send again.",
    )


class ProofExpired(Refusal):
    """The challenge was made too long ago."""

    status: ClassVar[int] = 428
    sentence: ClassVar[Text] = Text(
        id="Tantangan ini sudah lewat waktunya. Ambil yang baru, lalu kirim lagi.",
        en="This challenge has run out of time. Fetch a new one and send again.",
    )


class ProofForged(Refusal):
    """The proof is garbled, was not asked by us, or does not solve its challenge."""

    status: ClassVar[int] = 428
    sentence: ClassVar[Text] = Text(
        id="Bukti kerja ini tidak cocok. Ambil tantangan baru, lalu kirim lagi.",
        en="This proof of work does not fit. Fetch a new challenge and send again.",
    )


class Parameters(msgspec.Struct, frozen=True, rename="camel", forbid_unknown_fields=True):
    """What a reader has to know: a key that starts with `key_prefix` is to be found."""

    algorithm: str
    cost: int
    expires_at: int
    key_length: int
    key_prefix: str
    key_signature: str
    nonce: str
    salt: str

    def canonical(self) -> bytes:
        """Keys sorted, no blanks: what is signed. Every parameter of ours is always there."""
        return (
            f'{{"algorithm":"{self.algorithm}","cost":{self.cost},"expiresAt":{self.expires_at},'
            f'"keyLength":{self.key_length},"keyPrefix":"{self.key_prefix}",'
            f'"keySignature":"{self.key_signature}","nonce":"{self.nonce}","salt":"{self.salt}"}}'
        ).encode()


class Challenge(msgspec.Struct, frozen=True):
    """A challenge as it goes out, in JSON."""

    parameters: Parameters
    signature: str


class Solution(msgspec.Struct, frozen=True, rename="camel", omit_defaults=True):
    """The counter that was found, and its key."""

    counter: int
    derived_key: str
    time: float | None = None


class Payload(msgspec.Struct, frozen=True):
    """What comes back, as JSON in base64."""

    challenge: Challenge
    solution: Solution


_read = msgspec.json.Decoder(Payload).decode


class Secrets(NamedTuple):
    """What only we know: one secret signs challenges, the other the keys that solve them."""

    challenge: bytes
    key: bytes


def key_of(keyring: Keyring) -> Secrets:
    """The secrets of challenges, in every process of ours the same."""
    return Secrets(
        challenge=derived_key(keyring, purpose="altcha-challenge"),
        key=derived_key(keyring, purpose="altcha-key"),
    )


def challenge(secrets: Secrets, *, cost: int, expires_at: datetime) -> Challenge:
    """A challenge that `cost` iterations make dear, good until `expires_at` (real time)."""
    return _made(secrets, cost=cost, expires_at=expires_at)[0]


def as_json(asked: Challenge) -> bytes:
    """The challenge as it goes out."""
    return msgspec.json.encode(asked)


def solved(secrets: Secrets, *, cost: int, expires_at: datetime) -> str:
    """A challenge with its solution, as the field `altcha` carries it.

    For rehearsals, who hold the secrets and do not have to search.
    """
    made, counter, derived = _made(secrets, cost=cost, expires_at=expires_at)
    payload = Payload(made, Solution(counter, derived.hex()))
    return base64.b64encode(msgspec.json.encode(payload)).decode("ascii")


def solve(asked: Challenge) -> str:
    """The field `altcha` for somebody else's challenge, found by trying as a reader does."""
    parameters = asked.parameters
    nonce, salt = bytes.fromhex(parameters.nonce), bytes.fromhex(parameters.salt)
    prefix, counter = bytes.fromhex(parameters.key_prefix), 0
    while True:
        derived = _derive(nonce, salt, counter=counter, cost=parameters.cost)
        if derived.startswith(prefix):
            break
        counter += 1
    payload = Payload(asked, Solution(counter, derived.hex()))
    return base64.b64encode(msgspec.json.encode(payload)).decode("ascii")


def check(secrets: Secrets, field: str | None, *, real_now: datetime) -> str:
    """The name of the proof, by which it is spent once: hexadecimal, growing with time.

    Raises ProofMissing, ProofForged, or ProofExpired.
    """
    if not field:
        raise ProofMissing
    payload = _parse(field)
    parameters = payload.challenge.parameters
    if not _signed(secrets.challenge, parameters.canonical(), payload.challenge.signature):
        raise ProofForged
    if real_now.timestamp() >= parameters.expires_at:
        raise ProofExpired
    # Only who found the key can show what its signature was made of.
    if not _signed(secrets.key, _bytes(payload.solution.derived_key), parameters.key_signature):
        raise ProofForged
    return parameters.nonce


def _made(secrets: Secrets, *, cost: int, expires_at: datetime) -> tuple[Challenge, int, bytes]:
    nonce, salt = uuid7().bytes, token_bytes(16)
    counter = FEWEST_TRIES + randbelow(MOST_TRIES - FEWEST_TRIES + 1)
    derived = _derive(nonce, salt, counter=counter, cost=cost)
    parameters = Parameters(
        algorithm=ALGORITHM,
        cost=cost,
        expires_at=int(expires_at.timestamp()),
        key_length=_KEY_BYTES,
        key_prefix=derived[: _KEY_BYTES // 2].hex(),
        key_signature=_sign(secrets.key, derived),
        nonce=nonce.hex(),
        salt=salt.hex(),
    )
    signature = _sign(secrets.challenge, parameters.canonical())
    return Challenge(parameters, signature), counter, derived


def _derive(nonce: bytes, salt: bytes, *, counter: int, cost: int) -> bytes:
    return pbkdf2_hmac("sha256", nonce + counter.to_bytes(4), salt, cost, _KEY_BYTES)


def _sign(secret: bytes, content: bytes) -> str:
    return mac(secret, content).hex()


def _signed(secret: bytes, content: bytes, signature: str) -> bool:
    return hmac.compare_digest(mac(secret, content), _bytes(signature))


def _bytes(text: str) -> bytes:
    """What hexadecimal digits stand for; nothing for anything else, which fits no signature."""
    try:
        return bytes.fromhex(text)
    except ValueError:
        return b""


def _parse(field: str) -> Payload:
    if len(field) > _LONGEST:
        raise ProofForged
    try:
        return _read(base64.b64decode(field, validate=True))
    except (Base64Error, ValueError, msgspec.MsgspecError):
        raise ProofForged from None
