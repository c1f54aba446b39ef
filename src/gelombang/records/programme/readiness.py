"""What must hold before registration opens: checks, their states, and the report they make."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any

from gelombang.kit.words import Text

REHEARSAL_FILE = "rehearsal.json"
"""Where a rehearsal leaves how it ended, below the data directory of its machine."""


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
