"""Everybody who comes in a surge: an address of their own, a key, a proof of work, an instant."""

from collections.abc import Iterable, Sequence
from datetime import timedelta
from uuid import UUID

from gelombang.kit import clock
from gelombang.kit.ids import uuid7
from gelombang.kit.sealing import Keyring
from gelombang.kit.tokens import door_pass
from gelombang.rehearsal.surge.sheet import Errand

REGISTER_PATH = "/api/v1/registrations"
PASS_LIFE = timedelta(hours=2)


def registrations(arrivals: Sequence[float], proofs: Iterable[str], *, group: str) -> list[Errand]:
    """One registration for each arrival. `group` sets these people apart from other groups'."""
    return [
        Errand(
            due=due,
            key=str(uuid7()),
            authorization="",
            body=f'{{"email":"{group}.{number}@example.id",'
            f'"phone":"+62 812-{number // 10_000 % 10_000:04d}-{number % 10_000:04d}",'
            f'"altcha":"{proof}"',
        )
        for number, (due, proof) in enumerate(zip(arrivals, proofs, strict=True))
    ]


def entries_path(wave_id: str) -> str:
    """Where Join is pressed."""
    return f"/api/v1/waves/{wave_id}/entries"


def entries(arrivals: Sequence[float], *, people: Sequence[UUID], keyring: Keyring) -> list[Errand]:
    """One press of Join for each arrival and person.

    The pass of that person's signing in stands for a proof of work.
    """
    expires_at = clock.real_now() + PASS_LIFE
    return [
        Errand(
            due=due,
            key=str(uuid7()),
            authorization=door_pass(keyring, person_id=person, expires_at=expires_at),
            body="{",
        )
        for due, person in zip(arrivals, people, strict=True)
    ]
