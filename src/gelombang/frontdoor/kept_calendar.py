"""The last known calendar in a small file, for a door that starts without PostgreSQL.

It knows from it what comes and what is over. What would be open is paused then: nothing is ever
taken in by this file.
"""

import logging
import os
from pathlib import Path

import msgspec

from gelombang.frontdoor.calendar import Facts

log = logging.getLogger(__name__)

LARGEST = 256 * 1024  # bytes; a calendar of a thousand subjects has fewer


class KeptCalendar:
    """One file, replaced as a whole and only when the calendar changed; processes may share it."""

    def __init__(self, file: Path) -> None:
        self._file = file
        self._kept: Facts | None = None

    def keep(self, facts: Facts) -> None:
        """Write what was read from the database.

        A full disk keeps nobody from coming in: the file stays, and the next look tries again.
        """
        if not facts.known or facts == self._kept:
            return
        draft = self._file.with_name(f"{self._file.name}.{os.getpid()}.new")
        try:
            self._file.parent.mkdir(parents=True, exist_ok=True)
            draft.write_bytes(msgspec.json.encode(facts))
            draft.replace(self._file)
        except OSError as fault:
            log.warning("the calendar could not be kept: %s", type(fault).__name__)
            return
        self._kept = facts

    def recall(self) -> Facts:
        """The calendar that was kept last; one that is not known where there is no good file."""
        try:
            if self._file.stat().st_size > LARGEST:
                return Facts()
            return msgspec.json.decode(self._file.read_bytes(), type=Facts)
        except OSError:
            return Facts()
        except msgspec.MsgspecError as fault:
            log.warning("the kept calendar is garbled: %s", fault)
            return Facts()
