"""Admit submissions, confirm addresses, send and check sign-in codes."""

import hmac
import os
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from gelombang import store
from gelombang.journey.registration import letters, queries
from gelombang.journey.registration.intake import proven, submitted
from gelombang.journey.registration.rules import (
    CODE_DIGITS,
    CODE_HOUR,
    CODE_LIFE,
    CODE_MEMORY,
    CODE_TRIES,
    CODES_AN_HOUR,
    LETTER_DAY,
    LINK_LIFE,
    Admitted,
    Code,
    CodeExpired,
    LetterKind,
    Reach,
    RegistrationState,
    SignInAnswer,
    Standing,
    Submitted,
    answer,
    answer_sign_in,
    costs_a_try,
    first_instants,
    judge_code,
    merge,
    normalise_code,
)
from gelombang.kit.email import email_for_comparison, normalise_email
from gelombang.kit.errors import Refusal
from gelombang.kit.ids import random_digits
from gelombang.kit.indexing import blind_index, index_key_of
from gelombang.kit.sealing import Keyring, seal
from gelombang.kit.tokens import confirm_token
from gelombang.records.audit import actions as audit
from gelombang.records.keys import actions as keys
from gelombang.records.notices import actions as notices
from gelombang.records.notices.rules import Owed, seal_letter
from gelombang.records.people import actions as people, queries as people_queries
from gelombang.records.people.rules import Newcomer

BATCH = 5_000
SUBMISSIONS = "registration_submission"
CONFIRMATIONS = "email_confirmation"


def admit(
    *, keyring: Keyring, base_url: str, now: datetime, real_now: datetime, limit: int = BATCH
) -> int:
    """Pull the next submissions and merge them by address; how many rows were pulled.

    One transaction makes the people and registrations that are missing, ties every receipt to one,
    and owes the letters (at most three an address and real day). Several workers may call it: one
    pulls, the others get 0.
    """
    with store.transaction():
        frontier = keys.hold(keyring=keyring)
        rows = _pull(SUBMISSIONS, "pull_submissions", limit=limit)
        if not rows:
            return 0
        merged = merge(submitted(row, frontier, keyring) for row in rows)
        standings = _register(merged, real_now=real_now)
        admitted = [
            each
            for index, submissions in merged.items()
            for each in answer(submissions, standings[index])
        ]
        _admit(admitted, real_now=real_now)
        owed = _letters(admitted, keyring=keyring, base_url=base_url, real_now=real_now)
        notices.owe(notices=owed, now=now, real_now=real_now)
        return len(rows)


def _pull(intake: str, statement: str, *, limit: int) -> list[dict[str, Any]]:
    """The next rows of an intake table, and the cursor behind them, in this transaction."""
    cursor = store.fetch(store.statement(__package__, "lock_cursor"), {"intake": intake})
    if not cursor:
        return []
    rows = store.fetch_set(store.statement(__package__, statement), {**cursor[0], "limit": limit})
    if rows:
        end = {"intake": intake, "xid": rows[-1]["xid"], "row_id": rows[-1]["id"]}
        store.execute(store.statement(__package__, "move_cursor"), end)
    return rows


def _register(
    merged: Mapping[bytes, Sequence[Submitted]], *, real_now: datetime
) -> dict[bytes, Standing]:
    """The registration of every address, made where there was none, locked until the commit."""
    instants = first_instants(merged)
    person_of = people.enrol(
        newcomers=[_newcomer(group[0], instants[index]) for index, group in merged.items()]
    )
    first = {
        "people": [person_of[index] for index in merged],
        "submitted_at": [instants[index] for index in merged],
    }
    new = {
        row["person_id"] for row in store.fetch_set(store.statement(__package__, "register"), first)
    }
    if len(new) < len(merged):
        store.execute_set(store.statement(__package__, "register_earlier"), first)
    found = store.fetch_set(store.statement(__package__, "standings"), {"people": first["people"]})
    by_person = {row["person_id"]: row for row in found}
    known = {
        index: by_person[person]["id"] for index, person in person_of.items() if person not in new
    }
    mailed = queries.letters_since(registrations=known, since=real_now - LETTER_DAY)
    return {
        index: Standing(
            registration_id=by_person[person]["id"],
            person_id=person,
            state=RegistrationState(by_person[person]["state"]),
            is_new=person in new,
            letters_today=mailed.get(index, 0),
        )
        for index, person in person_of.items()
    }


def _newcomer(submission: Submitted, enrolled_at: datetime) -> Newcomer:
    return Newcomer(
        email_index=submission.email_index,
        email_sealed=submission.email_sealed,
        phone_index=submission.phone_index,
        phone_sealed=submission.phone_sealed,
        language=submission.language,
        enrolled_at=enrolled_at,
    )


def _admit(admitted: Sequence[Admitted], *, real_now: datetime) -> None:
    store.execute_set(
        store.statement(__package__, "admit"),
        {
            "submissions": [each.submission.id for each in admitted],
            "registrations": [each.standing.registration_id for each in admitted],
            "receipts": [each.submission.receipt for each in admitted],
            "has_letter": [each.letter is not None for each in admitted],
            "real_now": real_now,
        },
    )


def _letters(
    admitted: Sequence[Admitted], *, keyring: Keyring, base_url: str, real_now: datetime
) -> list[Owed]:
    return [
        _letter(
            each.letter,
            each.submission,
            person_id=each.standing.person_id,
            keyring=keyring,
            base_url=base_url,
            real_now=real_now,
        )
        for each in admitted
        if each.letter is not None
    ]


