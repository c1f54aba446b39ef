"""A registry that is asked about many people in one call."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Protocol


@dataclass(frozen=True, slots=True)
class Found:
    """What the registry holds about one person; no records means that it knows of none."""

    records: tuple[Mapping[str, Any], ...]
    answer_sha256: str

    def __repr__(self) -> str:
        """The number of records only: they are about a person."""
        return f"Found({len(self.records)} records)"


@dataclass(frozen=True, slots=True)
class NotAnswered:
    """The registry gave no usable answer about this person; `reason` is its code or ours."""

    reason: str


@dataclass(frozen=True, slots=True)
class Holding:
    """Whether something holds for a person, as a registry says."""

    holds: bool
    code: str  # ours, of the reading of the records
    as_of: datetime | None
    answer_sha256: str


class PersonRegistry(Protocol):
    """A registry that says whether something holds for each of several people."""

    async def holding(self, niks: Sequence[str]) -> Sequence[Holding | NotAnswered]:
        """One reading for each NIK, in their order.

        Raises OurFault, or Outage when the whole call was not answered as agreed.
        """
