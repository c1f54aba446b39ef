"""Telling people how far a rehearsal is: bars on a terminal, lines in a log."""

import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Protocol, Self

from rich.console import Console
from rich.progress import (
    BarColumn,
    MofNCompleteColumn,
    Progress,
    SpinnerColumn,
    TextColumn,
    TimeElapsedColumn,
)

_LINE_EVERY_SECONDS = 3.0


class Teller(Protocol):
    """Receives what happens."""

    seconds: dict[str, float]
    """How long each ended phase took."""

    def begin(self, phase: str, total: int | None) -> None:
        """A phase begins; `total` steps are expected, None where nobody knows."""
        ...

    def step(self, count: int = 1) -> None:
        """Some steps of the present phase are done."""
        ...

    def note(self, words: str) -> None:
        """What is going on within the phase."""
        ...

    def end(self) -> None:
        """The present phase is over."""
        ...


@contextmanager
def phase(teller: Teller, name: str, total: int | None = None) -> Iterator[None]:
    """One phase: told from its begin to its end, and timed."""
    begun = time.perf_counter()
    teller.begin(name, total)
    try:
        yield
    finally:
        teller.seconds[name] = teller.seconds.get(name, 0.0) + time.perf_counter() - begun
        teller.end()


class BarTeller:
    """One progress bar a phase. Enter it like a file."""

    def __init__(self, console: Console) -> None:
        self.seconds: dict[str, float] = {}
        self._bars = Progress(
            SpinnerColumn(), TextColumn("{task.description:<22}"), BarColumn(bar_width=30),
            MofNCompleteColumn(), TimeElapsedColumn(), TextColumn("{task.fields[words]}"),
            console=console,
        )  # fmt: skip
        self._present: int | None = None

    def __enter__(self) -> Self:
        self._bars.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._bars.stop()

    def begin(self, phase: str, total: int | None) -> None:
        """A new bar."""
        name = phase.replace("_", " ")
        self._present = self._bars.add_task(name, total=total, words="")

    def step(self, count: int = 1) -> None:
        """Move the bar."""
        if self._present is not None:
            self._bars.advance(self._bars.task_ids[self._present], count)

    def note(self, words: str) -> None:
        """Words beside the bar."""
        if self._present is not None:
            self._bars.update(self._bars.task_ids[self._present], words=words)

    def end(self) -> None:
        """The bar is full."""
        if self._present is None:
            return
        task = self._bars.tasks[self._present]
        total = task.total if task.total is not None else max(task.completed, 1)
        self._bars.update(task.id, total=total, completed=total, words="")


class LineTeller:
    """Plain lines, at most one in three seconds, for the log of a background process."""

    def __init__(self, console: Console) -> None:
        self.seconds: dict[str, float] = {}
        self._console = console
        self._phase = ""
        self._total: int | None = None
        self._done = 0
        self._told_at = 0.0

    def begin(self, phase: str, total: int | None) -> None:
        """Name the phase."""
        self._phase, self._total, self._done = phase.replace("_", " "), total, 0
        self._say("…")

    def step(self, count: int = 1) -> None:
        """Tell a percentage now and then."""
        self._done += count
        if self._total and time.monotonic() - self._told_at > _LINE_EVERY_SECONDS:
            self._say(f"{100 * self._done // self._total} %")

    def note(self, words: str) -> None:
        """Tell now and then."""
        if words and time.monotonic() - self._told_at > _LINE_EVERY_SECONDS:
            self._say(words)

    def end(self) -> None:
        """Nothing to add: the next phase follows."""

    def _say(self, words: str) -> None:
        self._told_at = time.monotonic()
        self._console.print(f"{self._phase}: {words}", highlight=False)
