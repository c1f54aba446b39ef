"""The command line: all commands are there, and expected failures are one clear sentence."""

import os
import subprocess
import sys

import pytest
from typer.testing import CliRunner

from gelombang.cli.main import app

COMMANDS = (
    "serve", "edge", "frontdoor", "web", "worker", "fakes", "mailbox", "migrate",
    "clock show", "clock hold", "clock go", "clock advance", "clock rate",
    "programme check", "programme load", "audit", "quota check", "draw verify",
    "rehearse launch-day", "nominations import", "claims import", "operators add",
)  # fmt: skip


@pytest.mark.parametrize("command", COMMANDS)
def test_every_command_explains_itself(command):
    answer = CliRunner().invoke(app, [*command.split(), "--help"])
    assert answer.exit_code == 0, answer.output
    assert "Usage" in answer.output


def test_the_help_names_every_command_once():
    answer = CliRunner().invoke(app, ["--help"])
    lines = [line.strip("│ ").split(" ")[0] for line in answer.output.splitlines()]
    for name in {command.split()[0] for command in COMMANDS}:
        assert lines.count(name) == 1, name


def test_a_command_that_does_not_exist_is_told_with_the_one_that_was_meant():
    answer = CliRunner().invoke(app, ["rehearze"])
    assert answer.exit_code == 2
    assert "Did you mean 'rehearse'?" in answer.output


def test_a_worker_does_not_import_what_only_rehearsals_need():
    program = (
        "import sys; from typer.testing import CliRunner; from gelombang.cli.main import app;"
        "CliRunner().invoke(app, ['worker', '--help']);"
        "sys.exit('gelombang.rehearsal' in sys.modules or 'aiohttp' in sys.modules)"
    )
    assert subprocess.run([sys.executable, "-c", program], check=False).returncode == 0


def _run(*arguments: str, **environment: str | None) -> subprocess.CompletedProcess[str]:
    wanted = {**os.environ, **environment}
    return subprocess.run(
        [sys.executable, "-m", "gelombang", *arguments],
        env={name: value for name, value in wanted.items() if value is not None},
        capture_output=True, text=True, check=False, timeout=60,
    )  # fmt: skip


def test_an_expected_failure_is_a_sentence_without_a_traceback(tmp_path):
    answer = _run("clock", "show", GELOMBANG_CLOCK=str(tmp_path / "none.json"))
    assert answer.returncode == 1
    assert "There is no virtual clock" in answer.stderr
    assert "Traceback" not in answer.stderr


def test_an_incomplete_environment_is_told_before_anything_starts(tmp_path):
    answer = _run(
        "edge", GELOMBANG_INDEX_KEY=None, GELOMBANG_PORT="x", GELOMBANG_DATA_DIR=str(tmp_path)
    )
    assert answer.returncode == 1
    assert "GELOMBANG_INDEX_KEY is missing" in answer.stderr
    assert "GELOMBANG_PORT" in answer.stderr
    assert "Traceback" not in answer.stderr
