"""The independent checks at the end: the auditor and the draw's verifier, each its own process."""

import json
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from gelombang.rehearsal.commands import CommandFailed, Outcome, give
from gelombang.rehearsal.system import System

RECEIPTS = "acknowledged_receipts"


@dataclass(frozen=True, slots=True)
class Audit:
    """What the auditor found."""

    invariants: int
    violations: int
    lost: int
    """Acknowledged receipts without a row."""
    first_offender: str


async def audit(system: System, receipts: Iterable[str], *, scratch: Path) -> Audit:
    """Run the auditor with every acknowledged receipt. Raises CommandFailed when it cannot work."""
    file = scratch / "receipts.txt"
    file.write_text("".join(f"{receipt}\n" for receipt in receipts), encoding="ascii")
    arguments = ["-m", "gelombang.auditor", "--url", system.readonly_url, "--json", "--settled",
                 "--receipts", str(file)]  # fmt: skip
    outcome = await give(arguments, environment=system.environment)
    return _read_audit(outcome)


async def verify_draw(verifier: Path, directory: Path, *, system: System) -> Outcome:
    """Run the standalone verifier on a publication directory."""
    return await give([str(verifier), str(directory)], environment=system.environment)


def _read_audit(outcome: Outcome) -> Audit:
    try:
        document: dict[str, Any] = json.loads(outcome.output)
    except ValueError:
        raise CommandFailed(f"the auditor did not report: {outcome.last_words()}") from None
    broken = [each for each in document["results"] if each["violations"]]
    lost = [each["violations"] for each in document["results"] if each["name"] == RECEIPTS]
    if not lost:
        raise CommandFailed("the auditor did not look for the acknowledged receipts")
    first = broken[0] if broken else None
    return Audit(
        invariants=int(document["invariants"]),
        violations=int(document["violations"]),
        lost=int(lost[0]),
        first_offender=_name(first) if first else "",
    )


def _name(finding: dict[str, Any]) -> str:
    offenders = finding["offenders"]
    shown = f": {offenders[0]['name']} {offenders[0]['problem']}" if offenders else ""
    return f"{finding['name']} ({finding['violations']}){shown}"
