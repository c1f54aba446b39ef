"""Send and check sign-in codes."""

import os
from datetime import datetime
from uuid import UUID

from gelombang import store
from gelombang.journey.registration import letters, queries
from gelombang.journey.registration.actions import texting
from gelombang.journey.registration.actions.admitting import BATCH, PACKAGE, confirm_link
from gelombang.journey.registration.actions.finding import (
    Account,
    address_of,
    code_fits,
    code_mac,
    code_of,
    found_account,
)
from gelombang.journey.registration.naming import Name, NamedBy
from gelombang.journey.registration.pumping import TextBudget
from gelombang.journey.registration.rules import (
    CODE_LIFE,
    CODE_MEMORY,
    CODE_TRIES,
    LETTER_DAY,
    Code,
    CodeExpired,
    Reach,
    SignedIn,
    SignInAnswer,
    answer_sign_in,
    can_be_texted,
    costs_a_try,
    judge_code,
    next_code_at,
)
from gelombang.kit.errors import Refusal
from gelombang.kit.indexing import index_key_of
from gelombang.kit.sealing import Keyring, seal
from gelombang.records.audit import actions as audit
from gelombang.records.keys import actions as keys
from gelombang.records.notices import actions as notices
from gelombang.records.notices.rules import ADDRESS, Owed, Via, seal_letter
from gelombang.records.people import queries as people

NO_TEXTS = TextBudget(an_hour=0, idr_a_day=0, idr_each=1)


def send_code(
    *, keyring: Keyring, base_url: str, email: str, language: str, now: datetime,
    real_now: datetime,
) -> datetime:  # fmt: skip
    """Send a sign-in code to a confirmed address, or a new confirm link to an unconfirmed one.

    The answer is the real instant from which on another one can be asked for; before it nothing is
    sent. Nothing tells the caller which addresses take part: unknown ones get a row, the same work
    and the same answer, and a letter that is taken back before anybody could send it.
    Raises EmailMalformed or EmailTooLong.
    """
    name = Name(NamedBy.EMAIL, address_of(email))
    return send_code_to(
        keyring=keyring, base_url=base_url, name=name, via=Via.EMAIL, budget=NO_TEXTS,
        language=language, now=now, real_now=real_now,
    )  # fmt: skip


def send_code_to(
    *, keyring: Keyring, base_url: str, name: Name, via: Via, budget: TextBudget, language: str,
    now: datetime, real_now: datetime,
) -> datetime:  # fmt: skip
    """The same for an account that is named by address, number or receipt, by any way.

    By text message an open code goes out once more, so that there are never two that work, and no
    more go out than the budget says. Where a limit holds a code back, or no proven number is there,
    the answer is the same.
    """
    with store.transaction():
        account = found_account(name, keyring=keyring)
        asked = queries.codes_asked(email_index=account.index, real_now=real_now)
        allowed_at = next_code_at(asked, real_now=real_now)
        after = next_code_at([(real_now, False), *asked], real_now=real_now)
        if via is Via.EMAIL:
            if real_now < allowed_at:
                return allowed_at
            _send_letter(
                account, keyring=keyring, base_url=base_url, name=name, language=language,
                now=now, real_now=real_now,
            )  # fmt: skip
            return after
        newest = queries.newest_code(email_index=account.index)
        again = newest if newest and can_be_texted(newest, real_now=real_now) else None
        if again is None and real_now < allowed_at:
            return allowed_at
        _send_text(
            account, again, keyring=keyring, via=via, budget=budget, language=language, now=now,
            real_now=real_now,
        )  # fmt: skip
        return allowed_at if again else after


def _send_letter(
    account: Account, *, keyring: Keyring, base_url: str, name: Name, language: str, now: datetime,
    real_now: datetime,
) -> None:  # fmt: skip
    reach = queries.reach_for_update(person_id=account.person_id)
    sends = answer_sign_in(reach, letters_today=_letters_today(reach, account.index, real_now))
    code, code_id = _keep_code(
        keyring, account, is_for_person=sends is SignInAnswer.CODE,
        link_sent=sends is SignInAnswer.LINK, texted_at=None, real_now=real_now,
    )  # fmt: skip
    link = confirm_link(keyring, base_url, reach.receipt if reach else "", account.index, real_now)
    letter = _sign_in_letter(
        sends, code=code, link=link, reach=reach, base_url=base_url, language=language
    )
    own = seal(keyring, name.value, purpose=ADDRESS)
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


