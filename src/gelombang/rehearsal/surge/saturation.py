"""How much the generator itself can offer, against a server that does nothing."""

import subprocess
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path

from gelombang.kit.ids import uuid7
from gelombang.rehearsal.load import percentiles
from gelombang.rehearsal.surge.limits import pin, raise_file_limit
from gelombang.rehearsal.surge.processes import Crew, generators
from gelombang.rehearsal.surge.sheet import Errand

FIRST_RATE = 4_000
GROWTH = 1.3
STEP_SECONDS = 2.0
MOST_STEPS = 14
LATE_MS = 20.0
"""A generator whose p99 of lateness is above that does not keep its own times."""


@dataclass(frozen=True, slots=True)
class Step:
    """One offered rate and how the generator kept to it."""

    rate: float
    late_p99_ms: float
    cpu_us_per_person: float


@dataclass(frozen=True, slots=True)
class Saturation:
    """The steps, and the highest rate that was still sent on time."""

    steps: Sequence[Step]

    @property
    def per_second(self) -> float:
        """The highest rate (people a second) at which the generator kept its own times."""
        kept = [step.rate for step in self.steps if step.late_p99_ms < LATE_MS]
        return max(kept, default=0.0)

    @property
    def cpu_us_per_person(self) -> float:
        """Of the generator, at that rate; microseconds."""
        kept = [step for step in self.steps if step.late_p99_ms < LATE_MS]
        return kept[-1].cpu_us_per_person if kept else 0.0


async def saturate(crew: Crew, *, scratch: Path, other_core: int | None = None) -> Saturation:
    """Offer more and more to a sink (on that core) until the generator is late by itself."""
    raise_file_limit()
    rate, steps = float(FIRST_RATE), []
    with sink(other_core) as url:
        for number in range(MOST_STEPS):
            place = scratch / f"step-{number}"
            place.mkdir()
            steps.append(await _step(url, rate, crew=crew, scratch=place))
            if steps[-1].late_p99_ms >= LATE_MS:
                break
            rate *= GROWTH
    return Saturation(steps)


async def _step(url: str, rate: float, *, crew: Crew, scratch: Path) -> Step:
    few = replace(crew, connections=min(crew.connections, 512), patience=5.0)
    errands = [_errand(number, rate) for number in range(round(rate * STEP_SECONDS))]
    with generators(url, "/", errands, crew=few, scratch=scratch) as crew_of_it:
        crew_of_it.begin()
        outcome = await crew_of_it.outcome(seconds=STEP_SECONDS + 30.0)
    late = percentiles([1000 * seconds for seconds in outcome.times.late])
    return Step(rate, late["p99"], 1_000_000 * outcome.tally.cpu_seconds / len(errands))


def _errand(number: int, rate: float) -> Errand:
    """As large as a real one: an address, a phone number and a proof of work."""
    body = f'{{"email":"orang.{number}@example.id","phone":"081200000000","altcha":"{"A" * 700}"'
    return Errand(due=number / rate, key=str(uuid7()), authorization="", body=body)


@contextmanager
def sink(core: int | None = None) -> Iterator[str]:
    """The sink as a process; its address."""
    process = subprocess.Popen(
        [sys.executable, "-m", "gelombang.rehearsal.surge.sink"],
        stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True,
    )  # fmt: skip
    try:
        if core is not None:
            pin([process.pid], core)
        words = process.stdout.readline() if process.stdout is not None else ""
        yield f"http://127.0.0.1:{int(words)}"
    finally:
        process.kill()
        process.communicate()
