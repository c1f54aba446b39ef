"""Questions about people: how to reach them, and what bars them."""

from collections.abc import Sequence
from uuid import UUID

from gelombang import store
from gelombang.kit.words import language_of
from gelombang.records.people.rules import ConsentView, Contact, OwnContact, Purpose


def contacts(*, person_ids: Sequence[UUID]) -> dict[UUID, Contact]:
    """The sealed address and language of each person who can still be written to."""
    rows = store.fetch_set(store.statement(__package__, "contacts"), {"ids": list(person_ids)})
    return {
        row["id"]: Contact(
            address_sealed=row["email_sealed"], language=language_of(row["language"])
        )
        for row in rows
    }


def contact_of(*, person_id: UUID) -> OwnContact | None:
    """Address and number of a person; None for nobody, or for somebody who was erased."""
    rows = store.fetch(store.statement(__package__, "contact_of"), {"person_id": person_id})
    if not rows:
        return None
    row = rows[0]
    phone_sealed, phone_index = row["phone_sealed"], row["phone_index"]
    return OwnContact(
        email_sealed=bytes(row["email_sealed"]),
        email_index=bytes(row["email_index"]),
        phone_sealed=None if phone_sealed is None else bytes(phone_sealed),
        phone_index=None if phone_index is None else bytes(phone_index),
        language=language_of(row["language"]),
    )


def consents_of(*, person_id: UUID) -> dict[Purpose, ConsentView]:
    """The latest word of a person on each purpose; absent where they never agreed."""
    rows = store.fetch(store.statement(__package__, "consents_of"), {"person_id": person_id})
    found = [ConsentView(**{**row, "purpose": Purpose(row["purpose"])}) for row in rows]
    return {each.purpose: each for each in found}


def person_of_address(*, email_index: bytes) -> UUID | None:
    """The person whose e-mail address has this index."""
    found: UUID | None = store.fetch_value(
        store.statement(__package__, "person_of_address"), {"email_index": email_index}
    )
    return found


def lifetime_barred(*, indexes: Sequence[bytes]) -> set[bytes]:
    """Which of these lifetime indexes belong to people who have, or had, the benefit (R075)."""
    rows = store.fetch_set(
        store.statement(__package__, "lifetime_barred"), {"indexes": list(indexes)}
    )
    return {row["lifetime_index"] for row in rows}
