"""The public funnel: one consistent read, written as one small file that the front door shows."""

import json
import os
from pathlib import Path
from typing import Any

from gelombang import store
from gelombang.jobs.loop import Context, Sweep
from gelombang.journey.registration import queries as registration
from gelombang.journey.verification import queries as verification
from gelombang.journey.waves import queries as waves

DENOMINATOR = "registered"


def funnel(context: Context) -> dict[str, Any]:
    """The four counts at this virtual instant, from one snapshot, with their denominator (R105)."""
    with store.snapshot():
        registered, email_verified = registration.counts(as_of=context.now)
        nik_verified = verification.counts(as_of=context.now)
        joined = waves.counts(as_of=context.now)
    return {
        "as_of": context.now.isoformat(timespec="seconds"),
        "registered": registered,
        "email_verified": email_verified,
        "nik_verified": nik_verified,
        "joined": joined,
        "denominator": DENOMINATOR,
    }


def write(path: Path, content: dict[str, Any]) -> None:
    """Replace the file in one step: a reader never sees half of it."""
    path.parent.mkdir(parents=True, exist_ok=True)
    draft = path.with_suffix(f".{os.getpid()}.new")
    draft.write_text(json.dumps(content), encoding="utf-8")
    draft.chmod(0o644)
    draft.replace(path)


def _publish(context: Context) -> int:
    write(context.environment.data_dir / "public" / "funnel.json", funnel(context))
    return 0  # nothing is left to do: the next one in ten seconds


SWEEPS = (Sweep(name="funnel.publish", run=_publish, pause_seconds=10),)
