"""Hold every invariant against one snapshot."""

import time
from collections.abc import Iterator

from gelombang.auditor.chain import CHAIN
from gelombang.auditor.findings import SHOWN, Finding, Offender, Tally
from gelombang.auditor.invariants import Invariant, catalogue
from gelombang.auditor.lists import LISTS
from gelombang.auditor.reading import Reading
from gelombang.auditor.snapshot import Snapshot


def examine(snapshot: Snapshot, readings: list[Reading]) -> Iterator[Finding]:
    """A finding for every invariant of the catalogue, then for those that Python recomputes."""
    for invariant in catalogue():
        yield ask(snapshot, invariant)
    for reading in (*LISTS, *CHAIN, *readings):
        yield read(snapshot, reading)


def ask(snapshot: Snapshot, invariant: Invariant) -> Finding:
    """Look for what breaks one invariant that is SQL alone."""
    begun = time.monotonic()
    found = snapshot.rows(
        "SELECT offender, problem, count(*) OVER () "  # noqa: S608 our own file
        f"FROM ({invariant.query}) AS found ORDER BY offender LIMIT {SHOWN}"
    )
    query = invariant.in_flight_query
    return Finding(
        name=invariant.name,
        group=invariant.group,
        sentence=invariant.sentence,
        checked=snapshot.count(invariant.over),
        violations=found[0][2] if found else 0,
        offenders=tuple(Offender(str(name), str(problem)) for name, problem, _ in found),
        in_flight=int(snapshot.value(query)) if query else 0,
        seconds=time.monotonic() - begun,
    )


def read(snapshot: Snapshot, reading: Reading) -> Finding:
    """Recompute one invariant that SQL alone cannot decide."""
    begun, tally = time.monotonic(), Tally()
    counts = reading.read(snapshot, tally)
    return Finding(
        name=reading.name,
        group=reading.group,
        sentence=reading.sentence,
        checked=counts.checked,
        violations=tally.count,
        offenders=tuple(tally.first),
        in_flight=counts.in_flight,
        seconds=time.monotonic() - begun,
    )
