"""The worker lets those go first who answer people."""

import subprocess
import sys
from pathlib import Path

import pytest

AUTOGROUP = Path("/proc/self/autogroup")
PROGRAM = """
import os
from pathlib import Path
from gelombang.cli.parts import step_aside
step_aside(7)
print(os.nice(0), Path("/proc/self/autogroup").read_text().split()[-1])
"""


def niceness(*, own_session: bool) -> tuple[int, ...]:
    done = subprocess.run(
        [sys.executable, "-c", PROGRAM], capture_output=True, text=True, check=True, timeout=60,
        start_new_session=own_session,
    )  # fmt: skip
    return tuple(int(each) for each in done.stdout.split())


@pytest.mark.skipif(not AUTOGROUP.exists(), reason="this kernel does not group by session")
def test_its_own_session_steps_aside_with_it():
    assert niceness(own_session=True) == (7, 7)


@pytest.mark.skipif(not AUTOGROUP.exists(), reason="this kernel does not group by session")
def test_a_session_of_others_stays_as_it_is():
    assert niceness(own_session=False) == (7, int(AUTOGROUP.read_text().split()[-1]))
