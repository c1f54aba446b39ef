"""Import an agency's list."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256
from itertools import islice

from gelombang import store
from gelombang.journey.nominations.models import NominationList
from gelombang.journey.nominations.reading import ErrorFile, Row, decode, read
from gelombang.journey.nominations.rules import AlreadyImported, NominationState
from gelombang.kit.indexing import Frontier
from gelombang.kit.sealing import Keyring, seal
from gelombang.records.audit import actions as audit
from gelombang.records.keys import actions as keys

CHUNK = 5_000

Progress = Callable[[int, int], None]
"""Receives rows done and rows in all."""


@dataclass(frozen=True, slots=True)
class ImportResult:
    """What became of a list."""

    list_id: int
    total: int
    validated: int
    rejected: int
    error_file: str  # CSV, empty when every row was fine


def import_list(
    *,
    agency: str,
    file: bytes,
    keyring: Keyring,
    actor: str,
    now: datetime,
    real_now: datetime,
    progress: Progress | None = None,
) -> ImportResult:
    """Read a list and keep its nominations, all or none, in chunks of 5,000 rows (R051 to R056).

    Nobody is registered by it (R054). Raises EmptyFile, FileTooLarge, NotUtf8, WrongHeader, or
    AlreadyImported when the agency uploaded the same bytes before.
    """
    errors = ErrorFile()
    rows = list(read(decode(file), errors))
    validated = sum(1 for row in rows if row.nominee is not None)
    digest = sha256(file).hexdigest()
    with store.transaction():
        store.lock(f"nominations.import:{agency}:{digest}")
        if NominationList.objects.filter(agency=agency, file_sha256=digest).exists():
            raise AlreadyImported
        kept = NominationList.objects.create(
            agency=agency,
            uploaded_by=actor,
            file_sha256=digest,
            received_at=now,
            rows_total=len(rows),
            rows_validated=validated,
            rows_rejected=len(rows) - validated,
            error_file=errors.text(),
        )
        _insert(kept.id, rows, keyring, progress)
        audit.note(
            actor=actor,
            action="nominations.import",
            subject=f"nomination-list:{kept.id}",
            detail={"agency": agency, "validated": validated, "rejected": len(rows) - validated},
            now=now,
            real_now=real_now,
        )
    return ImportResult(kept.id, len(rows), validated, len(rows) - validated, kept.error_file)


def _insert(list_id: int, rows: Sequence[Row], keyring: Keyring, progress: Progress | None) -> None:
    done = 0
    frontier = keys.hold(keyring=keyring)
    for chunk in _chunks(rows):
        store.execute_set(
            store.statement(__package__, "insert_nominations"),
            {"list_id": list_id, **_columns(chunk, frontier, keyring)},
        )
        done += len(chunk)
        if progress is not None:
            progress(done, len(rows))


def _chunks(rows: Iterable[Row]) -> Iterator[list[Row]]:
    rest = iter(rows)
    while chunk := list(islice(rest, CHUNK)):
        yield chunk


def _columns(rows: Sequence[Row], frontier: Frontier, keyring: Keyring) -> dict[str, list[object]]:
    people = [row.nominee for row in rows]
    states = {True: NominationState.VALIDATED.value, False: NominationState.REJECTED.value}

    def sealed(purpose: str) -> list[object]:
        values = [getattr(person, purpose, "") for person in people]
        return [seal(keyring, value, purpose=purpose) if value else None for value in values]

    def plain(column: str) -> list[object]:
        return [getattr(person, column, "") for person in people]

    return {
        "row_numbers": [row.number for row in rows],
        "indexes": [
            frontier.index(keyring, person.nik, purpose="nomination") if person else None
            for person in people
        ],
        "niks": sealed("nik"),
        "names": sealed("name"),
        "phones": sealed("phone"),
        "agency_types": plain("agency_type"),
        "sectors": plain("sector"),
        "statuses": plain("employment_status"),
        "areas": plain("area"),
        "reasons": plain("reason"),
        "states": [states[person is not None] for person in people],
        "problems": [row.problem for row in rows],
    }
