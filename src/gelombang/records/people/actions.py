"""What is written about people. Every action works on a set, inside its caller's transaction."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from uuid import UUID

from gelombang import store
from gelombang.kit.ids import uuid7
from gelombang.kit.sealing import Keyring
from gelombang.records.audit import actions as audit
from gelombang.records.keys import actions as keys
from gelombang.records.people.models import Consent
from gelombang.records.people.rules import (
    ClaimOutcome,
    ClaimState,
    Newcomer,
    NikSettlement,
    Purpose,
    settle,
)

# Held until the settling transaction ends: two settlers of one NIK wait for each other instead of
# breaking on the unique index, which remains the last word.
_NIK_LOCK = "people.nik"


def enrol(*, newcomers: Sequence[Newcomer]) -> dict[bytes, UUID]:
    """The person of each address, made where there was none: the first knowledge of somebody stays.

    Later submissions of an address never change its phone or language, since anybody can type
    somebody else's address into the form. Raises TransactionMissing outside a transaction.
    """
    store.transaction_required()
    by_address = {newcomer.email_index: newcomer for newcomer in reversed(newcomers)}
    ordered = sorted(by_address.values(), key=lambda newcomer: newcomer.email_index)
    rows = store.fetch_set(
        store.statement(__package__, "enrol"),
        {
            "ids": [uuid7() for _ in ordered],
            "email_indexes": [n.email_index for n in ordered],
            "email_seals": [n.email_sealed for n in ordered],
            "phone_indexes": [n.phone_index for n in ordered],
            "phone_seals": [n.phone_sealed for n in ordered],
            "languages": [n.language for n in ordered],
            "enrolled_at": [n.enrolled_at for n in ordered],
        },
    )
    people: dict[bytes, UUID] = {row["email_index"]: row["id"] for row in rows}
    return people | _known(by_address.keys() - people.keys())


def _known(addresses: set[bytes]) -> dict[bytes, UUID]:
    if not addresses:
        return {}
    rows = store.fetch_set(
        store.statement(__package__, "people_of_addresses"), {"email_indexes": sorted(addresses)}
    )
    return {row["email_index"]: row["id"] for row in rows}


def give_consent(*, person_id: UUID, purpose: Purpose, version: str, now: datetime) -> bool:
    """Keep that somebody agreed to a version of a purpose's words; False where it stands already.

    Raises TransactionMissing outside a transaction.
    """
    store.transaction_required()
    params = {
        "person_id": person_id, "purpose": purpose.value, "version": version, "now": now,
    }  # fmt: skip
    return bool(store.execute(store.statement(__package__, "give_consent"), params))


def withdraw_consent(*, person_id: UUID, purpose: Purpose, now: datetime) -> bool:
    """Keep that somebody no longer agrees; False where nothing stands.

    Raises TransactionMissing outside a transaction.
    """
    store.transaction_required()
    standing = Consent.objects.filter(
        person_id=person_id, purpose=purpose.value, withdrawn_at__isnull=True
    )
    return bool(standing.update(withdrawn_at=now))


def change_email(*, person_id: UUID, email_index: bytes, email_sealed: bytes) -> bool:
    """Give a person another address, which they have proven; False when somebody has it.

    Raises TransactionMissing outside a transaction.
    """
    store.transaction_required()
    params = {
        "person_id": person_id, "email_index": email_index, "email_sealed": email_sealed,
    }  # fmt: skip
    return bool(store.execute(store.statement(__package__, "change_email"), params))


def change_phone(*, person_id: UUID, phone_index: bytes, phone_sealed: bytes) -> bool:
    """Give a person another number, which they have proven; False for somebody who was erased.

    Several people may share a number: families do. Raises TransactionMissing outside a transaction.
    """
    store.transaction_required()
    params = {
        "person_id": person_id, "phone_index": phone_index, "phone_sealed": phone_sealed,
    }  # fmt: skip
    return bool(store.execute(store.statement(__package__, "change_phone"), params))


def settle_niks(*, niks: Mapping[UUID, bytes]) -> NikSettlement:
    """Give each person the NIK that the civil registry confirmed, unless somebody else holds it.

    `niks` maps a person to the NIK's index (purpose `person`); among claimers of one NIK in the
    same set the first gets it. Nobody who is refused learns of the holder: the caller decides what
    a dispute is. Raises NikSettledOtherwise, or TransactionMissing outside a transaction.
    """
    store.transaction_required()
    if not niks:
        return NikSettlement(settled=frozenset(), taken={})
    store.lock(_NIK_LOCK)
    rows = store.fetch_set(
        store.statement(__package__, "nik_holders"),
        {"ids": list(niks), "nik_indexes": list(niks.values())},
    )
    outcome = settle(
        niks,
        holders={row["nik_index"]: row["id"] for row in rows},
        own={row["id"]: row["nik_index"] for row in rows},
    )
    settled = sorted(outcome.settled)
    store.execute_set(
        store.statement(__package__, "settle_niks"),
        {"ids": settled, "nik_indexes": [niks[person] for person in settled]},
    )
    return outcome


def settle_nik(*, person_id: UUID, person_index: bytes) -> bool:
    """Give one person their confirmed NIK; False when somebody else holds it.

    Raises NikSettledOtherwise, or TransactionMissing outside a transaction.
    """
    return person_id in settle_niks(niks={person_id: person_index}).settled


def claim_lifetime(*, claims: Sequence[tuple[bytes, str]], now: datetime) -> ClaimOutcome:
    """Hold the once-in-a-lifetime claim for each (lifetime index, basis) (R075, R076).

    A claim is refused when the index is barred on another basis; the database decides, also
    between two transactions that run at once. Running the same set again changes nothing.
    Raises TransactionMissing outside a transaction.
    """
    return _claim(claims, state=ClaimState.HELD, now=now)


def use_claims(*, bases: Sequence[str], now: datetime) -> int:
    """The benefit of these bases is used: held claims bar for ever (R075); how many moved.

    `bases` are those that the claims were held on (`award:<id>`), a bounded set. A claim that is
    not held any more stays as it is. Raises TransactionMissing outside a transaction.
    """
    return _end_held(bases, ClaimState.USED, now=now)


def release_claims(*, bases: Sequence[str], now: datetime) -> int:
    """These awards ended with nothing spent, so their people may try again; how many moved.

    A claim that was used stays used. Raises TransactionMissing outside a transaction.
    """
    return _end_held(bases, ClaimState.RELEASED, now=now)


def _end_held(bases: Sequence[str], state: ClaimState, *, now: datetime) -> int:
    store.transaction_required()
    params = {"bases": sorted(set(bases)), "state": state.value, "now": now}
    return store.execute_set(store.statement(__package__, "end_claims"), params)


def import_served(
    *, claims: Sequence[tuple[bytes, str]], keyring: Keyring, reason: str, actor: str,
    now: datetime, real_now: datetime,
) -> ClaimOutcome:  # fmt: skip
    """Record people whom an earlier programme served: their claim is used from the start (R076).

    `claims` are (lifetime index of any key, `import:<sha256 of the list>:<line>`), a bounded set
    that is one transaction with its entry in the audit trail. A list that is imported again changes
    nothing.
    """
    with store.transaction():
        frontier = keys.hold(keyring=keyring)
        present = [
            (frontier.represent(keyring, index, purpose="lifetime"), basis)
            for index, basis in claims
        ]
        outcome = _claim(present, state=ClaimState.USED, now=now)
        lists = sorted({basis.rpartition(":")[0] for _, basis in claims})
        for source in lists:
            audit.note(
                actor=actor,
                action="people.import_served",
                subject=source,
                detail={
                    "reason": reason,
                    "held": len(outcome.held),
                    "refused": len(outcome.refused),
                },
                now=now,
                real_now=real_now,
            )
        return outcome


def _claim(
    claims: Sequence[tuple[bytes, str]], *, state: ClaimState, now: datetime
) -> ClaimOutcome:
    store.transaction_required()
    ordered = sorted(claims)  # in key order, so that two claiming transactions never deadlock
    if not ordered:
        return ClaimOutcome(held=frozenset(), refused=frozenset())
    params = {
        "indexes": [index for index, _ in ordered],
        "bases": [basis for _, basis in ordered],
        "state": state.value,
        "claimed_at": now,
    }
    store.execute_set(store.statement(__package__, "claim_lifetime"), params)
    rows = store.fetch_set(store.statement(__package__, "claims_that_stand"), params)
    held = frozenset(row["basis"] for row in rows)
    return ClaimOutcome(held=held, refused=frozenset(basis for _, basis in ordered) - held)
