"""Sweeps of certificates: issue them for finished courses, and write to holders of revoked ones."""

from gelombang.jobs.loop import Context, Sweep
from gelombang.journey.certification import actions


def _issue(context: Context) -> int:
    return actions.issue(
        keyring=context.keyring,
        base_url=context.base_url,
        now=context.now,
        real_now=context.real_now,
    )


def _tell_revoked(context: Context) -> int:
    return actions.tell_revoked(
        keyring=context.keyring,
        base_url=context.base_url,
        now=context.now,
        real_now=context.real_now,
    )


SWEEPS = (
    Sweep(name="certification.issue", run=_issue, pause_seconds=2),
    Sweep(name="certification.tell_revoked", run=_tell_revoked, pause_seconds=2),
)
