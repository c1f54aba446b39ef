"""Proofs of work for the people of a rehearsal: minted where we hold the keys, else worked for."""

import asyncio
from collections.abc import Iterator
from datetime import timedelta

import msgspec

from gelombang.kit import altcha, clock
from gelombang.kit.sealing import Keyring

LIFE = timedelta(minutes=55)
COST = 100  # iterations, as the door asks for unless an operator changed it
CHALLENGE_PATH = "/api/v1/tantangan"


def minted(keyring: Keyring, count: int, *, cost: int = COST) -> Iterator[str]:
    """`count` finished proofs, each good once and for an hour, made without searching."""
    secrets = altcha.key_of(keyring)
    expires_at = clock.real_now() + LIFE
    for _ in range(count):
        yield altcha.solved(secrets, cost=cost, expires_at=expires_at)


async def worked_out(document: bytes) -> str:
    """The proof for a challenge of the door (JSON), found by trying as a browser does."""
    asked = msgspec.json.decode(document, type=altcha.Challenge)
    return await asyncio.to_thread(altcha.solve, asked)


async def for_challenge(challenge: object) -> str:
    """The proof for a challenge that came inside another document."""
    asked = msgspec.convert(challenge, type=altcha.Challenge)
    return await asyncio.to_thread(altcha.solve, asked)
