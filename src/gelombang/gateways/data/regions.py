"""Provinces, regencies and districts by their codes; a NIK begins with a district's code."""

import csv
from dataclasses import dataclass
from functools import cache
from importlib import resources


@dataclass(frozen=True, slots=True)
class Region:
    """A region: `31`, `31.74` or `31.74.01`."""

    code: str
    name: str

    @property
    def digits(self) -> str:
        """The code as NIKs begin with it."""
        return self.code.replace(".", "")


@cache
def provinces() -> tuple[Region, ...]:
    """The 38 provinces."""
    return _read("provinces")


@cache
def regencies() -> tuple[Region, ...]:
    """The 514 regencies and cities."""
    return _read("regencies")


@cache
def districts() -> tuple[Region, ...]:
    """The 7,285 districts."""
    return _read("districts")


def _read(name: str) -> tuple[Region, ...]:
    text = (resources.files(__package__) / f"{name}.csv").read_text(encoding="utf-8")
    return tuple(Region(row["code"], row["name"]) for row in csv.DictReader(text.splitlines()))
