"""`gelombang serve` as a person starts it: it recovers from deaths and stops without a trace."""

import json
import os
import re
import signal
import stat
import subprocess
import sys
import time
import urllib.request
from dataclasses import dataclass
from pathlib import Path

import pytest

from gelombang.cli.local import foreign_environment
from gelombang.cli.places import throwaway_directory
from gelombang.cli.postgres import free_port

READY = "Ctrl-C stops everything"


@dataclass
class Serving:
    """A started `gelombang serve` with its own data directory."""

    process: subprocess.Popen
    data: Path
    log: Path
    port: int

    def wait_for(self, words: str, *, seconds: float = 120) -> str:
        deadline = time.monotonic() + seconds
        while words not in (text := self.log.read_text(errors="replace")):
            assert time.monotonic() < deadline, f"never said {words!r}:\n{text}"
            assert self.process.poll() is None, f"ended:\n{text}"
            time.sleep(0.05)
        return text

    def status(self, path: str = "/readyz") -> int:
        with urllib.request.urlopen(f"http://127.0.0.1:{self.port}{path}", timeout=5) as answer:
            return answer.status

    def stop(self, number: signal.Signals = signal.SIGINT) -> int:
        self.process.send_signal(number)
        return self.process.wait(timeout=60)

    def processes(self) -> list[int]:
        """Our processes and PostgreSQL's, found by the data directory in their environment."""
        return _processes_with(f"GELOMBANG_DATA_DIR={self.data}")


def _processes_with(words: str) -> list[int]:
    found = []
    for path in Path("/proc").glob("[0-9]*/environ"):
        try:
            if words.encode() in path.read_bytes().split(b"\0"):
                found.append(int(path.parent.name))
        except OSError:
            continue
    return found


def _postgres_of(data: Path) -> list[int]:
    found = []
    for path in Path("/proc").glob("[0-9]*/cmdline"):
        try:
            if str(data / "postgres" / "data") in path.read_text().split("\0"):
                found.append(int(path.parent.name))
        except OSError:
            continue
    return found


def _start(data: Path, log: Path, **settings: str) -> Serving:
    port, mail = free_port(), free_port()
    own = {
        "GELOMBANG_DATA_DIR": str(data),
        "GELOMBANG_PORT": str(port),
        "GELOMBANG_MAIL_PORT": str(mail),
    }
    with log.open("ab") as output:
        process = subprocess.Popen(
            [sys.executable, "-m", "gelombang", "serve"],
            env=foreign_environment() | own | settings,
            stdin=subprocess.DEVNULL, stdout=output, stderr=output, cwd="/",
        )  # fmt: skip
    return Serving(
        process=process, data=data, log=log, port=int((own | settings)["GELOMBANG_PORT"])
    )


@pytest.fixture
def data():
    directory = throwaway_directory("serve-test")
    yield directory
    subprocess.run(["rm", "-rf", directory], check=True)


@pytest.fixture
def serving(data, tmp_path):
    running = _start(data, tmp_path / "log")
    try:
        running.wait_for(READY)
        yield running
    finally:
        if running.process.poll() is None:
            running.stop()


def test_it_serves_recovers_and_leaves_nothing(serving):
    assert serving.status("/") == 200
    _secrets_are_for_us_alone(serving)
    _only_one_at_a_time(serving)
    _a_port_in_use_is_one_clear_line(serving)
    _what_dies_comes_back(serving)

    assert serving.stop() == 0
    assert serving.processes() == []
    assert _postgres_of(serving.data) == []
    assert "stopped" in serving.log.read_text().splitlines()[-1]
    assert not (serving.data / "system.json").exists()


def _secrets_are_for_us_alone(serving: Serving) -> None:
    for name in ("secrets.json", "system.json"):
        assert stat.S_IMODE((serving.data / name).stat().st_mode) == 0o600
    for value in json.loads((serving.data / "secrets.json").read_text()).values():
        assert value == "gelombang" or value not in serving.log.read_text()


def _refused(**settings: str) -> list[str]:
    answer = subprocess.run(
        [sys.executable, "-m", "gelombang", "serve"],
        env=foreign_environment() | settings,
        capture_output=True, text=True, check=False, timeout=90,
    )  # fmt: skip
    assert answer.returncode == 1, answer.stdout
    return (answer.stdout + answer.stderr).splitlines()


def _only_one_at_a_time(serving: Serving) -> None:
    (line,) = _refused(GELOMBANG_DATA_DIR=str(serving.data), GELOMBANG_PORT=str(free_port()))
    assert f"(process {serving.process.pid})" in line


def _a_port_in_use_is_one_clear_line(serving: Serving) -> None:
    other = throwaway_directory("serve-test-other")
    try:
        lines = _refused(GELOMBANG_DATA_DIR=str(other), GELOMBANG_PORT=str(serving.port))
    finally:
        subprocess.run(["rm", "-rf", other], check=True)
    (line,) = lines
    assert f"Port {serving.port}" in line
    assert "GELOMBANG_PORT" in line


def _what_dies_comes_back(serving: Serving) -> None:
    pid_file = serving.data / "postgres" / "data" / "postmaster.pid"
    killed = int(pid_file.read_text().splitlines()[0])
    os.kill(killed, signal.SIGKILL)
    serving.wait_for("database │ ended with status -9")
    for name in ("edge", "worker", "fakes", "mailbox"):
        (process, *_) = [
            each
            for each in serving.processes()
            if _command_of(each)[-1] == name and _parent_of(each) == serving.process.pid
        ]
        os.kill(process, signal.SIGKILL)
        serving.wait_for(f"{name} │ ended with status -9")
    _eventually_ready(serving)
    assert int(pid_file.read_text().splitlines()[0]) != killed


def _command_of(process: int) -> list[str]:
    return Path(f"/proc/{process}/cmdline").read_text().rstrip("\0").split("\0")


def _parent_of(process: int) -> int:
    status = Path(f"/proc/{process}/status").read_text()
    return int(re.search(r"^PPid:\t(\d+)$", status, re.MULTILINE).group(1))


def _eventually_ready(serving: Serving) -> None:
    deadline = time.monotonic() + 90
    while True:
        try:
            assert serving.status() == 200
        except OSError:
            assert time.monotonic() < deadline, serving.log.read_text()
            time.sleep(0.1)
        else:
            return


def test_it_stops_cleanly_in_the_middle_of_its_start(data, tmp_path):
    running = _start(data, tmp_path / "log")
    running.wait_for("database system is ready")
    assert running.stop(signal.SIGTERM) == 0
    assert running.processes() == []
    assert _postgres_of(data) == []


def test_a_deployment_that_forgot_a_secret_is_told_what_is_missing(data):
    lines = _refused(GELOMBANG_DATA_DIR=str(data), GELOMBANG_SECRET_KEY="x" * 40)
    assert lines[0] == "The environment is not complete:"
    assert "  GELOMBANG_SEALING_KEYS is missing" in lines
    assert not [line for line in lines if "SECRET_KEY" in line]


def test_a_port_that_is_none_is_told(data):
    (line,) = _refused(GELOMBANG_DATA_DIR=str(data), GELOMBANG_PORT="eight")
    assert line == "GELOMBANG_PORT is not a port: eight"
