"""The generator as a whole: as many processes as needed, with one common start."""

import asyncio
import json
import os
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import urlsplit

from gelombang.rehearsal.surge.sheet import READY, Errand, Sheet, Tally, Times, write_errands
from gelombang.rehearsal.wire import loopback_addresses

HEAD_START = 0.5  # seconds from the word to the start, so that every process has heard it
READY_SECONDS = 120.0
END_SECONDS = 60.0


class GeneratorFailed(Exception):
    """A process of the generator broke; the text holds its last words."""


@dataclass(frozen=True, slots=True)
class Crew:
    """How the generator is made up."""

    processes: int = 1
    addresses: int = 4096
    connections: int = 4096
    """Open from the beginning, over all processes."""
    most_connections: int = 8_192
    patience: float = 120.0
    cores: tuple[int, ...] = ()
    """The cores that the processes are pinned to in turn; none: wherever there is room."""
    waits: bool = True
    of_their_own: bool = False
    """Whether everybody opens a connection when they come, from an address of their own."""


@dataclass(slots=True)
class Outcome:
    """What all processes saw together."""

    tally: Tally = field(default_factory=Tally)
    times: Times = field(default_factory=Times)
    receipts: list[tuple[str, str]] = field(default_factory=list)
    """Idempotency key and receipt of everybody who was accepted."""
    seconds: float = 0.0
    """From the common start to the last answer."""

    def add(self, result: Path) -> None:
        """Add the files that one process left."""
        self.tally.add(Tally(**json.loads(result.read_text(encoding="ascii"))))
        self.times.add(Times.read(result.with_suffix(".times")))
        lines = result.with_suffix(".receipts").read_text(encoding="ascii").splitlines()
        self.receipts += [
            (key, receipt) for key, _, receipt in (line.partition("\t") for line in lines)
        ]


def shards(errands: Sequence[Errand], count: int) -> list[Sequence[Errand]]:
    """The errands dealt out in turn, so that every process has the same curve."""
    return [errands[number::count] for number in range(count)]


@dataclass(slots=True)
class Generators:
    """Processes with open connections that wait for the start."""

    running: list[tuple[Sheet, subprocess.Popen[str]]]
    start: float = 0.0

    def begin(self) -> float:
        """Say the word; the start as an instant of the monotonic clock."""
        self.start = time.monotonic() + HEAD_START
        for _, process in self.running:
            if process.stdin is not None:
                process.stdin.write(f"{self.start!r}\n")
                process.stdin.flush()
        return self.start

    async def outcome(self, *, seconds: float) -> Outcome:
        """What they saw, at most `seconds` later. Raises GeneratorFailed."""
        outcome = Outcome()
        until = time.monotonic() + seconds
        for sheet, process in self.running:
            await asyncio.to_thread(_end, sheet, process, until)
            outcome.add(Path(sheet.result))
        outcome.seconds = time.monotonic() - self.start
        return outcome


@contextmanager
def generators(
    url: str, path: str, errands: Sequence[Errand], *, crew: Crew, scratch: Path, seed: int = 0,
    proofs: Sequence[str] = (),
) -> Iterator[Generators]:  # fmt: skip
    """Start the processes and return when all of their connections stand."""
    running: list[tuple[Sheet, subprocess.Popen[str]]] = []
    try:
        for number, part in enumerate(shards(errands, crew.processes)):
            sheet = _sheet(url, path, number, crew=crew, scratch=scratch, seed=seed)
            write_errands(Path(sheet.errands), part)
            Path(sheet.proofs).write_text("\n".join(proofs[number :: crew.processes]), "ascii")
            file = scratch / f"sheet-{number}.json"
            sheet.write(file)
            running.append((sheet, _started(file, sheet)))
        for sheet, process in running:
            _wait_until_ready(sheet, process)
        yield Generators(running)
    finally:
        for _, process in running:
            process.kill()
            process.communicate()


def _started(file: Path, sheet: Sheet) -> subprocess.Popen[str]:
    with _words_of(sheet).open("w", encoding="utf-8") as words:
        return subprocess.Popen(
            [sys.executable, "-m", "gelombang.rehearsal.surge", str(file)],
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, stderr=words,
            env=dict(os.environ),
        )  # fmt: skip


def _words_of(sheet: Sheet) -> Path:
    return Path(sheet.result).with_suffix(".errors")


def _sheet(url: str, path: str, number: int, *, crew: Crew, scratch: Path, seed: int) -> Sheet:
    parts = urlsplit(url)
    count = crew.processes
    return Sheet(
        host=parts.hostname or "127.0.0.1", port=parts.port or 80, path=path,
        errands=str(scratch / f"errands-{number}.tsv"),
        proofs=str(scratch / f"proofs-{number}.txt"),
        result=str(scratch / f"result-{number}.json"),
        addresses=loopback_addresses(crew.addresses)[number::count] or ("127.0.0.1",),
        connections=max(1, crew.connections // count),
        most_connections=max(1, crew.most_connections // count),
        patience=crew.patience,
        core=crew.cores[number % len(crew.cores)] if crew.cores else None,
        seed=seed * 1000 + number,
        waits=crew.waits,
        of_their_own=crew.of_their_own,
    )  # fmt: skip


def _wait_until_ready(sheet: Sheet, process: subprocess.Popen[str]) -> None:
    words = process.stdout.readline() if process.stdout is not None else ""
    if words.strip() != READY:
        raise GeneratorFailed(f"the generator did not get ready: {_last_words(sheet)}")


def _last_words(sheet: Sheet) -> str:
    return _words_of(sheet).read_text(encoding="utf-8", errors="replace").strip()[-300:]


def _end(sheet: Sheet, process: subprocess.Popen[str], until: float) -> None:
    try:
        status = process.wait(max(END_SECONDS, until - time.monotonic()))
    except subprocess.TimeoutExpired:
        raise GeneratorFailed("a process of the generator did not come to its end") from None
    if status != 0:
        raise GeneratorFailed(f"the generator ended with status {status}: {_last_words(sheet)}")
