"""What a rehearsal found: one frozen result, its JSON for programs, its table for people."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from rich.table import Table

FUNNEL = ("registered", "email_verified", "nik_verified", "joined")


@dataclass(frozen=True, slots=True)
class Pair:
    """What should have come out and what did."""

    expected: int
    actual: int

    @property
    def is_right(self) -> bool:
        """Whether they are the same."""
        return self.expected == self.actual

    def as_json(self) -> dict[str, int]:
        """Both figures."""
        return {"expected": self.expected, "actual": self.actual}


@dataclass(frozen=True, slots=True)
class Result:
    """Everything that a launch-day rehearsal measured and compared."""

    funnel: Mapping[str, Pair]
    entries: Pair
    eligible: Pair
    winners: Pair
    comparisons: Mapping[str, Pair]
    """Further figures that must agree: refusals by rule, cells, results told, receipts."""
    complaints: tuple[str, ...]
    """Sentences about whatever else is off; empty when nothing is."""
    latency_ms: Mapping[str, float]
    step_latencies: Mapping[str, Mapping[str, float]]
    lost: int
    duplicated: int
    errors_5xx: int
    resets: int
    phases: Mapping[str, float]
    seconds: float
    audit: Mapping[str, int]

    def pairs(self) -> dict[str, Pair]:
        """Every comparison by name."""
        wave = {"entries": self.entries, "eligible": self.eligible, "winners": self.winners}
        return {**self.funnel, **wave, **self.comparisons}

    @property
    def is_clean(self) -> bool:
        """Whether nothing at all is off."""
        nothing_off = not (self.lost or self.duplicated or self.errors_5xx or self.complaints)
        return (
            nothing_off
            and self.audit["violations"] == 0
            and self.audit["invariants"] > 0
            and all(pair.is_right for pair in self.pairs().values())
        )

    def as_json(self) -> dict[str, Any]:
        """The published document; its keys are a promise to programs that read it."""
        return {
            "funnel": {name: self.funnel[name].as_json() for name in FUNNEL},
            "entries": self.entries.actual,
            "eligible": self.eligible.as_json(),
            "winners": self.winners.actual,
            "latency_ms": dict(self.latency_ms),
            "lost": self.lost,
            "duplicated": self.duplicated,
            "errors_5xx": self.errors_5xx,
            "phases": {name: round(seconds, 2) for name, seconds in self.phases.items()},
            "seconds": round(self.seconds, 2),
            "audit": dict(self.audit),
        }


def comparison_table(result: Result) -> Table:
    """Expected against actual, line by line."""
    table = Table(title="Launch day", title_justify="left")
    for name in ("figure", "expected", "actual", ""):
        table.add_column(name, justify="left" if name in {"figure", ""} else "right")
    for name, pair in result.pairs().items():
        mark = "[green]ok[/]" if pair.is_right else "[bold red]OFF[/]"
        table.add_row(name.replace("_", " "), f"{pair.expected:,}", f"{pair.actual:,}", mark)
    for name, count in _must_be_zero(result).items():
        mark = "[green]ok[/]" if count == 0 else "[bold red]OFF[/]"
        table.add_row(name, "0", f"{count:,}", mark)
    return table


def latency_table(result: Result) -> Table:
    """Latencies in milliseconds: the peak minute, and every step for orientation."""
    table = Table(title="Latency in ms", title_justify="left")
    for name in ("step", "p50", "p99", "p99.9", "max"):
        table.add_column(name, justify="left" if name == "step" else "right")
    rows = {"peak minute, from intended start": result.latency_ms, **result.step_latencies}
    for step, values in rows.items():
        table.add_row(step, *(f"{values[key]:,.1f}" for key in ("p50", "p99", "p999", "max")))
    return table


def phase_table(result: Result) -> Table:
    """Where the time went."""
    table = Table(title=f"{result.seconds:,.0f} seconds", title_justify="left")
    table.add_column("phase")
    table.add_column("s", justify="right")
    for name, seconds in result.phases.items():
        table.add_row(name.replace("_", " "), f"{seconds:,.1f}")
    return table


def _must_be_zero(result: Result) -> dict[str, int]:
    return {
        "receipts lost": result.lost,
        "receipts or people duplicated": result.duplicated,
        "server errors (5xx)": result.errors_5xx,
        f"violations of {result.audit['invariants']} invariants": result.audit["violations"],
    }
