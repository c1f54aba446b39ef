"""SNAP's signatures: the known vectors, and a second reading of the rules that agrees."""

import base64
import json

import pytest
from hypothesis import given, strategies as st
from tests.gateways.payments.paying import (
    KEY,
    VECTORS,
    second_check,
    second_hash,
    second_signature,
)

from gelombang.gateways.payments import signature
from gelombang.gateways.payments.account import load_key

WORDS = st.text(st.characters(codec="utf-8", exclude_categories=["Cs"]), max_size=12)
BODIES = st.dictionaries(WORDS, WORDS | st.integers(0, 10**12) | st.lists(WORDS, max_size=2))


def test_the_token_is_asked_for_as_the_vector_says():
    vector = VECTORS["token_b2b"]
    signed = signature.token_signature(
        load_key(KEY), client_key=vector["client_id"], timestamp=vector["timestamp"]
    )
    assert signed == vector["x_signature"]["base64"]
    assert base64.b64decode(signed).hex() == vector["x_signature"]["hex"]


@pytest.mark.parametrize("encoding", ["base64", "hex"])
def test_a_call_is_signed_as_the_vector_says(encoding):
    vector = VECTORS["symmetric"]
    body = signature.compact(json.loads(vector["body_as_sent"]))
    assert body.decode() == vector["body_minified"]
    text = signature.string_to_sign(
        method=vector["method"], endpoint=vector["endpoint_url"], token=vector["access_token"],
        body=body, timestamp=vector["timestamp"],
    )  # fmt: skip
    assert text == vector["string_to_sign"]
    secret = vector["client_secret"]
    signed = signature.request_signature(text, secret=secret, encoding=encoding)
    assert signed == vector["x_signature"][encoding]


@pytest.mark.parametrize("encoding", ["base64", "hex"])
def test_an_empty_body_is_the_hash_of_nothing(encoding):
    vector = VECTORS["symmetric_empty_body_with_query"]
    _, endpoint, token, _, stamp = vector["string_to_sign"].split(":", 4)
    text = signature.string_to_sign(
        method="GET", endpoint=endpoint, token=token, body=b"", timestamp=stamp
    )
    assert text == vector["string_to_sign"]
    secret = vector["client_secret"]
    signed = signature.request_signature(text, secret=secret, encoding=encoding)
    assert signed == vector["x_signature"][encoding]


@given(body=BODIES, secret=WORDS, encoding=st.sampled_from(["base64", "hex"]))
def test_both_readings_sign_alike(body, secret, encoding):
    sent = signature.compact(body)
    text = signature.string_to_sign(
        method="POST", endpoint="/v1.0/emoney/topup", token="t", body=sent, timestamp="now"
    )
    spaced = json.dumps(body, indent=2, ensure_ascii=False).encode()
    assert text.split(":")[3] == second_hash(sent) == second_hash(spaced)
    signed = signature.request_signature(text, secret=secret, encoding=encoding)
    assert signed == second_signature(secret, text, encoding)


def test_the_second_reading_takes_our_rsa_signature():
    signed = signature.token_signature(load_key(KEY), client_key="A", timestamp="B")
    second_check("A|B", signed)
