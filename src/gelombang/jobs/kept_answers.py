"""Usable answers on disk from their arrival until the database has them.

A process that is killed between an answer and its record would ask the partner a second time. Its
answers lie in files that it holds locked; whoever finds one that nobody holds any more records what
is in it. Only numbers, verdicts and codes are kept, nothing that a person stated. A machine that is
lost loses them, too: then the lease runs out and the question is asked again.
"""

from __future__ import annotations

import fcntl
import json
import os
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any, Self
from uuid import uuid4

from gelombang.journey.verification.rules import (
    LEASE,
    Answer,
    CheckKind,
    Fact,
    NoFact,
    Unknown,
)

if TYPE_CHECKING:
    from gelombang.settings.environment import Environment

SEGMENT_SECONDS = 0.5  # one file takes the answers of so long
ADOPT_SECONDS = 1.0  # so often files of dead processes are looked for
ENOUGH = 600  # answers of the dead; further files wait for the next round
_SUFFIX = ".answers"


@dataclass
class KeptAnswers:
    """The files of one line of this process, and those that dead processes left."""

    directory: Path
    kind: str
    _open: _Segment | None = None
    _closed: list[_Segment] = field(default_factory=list)
    _turned: int = 0  # files that were closed, ever
    _looked_at: float = 0.0

    @classmethod
    def of(cls, environment: Environment, kind: CheckKind) -> Self:
        """The files of a line, in the data directory."""
        return cls(environment.data_dir / "answers", kind.value)

    def keep(self, answers: Sequence[Answer]) -> None:
        """Write the usable ones down, before anybody is told of them."""
        lines = b"".join(_line(each) for each in answers if not isinstance(each.outcome, Unknown))
        if not lines:
            return
        if self._open is None:
            self._open = _Segment.make(self.directory, self.kind)
        os.write(self._open.file, lines)

    def turn(self) -> int:
        """Close the present file after a while; how many were closed, ever."""
        if self._open and time.monotonic() - self._open.made_at >= SEGMENT_SECONDS:
            self._closed.append(self._open)
            self._open = None
            self._turned += 1
        return self._turned

    def forget(self, turned: int | None = None) -> None:
        """The database has everything of the first `turned` files (all closed ones without it)."""
        known = self._turned if turned is None else turned
        while self._closed and self._turned - len(self._closed) < known:
            self._closed.pop(0).remove()

    @contextmanager
    def of_the_dead(self) -> Iterator[list[Answer]]:
        """Answers of processes that ended before they recorded them, gone after the block.

        Those of before the longest lease are of no use: their questions are asked again already.
        Some at a time: whoever records them has questions to ask.
        """
        if time.monotonic() - self._looked_at < ADOPT_SECONDS:
            yield []
            return
        self._looked_at = time.monotonic()
        found: list[_Segment] = []
        answers: list[Answer] = []
        try:
            for path in self._others():
                if len(answers) >= ENOUGH:
                    break
                if (each := _Segment.take(path)) is not None:
                    found.append(each)
                    answers += each.read() if each.age() < LEASE.total_seconds() else []
            if len(answers) >= ENOUGH:
                self._looked_at = float("-inf")
            yield answers
            for each in found:
                each.remove()
        finally:
            for each in found:
                each.close()

    def close(self) -> None:
        """Let go of the files: what is in them is for others to record."""
        for segment in (*self._closed, *((self._open,) if self._open else ())):
            segment.close()
        self._closed, self._open = [], None

    def _others(self) -> list[Path]:
        return sorted(self.directory.glob(f"{self.kind}.*{_SUFFIX}"))


@dataclass
class _Segment:
    """One file, held locked by this process."""

    path: Path
    file: int
    made_at: float = field(default_factory=time.monotonic)

    @classmethod
    def make(cls, directory: Path, kind: str) -> Self:
        """A new one; it gets its name once it is locked, so that nobody takes it too early."""
        directory.mkdir(parents=True, exist_ok=True)
        path = directory / f"{kind}.{uuid4().hex}{_SUFFIX}"
        file = os.open(path.with_suffix(".new"), os.O_CREAT | os.O_EXCL | os.O_RDWR, 0o600)
        fcntl.flock(file, fcntl.LOCK_EX)
        path.with_suffix(".new").rename(path)
        return cls(path, file)

    @classmethod
    def take(cls, path: Path) -> Self | None:
        """One that nobody holds; None where its process lives or somebody else was first."""
        try:
            file = os.open(path, os.O_RDWR)
        except FileNotFoundError:
            return None
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            os.close(file)
            return None
        return cls(path, file)

    def read(self) -> list[Answer]:
        """Its answers; a line that its process did not finish is none."""
        os.lseek(self.file, 0, os.SEEK_SET)
        with os.fdopen(os.dup(self.file), "rb") as file:
            return [_answer(json.loads(line)) for line in file if line.endswith(b"\n")]

    def age(self) -> float:
        """Seconds since its latest answer."""
        return time.time() - os.fstat(self.file).st_mtime

    def remove(self) -> None:
        """Take it away."""
        self.path.unlink(missing_ok=True)
        self.close()

    def close(self) -> None:
        """Let go of it. May be repeated."""
        if self.file >= 0:
            os.close(self.file)
            self.file = -1


def _line(answer: Answer) -> bytes:
    outcome = answer.outcome
    said: dict[str, Any] = {
        "check": answer.check_id,
        "attempt": answer.attempt,
        "holds": isinstance(outcome, Fact),
        "code": "" if isinstance(outcome, Unknown) else outcome.code,
        "elements": outcome.elements if isinstance(outcome, NoFact) else (),
        "sha256": answer.answer_sha256,
        "as_of": answer.as_of.isoformat() if answer.as_of else None,
    }
    return json.dumps(said).encode() + b"\n"


def _answer(said: dict[str, Any]) -> Answer:
    code = said["code"]
    outcome = Fact(code) if said["holds"] else NoFact(code, tuple(said["elements"]))
    as_of = datetime.fromisoformat(said["as_of"]) if said["as_of"] else None
    return Answer(said["check"], said["attempt"], outcome, said["sha256"], as_of)
