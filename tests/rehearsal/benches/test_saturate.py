"""Prepared bodies, and the closed loop of our own generator."""

import asyncio
import json
from datetime import UTC, datetime

from gelombang.kit import altcha
from gelombang.kit.sealing import Keyring
from gelombang.rehearsal.benches.bodies import prepare_bodies
from gelombang.rehearsal.benches.saturate import saturate
from gelombang.rehearsal.surge.saturation import sink

RING = Keyring({1: b"s" * 32}, 1, {1: b"i" * 32}, {1: b"t" * 32}, 1)


def test_every_body_has_a_key_and_a_proof_of_its_own(tmp_path):
    files = prepare_bodies([tmp_path / "a", tmp_path / "b"], RING, count=6, group="uji")
    lines = [line for file in files for line in file.read_text().splitlines()]
    keys, bodies = zip(*(line.split("\t") for line in lines), strict=True)
    documents = [json.loads(body) for body in bodies]
    secrets, now = altcha.key_of(RING), datetime.now(UTC)
    spent = {altcha.check(secrets, each["altcha"], real_now=now) for each in documents}
    assert len(set(keys)) == len(spent) == len({each["email"] for each in documents}) == 6


def test_the_closed_loop_ends_with_its_bodies(tmp_path):
    bodies = prepare_bodies([tmp_path / "a"], RING, count=300, group="uji")
    with sink() as url:
        found = asyncio.run(saturate(url, bodies, connections=4, seconds=20))
    assert found.accepted_per_second > 50
    assert (found.refused, found.lost) == (0, 0)
