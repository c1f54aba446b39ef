"""What rehearsals leave behind: how each ended, for `gelombang ready` of the same machine."""

from __future__ import annotations

import fcntl
import json
import os
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from gelombang.cli.places import usual_data_directory
from gelombang.kit import clock
from gelombang.records.programme.readiness import REHEARSAL_FILE, rehearsals_in

KEPT = timedelta(days=7)
"""How long an ending is kept that no later one of its kind and scale replaces (real time)."""


def stamp(*, rehearsal: str, scale: str, people: int, clean: bool) -> None:
    """Leave how a rehearsal ended where `gelombang ready` of this machine looks for it.

    `people` is how many came in it, by which it is judged; `scale` as its command says it. Of each
    kind and scale the latest ending is kept, so that a small one takes nothing from a large one.
    """
    chosen = os.environ.get("GELOMBANG_REHEARSAL_STAMP")
    directory = Path(os.environ.get("GELOMBANG_DATA_DIR") or usual_data_directory())
    file = Path(chosen) if chosen else directory / REHEARSAL_FILE
    real_now = clock.real_now()
    said = {
        "ended_at": real_now.isoformat(),
        "rehearsal": rehearsal,
        "scale": scale,
        "people": people,
        "clean": clean,
    }
    file.parent.mkdir(parents=True, exist_ok=True)
    with _alone(file):
        others = [
            each for each in _before(file)
            if (each["rehearsal"], each.get("scale")) != (rehearsal, scale)
            and real_now - datetime.fromisoformat(each["ended_at"]) <= KEPT
        ]  # fmt: skip
        draft = file.with_suffix(f".{os.getpid()}.new")
        draft.write_text(json.dumps({"rehearsals": [*others, said]}) + "\n", encoding="utf-8")
        draft.replace(file)


def _before(file: Path) -> list[dict[str, Any]]:
    """What earlier rehearsals left; nothing where the file cannot be read."""
    try:
        return rehearsals_in(file.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return []


@contextmanager
def _alone(file: Path) -> Iterator[None]:
    """Nobody else adds to the file meanwhile: two rehearsals may end in one moment."""
    with file.with_suffix(".lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield
