"""The worker lets those go first who answer people; calls go before others where they may."""

import os
import subprocess
import sys
from pathlib import Path

import pytest
from tests.privileges import may_go_forward

AUTOGROUP = Path("/proc/self/autogroup")
PROGRAM = """
import os
from pathlib import Path
from gelombang.kit.niceness import step_aside
step_aside(7)
print(os.nice(0), Path("/proc/self/autogroup").read_text().split()[-1])
"""
FORWARD = """
import os, sys
from pathlib import Path
from gelombang.kit.niceness import step_forward
os.setuid(int(sys.argv[1]))
os.nice(10)  # as a worker's child
done = step_forward(-15)
session = Path("/proc/self/autogroup")
print(int(done), os.nice(0), session.read_text().split()[-1] if session.exists() else -15 * done)
"""
ORDINARY = 65534


# Another leads the session that the program runs in: a session of its own making, since a process
# whose session the system never made belongs to no group, and its file is empty.
LEADER = "import subprocess, sys; subprocess.run([sys.executable, '-c', sys.argv[1]], check=True)"


def niceness(*program: str) -> tuple[int, ...]:
    """Niceness of the process and of its session, when the program runs in a new session."""
    done = subprocess.run(
        [sys.executable, "-c", *program], capture_output=True, text=True, check=True, timeout=60,
        start_new_session=True,
    )  # fmt: skip
    return tuple(int(each) for each in done.stdout.split())


@pytest.mark.skipif(not AUTOGROUP.exists(), reason="this kernel does not group by session")
def test_its_own_session_steps_aside_with_it():
    assert niceness(PROGRAM) == (7, 7)


@pytest.mark.skipif(not AUTOGROUP.exists(), reason="this kernel does not group by session")
def test_a_session_of_others_stays_as_it_is():
    assert niceness(LEADER, PROGRAM) == (7, 0)


@pytest.mark.skipif(not may_go_forward(), reason="we may not go before others here")
def test_the_superuser_goes_forward_with_its_session():
    assert niceness(FORWARD, "0") == (1, -15, -15)


@pytest.mark.skipif(os.getuid() != 0, reason="only the superuser becomes somebody else")
def test_whoever_may_not_go_forward_runs_as_before():
    assert niceness(FORWARD, str(ORDINARY)) == (0, 10, 0)
