"""The loop that runs one sweep again and again, through outages, until it is told to stop."""

from __future__ import annotations

import threading
import time
import traceback
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

import structlog
from django.db import (
    DatabaseError,
    InterfaceError,
    OperationalError,
    close_old_connections,
    connection,
)

from gelombang.kit import clock
from gelombang.kit.errors import Outage
from gelombang.kit.sealing import Keyring

if TYPE_CHECKING:
    from gelombang.settings.environment import Environment

log = structlog.get_logger(__name__)

OUTAGES = (Outage, OperationalError, InterfaceError)
"""What passes by itself: the database or a partner is away, restarts, or is overloaded."""
COMPANY = 1_000
"""Rows of an intake that make a run worth its cost; fewer wait a fifth of a second for others."""
FIRST_PAUSE, LONGEST_PAUSE = 0.1, 5.0
"""Real seconds between tries during an outage, doubling."""


@dataclass(frozen=True, slots=True)
class Context:
    """What a sweep gets, made anew for every run."""

    now: datetime
    """The virtual instant."""
    real_now: datetime
    keyring: Keyring
    base_url: str
    environment: Environment
    stop: threading.Event
    """Set when the worker stops: a sweep that waits for something outside looks at it."""


@dataclass(frozen=True, slots=True)
class Sweep:
    """One kind of work: `run` does a bounded batch and says how much it did.

    It runs again at once while it finds work, else after `pause_seconds` of real time.
    """

    name: str
    run: Callable[[Context], int]
    pause_seconds: float = 0.2
    full: int = 1
    """A run that did fewer than this pauses too, so that more come together for the next one: a run
    costs the database nearly the same for ten people as for a hundred."""


@dataclass(slots=True)
class Progress:
    """What a sweep's thread did so far; counts only."""

    runs: int = 0
    done: int = 0
    outages: int = 0
    bug: bool = False


def sweep_until(
    stop: threading.Event, sweep: Sweep, environment: Environment, progress: Progress
) -> None:
    """Run one sweep until `stop` is set. A bug is logged, marked, and stops everything."""
    pause = FIRST_PAUSE
    while not stop.is_set():
        try:
            done = _run(sweep, environment, stop)
        except OUTAGES as outage:
            progress.outages += 1
            _tell_outage(sweep, outage, progress.outages)
            _let_go_of_the_database()
            stop.wait(pause)
            pause = min(pause * 2, LONGEST_PAUSE)
        except Exception as bug:  # noqa: BLE001 whatever it is, it is told and ends the worker
            progress.bug = True
            _tell_bug(sweep, bug)
            stop.set()
        else:
            pause = FIRST_PAUSE
            progress.runs += 1
            progress.done += done
            if done < sweep.full:
                stop.wait(sweep.pause_seconds)
    _let_go_of_the_database()


def _run(sweep: Sweep, environment: Environment, stop: threading.Event) -> int:
    context = Context(
        now=clock.now(),
        real_now=clock.real_now(),
        keyring=environment.keyring,
        base_url=environment.base_url,
        environment=environment,
        stop=stop,
    )
    started = time.monotonic()
    try:
        done = sweep.run(context)
    finally:
        close_old_connections()
    if done:
        log.debug("swept", sweep=sweep.name, done=done, seconds=time.monotonic() - started)
    return done


def _let_go_of_the_database() -> None:
    """A connection of before the outage is of no use; closing a broken one may fail too."""
    try:
        connection.close()
    except DatabaseError:
        connection.connection = None


def _tell_outage(sweep: Sweep, outage: Exception, count: int) -> None:
    """The kind only: the text of a database error may hold values of rows."""
    log.warning("outage", sweep=sweep.name, kind=kind_of(outage), outages=count)


def _tell_bug(sweep: Sweep, bug: Exception) -> None:
    frames = "".join(traceback.format_tb(bug.__traceback__))
    log.error("bug", sweep=sweep.name, kind=kind_of(bug), exception=frames)


def kind_of(error: BaseException) -> str:
    """The class of an error, with what a database error says of itself without values."""
    cause = error.__cause__ or error
    state = getattr(cause, "sqlstate", None)
    name = getattr(getattr(cause, "diag", None), "constraint_name", None)
    return " ".join(filter(None, [type(error).__name__, state, name]))
