"""What somebody agrees to beyond taking part, and takes back again."""

from datetime import datetime
from uuid import UUID

from gelombang import store
from gelombang.journey.registration.consent_copies import owe_copy
from gelombang.kit.sealing import Keyring
from gelombang.records.audit import actions as audit
from gelombang.records.people import actions as people
from gelombang.records.people.consent_texts import RESEARCH_TEXT
from gelombang.records.people.rules import OPTIONAL_PURPOSES, Purpose


class NotOptional(ValueError):
    """Code gave or took by itself what belongs to a statement of identity: a bug."""


def give(
    *,
    person_id: UUID,
    purpose: Purpose,
    keyring: Keyring,
    base_url: str,
    now: datetime,
    real_now: datetime,
) -> bool:
    """Agree to a purpose that nothing depends on, and owe the copy; False where it stands already.

    Who agrees again after withdrawing has the copy of that version already.
    """
    _check(purpose)
    version = RESEARCH_TEXT
    with store.transaction():
        is_new = people.give_consent(person_id=person_id, purpose=purpose, version=version, now=now)
        if is_new:
            owe_copy(
                person_id=person_id, purpose=purpose, version=version, keyring=keyring,
                base_url=base_url, now=now, real_now=real_now,
            )  # fmt: skip
        return is_new and _note(person_id, "give_consent", purpose, now=now, real_now=real_now)


def withdraw(*, person_id: UUID, purpose: Purpose, now: datetime, real_now: datetime) -> bool:
    """Take a consent back; False where nothing stands."""
    _check(purpose)
    with store.transaction():
        was_there = people.withdraw_consent(person_id=person_id, purpose=purpose, now=now)
        return was_there and _note(
            person_id, "withdraw_consent", purpose, now=now, real_now=real_now
        )


def _check(purpose: Purpose) -> None:
    if purpose not in OPTIONAL_PURPOSES:
        raise NotOptional(purpose)


def _note(
    person_id: UUID, verb: str, purpose: Purpose, *, now: datetime, real_now: datetime
) -> bool:
    person = f"person:{person_id}"
    audit.note(
        actor=person, action=f"registration.{verb}", subject=person,
        detail={"purpose": purpose.value}, now=now, real_now=real_now,
    )  # fmt: skip
    return True
