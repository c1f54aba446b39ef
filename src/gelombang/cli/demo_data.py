"""`gelombang demo-data`: fill a fresh local demo, in the background of `gelombang serve`."""

from __future__ import annotations

import asyncio
import shutil
import signal
from pathlib import Path

import uvloop

from gelombang.cli.places import clone
from gelombang.cli.rehearse import ENDINGS, explain
from gelombang.cli.say import console
from gelombang.cli.system import RunningSystem
from gelombang.rehearsal import demo
from gelombang.rehearsal.figures import at_scale
from gelombang.rehearsal.launch_day import Plan
from gelombang.rehearsal.programme_file import set_the_stage
from gelombang.rehearsal.telling import LineTeller
from gelombang.settings.environment import load


class NoDemoError(RuntimeError):
    """Demo data were asked for where no demo is."""


def fill_demo() -> None:
    """Play the first wave with invented people, unless that was done before; about a minute.

    Raises NoDemoError outside a demo, or SystemExit(1) when it could not be played to its end.
    """
    environment = load()
    if not environment.demo or environment.clock is None:
        raise NoDemoError(
            "Demo data belong to a demo: GELOMBANG_DEMO and GELOMBANG_CLOCK are not set."
        )
    system = RunningSystem.at(environment.base_url)
    figures = at_scale(demo.SCALE)
    stage = set_the_stage(_programme(environment.programme))
    stand = demo.stand_of(system)
    if stand is demo.Stand.DONE:
        console.print("the demo's data are there")
        return
    if stand is demo.Stand.BEGUN:
        demo.go_on_after_a_break(system, second_wave=stage.next_opens_at)
        console.print(
            "the demo's data were broken off; the first wave waits for its draw at /meja/"
        )
        return
    plan = Plan(
        figures=figures, stage=stage, seed=demo.SEED, verifier=clone() / "tools/verify_draw.py",
        real_time_minute=False, walkers=0,
        catalogue=(clone() / "programmes" / "catalogue-2020.toml").read_text(encoding="utf-8"),
    )  # fmt: skip
    teller = LineTeller(console)
    scratch = system.data_dir / "demo"
    scratch.mkdir(mode=0o700, exist_ok=True)
    try:
        with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
            runner.run(
                _play(
                    demo.DemoDay(system, plan, teller, scratch=scratch, keyring=environment.keyring)
                )
            )
    except ENDINGS as ending:
        explain(ending)
        raise SystemExit(1) from None
    except asyncio.CancelledError:
        raise SystemExit(128 + signal.SIGTERM) from None
    finally:
        shutil.rmtree(scratch, ignore_errors=True)
    seconds = sum(teller.seconds.values())
    console.print(
        f"done after {seconds:.0f} s: wave {stage.wave_id} is drawn, {stage.next_wave_id} is open"
    )


async def _play(day: demo.DemoDay) -> None:
    """Play it; SIGTERM breaks it off in order, so that the clock is not left standing."""
    task = asyncio.current_task()
    if task is not None:
        asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, task.cancel)
    await day.play_demo()


def _programme(chosen: Path) -> str:
    path = chosen if chosen.is_absolute() else clone() / chosen
    return path.read_text(encoding="utf-8")
