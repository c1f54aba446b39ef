"""`gelombang clock` moves the virtual clock ahead, never back."""

from datetime import UTC, datetime, timedelta

import pytest
import typer
from typer.testing import CliRunner

from gelombang.cli import clock as command
from gelombang.kit import clock

BEGINS = datetime(2020, 4, 11, 12, tzinfo=UTC)


@pytest.fixture
def clock_path(tmp_path, monkeypatch):
    path = tmp_path / "clock.json"
    clock.set_face(path, virtual=BEGINS, rate=0)
    monkeypatch.setenv(clock.CLOCK_VARIABLE, str(path))
    return path


def _run(*arguments: str):
    return CliRunner().invoke(command.app, list(arguments))


def test_a_held_clock_stands_still(clock_path):
    answer = _run("show")
    assert answer.exit_code == 0
    assert clock.now() == BEGINS


def test_it_advances_by_a_span_and_to_an_instant(clock_path):
    assert _run("advance", "1d2h30m").exit_code == 0
    assert clock.now() == BEGINS + timedelta(days=1, hours=2, minutes=30)
    assert _run("advance", "--to", "2020-04-16T16:00+07:00").exit_code == 0
    assert clock.now() == datetime(2020, 4, 16, 9, tzinfo=UTC)


def test_it_never_goes_back(clock_path):
    answer = _run("advance", "--to", "2020-04-01T00:00+07:00")
    assert answer.exit_code != 0
    assert clock.now() == BEGINS


def test_it_goes_and_holds_again(clock_path):
    _run("go")
    assert clock.read_face(clock_path).rate == 1
    _run("rate", "60")
    assert clock.read_face(clock_path).rate == 60
    _run("hold")
    assert clock.read_face(clock_path).rate == 0
    assert clock.now() >= BEGINS


@pytest.mark.parametrize("text", ["", "2", "2w", "-2d", "d2", "2d x"])
def test_a_garbled_span_is_refused(text):
    with pytest.raises(typer.BadParameter):
        command.read_duration(text)


@pytest.mark.parametrize("text", ["yesterday", "2020-04-16T16:00"])
def test_an_instant_needs_its_zone(text):
    with pytest.raises(typer.BadParameter):
        command.read_instant(text)


def test_without_a_clock_it_says_where_it_looked(tmp_path, monkeypatch):
    monkeypatch.setenv(clock.CLOCK_VARIABLE, str(tmp_path / "none.json"))
    with pytest.raises(command.ClockMissingError, match=r"none\.json"):
        command.clock_file()
