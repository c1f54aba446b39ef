"""The supervisor restarts what dies, and leaves nothing running."""

import os
import signal
import subprocess
import sys
import textwrap
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from gelombang.cli.supervisor import Part, PartFailedError, Supervisor


def _python(code: str) -> list[str]:
    return [sys.executable, "-c", code]


SLEEPER = _python("import time; print('here', flush=True); time.sleep(60)")
STUBBORN = _python(
    "import signal, time; signal.signal(signal.SIGTERM, signal.SIG_IGN);"
    "print('here', flush=True); time.sleep(60)"
)
WITH_A_CHILD = _python(
    "import subprocess, sys, time; child = subprocess.Popen([sys.executable, '-c', "
    "'import time; time.sleep(60)']); print(child.pid, flush=True); time.sleep(60)"
)


@pytest.fixture
def lines() -> list[tuple[str, str]]:
    return []


@pytest.fixture
def supervisor(lines):
    running = Supervisor(say=lambda name, words: lines.append((name, words)))
    yield running
    running.stop()


def _part(name: str, command: list[str], **more) -> Part:
    return Part(name=name, command=command, environment=dict(os.environ), **more)


def _eventually(holds: Callable[[], object], *, seconds: float = 10) -> None:
    deadline = time.monotonic() + seconds
    while not holds():
        assert time.monotonic() < deadline, "it never came to hold"
        time.sleep(0.02)


def _is_alive(process: int) -> bool:
    try:
        state = Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()[0]
    except FileNotFoundError:
        return False
    return state != "Z"


def test_a_killed_part_is_started_again(supervisor, lines):
    supervisor.start(_part("sleeper", SLEEPER))
    first = supervisor.process_ids()["sleeper"]
    supervisor.send("sleeper", signal.SIGKILL)
    _eventually(lambda: supervisor.process_ids().get("sleeper", first) != first)
    assert any("starts again in 0.5 s" in words for _, words in lines)


def test_a_part_that_keeps_dying_is_started_ever_more_slowly(supervisor, lines):
    supervisor.start(_part("broken", _python("raise SystemExit(3)")))
    _eventually(lambda: any("starts again in 2 s" in words for _, words in lines))
    told = [words for _, words in lines if "ended" in words]
    assert told[:3] == [f"ended with status 3; starts again in {s} s" for s in ("0.5", "1", "2")]


def test_a_part_that_ran_long_is_started_again_at_once(supervisor, lines, monkeypatch):
    monkeypatch.setattr("gelombang.cli.supervisor.STEADY_SECONDS", 0.0)
    supervisor.start(_part("sleeper", SLEEPER))
    first = supervisor.process_ids()["sleeper"]
    supervisor.send("sleeper", signal.SIGKILL)
    _eventually(lambda: supervisor.process_ids().get("sleeper", first) != first)
    assert any("starts again in 0 s" in words for _, words in lines)


def test_output_comes_with_its_name(supervisor, lines):
    supervisor.start(_part("sleeper", SLEEPER))
    _eventually(lambda: ("sleeper", "here") in lines)


def test_stopping_leaves_nothing_even_of_the_stubborn(supervisor, lines, monkeypatch):
    monkeypatch.setattr("gelombang.cli.supervisor.GRACE_SECONDS", 0.5)
    for name, command in (("a", SLEEPER), ("b", STUBBORN), ("c", WITH_A_CHILD)):
        supervisor.start(_part(name, command))
    _eventually(lambda: {"a", "b", "c"} <= {name for name, _ in lines})
    child = next(int(words) for name, words in lines if name == "c")
    processes = [*supervisor.process_ids().values(), child]
    assert all(map(_is_alive, processes))

    supervisor.stop()

    _eventually(lambda: not any(map(_is_alive, processes)), seconds=2)


def test_a_dead_part_takes_its_children_along(supervisor, lines):
    supervisor.start(_part("c", WITH_A_CHILD))
    _eventually(lambda: lines)
    child = int(lines[0][1])
    os.kill(supervisor.process_ids()["c"], signal.SIGKILL)
    _eventually(lambda: not _is_alive(child))


def test_the_last_part_is_stopped_last(supervisor, lines):
    says_bye = (
        "import signal, sys, time\n"
        "signal.signal(signal.SIGTERM, lambda *_: (print('bye', flush=True), sys.exit()))\n"
        "print('here', flush=True); time.sleep(60)"
    )
    supervisor.start(_part("database", _python(says_bye), last=True))
    supervisor.start(_part("other", _python(says_bye)))
    _eventually(lambda: len(lines) == 2)
    supervisor.stop()
    _eventually(lambda: len(lines) == 4)
    assert [name for name, words in lines if words == "bye"] == ["other", "database"]


def test_a_part_that_does_one_thing_is_not_started_again(supervisor):
    once = _part("once", _python("pass"))
    supervisor.run_to_its_end(once, seconds=20)
    time.sleep(0.8)
    assert "once" not in supervisor.process_ids()


def test_a_failure_of_it_is_told(supervisor):
    with pytest.raises(PartFailedError, match="once failed with status 4"):
        supervisor.run_to_its_end(_part("once", _python("raise SystemExit(4)")), seconds=20)
    with pytest.raises(PartFailedError, match="once took longer"):
        supervisor.run_to_its_end(_part("once", SLEEPER), seconds=0.3)


def test_a_program_that_does_not_exist_is_told(supervisor, lines):
    supervisor.start(_part("nothing", ["/does/not/exist"]))
    assert "could not be started" in lines[0][1]


def test_a_restart_waits_for_no_back_off(supervisor):
    supervisor.start(_part("sleeper", SLEEPER))
    first = supervisor.process_ids()["sleeper"]
    supervisor.restart("sleeper")
    assert supervisor.process_ids()["sleeper"] != first
    assert not _is_alive(first)


def test_rolling_asks_the_part_alone_and_keeps_it(supervisor, lines):
    code = (
        "import signal, time; signal.signal(signal.SIGHUP, lambda *_: print('rolls', flush=True))"
    )
    supervisor.start(_part("edge", _python(f"{code}; print('here', flush=True); time.sleep(60)")))
    _eventually(lambda: ("edge", "here") in lines)
    first = supervisor.process_ids()["edge"]
    supervisor.roll("edge")
    _eventually(lambda: ("edge", "rolls") in lines)
    assert supervisor.process_ids()["edge"] == first


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux tells children of a parent's death")
def test_children_end_with_a_killed_supervisor(tmp_path):
    code = textwrap.dedent(f"""
        import os, time
        from gelombang.cli.supervisor import Part, Supervisor
        supervisor = Supervisor(say=lambda *_: None)
        supervisor.start(Part(name="x", command={SLEEPER!r}, environment=dict(os.environ)))
        print(supervisor.process_ids()["x"], flush=True)
        time.sleep(60)
    """)
    parent = subprocess.Popen([sys.executable, "-c", code], stdout=subprocess.PIPE, text=True)
    with parent:
        child = int(parent.stdout.readline())
        assert _is_alive(child)
        parent.kill()
    _eventually(lambda: not _is_alive(child))
