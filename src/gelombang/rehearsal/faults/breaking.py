"""Breaking parts of a system that is ours: single workers, whole databases, full disks."""

import os
import signal
from pathlib import Path
from typing import Protocol

from gelombang.rehearsal.surge.usage import tree
from gelombang.rehearsal.system import System

BALLAST = "ballast"
_MEGABYTE = b"\0" * 1_000_000


class Breakable(System, Protocol):
    """A throwaway system in the shape of production, whose parts may be broken."""

    @property
    def house_url(self) -> str:
        """Where the house answers by itself, without a slash at the end."""
        ...

    @property
    def small_disk(self) -> Path | None:
        """The directory of the database where it has a small file system of its own."""
        ...

    def end(self, name: str) -> None:
        """Stop one process, until `restart`."""
        ...


def workers_of(server: int) -> set[int]:
    """The processes in which a server answers: spawned children that are no resource tracker."""
    return {each for each in tree(server)[1:] if b"spawn_main" in _command(each)}


def stop(root: int) -> list[int]:
    """Stop a process and its descendants where they stand (SIGSTOP); all that were stopped."""
    os.kill(root, signal.SIGSTOP)  # first, so that it starts nobody while the others are stopped
    stopped = tree(root)
    for process in stopped[1:]:
        _send(process, signal.SIGSTOP)
    return stopped


def go_on(stopped: list[int]) -> None:
    """Let them go on (SIGCONT), the parent last."""
    for process in reversed(stopped):
        _send(process, signal.SIGCONT)


def fill(place: Path) -> int:
    """Write a ballast file until no byte is free; its size in bytes."""
    with (place / BALLAST).open("wb", buffering=0) as file:
        for piece in (_MEGABYTE, b"\0" * 4096):
            _write_until_full(file.fileno(), piece)
        return file.tell()


def free(place: Path) -> None:
    """Take the ballast away."""
    (place / BALLAST).unlink()


def _write_until_full(file: int, piece: bytes) -> None:
    try:
        while os.write(file, piece) == len(piece):
            pass
    except OSError:  # no space is left, which is what was wanted
        return


def _send(process: int, number: signal.Signals) -> None:
    try:
        os.kill(process, number)
    except ProcessLookupError:
        return


def _command(process: int) -> bytes:
    try:
        return Path(f"/proc/{process}/cmdline").read_bytes()
    except OSError:
        return b""
