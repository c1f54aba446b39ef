"""Whether registration may open: every check made for real, when the desk or a command asks.

The worker makes the report that the desk asks for, since it holds the keys and reaches the
partners; a report that never comes says by itself that no worker runs.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

from django.db import InterfaceError, OperationalError, ProgrammingError

from gelombang.jobs.loop import Context, Sweep, kind_of
from gelombang.jobs.readiness import database, outside, rules
from gelombang.kit import clock
from gelombang.records.partners import queries as partners
from gelombang.records.programme import actions, queries
from gelombang.records.programme.readiness import REHEARSAL_FILE, Check, Report

if TYPE_CHECKING:
    from gelombang.settings.environment import Environment


def look(environment: Environment, *, now: datetime, real_now: datetime) -> Report:
    """Make every check; it takes a few seconds where something outside does not answer."""
    try:
        inside = _inside(environment, now=now, real_now=real_now)
    except (OperationalError, InterfaceError) as outage:
        inside = [rules.database_away(kind=kind_of(outage))]
    return Report(taken_at=real_now, checks=(*inside, *_outside(environment, real_now=real_now)))


def _inside(environment: Environment, *, now: datetime, real_now: datetime) -> Sequence[Check]:
    """The checks that ask the database."""
    return [
        _tried("database", lambda: rules.judge_database(database.server())),
        _database_disk(),
        _tried("keys", lambda: _keys(environment, real_now)),
        *_partners(environment, now=now, real_now=real_now),
        _tried("clocks", lambda: _clocks(environment)),
    ]


def _outside(environment: Environment, *, real_now: datetime) -> Sequence[Check]:
    """The checks that ask everything else."""
    figures = environment.data_dir / "public" / "funnel.json"
    return [
        rules.judge_disk("disk:data", free=outside.free_bytes(environment.data_dir)),
        rules.judge_mail(code=outside.mail_answer(environment)),
        rules.judge_backup(
            outside.file_stamp(environment.backup_stamp),
            real_now=real_now,
            is_demo=environment.demo,
        ),
        rules.judge_rehearsal(
            outside.rehearsal_stamps(rehearsal_file(environment)),
            real_now=real_now,
            is_demo=environment.demo,
        ),
        rules.judge_workers(outside.file_stamp(figures), real_now=real_now),
    ]


def rehearsal_file(environment: Environment) -> Path:
    """The file in which rehearsals say how they ended."""
    return environment.rehearsal_stamp or environment.data_dir / REHEARSAL_FILE


def _tried(name: str, check: Callable[[], Check]) -> Check:
    """A check of the database, or the fact that our role may not make it."""
    try:
        return check()
    except ProgrammingError as refused:
        return rules.unseen(name, kind=kind_of(refused))


def _database_disk() -> Check:
    place = database.data_directory()
    if place is None:
        return rules.unseen("disk:database", kind="data_directory")
    return rules.judge_disk("disk:database", free=outside.free_bytes(place))


def _keys(environment: Environment, real_now: datetime) -> Check:
    ring = environment.keyring
    return rules.judge_keys(
        broken=outside.broken_keys(environment, real_now=real_now),
        missing=database.sealing_keys() - set(ring.sealing),
        held=len(ring.sealing) + len(ring.tokens) + 1,
    )


def _partners(environment: Environment, *, now: datetime, real_now: datetime) -> Sequence[Check]:
    addresses = outside.partner_addresses(environment)
    answers = dict(zip(addresses, outside.knock(addresses.values()), strict=True))
    known = {each.code: each for each in partners.partners()}
    return [
        rules.judge_partner(
            code,
            answers=takes,
            stopped=bool(code in known and known[code].stopped_reason),
            parked=code in known and known[code].is_parked(now=now),
            resting=code in known and known[code].is_closed(now=now, real_now=real_now),
        )
        for code, takes in answers.items()
    ]


def _clocks(environment: Environment) -> Check:
    face = clock.read_face(environment.clock) if environment.clock else None
    return rules.judge_clocks(
        apart=database.seconds_apart(),
        virtual_rate=face.rate if face else None,
        is_demo=environment.demo,
    )


def _answer(context: Context) -> int:
    """Make the report that somebody waits for."""
    if not queries.readiness_is_asked():
        return 0
    report = look(context.environment, now=context.now, real_now=context.real_now)
    return actions.answer_readiness(report=report)


SWEEPS = (Sweep(name="readiness.look", run=_answer, pause_seconds=1.0),)
