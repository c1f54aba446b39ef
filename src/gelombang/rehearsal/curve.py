"""The first day's curve: who does what in which ten minutes of the 21 hours."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from itertools import accumulate
from random import Random

from gelombang.rehearsal.figures import SNAPSHOT_AFTER
from gelombang.rehearsal.people import SyntheticPerson

SLOT = timedelta(minutes=10)
SLOTS = SNAPSHOT_AFTER // SLOT  # 126
_LAST_STEP = SLOTS - 1
# Registrations by hour from 19:00 on, invented after the report: a rush, the night, a busy morning.
_HOURS = (30, 14, 9, 6, 4, 2, 1, 1, 1, 1, 2, 3, 4, 5, 5, 5, 4, 4, 4, 3, 2)
_MEAN_LAG = 9.0  # slots between two steps of one person: an hour and a half


@dataclass(frozen=True, slots=True)
class Diary:
    """The slots in which one person takes each step, in this order; 0 is the first ten minutes."""

    register: int
    confirm: int
    identify: int
    join: int


def write_diaries(
    people: Sequence[SyntheticPerson], *, seed: int
) -> list[tuple[SyntheticPerson, Diary]]:
    """A diary for each person, in order of registration. People of the peak minute have slot 0."""
    chance = Random(f"curve {seed}")  # noqa: S311 repeatable on purpose
    slots, slots_an_hour = range(SLOTS), SLOTS // len(_HOURS)
    bounds = list(accumulate(_HOURS[slot // slots_an_hour] for slot in slots))
    diaries = []
    for person in people:
        start = 0 if person.in_peak_minute else chance.choices(slots, cum_weights=bounds)[0]
        confirm = _later(chance, start)
        identify = _later(chance, confirm)
        diaries.append((person, Diary(start, confirm, identify, _later(chance, identify))))
    diaries.sort(key=lambda pair: pair[1].register)
    return diaries


def _later(chance: Random, slot: int) -> int:
    return min(_LAST_STEP, slot + int(chance.expovariate(1 / _MEAN_LAG)))
