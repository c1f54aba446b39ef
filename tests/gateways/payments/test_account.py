"""Our accounts at payment partners, as the environment writes them."""

import base64
import json

import pytest
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from tests.gateways.payments.paying import KEY

from gelombang.gateways.payments.account import read_accounts, read_private_key

GOPAY = {
    "base_url": "https://gopay.example.id/openapi/", "client_key": "K", "client_secret": "geheim",
    "partner_id": "P", "channel_id": "95001",
}  # fmt: skip
BNI = GOPAY | {"source_account": "0100000099", "signature_encoding": "hex"}


def test_wallet_and_bank():
    found = read_accounts(json.dumps({"gopay": GOPAY, "bni": BNI}), private_key_pem=KEY)
    gopay, bni = found["gopay"], found["bni"]
    assert (gopay.kind, gopay.signature_encoding, gopay.source_account) == ("wallet", "base64", "")
    assert (bni.kind, bni.signature_encoding, bni.source_account) == ("bank", "hex", "0100000099")
    assert gopay.base_url == "https://gopay.example.id/openapi"
    assert "geheim" not in repr(found)
    assert "PRIVATE" not in repr(found)
    assert read_accounts("{}", private_key_pem=KEY) == {}


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("geheim", "is not JSON"),
        ("[" * 5_000, "is not JSON"),
        ('["geheim"]', "one object for each"),
        (json.dumps({"geheim": GOPAY}), "other than gopay, ovo, linkaja, bni"),
        (json.dumps({"gopay": "geheim"}), "gopay wants an object"),
        (json.dumps({"gopay": GOPAY | {"partner_id": 7}}), "gopay wants an object"),
        (json.dumps({"gopay": GOPAY | {"client_secret": ""}}), "gopay lacks client_secret"),
        (json.dumps({"ovo": {"client_secret": "geheim"}}), "ovo lacks base_url, client_key, part"),
        (json.dumps({"bni": GOPAY}), "bni lacks source_account"),
        (json.dumps({"gopay": BNI}), "gopay knows only"),
        (json.dumps({"gopay": GOPAY | {"geheim": "x"}}), "gopay knows only"),
        (json.dumps({"gopay": GOPAY | {"base_url": "ftp://geheim"}}), "base_url is not"),
        (json.dumps({"gopay": GOPAY | {"base_url": "https://geheim/?a"}}), "base_url is not"),
        (json.dumps({"gopay": GOPAY | {"base_url": "https://geheim/a%20b"}}), "base_url is not"),
        (json.dumps({"gopay": GOPAY | {"base_url": "https://geheim/a/../b"}}), "base_url is not"),
        (json.dumps({"gopay": GOPAY | {"base_url": "https://geheim/#a"}}), "base_url is not"),
        (json.dumps({"gopay": GOPAY | {"channel_id": "geheim"}}), "channel_id is longer than 5"),
        (json.dumps({"gopay": GOPAY | {"partner_id": "geheim\n"}}), "no header carries"),
        (json.dumps({"gopay": GOPAY | {"signature_encoding": "geheim"}}), "neither base64 nor hex"),
    ],
)
def test_a_garbled_account_is_named_and_never_shown(text, problem):
    with pytest.raises(ValueError, match=problem) as refused:
        read_accounts(text, private_key_pem=KEY)
    assert "geheim" not in str(refused.value)


def _pem(key) -> str:
    return key.private_bytes(
        serialization.Encoding.PEM,
        serialization.PrivateFormat.PKCS8,
        serialization.NoEncryption(),
    ).decode()


def test_a_key_may_stand_on_one_line():
    line = base64.b64encode(KEY.encode()).decode()
    assert read_private_key(line) == read_private_key(KEY) == read_private_key(f"\n{KEY} ")


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("geheim!", "neither PEM"),
        ("Z2VoZWlt", "holds no private key"),
        ("/w==", "neither PEM"),
        ("-----BEGIN PRIVATE KEY-----\ngeheim\n-----END PRIVATE KEY-----", "holds no private key"),
        (_pem(ec.generate_private_key(ec.SECP256R1())), "is not an RSA key"),
        (_pem(rsa.generate_private_key(public_exponent=65537, key_size=1024)), "1024 bits"),
    ],
    ids=["words", "no-key", "no-text", "garbled", "another-kind", "short"],
)
def test_a_wrong_key_is_refused_and_never_shown(text, problem):
    with pytest.raises(ValueError, match=problem) as refused:
        read_private_key(text)
    assert "geheim" not in str(refused.value)
    assert text.splitlines()[-1] not in str(refused.value)
