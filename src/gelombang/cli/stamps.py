"""What a rehearsal leaves behind: how it ended, for `gelombang ready` of the same machine."""

from __future__ import annotations

import json
import os
from pathlib import Path

from gelombang.cli.places import usual_data_directory
from gelombang.kit import clock
from gelombang.records.programme.readiness import REHEARSAL_FILE


def stamp(*, rehearsal: str, scale: str, people: int, clean: bool) -> None:
    """Leave how a rehearsal ended where `gelombang ready` of this machine looks for it.

    `people` is how many came in it, by which it is judged; `scale` as its command says it.
    """
    chosen = os.environ.get("GELOMBANG_REHEARSAL_STAMP")
    directory = Path(os.environ.get("GELOMBANG_DATA_DIR") or usual_data_directory())
    file = Path(chosen) if chosen else directory / REHEARSAL_FILE
    said = {
        "ended_at": clock.real_now().isoformat(timespec="seconds"),
        "rehearsal": rehearsal,
        "scale": scale,
        "people": people,
        "clean": clean,
    }
    file.parent.mkdir(parents=True, exist_ok=True)
    draft = file.with_suffix(f".{os.getpid()}.new")
    draft.write_text(json.dumps(said) + "\n", encoding="utf-8")
    draft.replace(file)
