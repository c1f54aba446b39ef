"""Builders for tests of waves and draws: people with verified identities, without the door."""

import secrets
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from itertools import count
from uuid import UUID, uuid4

from django.db import connection

from gelombang import store
from gelombang.cli.places import clone
from gelombang.gateways.randomness import bls
from gelombang.gateways.randomness.invented import CHAIN, SECRET
from gelombang.journey.selection import actions, queries
from gelombang.journey.waves import actions as waves
from gelombang.kit.indexing import blind_index
from gelombang.kit.sealing import Keyring, seal
from gelombang.records.ledger import actions as ledger
from gelombang.records.ledger.rules import (
    Transfer,
    TransferKind,
    balance_of,
    held_for,
    payable_to,
)
from gelombang.records.programme import actions as programme
from gelombang.records.programme.rules import FINISH

WAVE = "PKJ-2020-W01"
OPENS = datetime(2020, 4, 11, 12, tzinfo=UTC)
CLOSES = datetime(2020, 4, 16, 9, tzinfo=UTC)
DURING = datetime(2020, 4, 13, 3, tzinfo=UTC)
AFTER = CLOSES + FINISH + timedelta(minutes=1)
REAL = datetime(2026, 11, 2, 8, 30, tzinfo=UTC)
LATER_REAL = REAL + timedelta(minutes=5)
BASE_URL = "http://127.0.0.1:22000"
SERIALS = count()  # every invented person has a NIK of their own
WITNESSES = ("saksi-1@example.id", "saksi-2@example.id")


def programme_text(*, quota: int = 10, budget: int = 20_000_000_000_000) -> str:
    """The 2020 programme with another quota and budget."""
    text = (clone() / "programmes" / "prakerja-2020.toml").read_text(encoding="utf-8")
    text = text.replace("weekly_quota = 164_872", f"weekly_quota = {quota}")
    return text.replace("amount = 10_000_000_000_000", f"amount = {budget // 2 or 1}").replace(
        "amount = 20_000_000_000_000", f"amount = {budget}"
    )


def load(
    *, quota: int = 10, budget: int = 20_000_000_000_000, changes: Sequence[tuple[str, str]] = ()
) -> None:
    """A loaded programme whose first wave is open."""
    text = programme_text(quota=quota, budget=budget)
    for right, wrong in changes:
        assert right in text
        text = text.replace(right, wrong, 1)
    programme.load(text=text, actor="cli:test", now=OPENS - timedelta(days=1), real_now=REAL)
    for act in (ledger.take_budgets, waves.plan_waves):
        act(actor="cli:test", now=OPENS, real_now=REAL)
    waves.open_due(now=OPENS, real_now=REAL)


@dataclass(frozen=True)
class Someone:
    """What the registries know about a person of a test."""

    person_id: UUID = field(default_factory=uuid4)
    nik: str = field(default_factory=lambda: f"31740157089{next(SERIALS):05d}")
    birth_date: date = date(1995, 3, 2)
    area: str = "31"
    state: str = "verified"
    enrolled: str | None = "no_fact"
    social_aid: str | None = "no_fact"
    employed: str | None = None  # nobody asks, unless the programme names the registry
    excluded: str | None = None
    language: str = "id"


FURTHER_RULES = (
    """[[eligibility]]
rule = "once_in_a_lifetime"
""",
    """[[partners]]
code = "employment"
name = "BPJS Ketenagakerjaan"
calls_per_second = 100
burst = 5
batch_size = 50

[[partners]]
code = "exclusions"
name = "Daftar pengecualian"
calls_per_second = 100
burst = 5
batch_size = 50

[[eligibility]]
rule = "not_employed"
version = 1

[[eligibility]]
rule = "not_excluded"
version = 1

[[eligibility]]
rule = "once_in_a_lifetime"
""",
)
"""The change that makes a programme judge by the employment insurer and the exclusion lists."""


