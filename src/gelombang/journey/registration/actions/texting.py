"""A sign-in code that goes to a proven number, within the limits that pumping meets."""

from dataclasses import dataclass, field
from datetime import datetime
from uuid import UUID

from gelombang import store
from gelombang.journey.registration import messages, queries
from gelombang.journey.registration.actions.finding import NOBODY, Account
from gelombang.journey.registration.pumping import TextAsked, TextBudget, text_limits
from gelombang.journey.registration.rules import SignInAnswer, answer_by_text
from gelombang.kit.sealing import Keyring, seal, unseal
from gelombang.records.notices import actions as notices
from gelombang.records.notices.rules import ADDRESS, Limit, Owed, Via, seal_letter
from gelombang.records.people import queries as people

_NO_NUMBER = "+6281000000000"
"""Stands for the number of an account that has none, where the same work is done for it."""


@dataclass(frozen=True, slots=True)
class Way:
    """Where a text message for an account goes, and whether one may go there at all."""

    answer: SignInAnswer
    person_id: UUID
    via: Via
    number: str = field(repr=False)
    number_name: str
    language: str

    @property
    def is_open(self) -> bool:
        """Whether a message may go out."""
        return self.answer is SignInAnswer.CODE


def way_to(account: Account, *, via: Via, keyring: Keyring, language: str) -> Way:
    """The proven number of an account; the same look-ups where there is none."""
    person_id = account.person_id or NOBODY
    reach = queries.reach_for_update(person_id=person_id)
    contact = people.contact_of(person_id=person_id)
    index = contact.phone_index if contact else None
    has_number = queries.has_confirmed_phone(person_id=person_id, phone_index=index)
    sealed = contact.phone_sealed if contact and has_number else None
    return Way(
        answer=answer_by_text(reach, has_number=sealed is not None),
        person_id=person_id,
        via=via,
        number=unseal(keyring, sealed, purpose="phone") if sealed else _NO_NUMBER,
        number_name=index.hex() if index else _NO_NUMBER,
        language=contact.language if contact else language,
    )


def use_limits(way: Way, *, budget: TextBudget, real_now: datetime) -> bool:
    """Use one message of every limit; False where one is used up or none may go out."""
    asked = TextAsked(str(way.person_id), way.number, way.number_name, is_proven=True)
    limits = text_limits(asked, budget=budget, real_now=real_now)
    with store.kept_only_if(way.is_open):
        is_left = notices.take_together(limits=[Limit(*each) for each in limits], real_now=real_now)
    return is_left and way.is_open


def owe_text(
    way: Way, code: str, *, wanted: bool, code_id: int, expires_at: datetime, keyring: Keyring,
    now: datetime, real_now: datetime,
) -> None:  # fmt: skip
    """Owe the message, and take it back at once unless it is wanted."""
    letter = messages.sign_in_text(code=code, until=expires_at, language=way.language)
    owed = Owed(
        key=f"registration.text_code:{code_id}", person_id=None, kind="registration.text_code",
        address_sealed=seal(keyring, way.number, purpose=ADDRESS), language=way.language,
        letter_sealed=seal_letter(keyring, *letter), urgent=True, channel=way.via,
    )  # fmt: skip
    with store.kept_only_if(wanted):
        notices.owe(notices=[owed], now=now, real_now=real_now)
