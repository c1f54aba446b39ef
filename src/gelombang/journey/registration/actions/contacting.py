"""Change an address or a number: the new one proves itself, the old one is told."""

import os
from datetime import datetime
from typing import Any
from uuid import UUID

from gelombang import store
from gelombang.journey.registration import letters, messages, queries
from gelombang.journey.registration.actions.admitting import PACKAGE
from gelombang.journey.registration.actions.finding import address_of, code_fits, code_mac
from gelombang.journey.registration.pumping import told_limit
from gelombang.journey.registration.rules import (
    CODE_DIGITS,
    CODE_LIFE,
    CODE_TRIES,
    Channel,
    Code,
    NothingToProve,
    SameContact,
    costs_a_try,
    effective_from,
    judge_code,
    masked_email,
    masked_phone,
    next_code_at,
)
from gelombang.kit.email import normalise_email
from gelombang.kit.ids import random_digits
from gelombang.kit.indexing import index_key_of
from gelombang.kit.sealing import Keyring, seal, unseal
from gelombang.records.audit import actions as audit
from gelombang.records.keys import actions as keys
from gelombang.records.notices import actions as notices
from gelombang.records.notices.rules import ADDRESS, Limit, Owed, Via, seal_letter
from gelombang.records.people import actions as people, queries as people_queries
from gelombang.records.people.rules import OwnContact

Row = dict[str, Any]
BATCH = 200


def ask_email(
    *, person_id: UUID, email: str, is_stepped_up: bool, keyring: Keyring, base_url: str,
    now: datetime, real_now: datetime,
) -> datetime:  # fmt: skip
    """Send a code to an address that somebody wants to have; when another can be asked for (real).

    An address that somebody else has gets a letter without a code: whoever asks learns nothing.
    `is_stepped_up` says that a fresh code of the present address came first: the change then
    counts at once, else after 72 hours. Raises SameContact, EmailMalformed, EmailTooLong, or
    NothingToProve for somebody who was erased.
    """
    address = address_of(email)
    with store.transaction():
        index = keys.hold(keyring=keyring).index(keyring, address, purpose="email")
        store.lock(contact_lock(person_id))
        contact = own_contact(person_id)
        if contact.email_index == index:
            raise SameContact(field="email")
        asked = queries.changes_asked(
            person_id=person_id, channel=Channel.EMAIL, value_index=index, real_now=real_now
        )
        if real_now < (allowed_at := next_code_at(asked, real_now=real_now)):
            return allowed_at
        is_taken = people_queries.person_of_address(email_index=index) is not None
        code = random_digits(CODE_DIGITS)
        sealed = seal(keyring, normalise_email(email), purpose="email")
        change_id = keep_change(
            keyring, random_digits(CODE_DIGITS) if is_taken else code, person_id=person_id,
            channel=Channel.EMAIL, index=index, sealed=sealed, is_stepped_up=is_stepped_up,
            real_now=real_now,
        )  # fmt: skip
        letter = (
            letters.address_in_use(base_url=base_url, language=contact.language)
            if is_taken
            else letters.new_address_code(code=code, base_url=base_url, language=contact.language)
        )
        _owe(f"contact_code:{change_id}", letter, to=sealed, contact=contact, keyring=keyring,
             now=now, real_now=real_now, urgent=True)  # fmt: skip
        return next_code_at([(real_now, False), *asked], real_now=real_now)


def prove(
    *, person_id: UUID, channel: Channel, code: str, keyring: Keyring, base_url: str,
    now: datetime, real_now: datetime,
) -> datetime:  # fmt: skip
    """The code came to the new address or number: from when on it counts (real time).

    It counts at once where the present address agreed, else after the waiting time, which the old
    address and the proven number are told. Raises NothingToProve, CodeWrong (the try is counted),
    CodeExpired, CodeUsedUp.
    """
    with store.transaction():
        keys.hold(keyring=keyring)  # the index of the change becomes that of the person
        store.lock(contact_lock(person_id))
        rows = store.fetch(
            store.statement(PACKAGE, "open_change"),
            {"person_id": person_id, "channel": channel.value},
        )
        row = rows[0] if rows else None
        refusal: Exception | None = NothingToProve() if row is None else None
        if row is not None:
            found = _code_of(row)
            fits = code_fits(keyring, code, salt=found.salt, mac=found.code_mac)
            refusal = judge_code(found, fits=fits, real_now=real_now)
            if refusal is not None and costs_a_try(found, real_now=real_now):
                store.execute(store.statement(PACKAGE, "count_change_try"), {"id": row["id"]})
            if refusal is None:
                return _proven(row, keyring=keyring, base_url=base_url, now=now, real_now=real_now)
    # After the commit, since a refusal must not take the counted try back.
    raise refusal or NothingToProve()


