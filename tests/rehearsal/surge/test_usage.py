"""What processes use, and where they may run, as /proc has it."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from gelombang.rehearsal.surge.limits import pin
from gelombang.rehearsal.surge.usage import cpu_seconds, megabytes, peak_megabytes, tree

pytestmark = pytest.mark.skipif(not Path("/proc/self/stat").exists(), reason="needs /proc")
# A parent whose child has worked and ended, and that then waits.
WORK = "sum(i * i for i in range(3_000_000))"
PARENT = f"""
import subprocess, sys
subprocess.run([sys.executable, "-c", "{WORK}"], check=True)
print("done", flush=True)
sys.stdin.read()
"""


@pytest.fixture
def parent():
    process = subprocess.Popen(
        [sys.executable, "-c", PARENT], stdin=subprocess.PIPE, stdout=subprocess.PIPE
    )
    assert process.stdout.readline() == b"done\n"
    yield process
    process.kill()
    process.communicate()


def test_the_work_of_children_that_ended_is_counted(parent):
    assert cpu_seconds([parent.pid]) > 0.1


def test_a_tree_holds_its_root_and_memory(parent):
    assert parent.pid in tree(os.getpid())
    assert peak_megabytes(parent.pid)[parent.pid] >= megabytes(parent.pid) > 1


def test_pinned_processes_stay_on_their_core(parent):
    core = min(os.sched_getaffinity(0))
    pin([parent.pid], core)
    assert os.sched_getaffinity(parent.pid) == {core}
