"""`gelombang keys`: which keys are in use, and moving to new ones while the programme runs."""

from __future__ import annotations

import getpass
import time
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Annotated, Any

import typer
from rich.progress import Progress
from rich.table import Table

from gelombang.cli.say import console, warn
from gelombang.kit import clock
from gelombang.kit.errors import HindranceError
from gelombang.kit.indexing import END, FIRST, chain_ids

if TYPE_CHECKING:
    from gelombang.kit.sealing import Keyring
    from gelombang.records.keys.columns import KeyedTable
    from gelombang.records.keys.queries import KeyCount

app = typer.Typer(help="Sealing and index keys, and their rotation.", no_args_is_help=True)

BATCH = 2_000
GRACE_SECONDS = 15.0
"""How long it is tried to catch what running processes still write with an old key: front doors
look once a second which index key is settled."""
PATIENCE_SECONDS = 300.0
PAUSE_SECONDS = 0.1  # others get in between two steps that were refused

Tick = Callable[[float], None]


class RotationUnfinishedError(HindranceError):
    """Values still name an old key; the text says which and why that may be."""


@dataclass(frozen=True, slots=True)
class Done:
    """What a rotation wrote."""

    values: int
    seconds: float

    @property
    def rate(self) -> float:
        """Rows, or indexes, a second of real time."""
        return self.values / max(self.seconds, 1e-9)


@app.command()
def show() -> None:
    """The ids of the keys in the ring, which are current, and how far the indexes are."""
    keyring = _keyring()
    from gelombang.records.keys import queries

    frontier = queries.frontier()
    console.print(f"sealing keys {_list(keyring.sealing)}; current is {keyring.sealing_current}")
    console.print(
        f"index keys   {_list(keyring.index)}; settled is {_named(keyring, frontier.settled)}"
    )
    if frontier.coming != frontier.settled:
        share = 100 * frontier.reached / END
        coming = _named(keyring, frontier.coming)
        console.print(f"             {share:.1f} % of the indexes have moved to key {coming}")
    console.print(f"token keys   {_list(keyring.tokens)}; current is {keyring.tokens_current}")


@app.command()
def check() -> None:
    """Count the values of every column by key, and say which sealing keys may be dropped.

    Status 1 when a value names a key that is not in the ring.
    """
    keyring = _keyring()
    from gelombang.records.keys import queries

    found = queries.counts()
    table = Table("table", "column", "key", "values")
    for each in found:
        table.add_row(each.table, each.column, _shown(each, keyring), f"{each.values:,}")
    console.print(table if table.row_count else "No value is sealed or indexed yet.")
    _say_what_may_go(found, keyring)
    strange = [each for each in found if not _is_known(each, keyring)]
    for each in strange:
        warn(f"{each.table}.{each.column}: {each.values:,} values of a key that is not here")
    if strange:
        raise typer.Exit(1)


@app.command()
def rotate(
    *,
    sealing: Annotated[bool, typer.Option("--sealing", help="only re-seal values")] = False,
    index: Annotated[bool, typer.Option("--index", help="only move indexes")] = False,
    batch: Annotated[int, typer.Option(help="values that one transaction takes", min=1)] = BATCH,
) -> None:
    """Re-seal every value with the last sealing key, and move every index to the last index key.

    Everything runs on meanwhile. Killed at any moment, it goes on where it was. Start all processes
    with the new keys first.
    """
    keyring, both = _keyring(), sealing == index
    with Progress(console=console) as bar:
        if sealing or both:
            task = bar.add_task("sealed values", total=None)
            done = reseal_all(
                keyring,
                batch=batch,
                started=lambda total: bar.update(task, total=total),
                tick=lambda count: bar.advance(task, count),
            )
            _tell(bar, f"{done.values:,} rows re-sealed in {done.seconds:.1f} s", done)
        if index or both:
            task = bar.add_task("indexes", total=1.0)
            done = wrap_all(
                keyring, batch=batch, tick=lambda part: bar.update(task, completed=part)
            )
            _tell(bar, f"{done.values:,} indexes moved in {done.seconds:.1f} s", done)


def reseal_all(
    keyring: Keyring,
    *,
    batch: int,
    started: Callable[[int], None] = lambda _: None,
    tick: Tick = lambda _: None,
    grace: float = GRACE_SECONDS,
) -> Done:
    """Re-seal until no value names another key than the current one.

    Raises RotationUnfinishedError when some always do, and SealBroken for one that no key opens.
    """
    from gelombang.records.keys import actions
    from gelombang.records.keys.columns import keyed_tables

    began, left = time.monotonic(), _rows_left(keyring)
    started(sum(left.values()))
    tables = [table for table in keyed_tables() if table.sealed]

    def again() -> int:
        return sum(_through(actions.reseal, table, keyring, batch, tick) for table in tables)

    written = _until_none(again, lambda: _rows_left(keyring), grace=grace)
    done = Done(written, time.monotonic() - began)
    _note("keys.reseal", {"key": keyring.sealing_current, "rows": done.values})
    return done


