"""The letter that an instalment has arrived."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from gelombang.journey.disbursement import letters
from gelombang.journey.disbursement.actions.booking import Row
from gelombang.kit.sealing import Keyring
from gelombang.records.notices import actions as notices
from gelombang.records.notices.rules import Owed, letter_to
from gelombang.records.people import queries as people
from gelombang.records.people.rules import Contact


@dataclass(frozen=True, slots=True)
class Office:
    """What writing down an answer needs besides the answer."""

    keyring: Keyring
    base_url: str
    now: datetime
    real_now: datetime


def tell_paid(rows: Sequence[Row], office: Office) -> None:
    """Owe each recipient one letter, in the transaction that made the instalment paid."""
    reachable = people.contacts(person_ids=[row["person_id"] for row in rows])
    owed = [
        _owed(row, reachable[row["person_id"]], office)
        for row in rows
        if row["person_id"] in reachable  # erased meanwhile: there is nobody to write to
    ]
    notices.owe(notices=owed, now=office.now, real_now=office.real_now)


def _owed(row: Row, contact: Contact, office: Office) -> Owed:
    letter = letters.paid(
        language=contact.language,
        amount=row["amount"],
        kind=row["kind"],
        number=row["number"],
        times=row["times"],
        partner=row["partner"],
        ending=row["ending"],
        reference=row["reference"],
        base_url=office.base_url,
    )
    return letter_to(
        contact,
        letter,
        key=f"disbursement.paid:{row['instalment_id']}",
        kind="disbursement.paid",
        person_id=row["person_id"],
        keyring=office.keyring,
    )
