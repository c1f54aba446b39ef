"""The public figures: a small file that a job rewrites, read when it has changed."""

import logging
from datetime import datetime
from pathlib import Path

import msgspec

log = logging.getLogger(__name__)

LARGEST = 64 * 1024


class Figures(msgspec.Struct, frozen=True):
    """Who came how far, counted at one instant."""

    as_of: datetime
    registered: int
    email_verified: int
    nik_verified: int
    joined: int


class Funnel:
    """The last good figures; none before the first were published."""

    def __init__(self, file: Path) -> None:
        self._file = file
        self._seen: tuple[int, int] | None = None
        self.figures: Figures | None = None

    def look(self) -> None:
        """Read the file if it changed; a missing or garbled one leaves the last good figures."""
        try:
            file = self._file.stat()
            version = (file.st_ino, file.st_mtime_ns)
            if version == self._seen or file.st_size > LARGEST:
                return
            self._seen = version
            self.figures = msgspec.json.decode(self._file.read_bytes(), type=Figures)
        except OSError:
            return
        except msgspec.MsgspecError as fault:
            log.warning("the public figures are garbled: %s", fault)
