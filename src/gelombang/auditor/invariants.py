"""The catalogue: every invariant is a `.sql` file in `sql/<group>/` that returns its offenders.

A file starts with one comment line that says what must hold, and a second one, `-- over <table>`,
that names what is counted as checked. Its query returns (offender, problem). A companion
`<name>.in_flight.sql` counts what the invariant cannot judge yet.
"""

from dataclasses import dataclass
from importlib import resources

GROUPS = (
    "receipts",
    "identities",
    "attestations",
    "waves",
    "places",
    "draws",
    "money",
    "training",
    "payments",
    "keys",
    "history",
)
_SUFFIX, _IN_FLIGHT = ".sql", ".in_flight.sql"


class CatalogueBroken(RuntimeError):
    """A file of the catalogue lacks its two first lines."""


@dataclass(frozen=True, slots=True)
class Invariant:
    """One rule of the books, as SQL that looks for what breaks it."""

    name: str
    group: str
    sentence: str
    over: str
    query: str
    in_flight_query: str | None


def catalogue() -> list[Invariant]:
    """All invariants that are SQL alone, group by group. Raises CatalogueBroken."""
    return [invariant for group in GROUPS for invariant in _of_group(group)]


def _of_group(group: str) -> list[Invariant]:
    directory = resources.files(__package__) / "sql" / group
    texts = {
        file.name: file.read_text(encoding="utf-8")
        for file in directory.iterdir()
        if file.name.endswith(_SUFFIX)
    }
    names = sorted(name.removesuffix(_SUFFIX) for name in texts if not name.endswith(_IN_FLIGHT))
    return [
        _read(name, group, texts[name + _SUFFIX], texts.get(name + _IN_FLIGHT)) for name in names
    ]


def _read(name: str, group: str, query: str, in_flight: str | None) -> Invariant:
    first, second, *_ = [*query.splitlines(), "", ""]
    if not first.startswith("-- ") or not second.startswith("-- over "):
        raise CatalogueBroken(f"{group}/{name}.sql starts with no sentence or no `-- over` line")
    return Invariant(
        name=name,
        group=group,
        sentence=first.removeprefix("-- "),
        over=second.removeprefix("-- over "),
        query=query,
        in_flight_query=in_flight,
    )
