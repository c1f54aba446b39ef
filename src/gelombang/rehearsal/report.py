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
class Money:
    """What became of the winners' benefits in the months after the draw; rupiah."""

    paid_idr: Pair
    """Cash that reached recipients."""
    training_idr: Pair
    """Earned by providers with completed courses."""
    lapsed: Pair
    """Awards whose people never bought; their places stay empty."""
    unknown_left: int
    """Payouts of which nobody knows what became of them."""

    def pairs(self) -> dict[str, Pair]:
        """Every comparison by name."""
        return {"paid_idr": self.paid_idr, "training_idr": self.training_idr, "lapsed": self.lapsed}

    def as_json(self) -> dict[str, Any]:
        """The keys that a rehearsal adds when it goes on after the draw."""
        return {
            "paid_idr": self.paid_idr.as_json(),
            "training_idr": self.training_idr.as_json(),
            "lapsed": self.lapsed.actual,
            "unknown_left": self.unknown_left,
        }


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
    money: Money | None = None
    """None where the rehearsal ended with the draw."""

    def pairs(self) -> dict[str, Pair]:
        """Every comparison by name."""
        wave = {"entries": self.entries, "eligible": self.eligible, "winners": self.winners}
        money = self.money.pairs() if self.money else {}
        return {**self.funnel, **wave, **self.comparisons, **money}

    @property
    def is_clean(self) -> bool:
        """Whether nothing at all is off."""
        unknown = self.money.unknown_left if self.money else 0
        nothing_off = not (
            self.lost or self.duplicated or self.errors_5xx or self.complaints or unknown
        )
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
            **(self.money.as_json() if self.money else {}),
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
    unknown = {"payouts left unknown": result.money.unknown_left} if result.money else {}
    return {
        "receipts lost": result.lost,
        "receipts or people duplicated": result.duplicated,
        "server errors (5xx)": result.errors_5xx,
        f"violations of {result.audit['invariants']} invariants": result.audit["violations"],
        **unknown,
    }