def _proven(
    row: Row, *, keyring: Keyring, base_url: str, now: datetime, real_now: datetime
) -> datetime:
    effective_at = effective_from(is_stepped_up=row["is_stepped_up"], real_now=real_now)
    params = {"id": row["id"], "real_now": real_now, "effective_at": effective_at}
    store.execute(store.statement(PACKAGE, "prove_change"), params)
    _replace(row, except_id=row["id"], outcome="replaced", real_now=real_now)
    if effective_at <= real_now:
        _apply(row, keyring=keyring, base_url=base_url, now=now, real_now=real_now)
        return effective_at
    contact = own_contact(row["person_id"])
    letter = letters.change_waits(
        base_url=base_url, language=contact.language, at=effective_at,
        new=_masked(row, keyring),
    )  # fmt: skip
    _owe(f"contact_waits:{row['id']}", letter, to=contact.email_sealed, contact=contact,
         keyring=keyring, now=now, real_now=real_now)  # fmt: skip
    words = messages.change_waits(
        new=_masked(row, keyring), at=effective_at, language=contact.language
    )
    _tell_number("waits", words, row, contact, keyring=keyring, now=now, real_now=real_now)
    return effective_at


def cancel_changes(*, person_id: UUID, channel: Channel, now: datetime, real_now: datetime) -> None:
    """Drop whatever change of a channel is under way."""
    with store.transaction():
        store.lock(contact_lock(person_id))
        row = {"person_id": person_id, "channel": channel.value}
        if _replace(row, except_id=0, outcome="cancelled", real_now=real_now):
            _note(row, "cancel_change", now=now, real_now=real_now)


def apply_due_changes(
    *, keyring: Keyring, base_url: str, now: datetime, real_now: datetime, limit: int = BATCH
) -> int:
    """Make changes count whose waiting time is over; how many were settled."""
    with store.transaction():
        keys.hold(keyring=keyring)  # the indexes of the changes become those of the people
        params = {"real_now": real_now, "limit": limit}
        rows = store.fetch(store.statement(PACKAGE, "due_changes"), params)
        for row in rows:
            _apply(row, keyring=keyring, base_url=base_url, now=now, real_now=real_now)
        return len(rows)


def _apply(row: Row, *, keyring: Keyring, base_url: str, now: datetime, real_now: datetime) -> None:
    """The change counts from now on; the old address and number are told where it went, in part."""
    person_id, sealed, index = row["person_id"], bytes(row["value_sealed"]), row["value_index"]
    before = own_contact(person_id)
    if row["channel"] == Channel.EMAIL:
        done = people.change_email(person_id=person_id, email_index=index, email_sealed=sealed)
        if done:
            notices.readdress(person_id=person_id, address_sealed=sealed, real_now=real_now)
    else:
        done = people.change_phone(person_id=person_id, phone_index=index, phone_sealed=sealed)
    outcome = "applied" if done else "taken"
    params = {"id": row["id"], "outcome": outcome, "real_now": real_now}
    store.execute(store.statement(PACKAGE, "settle_change"), params)
    if not done:
        return
    _note(row, "change_contact", now=now, real_now=real_now)
    new = _masked(row, keyring)
    letter = letters.contact_changed(base_url=base_url, language=before.language, new=new)
    _owe(f"contact_changed:{row['id']}", letter, to=before.email_sealed, contact=before,
         keyring=keyring, now=now, real_now=real_now)  # fmt: skip
    if row["channel"] == Channel.EMAIL:
        words = messages.address_changed(new=new, language=before.language)
    elif before.phone_index == index:
        return
    else:
        words = messages.number_changed(new=new, language=before.language)
    _tell_number("changed", words, row, before, keyring=keyring, now=now, real_now=real_now)


