"""Find the account that somebody names, and make the codes that let them in."""

import hmac
from dataclasses import dataclass, field
from uuid import UUID

from gelombang import store
from gelombang.journey.registration import queries
from gelombang.journey.registration.naming import Name, NamedBy
from gelombang.journey.registration.rules import CODE_DIGITS, normalise_code
from gelombang.kit.email import email_for_comparison, normalise_email
from gelombang.kit.indexing import INDEX_BYTES, blind_index, index_key_of
from gelombang.kit.sealing import Keyring
from gelombang.records.keys import actions as keys
from gelombang.records.people import queries as people

NOBODY = UUID(int=0)


@dataclass(frozen=True, slots=True)
class Account:
    """What codes are counted by, and whose account it is, if anybody's."""

    index: bytes = field(repr=False)
    person_id: UUID | None


def found_account(name: Name, *, keyring: Keyring) -> Account:
    """The account of a name, locked: limits and `newest` hold between two requests at once.

    Whatever names an account, its codes are counted by its address; what names none is counted by
    itself, with the same look-ups. Raises TransactionMissing outside a transaction.
    """
    store.transaction_required()
    frontier = keys.hold(keyring=keyring)
    if name.by is NamedBy.EMAIL:
        index = frontier.index(keyring, address_of(name.value), purpose="email")
        found = Account(index, people.person_of_address(email_index=index))
    else:
        if name.by is NamedBy.PHONE:
            number = frontier.index(keyring, name.value, purpose="phone")
            person_id = queries.person_of_number(phone_index=number)
        else:
            person_id = queries.person_by_receipt(receipt=name.value)
        contact = people.contact_of(person_id=person_id or NOBODY)
        own = frontier.index(keyring, f"{name.by}:{name.value}", purpose="email")
        found = Account(contact.email_index, person_id) if contact else Account(own, None)
    store.lock(f"registration.code:{found.index.hex()}")
    return found


def address_of(email: str) -> str:
    """An address as typed, in the form that indexes are of.

    Raises EmailMalformed or EmailTooLong.
    """
    return email_for_comparison(normalise_email(email))


def code_of(keyring: Keyring, salt: bytes, *, key_id: int) -> str:
    """The code of a row: made from its salt by a key, so that the same one can go out again."""
    made = blind_index(keyring, salt.hex(), purpose="sign-in-digits", key_id=key_id)
    number = int.from_bytes(made[-INDEX_BYTES:]) % 10**CODE_DIGITS
    return f"{number:0{CODE_DIGITS}d}"


def code_mac(keyring: Keyring, salt: bytes, code: str, *, key_id: int) -> bytes:
    """A keyed digest: without the key a million codes would be tried in a second.

    It lives ten minutes, so it is never wrapped: it is checked with the key that it names.
    """
    return blind_index(keyring, f"{salt.hex()}:{code}", purpose="sign-in-code", key_id=key_id)


def code_fits(keyring: Keyring, code: str, *, salt: bytes, mac: bytes) -> bool:
    """Whether a code is the one that a row keeps, checked in constant time."""
    made = code_mac(keyring, salt, normalise_code(code), key_id=index_key_of(mac))
    return hmac.compare_digest(mac, made)