def _send_text(
    account: Account, again: Code | None, *, keyring: Keyring, via: Via, budget: TextBudget,
    language: str, now: datetime, real_now: datetime,
) -> None:  # fmt: skip
    way = texting.way_to(account, via=via, keyring=keyring, language=language)
    wanted = texting.use_limits(way, budget=budget, real_now=real_now)
    if again is None:
        code, code_id = _keep_code(
            keyring, account, is_for_person=wanted, link_sent=False, texted_at=real_now,
            real_now=real_now,
        )  # fmt: skip
        expires_at = real_now + CODE_LIFE
    else:
        code_id, expires_at = again.id, again.expires_at
        code = code_of(keyring, again.salt, key_id=index_key_of(again.code_mac))
        person_id = account.person_id if wanted else None
        params = {"id": code_id, "real_now": real_now, "person_id": person_id}
        store.execute(store.statement(PACKAGE, "text_code"), params)
    texting.owe_text(
        way, code, wanted=wanted, code_id=code_id, expires_at=expires_at,
        keyring=keyring, now=now, real_now=real_now,
    )  # fmt: skip


def next_code(*, keyring: Keyring, email: str, real_now: datetime) -> datetime:
    """The real instant from which on this address can ask for another code.

    Raises EmailMalformed or EmailTooLong.
    """
    address = address_of(email)
    with store.transaction():
        index = keys.hold(keyring=keyring).index(keyring, address, purpose="email")
        asked = queries.codes_asked(email_index=index, real_now=real_now)
    return next_code_at(asked, real_now=real_now)


def _letters_today(reach: Reach | None, email_index: bytes, real_now: datetime) -> int:
    registration_id = reach.registration_id if reach else 0  # the same query for unknown ones
    found = queries.letters_since(
        registrations={email_index: registration_id}, since=real_now - LETTER_DAY
    )
    return found.get(email_index, 0)


def _keep_code(
    keyring: Keyring, account: Account, *, is_for_person: bool, link_sent: bool,
    texted_at: datetime | None, real_now: datetime,
) -> tuple[str, int]:  # fmt: skip
    """A code and the number of its row."""
    salt, key_id = os.urandom(16), index_key_of(account.index)
    code = code_of(keyring, salt, key_id=key_id)
    params = {
        "email_index": account.index,
        "person_id": account.person_id if is_for_person else None,
        "link_sent": link_sent,
        "code_mac": code_mac(keyring, salt, code, key_id=key_id),
        "salt": salt,
        "sent_at": real_now,
        "texted_at": texted_at,
        "expires_at": real_now + CODE_LIFE,
        "tries": CODE_TRIES,
    }
    return code, int(store.fetch_value(store.statement(PACKAGE, "keep_code"), params))


def _sign_in_letter(
    sends: SignInAnswer, *, code: str, link: str, reach: Reach | None, base_url: str,
    language: str,
) -> tuple[str, str]:  # fmt: skip
    if sends is SignInAnswer.LINK and reach is not None:
        return letters.confirm_again(
            link=link, receipt=reach.receipt, base_url=base_url, language=language
        )
    return letters.sign_in_code(code=code, base_url=base_url, language=language)


def sign_in(
    *, keyring: Keyring, base_url: str, name: Name, code: str, now: datetime, real_now: datetime
) -> SignedIn:
    """The person whom the newest code of this account lets in; the code is used up by it.

    The address is told where the code went to a number too.

    Of two sign-ins at once with one code, one gets in. Raises CodeWrong (the try is counted),
    CodeExpired or CodeUsedUp; known and unknown names get the same answers.
    """
    with store.transaction():
        account = found_account(name, keyring=keyring)
        found = queries.newest_code(email_index=account.index)
        fits = _fits(keyring, found, code)
        refusal = judge_code(found, fits=fits, real_now=real_now)
        if found is not None:
            _spend(found, refusal=refusal, real_now=real_now)
        if refusal is None and found is not None and found.person_id is not None:
            _note_sign_in(found.person_id, now=now, real_now=real_now)
            if found.texted_at is None:
                notices.heard_from(person_id=found.person_id)
            else:
                _tell_address(found, keyring, base_url, now=now, real_now=real_now)
            return SignedIn(found.person_id, by_email=found.texted_at is None)
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


def _tell_address(
    found: Code, keyring: Keyring, base_url: str, *, now: datetime, real_now: datetime
) -> None:
    contact = people.contact_of(person_id=found.person_id) if found.person_id else None
    if contact is None:
        return
    letter = letters.signed_in_by_text(base_url=base_url, language=contact.language, at=real_now)
    owed = Owed(
        key=f"registration.signed_in_by_text:{found.id}", person_id=found.person_id,
        kind="registration.contact", address_sealed=contact.email_sealed,
        language=contact.language, letter_sealed=seal_letter(keyring, *letter),
    )  # fmt: skip
    notices.owe(notices=[owed], now=now, real_now=real_now)


def forget_codes(*, real_now: datetime, limit: int = BATCH) -> int:
    """Sweep away sign-in codes that no limit counts any more; how many."""
    with store.transaction():
        return store.execute(
            store.statement(PACKAGE, "forget_codes"),
            {"before": real_now - CODE_MEMORY, "limit": limit},
        )
