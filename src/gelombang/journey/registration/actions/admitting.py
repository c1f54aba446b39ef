"""Admit submissions and confirm addresses: pull the two intakes."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from gelombang import store
from gelombang.journey.registration import letters, queries
from gelombang.journey.registration.intake import proven, submitted
from gelombang.journey.registration.rules import (
    LETTER_DAY,
    LINK_LIFE,
    Admitted,
    LetterKind,
    RegistrationState,
    Standing,
    Submitted,
    answer,
    first_instants,
    merge,
)
from gelombang.kit.sealing import Keyring
from gelombang.kit.tokens import confirm_token
from gelombang.records.keys import actions as keys
from gelombang.records.notices import actions as notices
from gelombang.records.notices.rules import Owed, seal_letter
from gelombang.records.people import actions as people
from gelombang.records.people.rules import Newcomer

PACKAGE = "gelombang.journey.registration"
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
    if not store.fetch_value(store.statement(PACKAGE, "submissions_wait")):
        return 0
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
    cursor = store.fetch(store.statement(PACKAGE, "lock_cursor"), {"intake": intake})
    if not cursor:
        return []
    rows = store.fetch_set(store.statement(PACKAGE, statement), {**cursor[0], "limit": limit})
    if rows:
        end = {"intake": intake, "xid": rows[-1]["xid"], "row_id": rows[-1]["id"]}
        store.execute(store.statement(PACKAGE, "move_cursor"), end)
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
    new = {row["person_id"] for row in store.fetch_set(store.statement(PACKAGE, "register"), first)}
    if len(new) < len(merged):
        store.execute_set(store.statement(PACKAGE, "register_earlier"), first)
    found = store.fetch_set(store.statement(PACKAGE, "standings"), {"people": first["people"]})
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
        store.statement(PACKAGE, "admit"),
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
        link = confirm_link(keyring, base_url, submission.receipt, submission.email_index, real_now)
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


def confirm_link(
    keyring: Keyring, base_url: str, receipt: str, email_index: bytes, real_now: datetime
) -> str:
    """A link that confirms an address, good for seven real days."""
    token = confirm_token(
        keyring, receipt=receipt, email_index=email_index, expires_at=real_now + LINK_LIFE
    )
    return f"{base_url}/konfirmasi/{token}"


def confirm(*, keyring: Keyring, limit: int = BATCH) -> int:
    """Pull the next confirmations of addresses; how many rows were pulled.

    A registration is confirmed at the virtual instant at which the first confirmation arrived.
    Confirmations of an unknown receipt or for another address change nothing.
    """
    if not store.fetch_value(store.statement(PACKAGE, "confirmations_wait")):
        return 0
    with store.transaction():
        rows = _pull(CONFIRMATIONS, "pull_confirmations", limit=limit)
        found = proven(rows, keyring)
        if found:
            store.execute_set(
                store.statement(PACKAGE, "confirm"),
                {
                    "registrations": [registration for registration, _ in found],
                    "received_at": [received_at for _, received_at in found],
                },
            )
        return len(rows)
