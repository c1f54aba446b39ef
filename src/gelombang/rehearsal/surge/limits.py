"""What this machine lets a process do: open files, and the cores it may stay on."""

import os
import resource
from collections.abc import Iterable
from pathlib import Path

from gelombang.rehearsal.surge.usage import tree


def raise_file_limit() -> None:
    """Allow this process, and those it starts, as many open files as the machine allows."""
    _, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (hard, hard))


def pin(roots: Iterable[int], core: int) -> None:
    """Keep these processes, with all that they started and will start, on one core."""
    for root in roots:
        for process in tree(root):
            _pin_threads(process, core)


def _pin_threads(process: int, core: int) -> None:
    try:
        threads = [int(each.name) for each in Path(f"/proc/{process}/task").iterdir()]
    except FileNotFoundError:
        return
    for thread in threads:
        try:
            os.sched_setaffinity(thread, {core})
        except ProcessLookupError:
            continue