def add(
    keyring: Keyring,
    people: Sequence[Someone],
    *,
    decided_at: datetime = OPENS,
    valid_for: timedelta = timedelta(days=3_650),
) -> None:
    """Put people with their identities and attestations into the tables, in sets."""
    columns = [
        (
            each.person_id,
            seal(keyring, f"{each.person_id}@example.id", purpose="email"),
            blind_index(keyring, f"{each.person_id}@example.id", purpose="email"),
            each.language,
            blind_index(keyring, each.nik, purpose="person"),
            blind_index(keyring, each.nik, purpose="lifetime"),
            seal(keyring, each.birth_date.isoformat(), purpose="birth_date"),
            each.area,
            each.state,
            each.enrolled,
            each.social_aid,
            each.employed,
            each.excluded,
            "fact" if each.state == "verified" else None,
        )
        for each in people
    ]
    with connection.cursor() as cursor:
        cursor.execute(
            "CREATE TEMP TABLE someone (person uuid, email bytea, email_index bytea, language text,"
            " person_index bytea, lifetime bytea, birth bytea, area text, state text,"
            " enrolled text, aid text, employed text, excluded text, registered text)"
        )
        with cursor.copy("COPY someone FROM STDIN") as copy:
            for row in columns:
                copy.write_row(row)
        cursor.execute(
            "INSERT INTO people_person (id, email_sealed, email_index, language, enrolled_at)"
            " SELECT person, email, email_index, language, %s FROM someone",
            [decided_at],
        )
        cursor.execute(
            "INSERT INTO verification_identity (person_id, version, state, nik_sealed,"
            " family_card_sealed, name_sealed, sex_sealed, birth_place_sealed, birth_date_sealed,"
            " province_sealed, person_index, nomination_index, lifetime_index, family_card_index,"
            " area, submitted_at, decided_at)"
            " SELECT person, 1, state, '', '', '', '', '', birth, '', person_index, '',"
            " lifetime, '', area, %s, %s FROM someone",
            [decided_at, decided_at],
        )
        for kind, column, source, code in (
            ("civil_registry", "registered", "Dukcapil", "active"),
            ("education", "enrolled", "Pusdatin", "active"),
            ("social_aid", "aid", "DTKS", "active"),
            ("employment", "employed", "BPJS Ketenagakerjaan", "employed"),
            ("exclusions", "excluded", "Daftar pengecualian", "on_tni"),
        ):
            cursor.execute(
                "INSERT INTO verification_attestation (identity_id, kind, verdict, source, code,"
                " detail, answer_sha256, answered_at, expires_at)"
                f" SELECT i.id, %s, s.{column}, %s, %s, '{{}}', '', %s, %s FROM someone s"
                f" JOIN verification_identity i ON i.person_id = s.person"
                f" WHERE s.{column} IS NOT NULL",
                [kind, source, code, decided_at, decided_at + valid_for],
            )
        cursor.execute("DROP TABLE someone")


def ask(people: Sequence[Someone], *, wave_id: str = WAVE, at: datetime = DURING) -> list[str]:
    """Entry requests as the front door writes them; their receipts."""
    receipts = [secrets.token_hex(12) for _ in people]
    with (
        connection.cursor() as cursor,
        cursor.copy(
            "COPY wave_entry_request (idempotency_key, receipt, wave_id, person_id, language,"
            " received_at, real_at) FROM STDIN"
        ) as copy,
    ):
        for each, receipt in zip(people, receipts, strict=True):
            copy.write_row((receipt, receipt, wave_id, each.person_id, "id", at, REAL))
    return receipts


def enter_all(keyring: Keyring, *, now: datetime = DURING) -> int:
    """Decide every entry request."""
    total = 0
    while done := waves.enter(keyring=keyring, base_url=BASE_URL, now=now, real_now=REAL):
        total += done
    return total


def join(keyring: Keyring, people: Sequence[Someone], **changes: timedelta) -> None:
    """People who are verified and in the first wave."""
    add(keyring, people, **changes)
    ask(people)
    enter_all(keyring)


