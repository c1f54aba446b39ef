"""The environment is checked as a whole, and `.env.example` shows all of it."""

import base64
import pickle
import re

import pytest

from gelombang.cli.places import clone
from gelombang.settings.environment import (
    Environment,
    EnvironmentInvalidError,
    load,
    variable_name,
)
from gelombang.settings.rings import read_keys

SECRET_WORDS = "a-secret-that-must-never-be-shown"
KEY = base64.b64encode(bytes(32)).decode()


@pytest.fixture
def fresh():
    """`load` reads the environment anew, before and after the test."""
    load.cache_clear()
    yield load
    load.cache_clear()


def test_every_problem_is_told_at_once(fresh, monkeypatch):
    monkeypatch.delenv("DATABASE_URL")
    monkeypatch.delenv("GELOMBANG_INDEX_KEY")
    monkeypatch.setenv("GELOMBANG_PORT", "70000")
    monkeypatch.setenv("GELOMBANG_BASE_URL", "gelombang")
    monkeypatch.setenv("GELOMBANG_SEALING_KEYS", f"1:{SECRET_WORDS}")

    with pytest.raises(EnvironmentInvalidError) as refused:
        fresh()

    lines = str(refused.value).splitlines()[1:]
    assert [re.split(r"[ :]", line.strip())[0] for line in lines] == [
        "DATABASE_URL",
        "GELOMBANG_BASE_URL",
        "GELOMBANG_INDEX_KEY",
        "GELOMBANG_PORT",
        "GELOMBANG_SEALING_KEYS",
    ]


@pytest.mark.parametrize(
    "name",
    [
        "GELOMBANG_SEALING_KEYS", "GELOMBANG_INDEX_KEY", "DATABASE_URL", "GELOMBANG_SECRET_KEY",
        "GELOMBANG_PAYMENT_PARTNERS", "GELOMBANG_PAYMENT_PRIVATE_KEY",
    ],
)  # fmt: skip
def test_no_message_repeats_a_secret(fresh, monkeypatch, name):
    monkeypatch.setenv(name, SECRET_WORDS[:20])
    with pytest.raises(EnvironmentInvalidError) as refused:
        fresh()
    assert SECRET_WORDS[:20] not in str(refused.value)
    assert name in str(refused.value)


def test_secrets_have_no_default():
    secretive = {
        name
        for name, field in Environment.model_fields.items()
        if "Secret" in str(field.annotation) and "None" not in str(field.annotation)
    }
    assert len(secretive) >= 9
    assert all(Environment.model_fields[name].is_required() for name in secretive)


def test_its_words_never_show_a_secret(fresh):
    environment = fresh()
    shown = repr(environment) + str(environment.keyring)
    assert environment.secret_key.get_secret_value() not in shown
    assert "only-for-tests" not in shown
    assert KEY not in shown


def test_the_last_key_is_the_current_one(fresh, monkeypatch):
    other = base64.b64encode(bytes([7] * 32)).decode()
    monkeypatch.setenv("GELOMBANG_SEALING_KEYS", f"1:{KEY}, 2:{other}")
    keyring = fresh().keyring
    assert keyring.sealing_current == 2
    assert keyring.sealing == {1: bytes(32), 2: bytes([7] * 32)}


@pytest.mark.parametrize(
    "text", ["", "x", f"0:{KEY}", f"256:{KEY}", f"1:{KEY},1:{KEY}", "1:AAAA", f"{KEY}", "1:%%"]
)
def test_a_garbled_ring_is_refused(text):
    with pytest.raises(ValueError, match=r"wants|holds|twice|base64"):
        read_keys(text)


def test_every_payment_partner_has_an_account(fresh):
    accounts = fresh().payment_accounts
    assert set(accounts) == {"gopay", "ovo", "linkaja", "bni"}
    assert {each.signature_encoding for each in accounts.values()} == {"base64", "hex"}
    assert accounts["bni"].base_url == "http://127.0.0.1:8090/bni"
    shown = repr(fresh()) + repr(accounts)
    assert "PRIVATE KEY" not in shown
    assert accounts["ovo"].client_secret not in shown


