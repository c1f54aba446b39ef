"""Sweeps of the draw and of awards.

Freeze what was asked for, draw when the round exists, award, publish; then keep the deadlines.
"""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import TYPE_CHECKING

import structlog

from gelombang.gateways.randomness.client import fetch_once
from gelombang.gateways.randomness.protocol import Chain
from gelombang.jobs.loop import Context, Sweep
from gelombang.journey.selection import actions, queries
from gelombang.journey.selection.rules import LEAST_WITNESSES, DrawState
from gelombang.journey.waves import actions as waves
from gelombang.kit.errors import Outage

if TYPE_CHECKING:
    from gelombang.settings.environment import Environment

log = structlog.get_logger(__name__)
ACTOR = "job:selection"


def chain_of(environment: Environment) -> Chain:
    """The beacon's chain that this system draws by."""
    return Chain(
        hash=environment.beacon_chain,
        public_key=environment.beacon_public_key,
        genesis=environment.beacon_genesis,
        period=environment.beacon_period,
    )


def publications_of(environment: Environment) -> Path:
    """Where the waves' publication directories lie."""
    return environment.data_dir / "publications"


def _freeze(context: Context) -> int:
    done = 0
    for draw in queries.unfinished():
        if draw.state != DrawState.REQUESTED:
            continue
        if len(set(context.environment.witnesses)) < LEAST_WITNESSES:
            log.error("not frozen: GELOMBANG_WITNESSES names fewer than two", wave=draw.wave_id)
            continue
        _publish_rules(draw.wave_id, context)
        if looked_at := _settle(draw.wave_id, context):
            done += looked_at
            continue
        judged = actions.assess(
            wave_id=draw.wave_id,
            keyring=context.keyring,
            now=context.now,
            real_now=context.real_now,
        )
        done += judged or actions.commit(
            wave_id=draw.wave_id,
            chain=chain_of(context.environment),
            witnesses=context.environment.witnesses,
            keyring=context.keyring,
            base_url=context.base_url,
            now=context.now,
            real_now=context.real_now,
        )
    return done


def _settle(wave_id: str, context: Context) -> int:
    """Where people join while they are checked: carry who is unknown before anybody is judged."""
    wait = queries.freeze_wait(
        wave_id=wave_id, now=context.now, real_now=context.real_now, count_to=1
    )
    if not (wait.is_over and wait.settles):
        return 0
    return waves.settle(
        wave_id=wave_id,
        keyring=context.keyring,
        base_url=context.base_url,
        now=context.now,
        real_now=context.real_now,
    )


def _publish_rules(wave_id: str, context: Context) -> None:
    """`rules.json` stands in public before the first entrant is judged (draw.md)."""
    publications = publications_of(context.environment)
    if not (publications / wave_id / "rules.json").exists():
        actions.publish(wave_id=wave_id, publications=publications, real_now=context.real_now)


def _draw(context: Context) -> int:
    done = 0
    for draw in queries.unfinished():
        is_asked = draw.state == DrawState.FROZEN and draw.draw_requested_at is not None
        if is_asked and draw.beacon_at is not None and draw.beacon_at <= context.now:
            done += _draw_one(draw, context)
    return done


def _draw_one(draw: queries.DrawView, context: Context) -> int:
    """Fetch the committed round outside any transaction, then draw with it."""
    chain = chain_of(context.environment)
    try:
        found = asyncio.run(
            fetch_once(
                base_url=context.environment.beacon_url,
                chain=chain,
                number=draw.beacon_round or 0,
            )
        )
    except Outage as outage:
        log.warning("no round", wave=draw.wave_id, why=str(outage))
        if not _is_void(draw, type(outage).__name__, context):
            raise
        return 1
    return actions.draw(
        wave_id=draw.wave_id,
        chain=chain.hash,
        number=found.number,
        randomness=found.randomness,
        signature=found.signature,
        now=context.now,
        real_now=context.real_now,
    )


def _is_void(draw: queries.DrawView, reason: str, context: Context) -> bool:
    return actions.note_missing_round(
        wave_id=draw.wave_id, reason=reason, now=context.now, real_now=context.real_now
    )


def _void_waves(context: Context) -> int:
    """A wave whose draw ended without a result ends with it."""
    return sum(
        waves.void(
            wave_id=draw.wave_id,
            reason=draw.void_reason,
            actor=ACTOR,
            now=context.now,
            real_now=context.real_now,
        )
        for draw in queries.void_draws()
    )


def _award(context: Context) -> int:
    done = 0
    for draw in queries.unfinished():
        if draw.state == DrawState.DRAWN and not draw.stopped_reason:
            done += actions.award(
                wave_id=draw.wave_id,
                keyring=context.keyring,
                base_url=context.base_url,
                now=context.now,
                real_now=context.real_now,
            )
    return done


def _publish(context: Context) -> int:
    unpublished = queries.unpublished()
    for wave_id in unpublished:
        actions.publish(
            wave_id=wave_id,
            publications=publications_of(context.environment),
            real_now=context.real_now,
        )
    return len(unpublished)


def _remind(context: Context) -> int:
    return actions.remind_due(
        now=context.now,
        real_now=context.real_now,
        keyring=context.keyring,
        base_url=context.base_url,
    )


def _lapse(context: Context) -> int:
    return actions.lapse_due(
        now=context.now,
        real_now=context.real_now,
        keyring=context.keyring,
        base_url=context.base_url,
    )


def _expire_balances(context: Context) -> int:
    return actions.expire_balances(
        now=context.now,
        real_now=context.real_now,
        keyring=context.keyring,
        base_url=context.base_url,
    )


SWEEPS = (
    Sweep(name="selection.freeze", run=_freeze, pause_seconds=0.5),
    Sweep(name="selection.publish", run=_publish, pause_seconds=0.5),
    Sweep(name="selection.draw", run=_draw, pause_seconds=0.5),
    Sweep(name="selection.award", run=_award, pause_seconds=0.5),
    Sweep(name="selection.void_waves", run=_void_waves, pause_seconds=5),
    Sweep(name="selection.remind", run=_remind, pause_seconds=5),
    Sweep(name="selection.lapse", run=_lapse, pause_seconds=2),
    Sweep(name="selection.expire_balances", run=_expire_balances, pause_seconds=5),
)
