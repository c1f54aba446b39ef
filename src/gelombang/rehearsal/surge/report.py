"""What a surge found: its JSON for programs, its tables for people."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from rich.table import Table

from gelombang.rehearsal.load import percentiles
from gelombang.rehearsal.proof import Audit
from gelombang.rehearsal.surge.comparison import Compared
from gelombang.rehearsal.surge.processes import Outcome

MOST_MEGABYTES = 150.0
FULL_SIZE = 80_000
"""People of the opening minute that the promised figures are about; fewer only inform."""
_AIM_P99, _MOST_P99 = 100.0, 500.0
_AIM_CPU, _MOST_CPU = 0.15, 0.5


@dataclass(frozen=True, slots=True)
class Used:
    """CPU seconds of the processes of the system, from the start to the last answer."""

    door: float = 0.0
    database: float = 0.0
    house: float = 0.0
    worker: float = 0.0

    def less(self, before: "Used") -> "Used":
        """What was used since `before`."""
        return Used(
            self.door - before.door, self.database - before.database,
            self.house - before.house, self.worker - before.worker,
        )  # fmt: skip

    @property
    def total(self) -> float:
        """Of all of them together."""
        return self.door + self.database + self.house + self.worker

    def per_person(self, people: int) -> float:
        """Milliseconds of front door and database for each person; 0 for nobody."""
        return round(1000 * (self.door + self.database) / people, 4) if people else 0.0


@dataclass(frozen=True, slots=True)
class SurgeResult:
    """Everything that a surge measured and compared."""

    outcome: Outcome
    compared: Compared
    audit: Audit
    used: Used | None = None
    """None where the processes are not ours to look at."""
    door_megabytes: Mapping[int, float] = field(default_factory=dict)
    pulled_seconds: float = 0.0
    """From the last answer until the steps had pulled everything."""

    @property
    def latencies(self) -> dict[str, float]:
        """Milliseconds from the intended start to the receipt."""
        return percentiles(self.outcome.times.answered_at_once())

    def complaints(self) -> list[str]:
        """One sentence for everything that is off; empty when nothing is."""
        found, tally = self._amiss(), self.outcome.tally
        spent = self.used.per_person(tally.accepted) if self.used else 0.0
        if self.is_full_size and spent > _MOST_CPU:
            found.append(f"{spent:.3f} ms of processor time a person, more than {_MOST_CPU}")
        return found

    @property
    def is_full_size(self) -> bool:
        """Whether the promised latency and processor time are about so many people."""
        return self.outcome.tally.offered >= FULL_SIZE

    def _amiss(self) -> list[str]:
        """What is off for people: everything but what it costs."""
        tally, found = self.outcome.tally, []
        for count, words in (
            (self.compared.lost, "acknowledged receipts have no row"),
            (self.compared.duplicated, "receipts, rows or people are there twice"),
            (self.audit.lost, "acknowledged receipts the auditor did not find"),
            (self.audit.violations, f"violations: {self.audit.first_offender}"),
            (tally.errors_5xx, "server errors (5xx)"),
            (tally.resets, "connections broke under a request"),
            (tally.offered - tally.accepted, "people were not accepted"),
        ):
            if count:
                found.append(f"{count:,} {words}")
        if (fattest := max(self.door_megabytes.values(), default=0.0)) >= MOST_MEGABYTES:
            found.append(f"a process of the front door held {fattest:.0f} MB")
        if self.is_full_size and (late := self.latencies["p99"]) > _MOST_P99:
            found.append(f"p99 is {late:,.0f} ms, more than {_MOST_P99:.0f}")
        return found

    @property
    def is_clean(self) -> bool:
        """Whether everybody was served as promised, whatever it cost."""
        return not self._amiss()

    def as_json(self) -> dict[str, Any]:
        """The published document; its keys are a promise to programs that read it."""
        outcome, tally, used = self.outcome, self.outcome.tally, self.used or Used()
        late = percentiles([1000 * seconds for seconds in outcome.times.late])
        return {
            "offered": tally.offered,
            "accepted": tally.accepted,
            "ticketed": tally.ticketed,
            "lost": self.compared.lost + self.audit.lost,
            "duplicated": self.compared.duplicated,
            "errors_5xx": tally.errors_5xx,
            "resets": tally.resets,
            "latency_ms": self.latencies,
            "cpu_ms_per_person": used.per_person(tally.accepted),
            "audit": {"violations": self.audit.violations, "invariants": self.audit.invariants},
            "refused": tally.refused,
            "unsettled": tally.unsettled,
            "paced": tally.paced,
            "polls": tally.polls,
            "unannounced": self.compared.unannounced,
            "seconds": round(outcome.seconds, 2),
            "pulled_seconds": round(self.pulled_seconds, 2),
            "cpu_seconds": {
                "door": round(used.door, 2), "database": round(used.database, 2),
                "house": round(used.house, 2), "worker": round(used.worker, 2),
                "generator": round(tally.cpu_seconds, 2),
            },
            "door_megabytes": sorted(round(each, 1) for each in self.door_megabytes.values()),
            "generator": {
                "connections": tally.connections, "late_ms": late, "statuses": tally.statuses,
            },
        }  # fmt: skip


def table(result: SurgeResult) -> Table:
    """The figures with what they are held against."""
    document, tally = result.as_json(), result.outcome.tally
    shown = Table(title=f"Surge of {tally.offered:,} people", title_justify="left")
    shown.add_column("figure")
    shown.add_column("measured", justify="right")
    shown.add_column("wanted")
    latency = document["latency_ms"]
    for name, value, wanted in (
        ("accepted", f"{tally.accepted:,}", f"all {tally.offered:,}"),
        ("given a ticket on the way", f"{tally.ticketed:,}", ""),
        ("lost", document["lost"], "0"),
        ("duplicated", document["duplicated"], "0"),
        ("server errors, broken connections", f"{tally.errors_5xx}, {tally.resets}", "0, 0"),
        ("p50 from the intended start", f"{latency['p50']:,.1f} ms", ""),
        ("p99", f"{latency['p99']:,.1f} ms", f"{_MOST_P99:.0f}, aim {_AIM_P99:.0f}"),
        ("p99.9, longest", f"{latency['p999']:,.1f}, {latency['max']:,.1f} ms", ""),
        ("CPU of door and database a person", f"{document['cpu_ms_per_person']:.3f} ms",
         f"{_MOST_CPU}, aim {_AIM_CPU}"),
        ("processes of the door", ", ".join(f"{mb:.0f} MB" for mb in document["door_megabytes"]),
         f"below {MOST_MEGABYTES:.0f} MB"),
        ("pulled by the steps after", f"{result.pulled_seconds:.1f} s", ""),
        ("generator late by itself, p99", f"{document['generator']['late_ms']['p99']:.1f} ms", ""),
        (f"violations of {result.audit.invariants} invariants", result.audit.violations, "0"),
    ):  # fmt: skip
        shown.add_row(name, str(value), wanted)
    return shown