def test_another_process_gets_the_fields_and_reads_them_itself(fresh):
    mine = fresh()
    assert mine.payment_accounts, "read here, with keys that no pipe carries"
    assert mine.keyring
    theirs = pickle.loads(pickle.dumps(mine))
    assert theirs == mine
    assert theirs.payment_accounts.keys() == mine.payment_accounts.keys()
    assert theirs.keyring == mine.keyring


def test_a_partners_problem_is_told_at_the_start(fresh, monkeypatch):
    monkeypatch.setenv("GELOMBANG_PAYMENT_PARTNERS", '{"ovo": {"client_secret": "never-shown"}}')
    with pytest.raises(EnvironmentInvalidError, match="PAYMENT_PARTNERS: ovo lacks base_url") as no:
        fresh()
    assert "never-shown" not in str(no.value)


def test_secrets_may_come_as_files(fresh, monkeypatch, tmp_path):
    (tmp_path / "gelombang_secret_key").write_text("from-a-file-" * 4)
    monkeypatch.delenv("GELOMBANG_SECRET_KEY")
    monkeypatch.setenv("GELOMBANG_SECRETS_DIR", str(tmp_path))
    assert fresh().secret_key.get_secret_value() == "from-a-file-" * 4


def test_the_object_cannot_be_changed(fresh):
    with pytest.raises(ValueError, match="frozen"):
        fresh().port = 1


def _shown() -> dict[str, str]:
    text = (clone() / ".env.example").read_text(encoding="utf-8")
    return dict(re.findall(r"^#? ?([A-Z0-9_]+)=(.*)$", text, re.MULTILINE))


def test_the_example_shows_every_variable_and_no_other():
    known = {variable_name(name) for name in Environment.model_fields}
    only_at_start = {"GELOMBANG_SECRETS_DIR", "GELOMBANG_POSTGRES_BIN"}
    assert set(_shown()) == known | only_at_start


def test_the_example_holds_no_secret_and_marks_what_is_needed():
    text = (clone() / ".env.example").read_text(encoding="utf-8")
    for name, field in Environment.model_fields.items():
        needed = re.search(rf"^{variable_name(name)}=", text, re.MULTILINE)
        assert bool(needed) is field.is_required(), name
        if "Secret" in str(field.annotation):
            assert _shown()[variable_name(name)] == "", name


def _ring(*numbers: int) -> str:
    return ",".join(f"{n}:{base64.b64encode(bytes([n]) * 32).decode()}" for n in numbers)


def test_the_index_keys_are_a_chain_that_begins_with_the_one_key(fresh, monkeypatch):
    one = base64.b64encode(bytes([4]) * 32).decode()
    monkeypatch.setenv("GELOMBANG_INDEX_KEY", one)
    assert fresh().keyring.index == {1: bytes([4]) * 32}
    monkeypatch.setenv("GELOMBANG_INDEX_KEYS", _ring(4, 2))
    fresh.cache_clear()
    assert list(fresh().keyring.index.items()) == [(4, bytes([4]) * 32), (2, bytes([2]) * 32)]
    monkeypatch.delenv("GELOMBANG_INDEX_KEY")
    fresh.cache_clear()
    assert list(fresh().keyring.index) == [4, 2]


@pytest.mark.parametrize("keys", [_ring(5, 4), "1:short"])
def test_index_keys_that_do_not_begin_with_the_one_key_are_refused(fresh, monkeypatch, keys):
    monkeypatch.setenv("GELOMBANG_INDEX_KEY", base64.b64encode(bytes([4]) * 32).decode())
    monkeypatch.setenv("GELOMBANG_INDEX_KEYS", keys)
    with pytest.raises(EnvironmentInvalidError, match="GELOMBANG_INDEX_KEY") as refused:
        fresh()
    assert keys not in str(refused.value)
