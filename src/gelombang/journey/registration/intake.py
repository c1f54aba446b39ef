"""Rows of the intake tables: the door made their indexes with the key that it knew."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from gelombang import store
from gelombang.journey.registration.rules import Submitted
from gelombang.kit.indexing import Frontier, same_index
from gelombang.kit.sealing import Keyring


def submitted(row: Mapping[str, Any], frontier: Frontier, keyring: Keyring) -> Submitted:
    """A submission with its indexes as the database has them now, whatever key the door had."""

    def present(column: str, purpose: str) -> bytes | None:
        index = row[column]
        return index if index is None else frontier.represent(keyring, index, purpose=purpose)

    indexes = {
        "email_index": present("email_index", "email"),
        "phone_index": present("phone_index", "phone"),
    }
    return Submitted(**{**row, **indexes})


def proven(rows: Sequence[Mapping[str, Any]], keyring: Keyring) -> list[tuple[int, datetime]]:
    """The registrations whose links were opened, and when: the address must be the receipt's.

    The link and the submission may carry indexes of different keys, so they are compared here.
    """
    if not rows:
        return []
    found = store.fetch_set(
        store.statement(__package__, "admitted_receipts"),
        {"receipts": [row["receipt"] for row in rows]},
    )
    sent = {each["receipt"]: each for each in found}
    return [
        (sent[row["receipt"]]["registration_id"], row["received_at"])
        for row in rows
        if row["receipt"] in sent
        and same_index(
            keyring,
            row["email_index"],
            sent[row["receipt"]]["email_index"],
            purpose="email",
        )
    ]
