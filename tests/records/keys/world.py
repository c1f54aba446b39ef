"""A database with people in every table that keys of ours made values of, and rings to rotate."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime
from uuid import UUID

from django.db import connection
from tests.journey.verification.world import BASE, STATED

from gelombang import store
from gelombang.journey.disbursement.models import AccountOwner, PayoutAccount
from gelombang.journey.registration import actions as registration
from gelombang.journey.verification import actions as verification
from gelombang.journey.verification.rules import Answer, CheckKind, Fact, StatedIdentity
from gelombang.kit.ids import receipt_for
from gelombang.kit.indexing import FIRST, blind_index
from gelombang.kit.sealing import Keyring, seal
from gelombang.records.people import actions as people

NOW = datetime(2020, 4, 13, 3, tzinfo=UTC)
REAL = datetime(2026, 11, 2, 8, 30, tzinfo=UTC)
NEW_INDEX, NEW_SEAL = 7, 2


def rotated(keyring: Keyring) -> Keyring:
    """The ring with a new current sealing key and a new last index key."""
    return replace(
        keyring,
        sealing={**keyring.sealing, NEW_SEAL: bytes(range(100, 132))},
        sealing_current=NEW_SEAL,
        index={**keyring.index, NEW_INDEX: bytes(range(60, 92))},
        _ciphers={},
    )


def address(number: int) -> str:
    return f"orang{number}@example.id"


def nik(number: int) -> str:
    return f"317401170895{number + 1:04d}"


def submit(keyring: Keyring, numbers: Sequence[int], *, tag: str, key_id: int = FIRST) -> list[str]:
    """What the front door writes; the receipts."""
    receipts = []
    with connection.cursor() as cursor:
        for number in numbers:
            key = f"{tag}-{number}"
            receipts.append(receipt_for(key=b"r" * 32, idempotency_key=key))
            phone = f"+62811{number:07d}"
            cursor.execute(
                "INSERT INTO registration_submission (idempotency_key, receipt, email_sealed,"
                " email_index, phone_sealed, phone_index, language, received_at, real_at)"
                " VALUES (%s, %s, %s, %s, %s, %s, 'id', %s, %s)",
                [key, receipts[-1], seal(keyring, address(number), purpose="email"),
                 blind_index(keyring, address(number), purpose="email", key_id=key_id),
                 seal(keyring, phone, purpose="phone"),
                 blind_index(keyring, phone, purpose="phone", key_id=key_id), NOW, REAL],
            )  # fmt: skip
    return receipts


def admit(keyring: Keyring) -> int:
    return registration.admit(keyring=keyring, base_url=BASE, now=NOW, real_now=REAL)


def person(keyring: Keyring, number: int) -> UUID:
    found = store.fetch_value(
        "SELECT id FROM people_person WHERE email_index = %s",
        [blind_index(keyring, address(number), purpose="email")],
    )
    assert isinstance(found, UUID)
    return found


def stated(number: int) -> StatedIdentity:
    return replace(STATED, nik=nik(number))


def plant(keyring: Keyring, count: int) -> None:
    """People who registered, were verified, hold a claim for life and a payout account."""
    submit(keyring, range(count), tag="first")
    admit(keyring)
    store.execute(
        "UPDATE registration_registration SET state = 'email_confirmed', email_confirmed_at = %s",
        [NOW],
    )
    for number in range(count):
        who = person(keyring, number)
        verification.state_identity(
            person_id=who, stated=stated(number), keyring=keyring, now=NOW, real_now=REAL
        )
        account(keyring, who, number)
    confirm_all(keyring)
    claim(keyring, range(count), basis="award")


def account(keyring: Keyring, who: UUID, number: int) -> None:
    index = blind_index(keyring, f"ovo:0811{number:07d}", purpose="payout_account")
    AccountOwner.objects.create(account_index=index, person_id=who)
    PayoutAccount.objects.create(
        person_id=who, partner="ovo", account_index=index, held_index=index, state="linked",
        account_sealed=seal(keyring, f"0811{number:07d}", purpose="account"), ending="0000",
        asked_at=NOW, decided_at=NOW, effective_at=NOW, next_attempt_at=REAL,
    )  # fmt: skip


def confirm_all(keyring: Keyring) -> None:
    """The civil registry confirms everybody who waits."""
    questions = verification.claim_due(
        kind=CheckKind.CIVIL_REGISTRY, limit=2_000, keyring=keyring, real_now=REAL
    )
    answers = [Answer(each.check_id, each.attempt, Fact("00"), "ab" * 32) for each in questions]
    verification.record(
        kind=CheckKind.CIVIL_REGISTRY,
        answers=answers,
        keyring=keyring,
        base_url=BASE,
        now=NOW,
        real_now=REAL,
    )


def claim(keyring: Keyring, numbers: Sequence[int], *, basis: str) -> frozenset[str]:
    """Claim as an import of people who were served does; the bases whose claim stands."""
    claims = [
        (blind_index(keyring, nik(number), purpose="lifetime"), f"import:{basis}:{number}")
        for number in numbers
    ]
    return people.import_served(
        claims=claims, keyring=keyring, reason="a test", actor="cli:tests", now=NOW, real_now=REAL
    ).held
