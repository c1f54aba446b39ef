"""People with accepted awards, a loaded catalogue, and providers that sign their calls."""

import json
from collections.abc import Sequence
from datetime import datetime, timedelta
from uuid import UUID

from tests.journey.selection import world as drawn

from gelombang.cli.places import clone
from gelombang.journey.learning import actions
from gelombang.journey.learning.actions.loading import LoadedCatalogue
from gelombang.journey.learning.answers import ProviderAnswer
from gelombang.journey.learning.catalogue import parse
from gelombang.journey.learning.queries import PurchaseView
from gelombang.journey.learning.signing import (
    COMMIT_PATH,
    STATUS_PATH,
    SignedCall,
    signature_of,
)
from gelombang.journey.selection import actions as selection, queries as awards
from gelombang.kit.sealing import Keyring
from gelombang.records.ledger import queries as ledger

NOW = drawn.AFTER + timedelta(days=1)
REAL = drawn.LATER_REAL
BASE_URL = drawn.BASE_URL
CATALOGUE = clone() / "programmes" / "catalogue-2020.toml"
CLIENTS = ("lp-bina-terampil", "lp-sanggar-karya", "lp-pijar-ilmu", "lp-balai-sinar")
KEYS = {client: f"kunci rahasia {client}" for client in CLIENTS}
SHORT = "PI-UTANG-08"  # Rp 50,000, one session, by lp-pijar-ilmu
LONG = "SK-WARUNG-07"  # Rp 250,000, two sessions, by lp-sanggar-karya
DEAR = "BT-LAMAN-03"  # Rp 650,000, four sessions, by lp-bina-terampil
AID = 1_000_000


def load_courses(keyring: Keyring, *, text: str | None = None, keys=None) -> LoadedCatalogue:
    """The catalogue of 2020, or another text."""
    source = CATALOGUE.read_text(encoding="utf-8") if text is None else text
    return actions.load_catalogue(
        catalogue=parse(source), keys=keys or KEYS, keyring=keyring, actor="cli:test",
        now=NOW, real_now=REAL,
    )  # fmt: skip


def award_people(keyring: Keyring, count: int = 1) -> list[UUID]:
    """People with an open award each."""
    people = [drawn.Someone() for _ in range(count)]
    drawn.load(quota=count)
    drawn.join(keyring, people)
    drawn.close()
    drawn.freeze(keyring)
    drawn.draw()
    drawn.award_all(keyring)
    return [each.person_id for each in people]


def accept(people: Sequence[UUID]) -> None:
    """Everybody takes the award up."""
    for person_id in people:
        award = awards.award_of(person_id=person_id)
        selection.accept(
            person_id=person_id, award_id=award.id, actor=f"person:{person_id}",
            now=NOW, real_now=REAL,
        )  # fmt: skip


def recipients(keyring: Keyring, count: int = 1) -> list[UUID]:
    """People with a training balance, and a catalogue to spend it on."""
    people = award_people(keyring, count)
    accept(people)
    load_courses(keyring)
    return people


def buy(person_id: UUID, course: str = SHORT, *, now: datetime = NOW) -> PurchaseView:
    """One purchase."""
    return actions.buy(
        person_id=person_id, course_code=course, actor=f"person:{person_id}", now=now, real_now=REAL
    )


def balance(person_id: UUID) -> int:
    """What somebody can still spend."""
    award = awards.award_of(person_id=person_id)
    return ledger.balance(kind="training_balance", holder=f"award:{award.id}")


def signed(
    client: str, path: str, body: bytes, *, at: datetime = REAL, key: str | None = None
) -> SignedCall:
    """A call as its provider signs it."""
    call = SignedCall(
        client_code=client, timestamp=str(int(at.timestamp())), signature="", path=path, body=body
    )
    made = signature_of(call, sign_key=KEYS[client] if key is None else key)
    return SignedCall(call.client_code, call.timestamp, made, path, body)


def answer(keyring: Keyring, call: SignedCall, *, real_now: datetime = REAL) -> ProviderAnswer:
    """What we say to a call."""
    return actions.answer_call(
        call=call, keyring=keyring, base_url=BASE_URL, now=NOW, real_now=real_now
    )


def report(
    keyring: Keyring, client: str, code: str, *, at: datetime = REAL, **members
) -> tuple[int, dict]:
    """Commit a sequence for a code; status and document of the answer."""
    body = json.dumps({"redeem_code": code, **members}, separators=(",", ":")).encode()
    said = answer(keyring, signed(client, COMMIT_PATH, body, at=at), real_now=at)
    return said.status, json.loads(said.body)


def ask(keyring: Keyring, client: str, code: str, **members) -> tuple[int, dict]:
    """Ask where a code stands; status and document of the answer."""
    body = json.dumps({"redeem_code": code, **members}, separators=(",", ":")).encode()
    said = answer(keyring, signed(client, STATUS_PATH, body))
    return said.status, json.loads(said.body)


def finish(keyring: Keyring, purchase: PurchaseView) -> None:
    """The provider redeems, reports every session and completion."""
    client = f"lp-{purchase.course.provider_code}"
    for sequence in [*range(1, purchase.course.sessions + 1), 999]:
        status, said = report(keyring, client, purchase.redeem_code, sequence=sequence)
        assert status == 200, said
