"""A throwaway system is complete, survives its processes, and leaves nothing behind."""

import json
import signal
import time
import urllib.request
from datetime import UTC, datetime
from pathlib import Path

import psycopg
import pytest

from gelombang.cli import local
from gelombang.cli.running import describe_running
from gelombang.cli.supervisor import PartFailedError
from gelombang.cli.system import NotOursError, RunningSystem, ThrowawaySystem
from gelombang.gateways.well_known import PEOPLE
from gelombang.kit import clock
from gelombang.rehearsal.system import PROCESSES, System

BEGINS = datetime(2020, 4, 11, 11, tzinfo=UTC)


def _is_alive(process: int) -> bool:
    try:
        state = Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()[0]
    except FileNotFoundError:
        return False
    return state != "Z"


def _get(url: str) -> bytes:
    with urllib.request.urlopen(url, timeout=5) as answer:
        return answer.read()


def _tell_news(system: System) -> dict:
    """The invented insurer tells the house through its door that somebody lost their work."""
    known = next(each for each in PEOPLE if each.lost_work)
    lost = {"nik": known.nik, "end_reason": "PHK", "end_date": "2020-04-12"}
    url = f"{system.fakes_url}/bpjstk/_admin/notify"
    call = urllib.request.Request(url, json.dumps(lost).encode(), method="POST")
    with urllib.request.urlopen(call, timeout=10) as answer:
        return json.loads(answer.read())


def test_it_is_complete_recovers_and_goes_without_a_trace():
    with ThrowawaySystem("system-test", begins=BEGINS, rate=0, durable=False) as system:
        handle: System = system
        place, before = system.place, handle.pids()
        assert set(before) == set(PROCESSES)
        assert b"ok" in _get(f"{handle.base_url}/readyz")
        _get(f"{handle.mail_url}/api/messages")
        _get(f"{handle.fakes_url}/_admin/meter")
        assert _tell_news(handle)["answer"]["message"]["ack_status"] == "ACK"
        with psycopg.connect(handle.readonly_url) as connection:
            connection.execute("SELECT count(*) FROM people_person")
            news = connection.execute("SELECT count(*) FROM verification_employmentnews")
            assert news.fetchone() == (1,)
        assert clock.read_face(handle.clock_file).at(clock.real_now()) == BEGINS
        assert Path(handle.environment["GELOMBANG_DATA_DIR"]) == handle.data_dir

        for name in ("database", "worker", "edge"):
            handle.kill(name, signal.SIGKILL)
        _until(lambda: set(handle.pids()) == set(PROCESSES))
        handle.wait_ready()
        handle.restart("fakes")
        handle.wait_ready()
        after = handle.pids()
        assert {name for name in PROCESSES if after[name] != before[name]} == {
            "database", "edge", "worker", "fakes",
        }  # fmt: skip
    _until(lambda: not any(map(_is_alive, [*before.values(), *after.values()])))
    assert not place.exists()


def _until(holds) -> None:
    deadline = time.monotonic() + 60
    while not holds():
        assert time.monotonic() < deadline
        time.sleep(0.05)


def test_a_start_that_fails_shows_the_logs_and_leaves_nothing(monkeypatch):
    monkeypatch.setattr(local, "SERVERS", ("fakes",))
    monkeypatch.setattr(local, "READY_SECONDS", 1.0)
    system = ThrowawaySystem("broken-test", durable=False, settings={"GELOMBANG_FAKES_PORT": "no"})
    with pytest.raises(PartFailedError, match="GELOMBANG_FAKES_PORT"):
        system.__enter__()
    assert not system.place.exists()


def test_a_running_system_of_this_clone_is_known_whole(tmp_path, monkeypatch):
    url = "http://127.0.0.1:18099"
    describe_running(
        tmp_path,
        {
            "GELOMBANG_BASE_URL": url,
            "GELOMBANG_MAIL_PORT": "18098",
            "DATABASE_URL": "postgresql://x@127.0.0.1/x",
            "HOME": "/nowhere",
        },
    )
    monkeypatch.setenv("GELOMBANG_DATA_DIR", str(tmp_path))
    monkeypatch.delenv("GELOMBANG_MAIL_PORT")
    monkeypatch.delenv("DATABASE_URL")
    system = RunningSystem.at(f"{url}/")
    assert system.base_url == url
    assert system.mail_url == "http://127.0.0.1:18098"
    assert system.database_url == "postgresql://x@127.0.0.1/x"
    assert "HOME" not in json.loads((tmp_path / "system.json").read_text())


def test_processes_of_a_running_system_are_not_ours(monkeypatch, tmp_path):
    monkeypatch.setenv("GELOMBANG_DATA_DIR", str(tmp_path))
    system: System = RunningSystem.at("http://127.0.0.1:18099")
    assert system.pids() == {}
    with pytest.raises(NotOursError):
        system.kill("database", signal.SIGKILL)
    with pytest.raises(NotOursError):
        system.restart("worker")
