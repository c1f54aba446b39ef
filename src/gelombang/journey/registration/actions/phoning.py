"""A mobile number proves itself by a code that comes to it, within limits that pumping meets."""

from datetime import datetime
from uuid import UUID

from gelombang import store
from gelombang.journey.registration import messages, queries
from gelombang.journey.registration.actions.contacting import contact_lock, keep_change, own_contact
from gelombang.journey.registration.pumping import (
    TextAsked,
    TextBudget,
    TooManyTexts,
    text_limits,
)
from gelombang.journey.registration.rules import (
    CODE_DIGITS,
    Channel,
    SameContact,
    next_code_at,
)
from gelombang.kit.ids import random_digits
from gelombang.kit.phone import normalise_phone
from gelombang.kit.sealing import Keyring, seal
from gelombang.records.keys import actions as keys
from gelombang.records.notices import actions as notices
from gelombang.records.notices.rules import ADDRESS, Limit, Owed, Via, seal_letter


def ask_phone(
    *, person_id: UUID, phone: str, via: Via, is_stepped_up: bool, budget: TextBudget,
    keyring: Keyring, now: datetime, real_now: datetime,
) -> datetime:  # fmt: skip
    """Send a code to a mobile number; the real instant from which on another can be asked for.

    The first number of somebody counts as soon as it is proven; another one does where a fresh code
    of the present address came first (`is_stepped_up`), else after 72 hours. No more go out than
    the budget says, whoever asks. Raises SameContact, TooManyTexts, PhoneMalformed, or
    NothingToProve for somebody who was erased.
    """
    number = normalise_phone(phone)
    with store.transaction():
        index = keys.hold(keyring=keyring).index(keyring, number, purpose="phone")
        store.lock(contact_lock(person_id))
        contact = own_contact(person_id)
        has_one = queries.has_confirmed_phone(person_id=person_id, phone_index=contact.phone_index)
        if has_one and contact.phone_index == index:
            raise SameContact(field="phone")
        asked = queries.changes_asked(
            person_id=person_id, channel=Channel.PHONE, value_index=index, real_now=real_now
        )
        if real_now < (allowed_at := next_code_at(asked, real_now=real_now)):
            return allowed_at
        wanted = TextAsked(str(person_id), number, index.hex(), is_proven=False)
        limits = text_limits(wanted, budget=budget, real_now=real_now)
        if not notices.take_together(limits=[Limit(*each) for each in limits], real_now=real_now):
            raise TooManyTexts(field="phone")
        code, sealed = random_digits(CODE_DIGITS), seal(keyring, number, purpose="phone")
        change_id = keep_change(
            keyring, code, person_id=person_id, channel=Channel.PHONE, index=index, sealed=sealed,
            is_stepped_up=is_stepped_up or not has_one, real_now=real_now,
        )  # fmt: skip
        owed = Owed(
            key=f"registration.phone_code:{change_id}", person_id=None,
            kind="registration.phone_code",
            address_sealed=seal(keyring, number, purpose=ADDRESS), language=contact.language,
            letter_sealed=seal_letter(
                keyring, *messages.phone_code(code=code, language=contact.language)
            ),
            urgent=True, channel=via,
        )  # fmt: skip
        notices.owe(notices=[owed], now=now, real_now=real_now)
        return next_code_at([(real_now, False), *asked], real_now=real_now)
