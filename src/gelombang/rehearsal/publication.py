"""Downloading and reading what a draw published, as anybody may."""

import asyncio
import csv
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from gelombang.rehearsal.load import Caller

_OK = 200

FILES = ("rules.json", "candidates.csv", "commitment.json", "reveal.json", "result.csv",
         "cutoffs.json")  # fmt: skip


class PublicationIncomplete(Exception):
    """A file of the publication is missing."""


@dataclass(frozen=True, slots=True)
class Publication:
    """Candidates by cell and outcomes by ticket."""

    cells: Counter[tuple[str, str]]
    """Candidates by (area, tier)."""
    outcomes: dict[str, str]
    """`selected` or `waiting` by ticket."""

    @property
    def candidates(self) -> int:
        """How many people the draw was made among."""
        return self.cells.total()

    @property
    def winners(self) -> int:
        """How many were drawn."""
        return sum(outcome == "selected" for outcome in self.outcomes.values())


def read_publication(directory: Path) -> Publication:
    """The figures in a publication directory. Raises PublicationIncomplete."""
    missing = [name for name in FILES if not (directory / name).is_file()]
    if missing:
        raise PublicationIncomplete(f"{', '.join(missing)} missing in {directory}")
    candidates = _rows(directory / "candidates.csv")
    return Publication(
        cells=Counter((row["area"], row["tier"]) for row in candidates),
        outcomes={row["ticket"]: row["outcome"] for row in _rows(directory / "result.csv")},
    )


async def fetch_file(caller: Caller, wave_id: str, name: str) -> bytes | None:
    """A published file as anybody downloads it; None while it is not there."""
    answer = await caller.ask("publication", "GET", f"/undian/{wave_id}/{name}")
    return answer.body if answer.status == _OK else None


async def download(caller: Caller, wave_id: str, directory: Path) -> None:
    """Download a whole publication. Raises PublicationIncomplete."""
    files = {name: await fetch_file(caller, wave_id, name) for name in FILES}
    missing = [name for name, content in files.items() if content is None]
    if missing:
        raise PublicationIncomplete(f"{', '.join(missing)} cannot be downloaded")
    await asyncio.to_thread(_write, directory, {n: c for n, c in files.items() if c is not None})


def _write(directory: Path, files: Mapping[str, bytes]) -> None:
    directory.mkdir(parents=True, exist_ok=True)
    for name, content in files.items():
        (directory / name).write_bytes(content)


def _rows(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))
