"""`gelombang claims import`: people whom an earlier programme served may not be served again."""

from __future__ import annotations

import getpass
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from hashlib import sha256
from itertools import islice
from pathlib import Path
from typing import Annotated

import typer

from gelombang.cli.say import console, warn
from gelombang.kit import clock
from gelombang.kit.errors import HindranceError, Refusal
from gelombang.kit.indexing import blind_index
from gelombang.kit.nik import parse_nik
from gelombang.kit.sealing import Keyring

app = typer.Typer(help="The once-in-a-lifetime claims.", no_args_is_help=True)

BATCH = 5_000
HEADER = "nik"
SHOWN = 20  # problems that are listed one by one
LONGEST_LINE = 100


@app.callback()
def claims() -> None:
    """The once-in-a-lifetime claims."""


class ServedListError(HindranceError):
    """The list cannot be read at all; the text says why."""


@dataclass(frozen=True, slots=True)
class Problem:
    """A line that holds no NIK, named without what it holds."""

    line: int
    code: str


@dataclass(frozen=True, slots=True)
class Imported:
    """What became of a list."""

    held: int
    refused: int
    problems: tuple[Problem, ...]


@app.command("import")
def import_list(
    file: Annotated[Path, typer.Argument(help="one NIK a line; a first line `nik` is skipped")],
    reason: Annotated[str, typer.Option(help="which programme served them; goes to the audit")],
) -> None:
    """Record people who were already served, so that no wave serves them again.

    Only the keyed index of each NIK is kept. Importing the same file again changes nothing.
    """
    from gelombang.cli.database import set_up_django
    from gelombang.settings.environment import load

    set_up_django()
    imported = import_served(
        read_list(file), keyring=load().keyring, reason=reason, actor=f"cli:{getpass.getuser()}"
    )
    console.print(
        f"{imported.held} people are recorded as served; {imported.refused} lines name somebody "
        f"who is recorded already; {len(imported.problems)} lines hold no NIK"
    )
    for problem in imported.problems[:SHOWN]:
        warn(f"line {problem.line}: {problem.code}")
    if imported.problems:
        raise typer.Exit(1)


def read_list(file: Path) -> bytes:
    """The bytes of the list. Raises ServedListError where there is nothing to import."""
    try:
        content = file.read_bytes()
        content.decode("utf-8-sig")
    except OSError as problem:
        raise ServedListError(f"{file} cannot be read: {problem.strerror}") from problem
    except UnicodeDecodeError as problem:
        raise ServedListError(f"{file} is not a text file in UTF-8") from problem
    if not any(_lines(content)):
        raise ServedListError(f"{file} is empty: write one NIK a line")
    return content


def import_served(content: bytes, *, keyring: Keyring, reason: str, actor: str) -> Imported:
    """Import a list in bounded batches, each one transaction.

    A batch that was committed before a crash is recognised when the list is imported again.
    """
    from gelombang.records.people import actions

    source = f"import:{sha256(content).hexdigest()}"
    problems: list[Problem] = []
    held = refused = 0
    lines = _claims(content, keyring=keyring, source=source, problems=problems)
    while batch := list(islice(lines, BATCH)):
        outcome = actions.import_served(
            claims=batch,
            keyring=keyring,
            reason=reason,
            actor=actor,
            now=clock.now(),
            real_now=clock.real_now(),
        )
        held += len(outcome.held)
        refused += len(outcome.refused)
    return Imported(held=held, refused=refused, problems=tuple(problems))


def _claims(
    content: bytes, *, keyring: Keyring, source: str, problems: list[Problem]
) -> Iterator[tuple[bytes, str]]:
    """(lifetime index, basis) of each line; what holds no NIK goes to `problems`."""
    for number, text in _lines(content):
        try:
            nik, _ = parse_nik(text[:LONGEST_LINE])
        except Refusal as refusal:
            problems.append(Problem(line=number, code=refusal.code))
        else:
            yield blind_index(keyring, nik, purpose="lifetime"), f"{source}:{number}"


def _lines(content: bytes) -> Iterable[tuple[int, str]]:
    """Numbered lines that are not empty, without the header."""
    text = content.decode("utf-8-sig")
    for number, line in enumerate(text.splitlines(), start=1):
        plain = line.strip().strip('"')
        if plain and not (number == 1 and plain.casefold() == HEADER):
            yield number, plain
