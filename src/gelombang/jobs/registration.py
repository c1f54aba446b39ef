"""Sweeps of registration: pull the intake tables, forget old codes."""

from gelombang.jobs.loop import Context, Sweep
from gelombang.journey.registration import actions


def _admit(context: Context) -> int:
    return actions.admit(
        keyring=context.keyring,
        base_url=context.base_url,
        now=context.now,
        real_now=context.real_now,
    )


def _confirm(context: Context) -> int:
    return actions.confirm(keyring=context.keyring)


def _forget_codes(context: Context) -> int:
    return actions.forget_codes(real_now=context.real_now)


SWEEPS = (
    Sweep(name="registration.admit", run=_admit),
    Sweep(name="registration.confirm", run=_confirm),
    Sweep(name="registration.forget_codes", run=_forget_codes, pause_seconds=60),
)