def wrap_all(
    keyring: Keyring,
    *,
    batch: int,
    tick: Tick = lambda _: None,
    grace: float = GRACE_SECONDS,
) -> Done:
    """Move all indexes to the last key of the chain. Raises RotationUnfinishedError."""
    from gelombang.records.keys import actions, queries
    from gelombang.records.keys.columns import keyed_tables

    began, last = time.monotonic(), chain_ids(keyring)[-1]
    before = [each for each in queries.counts() if not each.is_sealed]
    moving = sum(each.values for each in before if each.key_id != last)
    follow = {(table.name, column) for table in keyed_tables() for column, _ in table.at_once}
    total = sum(each.values for each in before if (each.table, each.column) in follow)
    share = min(1.0, batch / max(total, 1))
    while (frontier := _step(actions.wrap_next, keyring, share)).settled != last:
        tick(frontier.reached / END)
    tables = [table for table in keyed_tables() if table.later]

    def again() -> int:
        later = actions.wrap_later
        return sum(_through(later, table, keyring, batch, lambda _: None) for table in tables)

    _until_none(again, lambda: _indexes_left(last), grace=grace)
    tick(1.0)
    done = Done(moving, time.monotonic() - began)
    _note("keys.wrap", {"key": _named(keyring, last), "indexes": done.values})
    return done


def _until_none(again: Callable[[], int], left: Callable[[], Counter[str]], *, grace: float) -> int:
    """Go over all tables until nothing is left; what was written in sum."""
    written, deadline = again(), time.monotonic() + grace
    while remaining := left():
        if time.monotonic() > deadline:
            raise RotationUnfinishedError(_unfinished(remaining))
        time.sleep(PAUSE_SECONDS)
        written += again()
    return written


def _step(step: Callable[..., Any], keyring: Keyring, share: float) -> Any:
    """One step of the frontier, tried again while others hold what it needs."""
    from django.db import OperationalError

    deadline = time.monotonic() + PATIENCE_SECONDS
    while True:
        try:
            return step(keyring=keyring, share=share)
        except OperationalError:
            if time.monotonic() > deadline:
                raise
            time.sleep(PAUSE_SECONDS)


def _through(
    action: Callable[..., tuple[Any, int]],
    table: KeyedTable,
    keyring: Keyring,
    batch: int,
    tick: Tick,
) -> int:
    after, written = None, 0
    while True:
        after, count = action(table=table, after=after, keyring=keyring, limit=batch)
        if after is None:
            return written
        written += count
        tick(count)


def _rows_left(keyring: Keyring) -> Counter[str]:
    """Rows with a value of another sealing key, by table: the most of any of its columns."""
    from gelombang.records.keys import queries

    by_column: Counter[tuple[str, str]] = Counter()
    for each in queries.counts():
        if each.is_sealed and each.key_id not in (None, keyring.sealing_current):
            by_column[each.table, each.column] += each.values
    left: Counter[str] = Counter()
    for (table, _), values in by_column.items():
        left[table] = max(left[table], values)
    return left


def _indexes_left(last: int) -> Counter[str]:
    from gelombang.records.keys import queries

    left: Counter[str] = Counter()
    for each in queries.counts():
        if not each.is_sealed and each.key_id not in (None, last):
            left[each.table] += each.values
    return left


def _unfinished(left: Counter[str]) -> str:
    where = ", ".join(f"{table} ({values:,})" for table, values in sorted(left.items()))
    return (
        f"values of an old key are left in {where}. Some process still works with an old ring: "
        "start all of them with the new one, then run this again"
    )


def _note(action: str, detail: dict[str, int]) -> None:
    from gelombang import store
    from gelombang.records.audit import actions as audit

    with store.transaction():
        audit.note(
            actor=f"cli:{getpass.getuser()}",
            action=action,
            subject="keys",
            detail=detail,
            now=clock.now(),
            real_now=clock.real_now(),
        )


def _say_what_may_go(found: list[KeyCount], keyring: Keyring) -> None:
    used = {each.key_id for each in found if each.is_sealed}
    for number in keyring.sealing:
        if number == keyring.sealing_current:
            continue
        verdict = "is still needed" if number in used else "may be dropped: no value names it"
        console.print(f"sealing key {number} {verdict}")
    if len(keyring.index) > 1:
        console.print(
            "index keys stay in the chain for ever; an index of the last one cannot be tried out "
            "with the earlier ones alone"
        )


def _is_known(each: KeyCount, keyring: Keyring) -> bool:
    return each.key_id in (keyring.sealing if each.is_sealed else chain_ids(keyring))


def _shown(each: KeyCount, keyring: Keyring) -> str:
    if each.key_id is None:
        return "none of ours"
    return str(each.key_id if each.is_sealed else _named(keyring, each.key_id))


def _named(keyring: Keyring, key_id: int) -> int:
    """The id of an index key as the ring has it, where indexes say 0 for the first."""
    return keyring.index_chain[0][0] if key_id == FIRST else key_id


def _list(keys: Any) -> str:
    return ", ".join(str(number) for number in keys)


def _tell(bar: Progress, words: str, done: Done) -> None:
    bar.console.print(f"{words} ({done.rate:,.0f} a second)")


def _keyring() -> Keyring:
    from gelombang.cli.database import set_up_django
    from gelombang.settings.environment import load

    set_up_django()
    return load().keyring
