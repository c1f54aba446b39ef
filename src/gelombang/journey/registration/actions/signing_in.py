"""Send and check sign-in codes."""

import hmac
import os
from datetime import datetime
from uuid import UUID

from gelombang import store
from gelombang.journey.registration import letters, queries
from gelombang.journey.registration.actions.admitting import BATCH, PACKAGE, confirm_link
from gelombang.journey.registration.rules import (
    CODE_DIGITS,
    CODE_LIFE,
    CODE_MEMORY,
    CODE_TRIES,
    LETTER_DAY,
    Code,
    CodeExpired,
    Reach,
    SignInAnswer,
    answer_sign_in,
    costs_a_try,
    judge_code,
    next_code_at,
    normalise_code,
)
from gelombang.kit.email import email_for_comparison, normalise_email
from gelombang.kit.errors import Refusal
from gelombang.kit.ids import random_digits
from gelombang.kit.indexing import blind_index, index_key_of
from gelombang.kit.sealing import Keyring, seal
from gelombang.records.audit import actions as audit
from gelombang.records.keys import actions as keys
from gelombang.records.notices import actions as notices
from gelombang.records.notices.rules import Owed, seal_letter
from gelombang.records.people import queries as people_queries


def send_code(
    *,
    keyring: Keyring,
    base_url: str,
    email: str,
    language: str,
    now: datetime,
    real_now: datetime,
) -> datetime:
    """Send a sign-in code to a confirmed address, or a new confirm link to an unconfirmed one.

    The answer is the real instant from which on another one can be asked for; before it nothing is
    sent. Nothing tells the caller which addresses take part: unknown ones get a row, the same work
    and the same answer, and a letter that is taken back before anybody could send it.
    Raises EmailMalformed or EmailTooLong.
    """
    address = address_of(email)
    with store.transaction():
        index = keys.hold(keyring=keyring).index(keyring, address, purpose="email")
        store.lock(_code_lock(index))
        asked = queries.codes_asked(email_index=index, real_now=real_now)
        allowed_at = next_code_at(asked, real_now=real_now)
        if real_now < allowed_at:
            return allowed_at
        after = next_code_at([(real_now, False), *asked], real_now=real_now)
        reach = queries.reach_for_update(
            person_id=people_queries.person_of_address(email_index=index)
        )
        sends = answer_sign_in(reach, letters_today=_letters_today(reach, index, real_now))
        code = random_digits(CODE_DIGITS)
        code_id = _keep_code(
            keyring, code, email_index=index, reach=reach, sends=sends, real_now=real_now
        )
        link = confirm_link(keyring, base_url, reach.receipt if reach else "", index, real_now)
        letter = _sign_in_letter(
            sends, code=code, link=link, reach=reach, base_url=base_url, language=language
        )
        own = seal(keyring, address, purpose="email")
        owed = Owed(
            key=f"{sends}:{code_id}",
            person_id=reach.person_id if reach else None,
            kind=sends,
            address_sealed=reach.address_sealed if reach else own,
            language=language,
            letter_sealed=seal_letter(keyring, *letter),
            urgent=True,
        )
        with store.kept_only_if(reach is not None and sends is not SignInAnswer.SILENCE):
            notices.owe(notices=[owed], now=now, real_now=real_now)
        return after


def next_code(*, keyring: Keyring, email: str, real_now: datetime) -> datetime:
    """The real instant from which on this address can ask for another code.

    Raises EmailMalformed or EmailTooLong.
    """
    address = address_of(email)
    with store.transaction():
        index = keys.hold(keyring=keyring).index(keyring, address, purpose="email")
        asked = queries.codes_asked(email_index=index, real_now=real_now)
    return next_code_at(asked, real_now=real_now)


def address_of(email: str) -> str:
    """An address as typed, in the form that indexes are of.

    Raises EmailMalformed or EmailTooLong.
    """
    return email_for_comparison(normalise_email(email))


def _code_lock(email_index: bytes) -> str:
    """One address at a time: limits and `newest` hold between two requests at once."""
    return f"registration.code:{email_index.hex()}"


def _letters_today(reach: Reach | None, email_index: bytes, real_now: datetime) -> int:
    registration_id = reach.registration_id if reach else 0  # the same query for unknown ones
    found = queries.letters_since(
        registrations={email_index: registration_id}, since=real_now - LETTER_DAY
    )
    return found.get(email_index, 0)


