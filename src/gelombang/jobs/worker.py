"""The worker: one thread for every sweep, stopped together.

Any number of workers may run, on any number of machines: every sweep takes its work under locks
that skip what another one holds.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Sequence
from typing import TYPE_CHECKING

import structlog
from django.conf import settings

from gelombang.jobs import (
    audit,
    catching_up,
    certification,
    door,
    feedback,
    forecasts,
    funnel,
    hastening,
    instalments,
    learning,
    letter_wait,
    notices,
    payouts,
    readiness,
    rechecks,
    registration,
    selection,
    usage_reports,
    verification,
    visitors,
    waves,
)
from gelombang.jobs.loop import Progress, Sweep, sweep_until

if TYPE_CHECKING:
    from gelombang.settings.environment import Environment

log = structlog.get_logger(__name__)

STOPPING_SECONDS = 4.5
"""Real time that sweeps get to finish their batch; what they have not committed is undone."""
MODULES = (
    registration,
    notices,
    letter_wait,
    verification,
    hastening,
    forecasts,
    usage_reports,
    waves,
    selection,
    learning,
    catching_up,
    certification,
    feedback,
    instalments,
    payouts,
    rechecks,
    funnel,
    visitors,
    door,
    audit,
    readiness,
)


class UnknownSweepError(ValueError):
    """Somebody asked for a sweep that does not exist; the text lists those that do."""


class SweepBrokenError(RuntimeError):
    """A sweep met a bug, and the worker stopped; the text names the sweep."""


def all_sweeps() -> tuple[Sweep, ...]:
    """Every sweep of the journey, first step first."""
    return tuple(sweep for module in MODULES for sweep in module.SWEEPS)


def chosen_sweeps(names: Sequence[str]) -> tuple[Sweep, ...]:
    """The sweeps whose name, or package before the point, is in `names`; all when it is empty.

    Raises UnknownSweepError.
    """
    sweeps = all_sweeps()
    known = {sweep.name for sweep in sweeps} | {sweep.name.split(".")[0] for sweep in sweeps}
    if unknown := sorted(set(names) - known):
        raise UnknownSweepError(
            f"no sweep is called {', '.join(unknown)}; there are {', '.join(sorted(known))}"
        )
    return tuple(
        sweep
        for sweep in sweeps
        if not names or sweep.name in names or sweep.name.split(".")[0] in names
    )


def run(*, sweeps: Sequence[str] | None = None, stop: threading.Event) -> None:
    """Run the sweeps of these names (all without names) until `stop` is set.

    Raises UnknownSweepError, and SweepBrokenError when a sweep met a bug.
    """
    run_sweeps(chosen_sweeps(sweeps or ()), environment=settings.GELOMBANG, stop=stop)


def run_sweeps(
    sweeps: Sequence[Sweep], *, environment: Environment, stop: threading.Event
) -> dict[str, Progress]:
    """Sweep in one thread each until `stop` is set; what each did.

    Returns within five seconds of the stop: a batch that is not committed by then is undone by the
    database and done again by the next worker. Raises SweepBrokenError when a sweep met a bug.
    """
    progress = {sweep.name: Progress() for sweep in sweeps}
    threads = [
        threading.Thread(
            target=sweep_until,
            args=(stop, sweep, environment, progress[sweep.name]),
            name=sweep.name,
            daemon=True,
        )
        for sweep in sweeps
    ]
    log.info("worker started", sweeps=len(threads))
    for thread in threads:
        thread.start()
    stop.wait()
    _join(threads)
    log.info(
        "worker stopped",
        done=sum(each.done for each in progress.values()),
        outages=sum(each.outages for each in progress.values()),
    )
    if broken := [name for name, each in progress.items() if each.bug]:
        raise SweepBrokenError(f"a bug in {', '.join(broken)}: see the log above")
    return progress


def _join(threads: Sequence[threading.Thread]) -> None:
    until = time.monotonic() + STOPPING_SECONDS
    for thread in threads:
        thread.join(max(0.0, until - time.monotonic()))
    if late := [thread.name for thread in threads if thread.is_alive()]:
        log.warning("stopped in the middle of a batch", sweeps=late)
