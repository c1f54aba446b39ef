"""What a running `gelombang serve` leaves in its data directory, so that other commands find it."""

from __future__ import annotations

import json
import os
from collections.abc import Mapping
from pathlib import Path

from gelombang.cli.places import usual_data_directory, write_secret

DESCRIPTION = "system.json"


def describe_running(directory: Path, environment: Mapping[str, str]) -> None:
    """Write the variables of the system, readable for us alone."""
    ours = {
        name: value
        for name, value in environment.items()
        if name.startswith("GELOMBANG_") or name == "DATABASE_URL"
    }
    write_secret(directory / DESCRIPTION, json.dumps(ours, indent=1))


def forget_running(directory: Path) -> None:
    """Take the description away when the system has stopped."""
    (directory / DESCRIPTION).unlink(missing_ok=True)


def running_environment() -> dict[str, str]:
    """The variables of this clone's running system; nothing when none runs."""
    chosen = os.environ.get("GELOMBANG_DATA_DIR")
    place = Path(chosen) if chosen else usual_data_directory()
    path = place / DESCRIPTION
    if not path.is_file() or path.stat().st_uid != os.geteuid():
        return {}
    known: dict[str, str] = json.loads(path.read_text(encoding="utf-8"))
    return known
