"""Overload: find the knee, then offer three times that, and see that nobody leaves with nothing.

Generator and system have a core each, in all: what is measured is the system, not who of the two
gets the processor. First the machine is measured with its gate wide open; then its admission is set
to a share of that, as an operator sets it, and the knee is the rate that this door keeps up.
"""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from random import Random
from typing import Any

from rich.table import Table

from gelombang.kit.sealing import Keyring
from gelombang.records.programme.rules import HIGHEST_ADMISSION
from gelombang.rehearsal import proof, proofs
from gelombang.rehearsal.commands import gelombang
from gelombang.rehearsal.load import percentiles, poisson_arrivals
from gelombang.rehearsal.programme_file import Stage
from gelombang.rehearsal.proof import Audit
from gelombang.rehearsal.surge.arrivals import recovered_after
from gelombang.rehearsal.surge.comparison import Compared, compare, pulled
from gelombang.rehearsal.surge.limits import pin, raise_file_limit
from gelombang.rehearsal.surge.people import REGISTER_PATH, registrations
from gelombang.rehearsal.surge.play import door_megabytes, offer, open_the_door, until_at_rest
from gelombang.rehearsal.surge.processes import Crew, Outcome
from gelombang.rehearsal.surge.report import MOST_MEGABYTES
from gelombang.rehearsal.surge.saturation import Saturation, saturate
from gelombang.rehearsal.system import System
from gelombang.rehearsal.telling import Teller, phase

SYSTEM_CORE, GENERATOR_CORE = 0, 1
MOST_STEPS = 16
MOST_P99_MS = 500.0
ADMISSION_SHARE = 0.2
"""Of what the machine takes with its gate wide open: the rest is for tickets, letters and looks."""
TIMES_THE_KNEE = 3.0
CONNECTIONS = 1_500
"""As many as a proxy in front keeps to one process of the door; who comes meanwhile waits there."""
TAIL_SECONDS, TAIL_SHARE = 20.0, 0.4
RECOVERY_SECONDS = 10.0
GOODPUT_FLOOR = 0.95
REST_SECONDS = 30.0
SEEN_SECONDS = 2.0  # every process looks at its controls each second


@dataclass(frozen=True, slots=True)
class Step:
    """One offered rate of the ramp."""

    rate: float
    offered: int
    accepted_at_once: int
    p99_ms: float

    @property
    def is_kept(self) -> bool:
        """Whether everybody was accepted at once and soon enough."""
        return self.accepted_at_once == self.offered and self.p99_ms <= MOST_P99_MS

    def as_json(self) -> dict[str, Any]:
        """The step in the published document."""
        return {"per_second": round(self.rate, 1), "p99_ms": self.p99_ms, "kept": self.is_kept}


@dataclass(frozen=True, slots=True)
class Ramp:
    """How a rate is looked for: steps of so many seconds, growing, then halving the gap."""

    first: float
    growth: float
    halvings: int
    seconds: float

    def next_rate(self, steps: Sequence[Step]) -> float | None:
        """The rate to try next; None at the end."""
        kept = max((step.rate for step in steps if step.is_kept), default=0.0)
        broken = min((step.rate for step in steps if not step.is_kept), default=0.0)
        if not broken:
            return kept * self.growth if steps else self.first
        halvings = len(steps) - next(n for n, step in enumerate(steps) if not step.is_kept) - 1
        return None if halvings >= self.halvings else (kept + broken) / 2


AT_A_SPRINT = Ramp(first=1_000.0, growth=1.5, halvings=1, seconds=6.0)


def sustained(admission: int, *, seconds: float) -> Ramp:
    """The steps around a set admission; as long as the spike, so that a first rush is no rate."""
    return Ramp(first=0.85 * admission, growth=1.2, halvings=2, seconds=seconds)


def knee_of(steps: Sequence[Step]) -> float:
    """The highest rate that was kept; 0 when none was."""
    return max((step.rate for step in steps if step.is_kept), default=0.0)


