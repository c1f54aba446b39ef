"""The small file by which each process of the door tells its operators how it stands.

Rewritten once a second in one step, removed at a clean stop. Whoever reads the directory leaves
out what a dead process left behind.
"""

import asyncio
import json
import logging
import os
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

from gelombang.frontdoor.meters import Meters, Snapshot
from gelombang.kit import clock

log = logging.getLogger(__name__)

WRITE_SECONDS = 1.0
FRESH_SECONDS = 5.0
"""A file that was not rewritten for so long belongs to a process that hangs or is gone."""


@dataclass(frozen=True, slots=True)
class Standing:
    """How one process of the door stands."""

    pid: int
    written_at: datetime
    """Real time."""
    reachable: bool
    """Whether its latest look at the database succeeded."""
    snapshot: Snapshot


class StandingFile:
    """The file of this process: `door-<pid>.json` in the directory that its operators know."""

    def __init__(
        self,
        directory: Path,
        *,
        meters: Meters,
        is_reachable: Callable[[], bool],
        waiting: Callable[[], int] = lambda: 0,
    ) -> None:
        self._path = directory / f"door-{os.getpid()}.json"
        self._meters = meters
        self._is_reachable, self._waiting = is_reachable, waiting
        self._told = False

    async def keep_written(self) -> None:
        """Rewrite it every second, for ever; cancel to stop."""
        while True:
            self.write()
            await asyncio.sleep(WRITE_SECONDS)

    def write(self) -> None:
        """Replace the file. A disk that refuses is said once and hurts nobody at the door."""
        self._meters.queue_depth = self._waiting()
        document = {
            "pid": os.getpid(),
            "written_at": clock.real_now().isoformat(),
            "reachable": self._is_reachable(),
            **self._meters.snapshot().as_document(),
        }
        draft = self._path.with_suffix(".new")
        try:
            draft.parent.mkdir(parents=True, exist_ok=True)
            draft.write_text(json.dumps(document), encoding="utf-8")
            draft.replace(self._path)
        except OSError as fault:
            if not self._told:
                log.warning("operators cannot see this process: %s", fault.strerror)
            self._told = True
        else:
            self._told = False

    def remove(self) -> None:
        """Take it away: this process ends."""
        try:
            self._path.unlink(missing_ok=True)
        except OSError as fault:
            log.warning("the file of this process stays behind: %s", fault.strerror)


def standings(directory: Path, *, real_now: datetime) -> list[Standing]:
    """Every process of the door that is alive and wrote lately; what the dead left is removed."""
    found = []
    for path in sorted(directory.glob("door-*.json")):
        standing = _read(path)
        if standing is None:
            continue
        if not _is_alive(standing.pid):
            path.unlink(missing_ok=True)
        elif real_now - standing.written_at < timedelta(seconds=FRESH_SECONDS):
            found.append(standing)
    return found


def _read(path: Path) -> Standing | None:
    try:
        document = json.loads(path.read_text(encoding="utf-8"))
        return Standing(
            pid=int(document["pid"]),
            written_at=datetime.fromisoformat(document["written_at"]),
            reachable=document["reachable"] is True,
            snapshot=Snapshot.of_document(document),
        )
    except (OSError, ValueError, KeyError, TypeError):
        return None  # being replaced, removed, or of another version


def _is_alive(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return True
