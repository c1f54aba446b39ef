"""Systems that tests break, and the small scale at which they do it."""

import asyncio
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import uvloop
from rich.console import Console

from gelombang.cli.faults import breakable_system
from gelombang.cli.surge import keyring_for, usual_stage
from gelombang.rehearsal.faults.drill import Drill, Scale, Scenario
from gelombang.rehearsal.faults.report import Figures
from gelombang.rehearsal.telling import LineTeller

# Long enough for everything on a machine with other work; what is promised in seconds is looked
# at by `gelombang rehearse faults` on a machine of its own.
SMALL = Scale(
    people_per_second=10, load_seconds=6, calm_seconds=1, outage_seconds=5, storm=600, patience=180
)
PAUSED_WITHIN, RECOVERED_WITHIN = 5.0, 45.0
Play = Callable[[Scenario], Figures]


@contextmanager
def player(scratch: Path, *, scale: Scale = SMALL, disk_megabytes: int = 0) -> Iterator[Play]:
    """A system with its registration open, and what plays a fault on it."""
    stage = usual_stage()
    with (
        breakable_system(stage, disk_megabytes=disk_megabytes) as system,
        asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner,
    ):
        drill = Drill(
            system, keyring=keyring_for(system.environment), stage=stage, scratch=scratch,
            teller=LineTeller(Console(stderr=True)), scale=scale,
        )  # fmt: skip
        runner.run(drill.open())
        yield lambda scenario: runner.run(drill.play(scenario))


def require_survived(found: Figures) -> None:
    """Nothing missing, doubled or broken, and it recovered by itself."""
    assert found.complaints() == []
    assert found.acknowledged > found.offered > 0
    assert found.recovered_after is not None
    assert found.recovered_after < RECOVERED_WITHIN
