"""Files that others hand in before the opening: nominations, and who was served before."""

import csv
import io
from dataclasses import dataclass
from random import Random

from gelombang.rehearsal.names import invent_name
from gelombang.rehearsal.people import SyntheticPerson
from gelombang.rehearsal.population import Population

AGENCY = "Dinas Tenaga Kerja (contoh)"
_HEADER = ("nik", "name", "phone", "agency_type", "sector", "employment_status", "area", "reason")
_SECTORS = ("transportasi", "ritel", "pariwisata", "perhotelan", "manufaktur", "konveksi")
_STATUSES = ("laid_off", "furloughed", "informal_worker", "micro_small_business", "job_seeker")
_NEVER_REGISTER_SHARE = 0.5  # a nomination is not a registration (R054)
_WRONG_ROWS = 3


@dataclass(frozen=True, slots=True)
class NominationFile:
    """An agency's CSV and what its import must say."""

    text: str
    validated: int
    rejected: int


def nomination_file(population: Population) -> NominationFile:
    """Nominated people who will register, others who never do, and rows with mistakes."""
    chance = Random(f"nominations {population.seed}")  # noqa: S311 repeatable on purpose
    rows = [_row(chance, person) for person in population.verified() if person.nominated]
    absent = round(len(rows) * _NEVER_REGISTER_SHARE)
    rows += [_absent_row(chance, number) for number in range(absent)]
    validated = len(rows)
    rows += _wrong_rows(chance)
    chance.shuffle(rows)
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(_HEADER)
    writer.writerows(rows)
    return NominationFile(text=out.getvalue(), validated=validated, rejected=_WRONG_ROWS)


def served_list(population: Population) -> str:
    """NIKs whom an earlier programme served, one a line under a header; some never register."""
    niks = [p.card.nik for p in population.verified() if p.served and p.card is not None]
    niks += [_absent_nik(number, district="317501") for number in range(len(niks) // 4)]
    return "".join(f"{nik}\n" for nik in ["nik", *niks])


def _row(chance: Random, person: SyntheticPerson) -> tuple[str, ...]:
    if person.card is None:
        raise ValueError("only people with a card can be nominated")
    return _cells(chance, person.card.nik, person.card.name, person.phone, person.card.province)


def _absent_row(chance: Random, number: int) -> tuple[str, ...]:
    name = invent_name(chance, "male")
    return _cells(chance, _absent_nik(number, district="327101"), name, "", "32")


def _absent_nik(number: int, *, district: str) -> str:
    """A number of somebody born in the forties: the population is younger than that."""
    month, rest = 1 + number % 12, number // 12
    day, rest = 1 + rest % 28, rest // 28
    return f"{district}{day:02d}{month:02d}{rest // 100 + 40:02d}{9900 + rest % 100}"


def _cells(chance: Random, nik: str, name: str, phone: str, area: str) -> tuple[str, ...]:
    sector, status = chance.choice(_SECTORS), chance.choice(_STATUSES)
    return (nik, name, phone, "dinas", sector, status, area, "Terdampak pandemi")


def _wrong_rows(chance: Random) -> list[tuple[str, ...]]:
    """One row each with a short NIK, a 31 February, and an unknown area."""
    return [
        _cells(chance, "32710101019099", "Salah Satu", "", "32"),
        _cells(chance, "3271013102909901", "Salah Dua", "", "32"),
        _cells(chance, "3271010101909902", "Salah Tiga", "", "99"),
    ]