def _letter(
    kind: LetterKind,
    submission: Submitted,
    *,
    person_id: UUID,
    keyring: Keyring,
    base_url: str,
    real_now: datetime,
) -> Owed:
    if kind is LetterKind.SIGN_IN:
        link, write = f"{base_url}/masuk", letters.already_confirmed
    else:
        link = _confirm_link(
            keyring, base_url, submission.receipt, submission.email_index, real_now
        )
        write = letters.confirm if kind is LetterKind.CONFIRM else letters.confirm_again
    subject, body = write(
        link=link, receipt=submission.receipt, base_url=base_url, language=submission.language
    )
    return Owed(
        key=f"{kind}:{submission.receipt}",
        person_id=person_id,
        kind=kind,
        address_sealed=submission.email_sealed,
        language=submission.language,
        letter_sealed=seal_letter(keyring, subject, body),
    )


def _confirm_link(
    keyring: Keyring, base_url: str, receipt: str, email_index: bytes, real_now: datetime
) -> str:
    token = confirm_token(
        keyring, receipt=receipt, email_index=email_index, expires_at=real_now + LINK_LIFE
    )
    return f"{base_url}/konfirmasi/{token}"


def confirm(*, keyring: Keyring, limit: int = BATCH) -> int:
    """Pull the next confirmations of addresses; how many rows were pulled.

    A registration is confirmed at the virtual instant at which the first confirmation arrived.
    Confirmations of an unknown receipt or for another address change nothing.
    """
    with store.transaction():
        rows = _pull(CONFIRMATIONS, "pull_confirmations", limit=limit)
        found = proven(rows, keyring)
        if found:
            store.execute_set(
                store.statement(__package__, "confirm"),
                {
                    "registrations": [registration for registration, _ in found],
                    "received_at": [received_at for _, received_at in found],
                },
            )
        return len(rows)


def send_code(
    *,
    keyring: Keyring,
    base_url: str,
    email: str,
    language: str,
    now: datetime,
    real_now: datetime,
) -> None:
    """Send a sign-in code to a confirmed address, or a new confirm link to an unconfirmed one.

    Nothing tells the caller which addresses take part: unknown ones get a row and the same work,
    and a letter that is taken back before anybody could send it. At most five codes an hour and
    address; above that nothing is sent, silently.
    Raises EmailMalformed or EmailTooLong.
    """
    address = email_for_comparison(normalise_email(email))
    with store.transaction():
        index = keys.hold(keyring=keyring).index(keyring, address, purpose="email")
        store.lock(_code_lock(index))
        if queries.codes_since(email_index=index, since=real_now - CODE_HOUR) >= CODES_AN_HOUR:
            return
        reach = queries.reach_for_update(
            person_id=people_queries.person_of_address(email_index=index)
        )
        sends = answer_sign_in(reach, letters_today=_letters_today(reach, index, real_now))
        code = random_digits(CODE_DIGITS)
        code_id = _keep_code(
            keyring, code, email_index=index, reach=reach, sends=sends, real_now=real_now
        )
        link = _confirm_link(keyring, base_url, reach.receipt if reach else "", index, real_now)
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
            store.statement(__package__, "keep_code"),
            {
                "email_index": email_index,
                "person_id": reach.person_id if reach and sends is SignInAnswer.CODE else None,
                "link_sent": sends is SignInAnswer.LINK,
                "code_mac": _code_mac(keyring, salt, code, key_id=index_key_of(email_index)),
                "salt": salt,
                "sent_at": real_now,
                "expires_at": real_now + CODE_LIFE,
                "tries": CODE_TRIES,
            },
        )
    )


def _code_mac(keyring: Keyring, salt: bytes, code: str, *, key_id: int) -> bytes:
    """A keyed digest: without the key a million codes would be tried in a second.

    It lives ten minutes, so it is never wrapped: it is checked with the key that it names.
    """
    return blind_index(keyring, f"{salt.hex()}:{code}", purpose="sign-in-code", key_id=key_id)


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
    address = email_for_comparison(normalise_email(email))
    with store.transaction():
        index = keys.hold(keyring=keyring).index(keyring, address, purpose="email")
        store.lock(_code_lock(index))
        found = queries.newest_code(email_index=index)
        fits = _fits(keyring, found, normalise_code(code))
        refusal = judge_code(found, fits=fits, real_now=real_now)
        if found is not None:
            _spend(found, refusal=refusal, real_now=real_now)
        if refusal is None and found is not None and found.person_id is not None:
            _note_sign_in(found.person_id, now=now, real_now=real_now)
            return found.person_id
    # After the commit, since a refusal must not take the counted try back.
    raise refusal or CodeExpired(field="code")


def _fits(keyring: Keyring, found: Code | None, code: str) -> bool:
    """Whether the code is the one that was sent; the same work where none was."""
    salt, mac = (found.salt, found.code_mac) if found else (bytes(16), bytes(32))
    made = _code_mac(keyring, salt, code, key_id=index_key_of(mac))
    return hmac.compare_digest(mac, made)


def _spend(found: Code, *, refusal: Refusal | None, real_now: datetime) -> None:
    if refusal is None:
        params = {"id": found.id, "real_now": real_now}
        store.execute(store.statement(__package__, "use_code"), params)
    elif costs_a_try(found, real_now=real_now):
        store.execute(store.statement(__package__, "count_try"), {"id": found.id})


def _note_sign_in(person_id: UUID, *, now: datetime, real_now: datetime) -> None:
    person = f"person:{person_id}"
    audit.note(
        actor=person, action="registration.sign_in", subject=person, now=now, real_now=real_now
    )


def forget_codes(*, real_now: datetime, limit: int = BATCH) -> int:
    """Sweep away sign-in codes that no limit counts any more; how many."""
    with store.transaction():
        return store.execute(
            store.statement(__package__, "forget_codes"),
            {"before": real_now - CODE_MEMORY, "limit": limit},
        )