@dataclass(frozen=True, slots=True)
class OverloadResult:
    """The ramps, the spike, and what is left of it afterwards."""

    sprint: Sequence[Step]
    """With the gate wide open, for seconds only."""
    admission: int
    """People a second, as it was set then."""
    steps: Sequence[Step]
    """With that admission, each as long as the spike."""
    outcome: Outcome
    seconds: float
    """Of the spike; what came after it belongs to the outcome too."""
    compared: Compared
    audit: Audit
    generator: Saturation
    door_megabytes: Sequence[float] = ()

    @property
    def knee(self) -> float:
        """People a second."""
        return knee_of(self.steps)

    @property
    def capacity(self) -> float:
        """People a second, for some seconds, with the gate wide open."""
        return knee_of(self.sprint)

    @property
    def goodput(self) -> float:
        """People accepted a second while the spike lasted."""
        times = self.outcome.times
        within = sum(
            waited >= 0 and due + waited <= self.seconds
            for due, waited in zip(times.due, times.accepted, strict=True)
        )
        return within / self.seconds

    @property
    def recovered_after(self) -> float | None:
        """Seconds after the spike from which each second's p99 to the first answer is short."""
        heard = [1000 * waited if waited >= 0 else 1e9 for waited in self.outcome.times.heard]
        return recovered_after(self.outcome.times.due, heard, ends=self.seconds, limit=MOST_P99_MS)

    @property
    def p99_after_ms(self) -> float:
        """Of the first answer to whoever came ten seconds after the spike or later."""
        times, since = self.outcome.times, self.seconds + RECOVERY_SECONDS
        waits = [
            1000 * waited
            for due, waited in zip(times.due, times.heard, strict=True)
            if due >= since and waited >= 0
        ]
        return percentiles(waits)["p99"]

    def complaints(self) -> list[str]:
        """One sentence for everything that is off; empty when nothing is."""
        tally, found = self.outcome.tally, []
        if self.goodput < GOODPUT_FLOOR * self.knee or not self.knee:
            found.append(f"{self.goodput:,.0f} accepted a second at a knee of {self.knee:,.0f}")
        for count, words in (
            (tally.unsettled, "people hold neither receipt nor ticket"),
            (tally.refused, "people were refused"),
            (tally.errors_5xx, "server errors (5xx)"),
            (tally.resets, "connections broke under a request"),
            (self.compared.lost + self.audit.lost, "acknowledged receipts have no row"),
            (self.compared.duplicated, "receipts, rows or people are there twice"),
            (self.audit.violations, f"violations: {self.audit.first_offender}"),
        ):
            if count:
                found.append(f"{count:,} {words}")
        if self.recovered_after is None or self.recovered_after > RECOVERY_SECONDS:
            found.append(f"p99 is not below {MOST_P99_MS:.0f} ms within ten seconds of the spike")
        if max(self.door_megabytes, default=0.0) >= MOST_MEGABYTES:
            found.append(f"a process of the front door held {max(self.door_megabytes):.0f} MB")
        return found

    @property
    def is_clean(self) -> bool:
        """Whether nothing at all is off."""
        return not self.complaints()

    def as_json(self) -> dict[str, Any]:
        """The published document."""
        tally = self.outcome.tally
        return {
            "wide_open_per_second": round(self.capacity, 1),
            "admission_per_second": self.admission,
            "knee_per_second": round(self.knee, 1),
            "offered_per_second": round(TIMES_THE_KNEE * self.knee, 1),
            "goodput_per_second": round(self.goodput, 1),
            "goodput_over_knee": round(self.goodput / self.knee, 3) if self.knee else 0.0,
            "offered": tally.offered,
            "accepted": tally.accepted,
            "ticketed": tally.ticketed,
            "holding_a_ticket": tally.holding,
            "unsettled": tally.unsettled,
            "refused": tally.refused,
            "lost": self.compared.lost + self.audit.lost,
            "duplicated": self.compared.duplicated,
            "errors_5xx": tally.errors_5xx,
            "resets": tally.resets,
            "p99_after_ms": self.p99_after_ms,
            "recovered_after_seconds": self.recovered_after,
            "audit": {"violations": self.audit.violations, "invariants": self.audit.invariants},
            "generator_saturates_per_second": round(self.generator.per_second, 1),
            "door_megabytes": [round(each, 1) for each in self.door_megabytes],
            "statuses": tally.statuses,
            "ramp": [step.as_json() for step in self.steps],
            "sprint": [step.as_json() for step in self.sprint],
        }


