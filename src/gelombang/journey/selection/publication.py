"""The publication directory of a wave: written whole or not at all, and again after any loss."""

import os
from collections.abc import Iterable
from pathlib import Path

LIST_FILES = ("rules.json", "candidates.csv", "commitment.json")
RESULT_FILES = ("reveal.json", "result.csv", "cutoffs.json")


def directory_of(publications: Path, wave: str) -> Path:
    """Where a wave's files lie."""
    return publications / wave


def write(directory: Path, name: str, lines: Iterable[str]) -> None:
    """Put one file in its place in one step, after its bytes are on the disk.

    Whoever reads sees the whole file or none; a crash leaves no half of one.
    """
    directory.mkdir(parents=True, exist_ok=True)
    draft = directory / f".{name}.{os.getpid()}.new"
    with draft.open("w", encoding="utf-8", newline="\n") as file:
        file.writelines(lines)
        file.flush()
        os.fsync(file.fileno())
    draft.chmod(0o644)
    draft.replace(directory / name)
    _sync(directory)


def _sync(directory: Path) -> None:
    handle = os.open(directory, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
