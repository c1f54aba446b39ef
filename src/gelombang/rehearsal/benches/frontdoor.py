"""Rounds of three paths into the same table, taken in turn; medians and spread of each."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from statistics import median
from typing import Any

from rich.table import Table

DOOR, CEILING, VIEW = "frontdoor", "pgbench", "django_orm"
PATHS = (DOOR, CEILING, VIEW)
FLOORS = {CEILING: 0.70, VIEW: 20.0}  # of the front door ÷ these, on the fresh table
HELD_FLOOR = 0.80  # of the full table ÷ the fresh one
FULL_SECONDS, FULL_ROUNDS = 5, 3
"""A shorter run only informs: its first seconds and one slow moment decide it."""
NAMES = {
    DOOR: "front door, every check, RSGI",
    CEILING: "pgbench, row by row",
    VIEW: "Django view, ORM",
}


@dataclass(slots=True)
class Rounds:
    """Registrations a second by path, on a table of one size."""

    rows: int
    rates: dict[str, list[float]] = field(default_factory=lambda: {path: [] for path in PATHS})
    refused: int = 0
    lost: int = 0

    @property
    def suffix(self) -> str:
        """What the names of the figures end with: nothing for a fresh table."""
        millions = f"{self.rows / 1_000_000:g}".replace(".", "_")
        return f"_at_{millions}m" if self.rows else ""

    def of(self, path: str) -> float:
        """The median of a path; 0 when it was never measured."""
        return median(self.rates[path]) if self.rates[path] else 0.0

    def spread(self, path: str) -> float:
        """Highest less lowest, as a share of the median."""
        rates = self.rates[path]
        return (max(rates) - min(rates)) / self.of(path) if self.of(path) else 0.0

    def over(self, path: str) -> float:
        """How many times as fast the front door is; round by round, since machines drift."""
        pairs = zip(self.rates[DOOR], self.rates[path], strict=True)
        ratios = [own / other for own, other in pairs if other]
        return median(ratios) if ratios else 0.0

    def as_json(self) -> dict[str, float]:
        """The promised figures of this table."""
        figures = {f"{path}_per_second{self.suffix}": round(self.of(path), 1) for path in PATHS}
        for path in (CEILING, VIEW):
            figures[f"frontdoor_over_{path}{self.suffix}"] = round(self.over(path), 3)
        return figures


def take_turns(
    rounds: Rounds, count: int, measure: Mapping[str, Callable[[], float]],
    before: Callable[[], None],
) -> None:  # fmt: skip
    """Measure every path `count` times, each round beginning with another one."""
    for number in range(count):
        first = number % len(PATHS)
        for path in (*PATHS[first:], *PATHS[:first]):
            before()
            rounds.rates[path].append(measure[path]())


def complaints(tables: Sequence[Rounds], *, seconds: int, rounds: int) -> list[str]:
    """One sentence for every ratio of a run of full length that is below its floor."""
    if seconds < FULL_SECONDS or rounds < FULL_ROUNDS:
        return []
    fresh, *fuller = tables
    ratios = [
        (f"front door ÷ {NAMES[path]}", fresh.over(path), floor) for path, floor in FLOORS.items()
    ]
    for each in fuller:
        held = each.of(DOOR) / (fresh.of(DOOR) or 1.0)
        ratios.append((f"front door with {each.rows:,} registrations ÷ fresh", held, HELD_FLOOR))
    return [
        f"{name} is {ratio:.2f}, below the floor of {floor:g}"
        for name, ratio, floor in ratios
        if ratio < floor
    ]


def document(tables: Sequence[Rounds]) -> dict[str, Any]:
    """Every figure, and each round of it."""
    found: dict[str, Any] = {}
    for rounds in tables:
        found |= rounds.as_json()
    fresh = tables[0].of(DOOR)
    for rounds in tables[1:]:
        held = rounds.of(DOOR) / fresh if fresh else 0.0
        found[f"frontdoor{rounds.suffix}_over_fresh"] = round(held, 3)
    found["rounds"] = {
        f"{rounds.rows}": {path: [round(rate, 1) for rate in rounds.rates[path]] for path in PATHS}
        for rounds in tables
    }
    found["refused"] = sum(rounds.refused for rounds in tables)
    found["lost"] = sum(rounds.lost for rounds in tables)
    return found


def table(tables: Sequence[Rounds], *, title: str) -> Table:
    """The same for people."""
    shown = Table(title=title, title_justify="left")
    for name in ("path", "registrations before", "a second", "spread", "door ÷ this"):
        shown.add_column(name, justify="left" if name == "path" else "right")
    for rounds in tables:
        for path in PATHS:
            shown.add_row(
                NAMES[path], f"{rounds.rows:,}", f"{rounds.of(path):,.0f}",
                f"{rounds.spread(path):.0%}", f"{rounds.over(path):.2f}",
            )  # fmt: skip
    return shown
