"""What processes have used, read from /proc: CPU seconds of whole trees, and peak memory."""

import os
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

_TICKS = os.sysconf("SC_CLK_TCK")
_PARENT, _USED = 1, slice(11, 15)  # fields after the name: ppid; utime, stime, cutime, cstime


@dataclass(frozen=True, slots=True)
class _Stat:
    parent: int
    ticks: int


def _stat(process: int) -> _Stat | None:
    try:
        text = Path(f"/proc/{process}/stat").read_text(encoding="ascii", errors="replace")
    except (FileNotFoundError, ProcessLookupError):
        return None
    parts = text.rpartition(")")[2].split()
    return _Stat(int(parts[_PARENT]), sum(int(each) for each in parts[_USED]))


def tree(root: int) -> list[int]:
    """The process and everything that descends from it at this moment."""
    children: dict[int, list[int]] = {}
    for place in Path("/proc").iterdir():
        if place.name.isdecimal() and (stat := _stat(int(place.name))) is not None:
            children.setdefault(stat.parent, []).append(int(place.name))
    found, left = [], [root]
    while left:
        process = left.pop()
        found.append(process)
        left += children.get(process, [])
    return found


def cpu_seconds(roots: Iterable[int]) -> float:
    """User and system time of these trees so far, children that have ended included."""
    processes = {process for root in roots for process in tree(root)}
    return sum(stat.ticks for each in processes if (stat := _stat(each)) is not None) / _TICKS


def peak_megabytes(root: int) -> dict[int, float]:
    """The most memory that each process of a tree ever held, in MB of 1,000,000 bytes."""
    return _memory(root, "VmHWM:")


def megabytes(root: int) -> float:
    """The memory that a tree holds now, in MB; what its processes share counts more than once."""
    return sum(_memory(root, "VmRSS:").values())


def _memory(root: int, line_of: str) -> dict[int, float]:
    found = {}
    for process in tree(root):
        try:
            text = Path(f"/proc/{process}/status").read_text(encoding="utf-8")
        except (FileNotFoundError, ProcessLookupError):
            continue
        for line in text.splitlines():
            if line.startswith(line_of):
                found[process] = int(line.split()[1]) * 1024 / 1_000_000
    return found
