"""The three intake tables: statements, and which columns make the body of a submission.

A test holds the column lists of the statements against the tables of the steps that own them.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from importlib import resources
from typing import Any, NamedTuple, TypeAlias
from uuid import UUID

from gelombang.kit.indexing import same_index
from gelombang.kit.sealing import Keyring


@cache
def statement(name: str) -> str:
    """The text of `sql/<name>.sql`."""
    return (resources.files(__package__) / "sql" / f"{name}.sql").read_text(encoding="utf-8")


class SubmissionRow(NamedTuple):
    """A row of `registration_submission`, in the order of its INSERT."""

    idempotency_key: str
    receipt: str
    email_sealed: bytes
    email_index: bytes
    phone_sealed: bytes | None
    phone_index: bytes | None
    language: str
    received_at: datetime
    real_at: datetime
    claimed_at: datetime | None = None
    ticket: str | None = None
    proof: str | None = None

    @property
    def spends(self) -> bool:
        """Whether the row uses something up that another row may have used up before."""
        return self.ticket is not None or self.proof is not None


class ConfirmationRow(NamedTuple):
    """A row of `email_confirmation`, in the order of its INSERT."""

    receipt: str
    email_index: bytes
    received_at: datetime
    real_at: datetime

    @property
    def spends(self) -> bool:
        """A confirmation uses nothing up."""
        return False


class EntryRequestRow(NamedTuple):
    """A row of `wave_entry_request`, in the order of its INSERT."""

    idempotency_key: str
    receipt: str
    wave_id: str
    person_id: UUID
    language: str
    received_at: datetime
    real_at: datetime
    claimed_at: datetime | None = None
    ticket: str | None = None

    @property
    def spends(self) -> bool:
        """Whether the row uses up a ticket that another row may have used up before."""
        return self.ticket is not None


IntakeRow: TypeAlias = SubmissionRow | ConfirmationRow | EntryRequestRow


@dataclass(frozen=True, slots=True)
class IntakeTable:
    """How rows go into one intake table, and how a repetition is recognised."""

    name: str
    insert: str
    """Name of the statement: takes one array a column, returns the keys that are new."""
    recall: str
    """Name of the statement: takes keys, returns key and body of the rows that are there."""
    body: tuple[str, ...]
    """The columns that a repetition of a key must equal; the key is the first column."""
    purposes: tuple[str, ...] = ()
    """Of blind indexes: the purpose of each column of the body, to compare those of two keys."""

    def columns(self, rows: Sequence[IntakeRow]) -> list[list[Any]]:
        """The rows turned into the arrays that `insert` takes."""
        return [list(column) for column in zip(*rows, strict=True)]

    def body_of(self, row: IntakeRow) -> tuple[Any, ...]:
        """What a repetition of this row's key must equal."""
        return tuple(getattr(row, column) for column in self.body)

    def equals(self, keyring: Keyring, one: tuple[Any, ...], other: tuple[Any, ...]) -> bool:
        """Whether two bodies are the same, also when a new index key has come between them."""
        if one == other or not self.purposes:
            return one == other
        return all(
            first == second
            or (None not in (first, second) and same_index(keyring, first, second, purpose=purpose))
            for first, second, purpose in zip(one, other, self.purposes, strict=True)
        )


SUBMISSIONS = IntakeTable(
    name="registration_submission",
    insert="insert_submissions",
    recall="recall_submissions",
    body=("email_index", "phone_index"),
    purposes=("email", "phone"),
)
CONFIRMATIONS = IntakeTable(
    name="email_confirmation",
    insert="insert_confirmations",
    recall="recall_confirmations",
    body=("email_index",),
    purposes=("email",),
)
ENTRY_REQUESTS = IntakeTable(
    name="wave_entry_request",
    insert="insert_entry_requests",
    recall="recall_entry_requests",
    body=("wave_id", "person_id"),
)
