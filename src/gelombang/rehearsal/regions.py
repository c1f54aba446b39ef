"""Real region codes for invented numbers: districts of first issue, and places of birth."""

import csv
from collections import defaultdict
from functools import cache
from importlib import resources
from io import StringIO

# Papua was split into six provinces in 2022; a NIK issued before carries 91 or 92.
EAST_TIMOR_DISTRICT = "540101"  # a historic province: such numbers are still carried


@cache
def districts() -> dict[str, tuple[str, ...]]:
    """Six-digit district codes by two-digit province code."""
    found: dict[str, list[str]] = defaultdict(list)
    for row in _rows("districts.csv"):
        code = row["code"].replace(".", "")
        found[code[:2]].append(code)
    return {province: tuple(codes) for province, codes in found.items()}


@cache
def birth_places() -> dict[str, tuple[str, ...]]:
    """Names of regencies and cities, without their rank, by province code."""
    found: dict[str, list[str]] = defaultdict(list)
    for row in _rows("regencies.csv"):
        name = row["name"].removeprefix("Kabupaten ").removeprefix("Kota ")
        found[row["province_code"]].append(name.removeprefix("Administrasi "))
    return {province: tuple(names) for province, names in found.items()}


def _rows(name: str) -> list[dict[str, str]]:
    text = (resources.files("gelombang.gateways") / "data" / name).read_text(encoding="utf-8")
    return list(csv.DictReader(StringIO(text)))
