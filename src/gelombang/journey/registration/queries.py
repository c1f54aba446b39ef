"""Questions about registrations, for pages, the public funnel and the worker."""

from collections.abc import Mapping
from datetime import datetime
from uuid import UUID

from gelombang import store
from gelombang.journey.registration.rules import (
    CODE_DAY,
    CODES_A_DAY,
    Change,
    Channel,
    Code,
    Reach,
    RegistrationState,
    RegistrationView,
    SignInView,
)


def registration_of(*, person_id: UUID) -> RegistrationView | None:
    """Where a person's registration stands; None for an id that never registered."""
    rows = store.fetch(store.statement(__package__, "registration_of"), {"person_id": person_id})
    if not rows:
        return None
    row = rows[0]
    return RegistrationView(
        state=RegistrationState(row["state"]),
        submitted_at=row["submitted_at"],
        email_confirmed_at=row["email_confirmed_at"],
    )


def counts(*, as_of: datetime) -> tuple[int, int]:
    """How many people had registered, and confirmed their e-mail, at a virtual instant."""
    row = store.fetch(store.statement(__package__, "counts"), {"as_of": as_of})[0]
    return int(row["registered"]), int(row["email_confirmed"])


def person_by_receipt(*, receipt: str) -> UUID | None:
    """The person that a receipt (24 letters, without hyphens) leads to, once it is admitted."""
    found: UUID | None = store.fetch_value(
        store.statement(__package__, "person_by_receipt"), {"receipt": receipt}
    )
    return found


def person_of_number(*, phone_index: bytes) -> UUID | None:
    """The one person whose proven number has this index; None where several share it."""
    rows = store.fetch(
        store.statement(__package__, "person_of_number"), {"phone_index": phone_index}
    )
    return rows[0]["person_id"] if len(rows) == 1 else None


def backlog() -> int:
    """Rows of both intake tables that are still to be pulled."""
    return int(store.fetch_value(store.statement(__package__, "backlog")))


def codes_asked(*, email_index: bytes, real_now: datetime) -> list[tuple[datetime, bool]]:
    """The sign-in codes that an address asked for in the last real day, newest first.

    When each was sent, and whether it let somebody in.
    """
    params = {"email_index": email_index, "since": real_now - CODE_DAY, "most": CODES_A_DAY}
    rows = store.fetch(store.statement(__package__, "codes_asked"), params)
    return [(row["sent_at"], row["used_at"] is not None) for row in rows]


def letters_since(*, registrations: Mapping[bytes, int], since: datetime) -> dict[bytes, int]:
    """Letters with a link that each address was owed since a real instant; absent means none.

    `registrations` maps an address to its registration.
    """
    if not registrations:
        return {}
    rows = store.fetch_set(
        store.statement(__package__, "letters_since"),
        {
            "registrations": list(registrations.values()),
            "email_indexes": list(registrations),
            "since": since,
        },
    )
    return {row["email_index"]: int(row["letters"]) for row in rows}


def reach_for_update(*, person_id: UUID | None) -> Reach | None:
    """How a registered person can be written to; the registration stays locked until the commit."""
    rows = store.fetch(store.statement(__package__, "reach_for_update"), {"person_id": person_id})
    if not rows:
        return None
    return Reach(**{**rows[0], "state": RegistrationState(rows[0]["state"])})


def newest_code(*, email_index: bytes) -> Code | None:
    """The newest sign-in code that an address asked for."""
    rows = store.fetch(store.statement(__package__, "newest_code"), {"email_index": email_index})
    return Code(**rows[0]) if rows else None


def changes_of(*, person_id: UUID) -> list[Change]:
    """Changes of address and number that are under way, one a channel at most."""
    rows = store.fetch(store.statement(__package__, "changes_of"), {"person_id": person_id})
    return [Change(**{**row, "channel": Channel(row["channel"])}) for row in rows]


def changes_asked(
    *, person_id: UUID, channel: Channel, value_index: bytes, real_now: datetime
) -> list[tuple[datetime, bool]]:
    """Codes of the last real day for this person's or this value's changes, newest first."""
    params = {
        "person_id": person_id, "channel": channel.value, "value_index": value_index,
        "since": real_now - CODE_DAY, "most": CODES_A_DAY,
    }  # fmt: skip
    rows = store.fetch(store.statement(__package__, "changes_asked"), params)
    return [(row["sent_at"], row["proven_at"] is not None) for row in rows]


def has_confirmed_phone(*, person_id: UUID, phone_index: bytes | None) -> bool:
    """Whether the present number of somebody was proven by a code."""
    params = {"person_id": person_id, "phone_index": phone_index}
    return bool(store.fetch_value(store.statement(__package__, "confirmed_phone"), params))


def sign_ins_of(*, person_id: UUID, since: datetime, most: int = 20) -> list[SignInView]:
    """Where somebody is signed in and was seen since a real instant, the latest first."""
    params = {"person_id": person_id, "since": since, "most": most}
    rows = store.fetch(store.statement(__package__, "sign_ins_of"), params)
    return [SignInView(**row) for row in rows]


def is_signed_in(*, sign_in_id: int, person_id: UUID) -> bool:
    """Whether a sign-in of this person has not ended."""
    params = {"id": sign_in_id, "person_id": person_id}
    return bool(store.fetch_value(store.statement(__package__, "is_signed_in"), params))
