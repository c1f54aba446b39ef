"""What an invented registry knows, kept in a file so that a restart forgets nobody."""

import json
import sqlite3
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any


class Books:
    """Records by NIK in one SQLite file; a later record of the same NIK replaces the earlier."""

    def __init__(self, path: Path) -> None:
        path.parent.mkdir(parents=True, exist_ok=True)
        self._file = sqlite3.connect(path, isolation_level=None)
        self._file.execute("PRAGMA journal_mode = WAL")
        self._file.execute("PRAGMA synchronous = NORMAL")
        self._file.execute(
            "CREATE TABLE IF NOT EXISTS record (nik TEXT PRIMARY KEY, facts TEXT NOT NULL) "
            "WITHOUT ROWID"
        )

    def write(self, records: Iterable[Mapping[str, Any]]) -> int:
        """Add or replace records, each with its `nik`; how many there were."""
        rows = [(record["nik"], json.dumps(dict(record))) for record in records]
        self._file.execute("BEGIN")
        self._file.executemany("INSERT OR REPLACE INTO record VALUES (?, ?)", rows)
        self._file.execute("COMMIT")
        return len(rows)

    def read(self, nik: str) -> dict[str, Any] | None:
        """The record of a NIK, or None."""
        row = self._file.execute("SELECT facts FROM record WHERE nik = ?", [nik]).fetchone()
        return dict(json.loads(row[0])) if row else None

    def other_than(self, nik: str) -> dict[str, Any] | None:
        """The record of somebody else, or None."""
        row = self._file.execute("SELECT facts FROM record WHERE nik > ? LIMIT 1", [nik]).fetchone()
        row = (
            row
            or self._file.execute(
                "SELECT facts FROM record WHERE nik < ? LIMIT 1", [nik]
            ).fetchone()
        )
        return dict(json.loads(row[0])) if row else None

    def count(self) -> int:
        """How many people the registry knows."""
        return int(self._file.execute("SELECT count(*) FROM record").fetchone()[0])

    def forget(self) -> None:
        """Empty the books."""
        self._file.execute("DELETE FROM record")

    def close(self) -> None:
        """Close the file."""
        self._file.close()