def _tell_number(
    what: str, words: tuple[str, str], row: Row, contact: OwnContact, *, keyring: Keyring,
    now: datetime, real_now: datetime,
) -> None:  # fmt: skip
    """Tell a number that was proven, where there is one: who has the mailbox has not the phone."""
    person_id, sealed = row["person_id"], contact.phone_sealed
    was_proven = queries.has_confirmed_phone(person_id=person_id, phone_index=contact.phone_index)
    if sealed is None or not was_proven:
        return
    limit = told_limit(str(person_id), channel=row["channel"], real_now=real_now)
    if not notices.take_together(limits=[Limit(*limit)], real_now=real_now):
        return
    number = unseal(keyring, sealed, purpose="phone")
    owed = Owed(
        key=f"registration.number_told:{what}:{row['id']}", person_id=None,
        kind="registration.contact", address_sealed=seal(keyring, number, purpose=ADDRESS),
        language=contact.language, letter_sealed=seal_letter(keyring, *words), channel=Via.SMS,
    )  # fmt: skip
    notices.owe(notices=[owed], now=now, real_now=real_now)


def keep_change(
    keyring: Keyring, code: str, *, person_id: UUID, channel: Channel, index: bytes, sealed: bytes,
    is_stepped_up: bool, real_now: datetime,
) -> int:  # fmt: skip
    """The row that waits for its code; its number. `index` is of the frontier that is held."""
    salt = os.urandom(16)
    is_email = channel is Channel.EMAIL
    params = {
        "person_id": person_id, "channel": channel.value,
        "email_sealed": sealed if is_email else None, "email_index": index if is_email else None,
        "phone_sealed": None if is_email else sealed, "phone_index": None if is_email else index,
        "code_mac": code_mac(keyring, salt, code, key_id=index_key_of(index)), "salt": salt,
        "sent_at": real_now, "expires_at": real_now + CODE_LIFE, "tries": CODE_TRIES,
        "is_stepped_up": is_stepped_up,
    }  # fmt: skip
    return int(store.fetch_value(store.statement(PACKAGE, "keep_change"), params))


def contact_lock(person_id: UUID) -> str:
    """One change of a person at a time."""
    return f"registration.contact:{person_id}"


def own_contact(person_id: UUID) -> OwnContact:
    """Address and number of a person. Raises NothingToProve for somebody who was erased."""
    contact = people_queries.contact_of(person_id=person_id)
    if contact is None:
        raise NothingToProve
    return contact


def _code_of(row: Row) -> Code:
    return Code(
        id=row["id"], person_id=row["person_id"], code_mac=bytes(row["code_mac"]),
        salt=bytes(row["salt"]), expires_at=row["expires_at"],
        attempts_left=row["attempts_left"], used_at=row["proven_at"],
    )  # fmt: skip


def _replace(row: Row, *, except_id: int, outcome: str, real_now: datetime) -> int:
    params = {
        "person_id": row["person_id"], "channel": row["channel"], "except_id": except_id,
        "outcome": outcome, "real_now": real_now,
    }  # fmt: skip
    return store.execute(store.statement(PACKAGE, "replace_changes"), params)


def _masked(row: Row, keyring: Keyring) -> str:
    value = unseal(keyring, bytes(row["value_sealed"]), purpose=row["channel"])
    return masked_email(value) if row["channel"] == Channel.EMAIL else masked_phone(value)


def _note(row: Row, verb: str, *, now: datetime, real_now: datetime) -> None:
    person = f"person:{row['person_id']}"
    audit.note(
        actor=person, action=f"registration.{verb}", subject=person,
        detail={"channel": str(row["channel"])}, now=now, real_now=real_now,
    )  # fmt: skip


def _owe(
    key: str, letter: tuple[str, str], *, to: bytes, contact: OwnContact, keyring: Keyring,
    now: datetime, real_now: datetime, urgent: bool = False,
) -> None:  # fmt: skip
    """A letter to one address. It names no person: a bounce of it is not about the present one."""
    owed = Owed(
        key=f"registration.{key}", person_id=None, kind="registration.contact", address_sealed=to,
        language=contact.language, letter_sealed=seal_letter(keyring, *letter), urgent=urgent,
    )  # fmt: skip
    notices.owe(notices=[owed], now=now, real_now=real_now)
