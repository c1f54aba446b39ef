"""Looking at PostgreSQL: what it promises, whose keys its values need, what time it has."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

from psycopg import sql

from gelombang import store
from gelombang.jobs.readiness.rules import Server
from gelombang.kit import clock

SAMPLED_PAGES = 200
"""Pages of a table that are looked at for key ids: a table of 35 million rows has a million."""

KEY_IDS = sql.SQL(
    "SELECT DISTINCT get_byte({column}, 1) AS key_id FROM {table} "
    "TABLESAMPLE SYSTEM (%(percent)s) WHERE length({column}) > 1"
)


@dataclass(frozen=True, slots=True)
class SealedColumn:
    """A column of sealed values, and how many pages its table has."""

    table: str
    column: str
    pages: int


def server() -> Server:
    """What PostgreSQL says of itself; that it takes a write is tried by beginning one."""
    said = store.fetch(store.statement(__package__, "server"))[0]
    is_writable = not said["is_recovering"] and said["read_only"] == "off"
    if is_writable:
        store.fetch_value("SELECT pg_current_xact_id()::text")
    return Server(
        version=said["version"] // 10_000,
        is_writable=is_writable,
        fsync=said["fsync"] == "on",
        synchronous_commit=said["synchronous_commit"],
        connections_left=said["connections_left"],
    )


def data_directory() -> Path | None:
    """Where the database lies, where it says so and lies on this machine."""
    told = store.fetch_value(store.statement(__package__, "data_directory"))
    place = Path(told) if told else None
    return place if place is not None and place.is_dir() else None


def sealing_keys() -> set[int]:
    """Ids of the keys that sealed values of every table were sealed with, from a sample of each.

    The columns are found by their name, `…_sealed`, so that no table of a later step is forgotten;
    the second byte of a sealed value is the id of its key (`kit.sealing`).
    """
    columns = [SealedColumn(**row) for row in store.fetch(store.statement(__package__, "sealed"))]
    found: set[int] = set()
    for each in columns:
        found.update(_keys_in(each))
    return found


def _keys_in(sealed: SealedColumn) -> set[int]:
    percent = min(100.0, 100.0 * SAMPLED_PAGES / max(sealed.pages, 1))
    sample = KEY_IDS.format(
        column=sql.Identifier(sealed.column), table=sql.Identifier(sealed.table)
    )
    return {row["key_id"] for row in store.fetch(sample.as_string(), {"percent": percent})}


def seconds_apart() -> float:
    """By how much the database's clock and ours differ at least, in seconds.

    The answer was made at some instant between asking and hearing, so only what lies outside
    counts.
    """
    before = clock.real_now()
    theirs: datetime = store.fetch_value("SELECT clock_timestamp()")
    after = clock.real_now()
    nothing = timedelta()
    return max(before - theirs, theirs - after, nothing).total_seconds()
