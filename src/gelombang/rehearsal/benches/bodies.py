"""Prepared registrations for a bench: each with an address, a key and a proof of its own."""

from collections.abc import Mapping, Sequence
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path

from gelombang.kit.ids import uuid7
from gelombang.kit.sealing import Keyring
from gelombang.rehearsal import proofs

PATH = "/api/v1/registrations"
TYPE = "application/json"


def prepare_bodies(
    places: Sequence[Path], keyring: Keyring, *, count: int, group: str
) -> tuple[Path, ...]:
    """Write about `count` registrations into these files, in one process for each file.

    A line is an idempotency key, a tab and the JSON body; the body holds no tab.
    """
    keys = _Keys(
        dict(keyring.sealing), keyring.index, dict(keyring.tokens),
        (keyring.sealing_current, keyring.tokens_current),
    )  # fmt: skip
    each = -(-count // len(places))
    with ProcessPoolExecutor(max_workers=len(places)) as pool:
        jobs = [
            pool.submit(_write, place, keys, each, f"{group}.{number}")
            for number, place in enumerate(places)
        ]
        for job in jobs:
            job.result()
    return tuple(places)


class _Keys:
    """A keyring as another process can be told it: its ciphers stay here."""

    def __init__(
        self, sealing: Mapping[int, bytes], index: Mapping[int, bytes], tokens: Mapping[int, bytes],
        current: tuple[int, int],
    ) -> None:  # fmt: skip
        self._parts = (sealing, current[0], index, tokens, current[1])

    def ring(self) -> Keyring:
        sealing, sealing_current, index, tokens, tokens_current = self._parts
        return Keyring(sealing, sealing_current, index, tokens, tokens_current)


def _write(place: Path, keys: _Keys, count: int, group: str) -> None:
    with place.open("w", encoding="ascii") as file:
        for number, proof in enumerate(proofs.minted(keys.ring(), count)):
            phone = f"+62 812-{number // 10_000 % 10_000:04d}-{number % 10_000:04d}"
            file.write(
                f'{uuid7()}\t{{"email":"{group}.{number:07d}@example.id","phone":"{phone}",'
                f'"altcha":"{proof}"}}\n'
            )
