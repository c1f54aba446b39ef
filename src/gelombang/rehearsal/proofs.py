"""Proofs of work for the people of a rehearsal: minted where we hold the keys, else worked for."""

import asyncio
from collections.abc import Iterator
from datetime import timedelta

import msgspec

from gelombang.kit import altcha, clock
from gelombang.kit.sealing import Keyring
from gelombang.rehearsal.wire import Pool, prepare

LIFE = timedelta(minutes=55)
COST = 100  # iterations, as the door asks for unless an operator changed it
CHALLENGE_PATH = "/api/v1/tantangan"
_OK = 200


def minted(keyring: Keyring, count: int, *, cost: int = COST) -> Iterator[str]:
    """`count` finished proofs, each good once and for an hour, made without searching."""
    secrets = altcha.key_of(keyring)
    expires_at = clock.real_now() + LIFE
    for _ in range(count):
        yield altcha.solved(secrets, cost=cost, expires_at=expires_at)


def worked_out(document: bytes) -> str:
    """The proof for a challenge of the door (JSON), found by trying as a browser does."""
    return altcha.solve(msgspec.json.decode(document, type=altcha.Challenge))


async def fetched(pool: Pool) -> str | None:
    """A proof for a challenge that the door gives; None where it asks for none."""
    answer = await pool.call(prepare("GET", CHALLENGE_PATH, host=pool.host, headers={}))
    if answer.status != _OK:
        return None
    return await asyncio.to_thread(worked_out, answer.body)