def close() -> None:
    """The first wave, closed by its instant."""
    waves.close_due(now=AFTER, real_now=REAL)


def freeze(keyring: Keyring) -> queries.DrawView:
    """The first wave's candidates, frozen and committed."""
    actions.request_freeze(wave_id=WAVE, actor="staff:a", now=AFTER, real_now=LATER_REAL)
    while actions.assess(wave_id=WAVE, keyring=keyring, now=AFTER, real_now=LATER_REAL):
        pass
    assert actions.commit(
        wave_id=WAVE, chain=CHAIN, witnesses=WITNESSES, keyring=keyring, base_url=BASE_URL,
        now=AFTER, real_now=LATER_REAL,
    )  # fmt: skip
    return queries.draw_of(wave_id=WAVE)


def draw() -> bool:
    """The first wave, drawn with the round that it committed to."""
    frozen = queries.draw_of(wave_id=WAVE)
    signature = bls.sign(secret=SECRET, number=frozen.beacon_round)
    actions.request_draw(wave_id=WAVE, actor="staff:a", now=frozen.beacon_at, real_now=LATER_REAL)
    return actions.draw(
        wave_id=WAVE, chain=CHAIN.hash, number=frozen.beacon_round,
        randomness=bls.randomness_of(signature).hex(), signature=signature.hex(),
        now=frozen.beacon_at, real_now=LATER_REAL,
    )  # fmt: skip


def winners(
    keyring: Keyring, people_count: int, *, changes: Sequence[tuple[str, str]] = ()
) -> list[queries.AwardView]:
    """So many people with an open award each, in a wave that has no more places."""
    load(quota=people_count, changes=changes)
    people = [Someone() for _ in range(people_count)]
    join(keyring, people)
    close()
    freeze(keyring)
    draw()
    award_all(keyring)
    found = [queries.award_of(person_id=each.person_id) for each in people]
    assert all(found)
    return found


def accept(award: queries.AwardView, *, now: datetime = AFTER + timedelta(days=1)) -> None:
    """The person takes the award up."""
    actions.accept(person_id=award.person_id, award_id=award.id,
                   actor=f"person:{award.person_id}", now=now, real_now=LATER_REAL)  # fmt: skip


def hold(award_id: int, purchase_id: int, amount: int, *, now: datetime = AFTER) -> bool:
    """A purchase as learning books it: under the award's lock; False when it is not accepted."""
    with store.transaction():
        award = queries.award_for_update(award_id=award_id)
        if award is None or not award.is_accepted:
            return False
        ledger.transfer(
            transfers=[
                Transfer(
                    debit=balance_of(award_id),
                    credit=held_for(purchase_id),
                    amount=amount,
                    kind=TransferKind.PURCHASE_HOLD,
                    reference=f"purchase_hold:{purchase_id}",
                )
            ],
            now=now,
        )
    return True


def resolve(
    award_id: int, purchase_id: int, amount: int, *, is_proven: bool, now: datetime = AFTER
) -> None:
    """A purchase's end: earned by its provider, or back to the balance."""
    kind = TransferKind.PURCHASE_POST if is_proven else TransferKind.PURCHASE_VOID
    ending = Transfer(
        debit=held_for(purchase_id),
        credit=payable_to("bina-karya") if is_proven else balance_of(award_id),
        amount=amount,
        kind=kind,
        reference=f"{kind}:{purchase_id}",
        resolves=f"purchase_hold:{purchase_id}",
    )
    with store.transaction():
        ledger.transfer(transfers=[ending], now=now)


def award_all(keyring: Keyring, *, limit: int = 2000) -> int:
    """Award and tell everybody; how many batches it took."""
    batches = 0
    when = {"now": AFTER + timedelta(hours=2), "real_now": LATER_REAL}
    while actions.award(wave_id=WAVE, keyring=keyring, base_url=BASE_URL, limit=limit, **when):
        batches += 1
    return batches
