"""Questions about lists and nominations."""

from dataclasses import dataclass
from datetime import datetime

from gelombang.journey.nominations.models import NominationList

MOST_LISTS = 200


@dataclass(frozen=True, slots=True)
class ListView:
    """One uploaded list."""

    list_id: int
    agency: str
    uploaded_by: str
    received_at: datetime
    total: int
    validated: int
    rejected: int


def lists(*, agency: str | None = None) -> list[ListView]:
    """The latest lists, of one agency or of all."""
    rows = NominationList.objects.order_by("-id")
    if agency is not None:
        rows = rows.filter(agency=agency)
    return [
        ListView(
            list_id=row.id,
            agency=row.agency,
            uploaded_by=row.uploaded_by,
            received_at=row.received_at,
            total=row.rows_total,
            validated=row.rows_validated,
            rejected=row.rows_rejected,
        )
        for row in rows.defer("error_file")[:MOST_LISTS]
    ]


def error_file(*, list_id: int, agency: str | None = None) -> str | None:
    """The error file of a list (of an agency); None when there is no such list."""
    rows = NominationList.objects.filter(id=list_id)
    if agency is not None:
        rows = rows.filter(agency=agency)
    return rows.values_list("error_file", flat=True).first()
