"""`gelombang keys`: what it shows, counts, rotates and refuses."""

import base64

import pytest
from tests.records.keys import world
from typer.testing import CliRunner

from gelombang.cli.keys import app
from gelombang.cli.say import console
from gelombang.kit.indexing import FIRST, Frontier
from gelombang.records.keys import queries
from gelombang.settings.environment import load

pytestmark = pytest.mark.usefixtures("database_url")


@pytest.fixture(autouse=True)
def wide(monkeypatch):
    monkeypatch.setattr(console, "_width", 160)


@pytest.fixture
def new_ring(monkeypatch, keyring):
    """The environment with a further key of each kind, as a restarted process reads it."""
    ring = world.rotated(keyring)

    def written(keys):
        return ",".join(f"{n}:{base64.b64encode(key).decode()}" for n, key in keys.items())

    monkeypatch.setenv("GELOMBANG_SEALING_KEYS", written(ring.sealing))
    monkeypatch.setenv("GELOMBANG_INDEX_KEYS", written(ring.index))
    load.cache_clear()
    yield load().keyring
    load.cache_clear()


def run(*words):
    return CliRunner().invoke(app, list(words))


def test_a_rotation_by_command_from_show_to_check(keyring, request):
    world.plant(keyring, 5)
    ring = request.getfixturevalue("new_ring")
    assert list(ring.index) == [1, 7]
    shown = run("show").stdout
    assert "sealing keys 1, 2; current is 2" in shown
    assert "index keys   1, 7; settled is 1" in shown
    assert "sealing key 1 is still needed" in run("check").stdout
    answer = run("rotate", "--batch", "3")
    assert answer.exit_code == 0, answer.output
    assert "a second)" in answer.output
    checked = run("check")
    assert checked.exit_code == 0
    assert "sealing key 1 may be dropped: no value names it" in checked.stdout
    assert "settled is 7" in run("show").stdout


def test_one_kind_alone(keyring, request):
    world.plant(keyring, 2)
    request.getfixturevalue("new_ring")
    assert run("rotate", "--sealing").exit_code == 0
    assert queries.frontier() == Frontier(FIRST, FIRST, 0)
    assert run("rotate", "--index").exit_code == 0
    assert queries.frontier() == Frontier(world.NEW_INDEX, world.NEW_INDEX, 0)


def test_a_value_of_a_key_that_is_not_here_is_told(keyring, request):
    ring = world.rotated(keyring)
    world.submit(ring, [1], tag="somebody with another ring")
    answer = run("check")
    assert answer.exit_code == 1
    assert "registration_submission.email_sealed: 1 values of a key that is not here" in (
        answer.output
    )