class Overload:
    """Two ramps and one spike on one system of our own. `play` is the whole of it."""

    def __init__(
        self, system: System, stage: Stage, teller: Teller, *, keyring: Keyring, scratch: Path,
        crew: Crew, seconds: float,
    ) -> None:  # fmt: skip
        self._system = system
        self._stage = stage
        self._teller = teller
        self._keyring = keyring
        self._scratch = scratch
        self._crew = replace(
            crew, cores=(GENERATOR_CORE,), connections=CONNECTIONS, most_connections=CONNECTIONS
        )
        self._seconds = seconds
        self._receipts: list[tuple[str, str]] = []
        self._groups = 0

    async def play(self) -> OverloadResult:
        """Play it all. Raises like `Surge.play`."""
        raise_file_limit()
        with phase(self._teller, "generator alone"):
            place = self._place("saturation")
            alone = await saturate(self._crew, scratch=place, other_core=SYSTEM_CORE)
        with phase(self._teller, "prepare"):
            self._receipts += await open_the_door(self._system, self._stage, self._keyring)
            pin(self._system.pids().values(), SYSTEM_CORE)
        with phase(self._teller, "wide open"):
            await self._admit(HIGHEST_ADMISSION)
            sprint = await self._climb(AT_A_SPRINT)
        admission = max(1, round(ADMISSION_SHARE * knee_of(sprint)))
        with phase(self._teller, "knee"):
            await self._admit(admission)
            steps = await self._climb(sustained(admission, seconds=self._seconds))
        with phase(self._teller, "spike"):
            outcome = await self._spike(knee_of(steps) or admission)
        with phase(self._teller, "pull"):
            url, count = self._system.readonly_url, len(self._receipts)
            await pulled(url, count, of_entries=False, tell=self._teller.note)
        with phase(self._teller, "audit"):
            compared = await asyncio.to_thread(compare, url, self._receipts, of_entries=False)
            receipts = [receipt for _, receipt in self._receipts]
            audit = await proof.audit(self._system, receipts, scratch=self._scratch)
        return OverloadResult(
            sprint, admission, steps, outcome, self._seconds, compared, audit, alone,
            sorted(door_megabytes(self._system).values()),
        )  # fmt: skip

    async def _admit(self, admission: int) -> None:
        """Set the door's admission as an operator does, and let it be seen."""
        await gelombang("bench", "set-limits", str(admission), environment=self._system.environment)
        await asyncio.sleep(SEEN_SECONDS)

    async def _climb(self, ramp: Ramp) -> list[Step]:
        steps: list[Step] = []
        while len(steps) < MOST_STEPS and (rate := ramp.next_rate(steps)) is not None:
            await until_at_rest(self._system, seconds=REST_SECONDS)
            self._teller.note(f"{rate:,.0f} a second")
            steps.append(await self._step(rate, seconds=ramp.seconds))
        return steps

    async def _step(self, rate: float, *, seconds: float) -> Step:
        chance = Random(f"knee {rate} {seconds}")  # noqa: S311 repeatable on purpose
        arrivals = poisson_arrivals(chance, count=round(rate * seconds), seconds=seconds)
        crew = replace(self._crew, patience=3.0, waits=False)
        outcome = await self._offer(arrivals, crew=crew, seconds=seconds)
        tally = outcome.tally
        at_once = tally.accepted - min(tally.accepted, tally.paced)
        return Step(
            rate, tally.offered, at_once, percentiles(outcome.times.answered_at_once())["p99"]
        )

    async def _spike(self, knee: float) -> Outcome:
        """Three times the knee, then a calm tail in which the door has to be itself again."""
        await until_at_rest(self._system, seconds=REST_SECONDS)
        chance = Random("spike")  # noqa: S311 repeatable on purpose
        offered, calm = round(TIMES_THE_KNEE * knee * self._seconds), knee * TAIL_SHARE
        arrivals = poisson_arrivals(chance, count=offered, seconds=self._seconds)
        tail = poisson_arrivals(chance, count=round(calm * TAIL_SECONDS), seconds=TAIL_SECONDS)
        arrivals += [self._seconds + each for each in tail]
        crew = replace(self._crew, patience=5.0)
        return await self._offer(arrivals, crew=crew, seconds=self._seconds + TAIL_SECONDS)

    async def _offer(self, arrivals: Sequence[float], *, crew: Crew, seconds: float) -> Outcome:
        self._groups += 1
        made = proofs.minted(self._keyring, len(arrivals))
        errands = registrations(arrivals, made, group=f"lonjakan.{self._groups}")
        outcome, _ = await offer(
            self._system, REGISTER_PATH, errands, (), crew=crew,
            scratch=self._place(f"offer-{self._groups}"), seconds=seconds,
        )  # fmt: skip
        self._receipts += outcome.receipts
        return outcome

    def _place(self, name: str) -> Path:
        place = self._scratch / name
        place.mkdir()
        return place


def table(result: OverloadResult) -> Table:
    """The figures with what they are held against."""
    document = result.as_json()
    shown = Table(title="Overload, a core each for generator and system", title_justify="left")
    shown.add_column("figure")
    shown.add_column("measured", justify="right")
    shown.add_column("wanted")
    for name, value, wanted in (
        ("wide open for seconds, people a second", f"{result.capacity:,.0f}", ""),
        (f"admission set, {ADMISSION_SHARE:.0%} of that", f"{result.admission:,}", ""),
        ("knee, kept up as long as the spike", f"{result.knee:,.0f}", ""),
        (f"offered for {result.seconds:.0f} s", f"{document['offered_per_second']:,.0f}", ""),
        ("accepted a second meanwhile", f"{result.goodput:,.0f}", ""),
        ("accepted ÷ knee", f"{document['goodput_over_knee']:.2f}", f"{GOODPUT_FLOOR}"),
        ("hold a ticket", f"{document['holding_a_ticket']:,}", "everyone else"),
        ("hold nothing", f"{document['unsettled'] + document['refused']:,}", "0"),
        ("server errors, broken connections",
         f"{document['errors_5xx']}, {document['resets']}", "0, 0"),
        ("p99 ten seconds after", f"{result.p99_after_ms:,.1f} ms", f"{MOST_P99_MS:.0f}"),
        ("lost, duplicated", f"{document['lost']}, {document['duplicated']}", "0, 0"),
        ("generator alone saturates above", f"{result.generator.per_second:,.0f}", ""),
        (f"violations of {result.audit.invariants} invariants", str(result.audit.violations), "0"),
    ):  # fmt: skip
        shown.add_row(name, value, wanted)
    return shown
