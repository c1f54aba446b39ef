"""Regions by their codes, for the questions about identity: what to offer, and what to doubt."""

from __future__ import annotations

import re
from functools import cache

from gelombang.gateways.data import regions

_KIND = re.compile(r"^(Kabupaten|Kota)( Administrasi)? ")


@cache
def birth_places() -> tuple[str, ...]:
    """Names of regencies and cities as identity cards write birth places, by name."""
    return tuple(sorted({_KIND.sub("", region.name) for region in regions.regencies()}))


@cache
def _districts() -> frozenset[str]:
    return frozenset(region.digits for region in regions.districts())


def is_known_district(nik: str) -> bool:
    """Whether a NIK begins with a district of today.

    Many valid ones do not: a number keeps the code of a district that was split or renamed since.
    """
    return nik[:6] in _districts()
