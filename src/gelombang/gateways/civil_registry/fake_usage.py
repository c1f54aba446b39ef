"""The invented registry's desk for usage reports: each use counts once, and a repeat is refused.

`GET /_admin/usage` tells how many reports and uses it has, and how many came again.
"""

import json
import sqlite3
from pathlib import Path

from aiohttp import web

from gelombang.gateways.civil_registry.usage import ALREADY, DONE

PATH = "/data-balikan"


class UsageDesk:
    """Keeps reported uses in a file, so that a restart still knows a repeat."""

    def __init__(self, file: Path, token: str) -> None:
        self._token = token
        self._reports = self._repeats = 0
        self._file = sqlite3.connect(file, isolation_level=None)
        self._file.execute("PRAGMA journal_mode = WAL")
        self._file.execute("PRAGMA synchronous = NORMAL")
        self._file.execute(
            "CREATE TABLE IF NOT EXISTS use (reference TEXT PRIMARY KEY, nik TEXT NOT NULL) "
            "WITHOUT ROWID"
        )

    def add_routes(self, app: web.Application) -> None:
        """Add the desk to the registry's application."""
        app.router.add_post(PATH, self._take)
        app.router.add_get("/_admin/usage", self._show)

    async def _take(self, request: web.Request) -> web.Response:
        if request.headers.get("Authorization") != f"Bearer {self._token}":
            return web.json_response({"message": "Unauthorized"}, status=401)
        try:
            uses = _uses(await request.read())
        except (ValueError, KeyError, TypeError, IndexError):
            return web.json_response({"message": "Format data salah"}, status=422)
        known = {reference for reference, _ in uses if self._knows(reference)}
        if known or len({reference for reference, _ in uses}) < len(uses):
            self._repeats += len(known)
            return web.json_response({"message": ALREADY}, status=400)
        self._file.execute("BEGIN")
        self._file.executemany("INSERT INTO use VALUES (?, ?)", uses)
        self._file.execute("COMMIT")
        self._reports += 1
        return web.json_response({"message": DONE})

    def _knows(self, reference: str) -> bool:
        found = self._file.execute("SELECT 1 FROM use WHERE reference = ?", [reference])
        return found.fetchone() is not None

    async def _show(self, _: web.Request) -> web.Response:
        uses = int(self._file.execute("SELECT count(*) FROM use").fetchone()[0])
        people = int(self._file.execute("SELECT count(DISTINCT nik) FROM use").fetchone()[0])
        said = {"reports": self._reports, "uses": uses, "people": people, "repeats": self._repeats}
        return web.json_response(said)


def _uses(raw: bytes) -> list[tuple[str, str]]:
    """Reference and NIK of each use in a report. Raises ValueError, KeyError or TypeError."""
    found = []
    for part in json.loads(raw):
        if not part["id_lembaga"] or not part["nama_lembaga"]:
            raise ValueError("a report without its institution")
        found += [(str(each["param"][0]["CUSTOMER_ID"]), str(each["NIK"])) for each in part["data"]]
    return found
