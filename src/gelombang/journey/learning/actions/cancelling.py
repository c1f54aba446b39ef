"""The office calls a class off: off sale at once, then every unfinished purchase is given back."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from gelombang import store
from gelombang.journey.learning import holding, letters
from gelombang.journey.learning.actions.buying import PACKAGE
from gelombang.journey.learning.models import Course
from gelombang.journey.learning.rules import CourseUnknown, check_reason
from gelombang.kit.sealing import Keyring
from gelombang.kit.words import Text
from gelombang.records.audit import actions as audit
from gelombang.records.ledger import actions as ledger
from gelombang.records.notices import actions as notices
from gelombang.records.notices.rules import Owed, letter_to
from gelombang.records.people import queries as contacts

BATCH = 2_000  # purchases that one transaction gives back


@dataclass(frozen=True, slots=True)
class Office:
    """What a letter needs besides its words."""

    keyring: Keyring
    base_url: str
    now: datetime
    real_now: datetime


def cancel_course(
    *,
    course_code: str,
    reason: str,
    actor: str,
    now: datetime,
    real_now: datetime,
    keyring: Keyring,
    base_url: str,
    limit: int = BATCH,
) -> int:
    """Call a class off for ever; how many unfinished purchases of it were given back at once.

    It is off sale once the first transaction ends: whoever was buying before is found by the
    second, which gives back up to `limit` purchases, with their letters. The sweep
    `learning.called_off` gives back what is more than that, or what a crash left. Calling it off
    again changes nothing. Raises CourseUnknown or CallingOffUnexplained.
    """
    course = _take_off_sale(course_code, reason, actor=actor, now=now, real_now=real_now)
    office = Office(keyring, base_url, now, real_now)
    return _give_back(course, office, limit=limit)


def give_back_called_off(
    *, keyring: Keyring, base_url: str, now: datetime, real_now: datetime, limit: int = BATCH
) -> int:
    """Go on giving back the unfinished purchases of one class that was called off; how many."""
    number = store.fetch_value(store.statement(PACKAGE, "called_off"))
    if number is None:
        return 0
    office = Office(keyring, base_url, now, real_now)
    return _give_back(Course.objects.get(id=number), office, limit=limit)


def _take_off_sale(
    code: str, reason: str, *, actor: str, now: datetime, real_now: datetime
) -> Course:
    with store.transaction():
        course = Course.objects.select_for_update(no_key=True).filter(code=code).first()
        if course is None:
            raise CourseUnknown(course=code)
        if course.cancelled_at is None:
            why = check_reason(reason)
            course.is_on_sale, course.cancelled_at, course.cancel_reason = False, now, why
            course.save(update_fields=["is_on_sale", "cancelled_at", "cancel_reason"])
            audit.note(actor=actor, action="learning.cancel_course", subject=f"course:{code}",
                       detail={"reason": why}, now=now, real_now=real_now)  # fmt: skip
    return course


def _give_back(course: Course, office: Office, *, limit: int) -> int:
    """Void the holds of one batch, with their letters, in one transaction; how many."""
    with store.transaction():
        rows = store.fetch(
            store.statement(PACKAGE, "call_off"),
            {
                "course": course.id,
                "reason": course.cancel_reason,
                "now": office.now,
                "limit": limit,
            },
        )
        if not rows:
            return 0
        ledger.transfer(
            transfers=[
                holding.void(purchase_id=row["id"], award_id=row["award_id"], price=row["price"])
                for row in rows
            ],
            now=office.now,
        )
        owed = _letters(course, rows, office)
        notices.owe(notices=owed, now=office.now, real_now=office.real_now)
        return len(rows)


def _letters(course: Course, rows: list[dict[str, Any]], office: Office) -> list[Owed]:
    title = Text(id=course.title_id, en=course.title_en)
    reachable = contacts.contacts(person_ids=[row["person_id"] for row in rows])
    owed = []
    for row in rows:
        contact = reachable.get(UUID(str(row["person_id"])))
        if contact is None:
            continue  # erased meanwhile: there is nobody to write to
        letter = letters.called_off(
            language=contact.language, title=title, reason=course.cancel_reason,
            price=row["price"], base_url=office.base_url,
        )  # fmt: skip
        owed.append(
            letter_to(
                contact,
                letter,
                key=f"learning.called_off:{row['id']}",
                kind="learning.called_off",
                person_id=row["person_id"],
                keyring=office.keyring,
            )
        )
    return owed
