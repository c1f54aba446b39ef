"""People and staff for tests of pages, made through the steps' own actions."""

import base64
import re
import time
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from uuid import UUID

from django.conf import settings
from django.test import Client
from django_otp.oath import TOTP

from gelombang import store
from gelombang.cli import staff
from gelombang.journey.registration.models import Admission, Registration, Submission
from gelombang.journey.registration.rules import RegistrationState
from gelombang.journey.verification import actions as verification
from gelombang.journey.verification.rules import Answer, CheckKind, Fact, NoFact, StatedIdentity
from gelombang.journey.waves import actions as waves
from gelombang.journey.waves.models import Entry, Ticket
from gelombang.kit import clock
from gelombang.kit.ids import receipt_for, uuid7
from gelombang.kit.indexing import blind_index
from gelombang.kit.sealing import Keyring, seal
from gelombang.records.notices.models import Notice
from gelombang.records.notices.rules import open_letter
from gelombang.records.people import actions as people
from gelombang.records.people.rules import Newcomer
from gelombang.records.programme import actions as programme

PROGRAMME = Path(__file__).parents[2] / "programmes" / "prakerja-2020.toml"
WAVE = "PKJ-2020-W01"
STATED = StatedIdentity(
    nik="3174011708959901",
    family_card_no="3174010101200001",
    name="Budi Santoso",
    sex="male",
    birth_place="Jakarta",
    birth_date=date(1995, 8, 17),
    province="31",
)


def load_programme(*, now: datetime) -> None:
    """The programme of 2020, its waves planned, the first one open."""
    text = PROGRAMME.read_text(encoding="utf-8")
    early = datetime.fromisoformat("2020-04-10T08:00:00+07:00")
    real_now = clock.real_now()
    programme.load(text=text, actor="cli:test", now=early, real_now=real_now)
    waves.plan_waves(actor="cli:test", now=early, real_now=real_now)
    waves.open_due(now=now, real_now=real_now)


@dataclass(frozen=True)
class SomePerson:
    """Somebody who registered."""

    id: UUID
    email: str
    receipt: str


def make_person(
    keyring: Keyring, now: datetime, email: str = "budi@example.id", *, confirmed: bool = True
) -> SomePerson:
    """Somebody who registered, and confirmed the address unless told otherwise."""
    index = blind_index(keyring, email.casefold(), purpose="email")
    sealed = seal(keyring, email, purpose="email")
    newcomer = Newcomer(
        email_index=index, email_sealed=sealed, phone_index=None, phone_sealed=None,
        language="id", enrolled_at=now,
    )  # fmt: skip
    with store.transaction():
        person_id = people.enrol(newcomers=[newcomer])[index]
    receipt = register(keyring, person_id, email, at=now, confirmed=confirmed)
    return SomePerson(id=person_id, email=email, receipt=receipt)


def register(
    keyring: Keyring, person_id: UUID, email: str, *, at: datetime, confirmed: bool = True
) -> str:
    """The registration of somebody who is enrolled; its receipt."""
    registered = Registration.objects.create(
        person_id=person_id,
        state=RegistrationState.EMAIL_CONFIRMED if confirmed else RegistrationState.REGISTERED,
        submitted_at=at, email_confirmed_at=at if confirmed else None,
    )  # fmt: skip
    key = str(uuid7())
    receipt = receipt_for(key=bytes(32), idempotency_key=key)
    submission = Submission.objects.create(
        idempotency_key=key, receipt=receipt, email_sealed=seal(keyring, email, purpose="email"),
        email_index=blind_index(keyring, email.casefold(), purpose="email"),
        language="id", received_at=at, real_at=at,
    )  # fmt: skip
    Admission.objects.create(submission=submission, registration=registered, receipt=receipt)
    return receipt


def newest_code(keyring: Keyring, who: SomePerson) -> str:
    """The code in the newest letter to somebody."""
    notice = Notice.objects.filter(person_id=who.id, urgent=True).latest("id")
    body = open_letter(keyring, notice.letter_sealed).body
    found = re.search(r"^\s*([0-9]{6})\s*$", body, re.MULTILINE)
    assert found, "the letter carries no code"
    return found[1]


def sign_in(keyring: Keyring, who: SomePerson) -> Client:
    """A browser in which somebody has signed in by the pages."""
    browser = Client()
    browser.post("/masuk", {"email": who.email})
    answer = browser.post("/masuk/kode", {"kode": newest_code(keyring, who)})
    assert answer.status_code == 303, answer.content.decode()
    return browser


def state_identity(
    keyring: Keyring, now: datetime, who: SomePerson, stated: StatedIdentity = STATED
) -> int:
    """Somebody's statement, sent."""
    return verification.state_identity(
        person_id=who.id, stated=stated, keyring=keyring, now=now, real_now=clock.real_now()
    )


def judge(keyring: Keyring, now: datetime, *differing: str, code: str = "01") -> None:
    """Let the civil registry answer what is due: a fact, or elements that differ."""
    real_now, kind = clock.real_now(), CheckKind.CIVIL_REGISTRY
    questions = verification.claim_due(kind=kind, limit=100, keyring=keyring, real_now=real_now)
    is_fact = code == "01" and not differing
    outcome = Fact(code) if is_fact else NoFact(code, tuple(differing))
    verification.record(
        kind=kind,
        answers=[Answer(q.check_id, q.attempt, outcome) for q in questions],
        keyring=keyring,
        base_url=settings.GELOMBANG.base_url,
        now=now,
        real_now=real_now,
    )


def put_in_wave(who: SomePerson, *, at: datetime, ticket: str = "W01-000000000001") -> None:
    """Somebody's entry, as the worker writes it."""
    entry = Entry.objects.create(wave_id=WAVE, person_id=who.id, joined_at=at)
    Ticket.objects.create(ticket=ticket, entry=entry)


@dataclass(frozen=True)
class SomeStaff:
    """A member of staff who is not signed in yet."""

    username: str
    password: str
    key: bytes

    def code(self, *, ahead: int = 0) -> str:
        """The one-time code of now, or of some half minutes ahead."""
        totp = TOTP(self.key)
        totp.time = time.time() + 30 * ahead
        return f"{totp.token():06d}"

    def form(self, **changed: str) -> dict[str, str]:
        """What they type to sign in."""
        typed = {"username": self.username, "password": self.password, "kode": self.code()}
        return typed | changed


def make_staff(*groups: str, username: str = "petugas", agency: str = "") -> SomeStaff:
    """An account as `gelombang operators` makes it."""
    account = staff.new_account(username, groups, agency=agency)
    staff.save_account(account)
    return SomeStaff(username, account.password, base64.b32decode(account.totp_secret))


def at_desk(*groups: str, username: str = "petugas", agency: str = "") -> Client:
    """A browser in which a member of these groups has signed in."""
    account = make_staff(*groups, username=username, agency=agency)
    browser = Client()
    answer = browser.post("/meja/masuk", account.form())
    assert answer.status_code == 303, answer.content.decode()
    return browser
