"""What an examination found."""

from dataclasses import dataclass, field

SHOWN = 5  # offenders that a report names; the count is always of all


@dataclass(frozen=True, slots=True)
class Offender:
    """One thing that breaks an invariant, by its number, receipt or ticket; never by a person."""

    name: str
    problem: str


@dataclass(slots=True)
class Tally:
    """A running count of offenders that keeps only the first few: memory stays bounded."""

    count: int = 0
    first: list[Offender] = field(default_factory=list)

    def add(self, name: str, problem: str) -> None:
        """Count one more offender."""
        self.count += 1
        if len(self.first) < SHOWN:
            self.first.append(Offender(name, problem))


@dataclass(frozen=True, slots=True)
class Finding:
    """One invariant, how many rows it was held against, and what breaks it.

    Rows in flight are neither right nor wrong yet: their puller has not come to them.
    """

    name: str
    group: str
    sentence: str
    checked: int
    violations: int
    offenders: tuple[Offender, ...]
    in_flight: int
    seconds: float
