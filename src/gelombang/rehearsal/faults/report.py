"""What a fault did: figures for people and programs, and one sentence for everything off."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field
from typing import Any

from rich.table import Table

PAUSED_WITHIN, RECOVERED_WITHIN = 1.0, 15.0  # seconds that are promised
_HEADINGS = ("paused, s", "works, s", "longest, s", "receipts", "missing, twice", "violations",
             "5xx, broken")  # fmt: skip


@dataclass(frozen=True, slots=True)
class Wanted:
    """What a fault must and may do."""

    pause: bool = True
    """People must hear "paused"."""
    pause_within: float = PAUSED_WITHIN
    """Seconds; longer where only the silence of something tells that it stands still."""
    answer_within: float | None = None
    """Seconds that anybody may wait for any answer; None where a load of thousands decides it."""
    breaks: bool = False
    """Connections may break: their process was killed. Their people try again."""


@dataclass(frozen=True, slots=True)
class Figures:
    """One fault. Seconds are real."""

    name: str
    wanted: Wanted
    offered: int
    """People of the load; the probe's come on top."""
    acknowledged: int
    """Receipts that were given while it went on, to load and probe."""
    paused_after: float | None
    """From the fault to the first "paused"; None when nobody heard it."""
    recovered_after: float | None
    """From the end of the cause (a kill ends at once) until it works again; None: it never did."""
    longest_wait: float
    """The longest that the probe waited for any answer."""
    missing: int
    duplicated: int
    violations: int
    errors_5xx: int
    broken: int
    """Connections that broke under a request, or could not be opened."""
    unsettled: int
    """People without a receipt at the end."""
    not_live: int
    """Answers other than 200 of pages that stand in memory."""
    first_offender: str = ""
    notes: Mapping[str, float] = field(default_factory=dict)
    unexpected: tuple[str, ...] = ()
    """What the fault itself found off."""

    def complaints(self) -> list[str]:
        """One sentence for everything that is off, on however slow a machine."""
        found = [
            f"{self.name}: {count:,} {words}"
            for count, words in (
                (self.missing, "acknowledged receipts have no row"),
                (self.duplicated, "receipts, rows or people are there twice"),
                (self.violations, f"violations: {self.first_offender}"),
                (self.errors_5xx, "server errors (5xx)"),
                (self.unsettled, "people have no receipt"),
                (self.not_live, "times a page that always stands did not"),
                (0 if self.wanted.breaks else self.broken, "connections broke under a request"),
            )
            if count
        ]
        if self.wanted.pause and self.paused_after is None:
            found.append(f"{self.name}: nobody heard that it is paused")
        if self.recovered_after is None:
            found.append(f"{self.name}: it did not recover by itself")
        return [*found, *self.unexpected]

    def late(self) -> list[str]:
        """What took longer than is promised; a loaded machine is late without being wrong."""
        found = []
        if self.wanted.pause and (self.paused_after or 0.0) > self.wanted.pause_within:
            found.append(f"{self.name}: paused only after {self.paused_after:.1f} s")
        if (self.recovered_after or 0.0) > RECOVERED_WITHIN:
            found.append(f"{self.name}: recovered only after {self.recovered_after:.1f} s")
        most = self.wanted.answer_within
        if most is not None and self.longest_wait > most:
            found.append(f"{self.name}: somebody waited {self.longest_wait:.1f} s for an answer")
        return found

    def as_json(self) -> dict[str, Any]:
        """Every figure, rounded to milliseconds."""
        document = asdict(self)
        del document["wanted"]
        return {name: _rounded(value) for name, value in document.items()} | {
            "notes": {name: _rounded(value) for name, value in self.notes.items()}
        }


def table(played: Sequence[Figures]) -> Table:
    """One line a fault."""
    shown = Table(title="Faults while people register", title_justify="left")
    shown.add_column("fault", no_wrap=True)
    for heading in _HEADINGS:
        shown.add_column(heading, justify="right")
    for each in played:
        shown.add_row(
            each.name,
            _seconds(each.paused_after),
            _seconds(each.recovered_after),
            _seconds(each.longest_wait),
            f"{each.acknowledged:,}",
            f"{each.missing}, {each.duplicated}",
            str(each.violations),
            f"{each.errors_5xx}, {each.broken}",
        )
    return shown


def _seconds(value: float | None) -> str:
    return "–" if value is None else f"{value:.2f}"


def _rounded(value: Any) -> Any:
    return round(value, 3) if isinstance(value, float) else value
