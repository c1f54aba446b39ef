"""A small file system in memory, so that a disk can be filled without filling the machine's."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path


class NoSmallDiskError(RuntimeError):
    """This machine does not let us mount one; the text says why."""


def why_no_small_disk() -> str:
    """Why none can be mounted here; empty where one can be tried."""
    if sys.platform != "linux":
        return "a small disk is a tmpfs of Linux"
    return "" if os.geteuid() == 0 else "mounting a small disk needs root"


def mount_small_disk(place: Path, *, megabytes: int) -> None:
    """Mount an empty file system of that size there. Raises NoSmallDiskError."""
    if reason := why_no_small_disk():
        raise NoSmallDiskError(reason)
    place.mkdir()
    answer = subprocess.run(
        ["mount", "-t", "tmpfs", "-o", f"size={megabytes}m,mode=0711", "gelombang", str(place)],
        capture_output=True, text=True, check=False,
    )  # fmt: skip
    if answer.returncode != 0:
        raise NoSmallDiskError(f"a small disk cannot be mounted: {answer.stderr.strip()}")


def unmount(place: Path) -> None:
    """Take it away with everything on it, as soon as nobody uses it; may be repeated."""
    if place.is_mount():
        subprocess.run(["umount", "--lazy", str(place)], capture_output=True, check=False)
