"""What must hold before registration opens: checks, their states, and the report they make."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any

from gelombang.kit.words import Text

REHEARSAL_FILE = "rehearsal.json"
"""Where rehearsals leave how they ended, below the data directory of their machine."""


class State(StrEnum):
    """How one check came out."""

    OK = "ok"
    WARNING = "warning"
    """It holds, but somebody should know."""
    FAILED = "failed"
    """It does not hold; nobody opens without overriding it."""
    UNKNOWN = "unknown"
    """It cannot be seen from here; whoever signs off looks for themselves."""


@dataclass(frozen=True, slots=True)
class Check:
    """One thing that was looked at, how it stands, and a sentence about it."""

    name: str
    state: State
    sentence: Text


@dataclass(frozen=True, slots=True)
class Report:
    """All checks of one moment."""

    taken_at: datetime
    """Real instant."""
    checks: Sequence[Check]

    @property
    def failed(self) -> int:
        """How many checks do not hold; a report without checks shows nothing and counts as one."""
        return sum(check.state is State.FAILED for check in self.checks) if self.checks else 1


def plain(report: Report) -> dict[str, Any]:
    """The report as JSON keeps it."""
    return {
        "taken_at": report.taken_at.isoformat(),
        "checks": [
            {
                "name": check.name,
                "state": str(check.state),
                "id": check.sentence.id,
                "en": check.sentence.en,
            }
            for check in report.checks
        ],
    }


def read_report(content: Mapping[str, Any]) -> Report:
    """A report that `plain` wrote."""
    return Report(
        taken_at=datetime.fromisoformat(content["taken_at"]),
        checks=tuple(
            Check(each["name"], State(each["state"]), Text(id=each["id"], en=each["en"]))
            for each in content["checks"]
        ),
    )


def rehearsals_in(text: str) -> list[dict[str, Any]]:
    """What rehearsals said at their end, as far as it can be read; nothing is raised.

    Each has `ended_at` (an instant with its zone), `rehearsal`, `people` and `clean`, and its
    `scale` where one is known. A file of before holds that of one rehearsal alone.
    """
    try:
        content = json.loads(text)
    except ValueError:
        return []
    if not isinstance(content, dict):
        return []
    found = content.get("rehearsals", [content])
    return [each for each in found if _is_ending(each)] if isinstance(found, list) else []


def _is_ending(said: object) -> bool:
    if not isinstance(said, dict):
        return False
    kinds = {"ended_at": str, "rehearsal": str, "people": int, "clean": bool}
    if any(not isinstance(said.get(name), kind) for name, kind in kinds.items()):
        return False
    try:
        return datetime.fromisoformat(said["ended_at"]).tzinfo is not None
    except ValueError:
        return False
