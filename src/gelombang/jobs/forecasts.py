"""Sweeps around the queues of partners: count, foretell, and tell who waits for long."""

import json
from dataclasses import asdict

import structlog

from gelombang.jobs.loop import Context, Sweep
from gelombang.journey.verification import actions, queries

log = structlog.get_logger(__name__)


def sample_backlogs(context: Context) -> int:
    """Count the queues and foretell them, now and then. Never busy: 0, so that it rests."""
    if actions.sample_backlogs(now=context.now, real_now=context.real_now):
        _write_forecast(context)
    return 0


def _write_forecast(context: Context) -> None:
    """What the operators' port shows as metrics; a disk that refuses hurts nobody."""
    found = {
        queue.kind.value: {
            "waiting": queue.waiting,
            "answers_per_second": queue.per_second,
            "hold": queue.hold.value,
            "questions_held": queue.held,
            "finishes_in": None
            if queue.band is None
            else {edge: length.total_seconds() for edge, length in asdict(queue.band).items()},
        }
        for queue in queries.queues(now=context.now, real_now=context.real_now)
    }
    document = {"written_at": context.real_now.isoformat(), "partners": found}
    path = context.environment.door_dir / "forecast.json"
    draft = path.with_suffix(".new")
    try:
        draft.parent.mkdir(parents=True, exist_ok=True)
        draft.write_text(json.dumps(document), encoding="utf-8")
        draft.replace(path)
    except OSError as fault:
        log.warning("operators cannot see the forecast", why=fault.strerror)


def tell_waits(context: Context) -> int:
    """Note interruptions of partners, and tell people of those that last, and of their ends."""
    now, real_now = context.now, context.real_now
    actions.watch_partners(now=now, real_now=real_now)
    return actions.tell_waits(
        keyring=context.keyring, base_url=context.base_url, now=now, real_now=real_now
    )


SWEEPS: tuple[Sweep, ...] = (
    Sweep("verification.sample_backlogs", sample_backlogs, pause_seconds=5.0),
    Sweep("verification.tell_waits", tell_waits, pause_seconds=5.0),
)
