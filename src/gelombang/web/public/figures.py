"""The public figures: read from the files that a job writes, never from the tables."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from typing import Any

STEPS = ("registered", "email_verified", "nik_verified", "joined")
PEOPLE = ("recipients", "learners", "certified", "recipients_paid")
RUPIAH = ("committed_idr", "training_idr", "paid_idr")


@dataclass(frozen=True, slots=True)
class Funnel:
    """Four counts of one consistent instant (virtual), each a part of those registered."""

    as_of: datetime
    registered: int
    email_verified: int
    nik_verified: int
    joined: int

    @property
    def steps(self) -> list[tuple[str, int]]:
        """Name and count of each step, first to last."""
        return [(step, int(getattr(self, step))) for step in STEPS]

    def document(self) -> dict[str, Any]:
        """The figures as the API and the download give them."""
        counts = dict(self.steps)
        return {"as_of": self.as_of.isoformat(), **counts, "denominator": "registered"}

    def table(self) -> str:
        """The figures as CSV: step, count, denominator, instant."""
        at = self.as_of.isoformat()
        rows = [f"{step},{number},{self.registered},{at}" for step, number in self.steps]
        return "\n".join(("step,count,registered,as_of", *rows)) + "\n"


@dataclass(frozen=True, slots=True)
class Money:
    """People against the target and whole rupiah against the budget, at one virtual instant."""

    as_of: datetime
    recipients: int
    """Hold an award that they accepted."""
    learners: int
    """Bought a course at least once."""
    certified: int
    """Hold a valid certificate."""
    recipients_paid: int
    """Were paid at least once."""
    target: int
    committed_idr: int
    """Promised to recipients: their whole awards."""
    training_idr: int
    """Earned by providers for finished courses."""
    paid_idr: int
    """Arrived in recipients' accounts."""
    budget_idr: int

    def document(self) -> dict[str, Any]:
        """The figures as the download gives them."""
        figures = {name: int(getattr(self, name)) for name in (*PEOPLE, *RUPIAH)}
        return {
            "as_of": self.as_of.isoformat(),
            **figures,
            "target": self.target,
            "budget_idr": self.budget_idr,
            "denominators": {"people": "target", "rupiah": "budget_idr"},
        }

    def table(self) -> str:
        """The figures as CSV: figure, number, its denominator by name and number, instant."""
        at = self.as_of.isoformat()
        rows = [
            f"{name},{getattr(self, name)},{by},{whole},{at}"
            for names, by, whole in (
                (PEOPLE, "target", self.target),
                (RUPIAH, "budget_idr", self.budget_idr),
            )
            for name in names
        ]
        return "\n".join(("figure,number,denominator,of,as_of", *rows)) + "\n"


@dataclass(frozen=True, slots=True)
class Visitors:
    """Different visitors of each day, latest first; a span is a sum of days."""

    as_of: datetime
    days: list[tuple[date, int]]
    sum_of_days: int

    def document(self) -> dict[str, Any]:
        """The counts as the download gives them."""
        return {
            "as_of": self.as_of.isoformat(),
            "days": [{"day": day.isoformat(), "visitors": count} for day, count in self.days],
            "sum_of_days": self.sum_of_days,
        }

    def table(self) -> str:
        """The counts as CSV: day, visitors."""
        rows = [f"{day.isoformat()},{count}" for day, count in self.days]
        return "\n".join(("day,visitors", *rows)) + "\n"


def read(data_dir: Path) -> Funnel | None:
    """The latest funnel; None before the first one was written."""
    raw = _read(data_dir / "public" / "funnel.json")
    if raw is None:
        return None
    counts = {step: int(raw[step]) for step in STEPS}
    return Funnel(as_of=datetime.fromisoformat(raw["as_of"]), **counts)


def read_money(data_dir: Path) -> Money | None:
    """The latest figures of the money; None before the first ones were written."""
    raw = _read(data_dir / "public" / "money.json")
    if raw is None:
        return None
    names = (*PEOPLE, *RUPIAH, "target", "budget_idr")
    return Money(
        as_of=datetime.fromisoformat(raw["as_of"]), **{name: int(raw[name]) for name in names}
    )


def read_visitors(data_dir: Path) -> Visitors | None:
    """The latest counts of visitors; None before the first ones were written."""
    raw = _read(data_dir / "public" / "visitors.json")
    if raw is None:
        return None
    return Visitors(
        as_of=datetime.fromisoformat(raw["as_of"]),
        days=[(date.fromisoformat(each["day"]), int(each["visitors"])) for each in raw["days"]],
        sum_of_days=int(raw["sum_of_days"]),
    )


def _read(path: Path) -> dict[str, Any] | None:
    try:
        found: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        return None
    return found
