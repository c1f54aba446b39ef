"""What one generator process is given and what it brings back, as files."""

from __future__ import annotations

import json
from array import array
from collections.abc import Iterable, Iterator
from dataclasses import asdict, dataclass, field, fields
from pathlib import Path
from typing import Any, Self

READY = "ready"
"""What a process says when its connections stand and it waits for the start."""


@dataclass(frozen=True, slots=True)
class Errand:
    """One person's request: everything but the second try is prepared beforehand."""

    due: float
    """Intended start, in seconds after the common start."""
    key: str
    authorization: str
    """A bearer token, or an empty string."""
    body: str
    """A JSON object without its closing brace, so that a ticket can be added."""


@dataclass(frozen=True, slots=True)
class Sheet:
    """The errands of one process and how to run them."""

    host: str
    port: int
    path: str
    errands: str
    """The file of errands."""
    proofs: str
    """A file of further proofs, one a line, for those whose first was refused."""
    result: str
    """Where the result goes, with `.receipts` and `.times` beside it."""
    addresses: tuple[str, ...]
    """The loopback addresses that connections come from."""
    connections: int
    most_connections: int
    patience: float
    """Seconds after the last intended start after which everybody goes home."""
    core: int | None = None
    """The core to stay on."""
    seed: int = 0
    waits: bool = True
    """Whether people with tickets wait for their turn; else they go home with them."""
    of_their_own: bool = False
    """Whether everybody opens a connection when they come, from the next address, while they may;
    else they take one that is free, so that quick answers come to a few addresses."""

    def write(self, path: Path) -> None:
        """Put it into a file."""
        path.write_text(json.dumps(asdict(self)), encoding="utf-8")

    @classmethod
    def read(cls, path: Path) -> Self:
        """What `write` wrote."""
        document = json.loads(path.read_text(encoding="utf-8"))
        return cls(**document | {"addresses": tuple(document["addresses"])})


@dataclass(slots=True)
class Tally:
    """What one process saw. Sums of several are made with `add`."""

    offered: int = 0
    accepted: int = 0
    ticketed: int = 0
    """People who were given a ticket, whether or not they were accepted later."""
    holding: int = 0
    """People who hold a ticket at the end and no receipt."""
    unsettled: int = 0
    """People without receipt and without ticket at the end."""
    refused: int = 0
    """People whom the door refused for good (4xx)."""
    errors_5xx: int = 0
    resets: int = 0
    paced: int = 0
    """Answers that asked to come again later (429)."""
    unproven: int = 0
    """Answers that asked for a proof of work (428)."""
    polls: int = 0
    connections: int = 0
    cpu_seconds: float = 0.0
    """Of the generator itself, from the common start."""
    statuses: dict[str, int] = field(default_factory=dict)

    def add(self, other: Self) -> None:
        """Add what another process saw."""
        for each in fields(self):
            mine, theirs = getattr(self, each.name), getattr(other, each.name)
            if isinstance(mine, dict):
                for name, count in theirs.items():
                    mine[name] = mine.get(name, 0) + count
            else:
                setattr(self, each.name, mine + theirs)

    def as_json(self) -> dict[str, Any]:
        """Every count."""
        return asdict(self)


@dataclass(slots=True)
class Times:
    """Seconds by person, in the order of the intended starts; below zero where nothing happened."""

    due: array[float] = field(default_factory=lambda: array("d"))
    late: array[float] = field(default_factory=lambda: array("d"))
    """From the intended start to the sending: the generator's own lateness."""
    heard: array[float] = field(default_factory=lambda: array("d"))
    """To the first receipt or ticket."""
    accepted: array[float] = field(default_factory=lambda: array("d"))
    """To the receipt."""

    def write(self, path: Path) -> None:
        """Put them into a file: four columns of doubles, one after the other."""
        path.write_bytes(b"".join(getattr(self, each.name).tobytes() for each in fields(self)))

    @classmethod
    def read(cls, path: Path) -> Self:
        """What `write` wrote."""
        whole = array("d")
        whole.frombytes(path.read_bytes())
        part = len(whole) // len(fields(cls))
        return cls(*(whole[part * n : part * (n + 1)] for n in range(len(fields(cls)))))

    def add(self, other: Self) -> None:
        """Add the times of another process."""
        for each in fields(self):
            getattr(self, each.name).extend(getattr(other, each.name))

    def answered_at_once(self) -> list[float]:
        """Milliseconds to the receipt, of everybody who has one."""
        return [1000 * seconds for seconds in self.accepted if seconds >= 0]


def write_errands(path: Path, errands: Iterable[Errand]) -> None:
    """One line an errand; none of its texts holds a tab."""
    with path.open("w", encoding="ascii") as file:
        file.writelines(
            f"{each.due:.6f}\t{each.key}\t{each.authorization}\t{each.body}\n" for each in errands
        )


def read_errands(path: Path) -> Iterator[Errand]:
    """What `write_errands` wrote."""
    with path.open(encoding="ascii") as file:
        for line in file:
            due, key, authorization, body = line.rstrip("\n").split("\t")
            yield Errand(float(due), key, authorization, body)
