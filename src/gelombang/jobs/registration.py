"""Sweeps of registration: pull the intake tables, forget old codes."""

from datetime import timedelta

from gelombang.jobs.loop import COMPANY, Context, Sweep
from gelombang.journey.registration import actions

SIGN_INS_KEPT = timedelta(days=30)


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


def _change_contacts(context: Context) -> int:
    return actions.apply_due_changes(
        keyring=context.keyring,
        base_url=context.base_url,
        now=context.now,
        real_now=context.real_now,
    )


def _forget_sign_ins(context: Context) -> int:
    return actions.forget_sign_ins(before=context.real_now - SIGN_INS_KEPT)


def _forget_sessions(context: Context) -> int:
    return actions.forget_sessions(real_now=context.real_now)


SWEEPS = (
    Sweep(name="registration.admit", run=_admit, full=COMPANY),
    Sweep(name="registration.confirm", run=_confirm, full=COMPANY),
    Sweep(name="registration.forget_codes", run=_forget_codes, pause_seconds=60),
    Sweep(name="registration.change_contacts", run=_change_contacts, pause_seconds=10),
    Sweep(name="registration.forget_sign_ins", run=_forget_sign_ins, pause_seconds=60),
    Sweep(name="registration.forget_sessions", run=_forget_sessions, pause_seconds=60),
)
