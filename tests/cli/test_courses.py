"""`gelombang courses`: check and load the catalogue with keys, list it, call a class off."""

import json

import pytest
from tests.journey.learning import world
from typer.testing import CliRunner

from gelombang.cli import courses
from gelombang.cli.courses import app
from gelombang.cli.say import console, errors
from gelombang.journey.learning import queries
from gelombang.journey.learning.models import Provider
from gelombang.journey.learning.signing import KEY_PURPOSE
from gelombang.kit.sealing import unseal
from gelombang.settings import environment

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture(autouse=True)
def wide(monkeypatch) -> None:
    """A terminal on which no cell is broken into lines, whoever imported the console first."""
    for each in (console, errors):
        monkeypatch.setattr(each, "_width", 220)


def run(*words: str):
    return CliRunner().invoke(app, [str(word) for word in words])


def test_loading_makes_the_keys_that_are_missing_and_keeps_the_others(tmp_path, keyring):
    keys = tmp_path / "new" / "providers.json"
    keys.parent.mkdir()
    keys.write_text(json.dumps({"lp-pijar-ilmu": "kunci lama", "lain": "x"}))
    done = run("load", world.CATALOGUE, "--keys", keys)
    assert done.exit_code == 0, done.output
    written = json.loads(keys.read_text())
    assert written["lp-pijar-ilmu"] == "kunci lama"
    assert written.keys() == {*world.CLIENTS, "lain"}
    assert len(set(written.values())) == 5
    assert keys.stat().st_mode & 0o777 == 0o600
    assert [each.name for each in keys.parent.iterdir()] == ["providers.json"]
    row = Provider.objects.get(client_code="lp-balai-sinar")
    opened = unseal(keyring, bytes(row.sign_key_sealed), purpose=KEY_PURPOSE)
    assert opened == written["lp-balai-sinar"]
    assert "0 pelatihan / courses" in run("load", world.CATALOGUE, "--keys", keys).output
    assert json.loads(keys.read_text()) == written


def test_a_file_with_mistakes_is_shown_in_both_languages_and_loads_nothing(tmp_path):
    file, keys = tmp_path / "katalog.toml", tmp_path / "providers.json"
    file.write_text(world.CATALOGUE.read_text().replace("price = 150_000", "price = 0"))
    refused = run("load", file, "--keys", keys)
    assert refused.exit_code == 1
    assert "courses[0].price" in refused.output
    assert "harus 1 atau lebih" in refused.output
    assert "must be 1 or more" in refused.output
    assert not keys.exists()
    assert queries.catalogue().total == 0


@pytest.mark.parametrize("content", ["{", "[]", '{"a": 7}', '{"a": ""}', b"\xff"])
def test_keys_that_cannot_be_read_are_not_written_over(tmp_path, content):
    keys = tmp_path / "providers.json"
    keys.write_bytes(content if isinstance(content, bytes) else content.encode())
    before = keys.read_bytes()
    refused = run("load", world.CATALOGUE, "--keys", keys)
    assert refused.exit_code == 1
    assert "providers.json" in refused.output
    assert keys.read_bytes() == before
    assert run("load", tmp_path / "nothing.toml").exit_code == 1


def test_without_a_name_the_keys_lie_in_the_data_directory(tmp_path, monkeypatch):
    here = environment.load().model_copy(update={"data_dir": tmp_path})
    monkeypatch.setattr(environment, "load", lambda: here)
    assert run("load", world.CATALOGUE).exit_code == 0
    assert (tmp_path / courses.KEYS_FILE).is_file()


def test_the_list_shows_prices_and_who_is_waiting_and_a_class_is_called_off(keyring):
    assert "No catalogue" in run("list").output
    (person,) = world.recipients(keyring)
    world.buy(person, world.LONG)
    listed = run("list").output
    (line,) = [each for each in listed.splitlines() if world.LONG in each]
    assert "Rp250.000" in line
    assert "on sale" in line
    done = run("cancel", world.LONG, "--reason", "Ruangnya kebanjiran")
    assert (done.exit_code, "1 pembelian" in done.output) == (0, True)
    (line,) = [each for each in run("list").output.splitlines() if world.LONG in each]
    assert "cancelled" in line
    assert world.balance(person) == world.AID
    unknown = run("cancel", "TIDAK-ADA", "--reason", "x")
    assert unknown.exit_code == 1
    assert "There is no course" in unknown.output
    assert run("cancel", world.LONG).exit_code == 2  # a reason is required
