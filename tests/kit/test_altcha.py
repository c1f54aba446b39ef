"""A proof of work is ours, solved, young, and known to other programs of the field."""

import base64
import json
from datetime import UTC, datetime, timedelta

import altcha as library
import pytest
from hypothesis import given, settings, strategies as st

from gelombang.kit import altcha
from gelombang.kit.sealing import Keyring

NOW = datetime(2026, 4, 11, 12, tzinfo=UTC)
ENDS = NOW + timedelta(minutes=20)
COST = 10


def ring(seed):
    key = bytes((seed + i) % 256 for i in range(32))
    return Keyring(
        sealing={1: key}, sealing_current=1, index={1: key}, tokens={1: key}, tokens_current=1
    )


SECRETS = altcha.key_of(ring(1))


def opened(field):
    return json.loads(base64.b64decode(field))


def packed(content):
    return base64.b64encode(json.dumps(content).encode()).decode()


def changed(field, *path, to):
    content = opened(field)
    inner = content
    for name in path[:-1]:
        inner = inner[name]
    inner[path[-1]] = to
    return packed(content)


def test_a_solved_challenge_is_a_proof_with_a_name_of_its_own():
    first, second = (altcha.solved(SECRETS, cost=COST, expires_at=ENDS) for _ in range(2))
    names = [altcha.check(SECRETS, each, real_now=NOW) for each in (first, second)]
    assert all(len(name) == 32 for name in names)
    assert names[0] != names[1]


def test_names_of_proofs_grow_with_time():
    made = [altcha.challenge(SECRETS, cost=1, expires_at=ENDS) for _ in range(200)]
    stamps = [each.parameters.nonce[:12] for each in made]
    assert stamps == sorted(stamps)


def test_a_challenge_is_solved_by_trying_as_a_reader_does():
    asked = altcha.challenge(SECRETS, cost=1, expires_at=ENDS)
    field = altcha.solve(asked)
    assert altcha.check(SECRETS, field, real_now=NOW) == asked.parameters.nonce
    counter = opened(field)["solution"]["counter"]
    assert altcha.FEWEST_TRIES <= counter <= altcha.MOST_TRIES


def test_the_library_of_the_field_accepts_what_we_make():
    later = datetime(2100, 1, 1, tzinfo=UTC)  # the library reads the clock of this machine
    field = altcha.solved(SECRETS, cost=COST, expires_at=later)
    payload = library.Payload.from_dict(opened(field))
    slowly = library.verify_solution(payload, SECRETS.challenge, library.derive_key_pbkdf2)
    assert slowly.verified
    quickly = library.verify_solution(payload, SECRETS.challenge, hmac_key_secret=SECRETS.key)
    assert quickly.verified


def test_we_accept_what_the_library_of_the_field_solves():
    asked = altcha.challenge(SECRETS, cost=1, expires_at=ENDS)
    wire = json.loads(altcha.as_json(asked))
    solution = library.solve_challenge(library.Challenge.from_dict(wire), library.derive_key_pbkdf2)
    field = packed({"challenge": wire, "solution": solution.to_dict()})
    assert altcha.check(SECRETS, field, real_now=NOW) == asked.parameters.nonce


@pytest.mark.parametrize("field", [None, ""])
def test_no_proof_is_missing(field):
    with pytest.raises(altcha.ProofMissing):
        altcha.check(SECRETS, field, real_now=NOW)


def test_a_proof_lives_until_its_second():
    field = altcha.solved(SECRETS, cost=COST, expires_at=ENDS)
    altcha.check(SECRETS, field, real_now=ENDS - timedelta(seconds=1))
    with pytest.raises(altcha.ProofExpired):
        altcha.check(SECRETS, field, real_now=ENDS)


def test_another_house_s_proof_is_forged():
    field = altcha.solved(altcha.key_of(ring(2)), cost=COST, expires_at=ENDS)
    with pytest.raises(altcha.ProofForged):
        altcha.check(SECRETS, field, real_now=NOW)


@pytest.mark.parametrize(
    ("path", "value"),
    [
        (("challenge", "parameters", "cost"), 1),
        (("challenge", "parameters", "expiresAt"), 4102444800),
        (("challenge", "parameters", "nonce"), "00" * 16),
        (("challenge", "parameters", "nonce"), '0","salt":"0'),
        (("challenge", "parameters", "salt"), "00" * 16),
        (("challenge", "parameters", "keySignature"), "00" * 32),
        (("challenge", "parameters", "algorithm"), "SHA-256"),
        (("challenge", "parameters", "data"), {}),
        (("challenge", "signature"), "zz"),
        (("challenge", "signature"), ""),
        (("solution", "derivedKey"), "00" * 32),
        (("solution", "derivedKey"), "é"),
        (("solution", "derivedKey"), 7),
        (("solution",), None),
    ],
)
def test_a_changed_proof_is_forged(path, value):
    field = changed(altcha.solved(SECRETS, cost=COST, expires_at=ENDS), *path, to=value)
    with pytest.raises(altcha.ProofForged):
        altcha.check(SECRETS, field, real_now=NOW)


@given(st.text(max_size=300))
@settings(max_examples=300)
def test_anything_else_is_forged(text):
    with pytest.raises((altcha.ProofForged, altcha.ProofMissing)):
        altcha.check(SECRETS, text, real_now=NOW)


def test_a_field_that_is_too_long_is_not_even_read():
    with pytest.raises(altcha.ProofForged):
        altcha.check(SECRETS, "A" * 4_000, real_now=NOW)
