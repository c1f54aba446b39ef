"""The public funnel: read from the file that a job writes, never from the tables."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

STEPS = ("registered", "email_verified", "nik_verified", "joined")


@dataclass(frozen=True, slots=True)
class Funnel:
    """Four counts of one consistent instant (virtual), each a part of those registered."""

    as_of: datetime
    registered: int
    email_verified: int
    nik_verified: int
    joined: int

    @property
    def steps(self) -> list[tuple[str, int]]:
        """Name and count of each step, first to last."""
        return [(step, int(getattr(self, step))) for step in STEPS]

    def document(self) -> dict[str, Any]:
        """The figures as the API and the download give them."""
        counts = dict(self.steps)
        return {"as_of": self.as_of.isoformat(), **counts, "denominator": "registered"}

    def table(self) -> str:
        """The figures as CSV: step, count, denominator, instant."""
        at = self.as_of.isoformat()
        rows = [f"{step},{number},{self.registered},{at}" for step, number in self.steps]
        return "\n".join(("step,count,registered,as_of", *rows)) + "\n"


def read(data_dir: Path) -> Funnel | None:
    """The latest funnel; None before the first one was written."""
    try:
        raw = json.loads((data_dir / "public" / "funnel.json").read_text(encoding="utf-8"))
    except FileNotFoundError:
        return None
    counts = {step: int(raw[step]) for step in STEPS}
    return Funnel(as_of=datetime.fromisoformat(raw["as_of"]), **counts)
