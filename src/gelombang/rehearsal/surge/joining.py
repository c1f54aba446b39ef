"""People who may join: registered, confirmed and verified beforehand, as quickly as honesty allows.

They come through the door's own writer and the steps' own actions, and the invented civil registry
is asked about each of them; only the pages in between are left out. Runs where Django is set up.
"""

import asyncio
import os
import time
from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass
from decimal import Decimal
from importlib import resources
from multiprocessing import get_context
from uuid import UUID

import psycopg
from django.db import connections

from gelombang.frontdoor.config import DoorConfig
from gelombang.frontdoor.line import Line
from gelombang.frontdoor.tables import (
    CONFIRMATIONS,
    SUBMISSIONS,
    ConfirmationRow,
    IntakeRow,
    IntakeTable,
    SubmissionRow,
)
from gelombang.frontdoor.writer import Intake
from gelombang.journey.verification import actions as verification
from gelombang.journey.verification.statement import StatedIdentity
from gelombang.kit import clock
from gelombang.kit.email import email_for_comparison
from gelombang.kit.ids import receipt_for, uuid7
from gelombang.kit.indexing import blind_index
from gelombang.kit.sealing import Keyring, seal
from gelombang.rehearsal.figures import Figures
from gelombang.rehearsal.people import IdentityCard
from gelombang.rehearsal.population import Programme, invent
from gelombang.rehearsal.progress import NotDrained, Watch
from gelombang.rehearsal.seeding import SeedingFailed, fill_books
from gelombang.rehearsal.wire import Pool

SEED = 20200412
BATCH = 5_000
STEP_SECONDS = 1_200.0
_LOOK_SECONDS = 0.5


@dataclass(frozen=True, slots=True)
class Place:
    """The system whose people are made."""

    door: DoorConfig
    readonly_url: str
    fakes_url: str


async def register_and_confirm(place: Place, people: Sequence[str]) -> None:
    """Put a submission and a confirmation of each address into the intake, and wait for the steps.

    Raises NotDrained.
    """
    ring, key = place.door.keyring, place.door.receipt_key
    before = await Watch(place.readonly_url).look()
    rows = [_submission(ring, key, email) for email in people]
    await _store(place, SUBMISSIONS, rows)
    # A confirmation that comes before its registration is admitted leads nowhere.
    await _until(place, "registered", before.registered + len(people))
    await _store(place, CONFIRMATIONS, [_confirmation(row) for row in rows])
    await _until(place, "confirmed", before.confirmed + len(people))


async def _store(place: Place, table: IntakeTable, rows: Sequence[IntakeRow]) -> None:
    """Put the rows into an intake table, through the door's own writer."""
    intake = Intake(table, line=_line(place), limits=place.door.limits, keyring=place.door.keyring)
    for begun in range(0, len(rows), BATCH):
        await asyncio.gather(*(intake.store(row) for row in rows[begun : begun + BATCH]))
    await intake.close()


def state_everybody(place: Place, cards: Iterable[IdentityCard]) -> int:
    """Let everybody confirmed state one of the cards; how many did. Raises SeedingFailed.

    Each states alone, as at the entrance; so as many processes as the machine has cores share them.
    They are forked, since keys are inherited and never sent.
    """
    known = _people(place.readonly_url, "confirmed_people")
    pairs, share = list(zip(known, cards, strict=False)), os.cpu_count() or 1
    connections.close_all()
    processes = [
        get_context("fork").Process(target=_state, args=(place, pairs[first::share]))
        for first in range(share)
    ]
    for each in processes:
        each.start()
    for each in processes:
        each.join()
    if any(each.exitcode for each in processes):
        raise SeedingFailed("not everybody could state an identity")
    return len(pairs)


def _state(place: Place, pairs: Sequence[tuple[UUID, IdentityCard]]) -> None:
    for person_id, card in pairs:
        verification.state_identity(
            person_id=person_id,
            stated=StatedIdentity(**asdict(card)),
            keyring=place.door.keyring,
            now=clock.now(),
            real_now=clock.real_now(),
        )


def verify_people(place: Place, programme: Programme, count: int) -> list[UUID]:
    """Make `count` verified people; their ids. Raises NotDrained or SeedingFailed."""
    figures = Figures(
        scale=Decimal(1), registered=count, email_verified=count, nik_verified=count,
        joined=0, quota=1, peak_minute=0,
    )  # fmt: skip
    population = invent(seed=SEED, figures=figures, programme=programme)
    cards = [person.card for person in population.people if person.card is not None]

    async def begin() -> None:
        fakes = Pool(place.fakes_url, connections=1)
        await fill_books(fakes, population)
        await fakes.close()
        await register_and_confirm(place, [person.email for person in population.people])

    asyncio.run(begin())
    stated = state_everybody(place, cards)
    asyncio.run(_until(place, "verified", stated))
    return _people(place.readonly_url, "verified_people")


async def _until(place: Place, what: str, count: int) -> None:
    """Wait until the steps have brought `count` people there; patience begins anew with each."""
    watch, until, before = Watch(place.readonly_url), time.monotonic() + STEP_SECONDS, -1
    while (done := getattr(await watch.look(), what)) < count:
        if done != before:
            until, before = time.monotonic() + STEP_SECONDS, done
        if time.monotonic() > until:
            raise NotDrained(f"{count - done:,} of {count:,} people did not become {what}")
        await asyncio.sleep(_LOOK_SECONDS)


def _people(readonly_url: str, name: str) -> list[UUID]:
    text = (resources.files(__package__) / "sql" / f"{name}.sql").read_text("utf-8")
    with psycopg.connect(readonly_url) as connection:
        return [row[0] for row in connection.execute(text.encode())]


def _line(place: Place) -> Line:
    limits = place.door.limits
    return Line(place.door.database_url, name="rehearsal", connect_seconds=limits.connect_seconds)


def _submission(ring: Keyring, receipt_key: bytes, email: str) -> SubmissionRow:
    key = str(uuid7())
    return SubmissionRow(
        idempotency_key=key,
        receipt=receipt_for(key=receipt_key, idempotency_key=key),
        email_sealed=seal(ring, email, purpose="email"),
        email_index=blind_index(ring, email_for_comparison(email), purpose="email"),
        phone_sealed=None,
        phone_index=None,
        language="id",
        received_at=clock.now(),
        real_at=clock.real_now(),
    )


def _confirmation(row: SubmissionRow) -> ConfirmationRow:
    return ConfirmationRow(
        receipt=row.receipt,
        email_index=row.email_index,
        received_at=clock.now(),
        real_at=clock.real_now(),
    )
