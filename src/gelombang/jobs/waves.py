"""Sweeps of the programme's calendar and of waves: plan, open, enter, close, book budgets."""

import structlog

from gelombang.jobs.loop import COMPANY, Context, Sweep
from gelombang.journey.waves import actions
from gelombang.records.ledger import actions as ledger
from gelombang.records.ledger.rules import BalanceTooLow

log = structlog.get_logger(__name__)
ACTOR = "job:waves"


def _enter(context: Context) -> int:
    """Waves whose instant has come open first, so that no entry is older than its wave.

    Who was carried into one goes on in it before anybody new is entered.
    """
    opened = actions.open_due(now=context.now, real_now=context.real_now)
    carried = actions.carry_on(
        keyring=context.keyring,
        base_url=context.base_url,
        now=context.now,
        real_now=context.real_now,
    )
    entered = actions.enter(
        keyring=context.keyring,
        base_url=context.base_url,
        now=context.now,
        real_now=context.real_now,
    )
    return opened + carried + entered


def _close(context: Context) -> int:
    return actions.close_due(now=context.now, real_now=context.real_now)


def _plan(context: Context) -> int:
    return actions.plan_waves(actor=ACTOR, now=context.now, real_now=context.real_now)


def _take_budgets(context: Context) -> int:
    """A cut below what is promised already is refused and stays to be decided by people."""
    try:
        return ledger.take_budgets(actor=ACTOR, now=context.now, real_now=context.real_now)
    except BalanceTooLow as refused:
        log.warning("budget not taken", why=refused.code)
        return 0


def _close_accounts(context: Context) -> int:
    return ledger.close_accounts(now=context.now)


SWEEPS = (
    Sweep(name="waves.plan", run=_plan, pause_seconds=2),
    Sweep(name="ledger.take_budgets", run=_take_budgets, pause_seconds=2),
    Sweep(name="waves.enter", run=_enter, pause_seconds=0.5, full=COMPANY),
    Sweep(name="waves.close", run=_close, pause_seconds=0.5),
    Sweep(name="ledger.close_accounts", run=_close_accounts, pause_seconds=5),
)