def _keep_code(
    keyring: Keyring,
    code: str,
    *,
    email_index: bytes,
    reach: Reach | None,
    sends: SignInAnswer,
    real_now: datetime,
) -> int:
    salt = os.urandom(16)
    return int(
        store.fetch_value(
            store.statement(PACKAGE, "keep_code"),
            {
                "email_index": email_index,
                "person_id": reach.person_id if reach and sends is SignInAnswer.CODE else None,
                "link_sent": sends is SignInAnswer.LINK,
                "code_mac": code_mac(keyring, salt, code, key_id=index_key_of(email_index)),
                "salt": salt,
                "sent_at": real_now,
                "expires_at": real_now + CODE_LIFE,
                "tries": CODE_TRIES,
            },
        )
    )


def code_mac(keyring: Keyring, salt: bytes, code: str, *, key_id: int) -> bytes:
    """A keyed digest: without the key a million codes would be tried in a second.

    It lives ten minutes, so it is never wrapped: it is checked with the key that it names.
    """
    return blind_index(keyring, f"{salt.hex()}:{code}", purpose="sign-in-code", key_id=key_id)


def code_fits(keyring: Keyring, code: str, *, salt: bytes, mac: bytes) -> bool:
    """Whether a code is the one that a row keeps, checked in constant time."""
    made = code_mac(keyring, salt, normalise_code(code), key_id=index_key_of(mac))
    return hmac.compare_digest(mac, made)


def _sign_in_letter(
    sends: SignInAnswer,
    *,
    code: str,
    link: str,
    reach: Reach | None,
    base_url: str,
    language: str,
) -> tuple[str, str]:
    if sends is SignInAnswer.LINK and reach is not None:
        return letters.confirm_again(
            link=link, receipt=reach.receipt, base_url=base_url, language=language
        )
    return letters.sign_in_code(code=code, base_url=base_url, language=language)


def sign_in(*, keyring: Keyring, email: str, code: str, now: datetime, real_now: datetime) -> UUID:
    """The person whom the newest code of this address lets in; the code is used up by it.

    Of two sign-ins at once with one code, one gets in. Raises CodeWrong (the try is counted),
    CodeExpired, CodeUsedUp, EmailMalformed or EmailTooLong; known and unknown addresses get the
    same answers.
    """
    address = address_of(email)
    with store.transaction():
        index = keys.hold(keyring=keyring).index(keyring, address, purpose="email")
        store.lock(_code_lock(index))
        found = queries.newest_code(email_index=index)
        fits = _fits(keyring, found, code)
        refusal = judge_code(found, fits=fits, real_now=real_now)
        if found is not None:
            _spend(found, refusal=refusal, real_now=real_now)
        if refusal is None and found is not None and found.person_id is not None:
            _note_sign_in(found.person_id, now=now, real_now=real_now)
            notices.heard_from(person_id=found.person_id)
            return found.person_id
    # After the commit, since a refusal must not take the counted try back.
    raise refusal or CodeExpired(field="code")


def _fits(keyring: Keyring, found: Code | None, code: str) -> bool:
    """Whether the code is the one that was sent; the same work where none was."""
    salt, mac = (found.salt, found.code_mac) if found else (bytes(16), bytes(32))
    return code_fits(keyring, code, salt=salt, mac=mac)


def _spend(found: Code, *, refusal: Refusal | None, real_now: datetime) -> None:
    if refusal is None:
        params = {"id": found.id, "real_now": real_now}
        store.execute(store.statement(PACKAGE, "use_code"), params)
    elif costs_a_try(found, real_now=real_now):
        store.execute(store.statement(PACKAGE, "count_try"), {"id": found.id})


def _note_sign_in(person_id: UUID, *, now: datetime, real_now: datetime) -> None:
    person = f"person:{person_id}"
    audit.note(
        actor=person, action="registration.sign_in", subject=person, now=now, real_now=real_now
    )


def forget_codes(*, real_now: datetime, limit: int = BATCH) -> int:
    """Sweep away sign-in codes that no limit counts any more; how many."""
    with store.transaction():
        return store.execute(
            store.statement(PACKAGE, "forget_codes"),
            {"before": real_now - CODE_MEMORY, "limit": limit},
        )
