"""The public figures: who came how far, and the money. Each one consistent read, one small file.

The front door shows the first file; the money is a longer read and is published less often.
"""

import json
import os
from pathlib import Path
from typing import Any

from gelombang import store
from gelombang.jobs.loop import Context, Sweep
from gelombang.journey.certification import queries as certification
from gelombang.journey.disbursement import queries as disbursement
from gelombang.journey.learning import queries as learning
from gelombang.journey.registration import queries as registration
from gelombang.journey.selection import queries as selection
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


def money(context: Context) -> dict[str, Any]:
    """People and rupiah at this virtual instant, from one snapshot, with both denominators (R105).

    People are measured against the target, rupiah against the budget in force.
    """
    with store.snapshot():
        recipients = selection.recipients(as_of=context.now)
        bought = learning.counts()
        certified = certification.counts(as_of=context.now).holders
        figures = disbursement.money_figures(as_of=context.now)
    return {
        "as_of": context.now.isoformat(timespec="seconds"),
        "recipients": recipients,
        "learners": bought["people"],
        "certified": certified,
        "recipients_paid": figures.recipients_paid,
        "target": figures.target,
        "committed_idr": figures.committed_idr,
        "training_idr": figures.training_idr,
        "paid_idr": figures.paid_idr,
        "budget_idr": figures.budget_idr,
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


def _publish_money(context: Context) -> int:
    write(context.environment.data_dir / "public" / "money.json", money(context))
    return 0


SWEEPS = (
    Sweep(name="funnel.publish", run=_publish, pause_seconds=10),
    Sweep(name="funnel.money", run=_publish_money, pause_seconds=30),
)
