"""Somebody with an award, taken by the steps' own actions as far as a test of pages needs them."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from uuid import UUID, uuid4

from django.conf import settings
from django.db import connection
from django.test import Client
from tests.journey.disbursement import world as money
from tests.journey.learning import world as learning
from tests.journey.selection import world as drawn
from tests.web.making import SomePerson, put_in_wave, register

from gelombang.journey.certification import actions as certification, queries as certificates
from gelombang.journey.disbursement import actions as disbursement
from gelombang.journey.disbursement.linking import HolderFound
from gelombang.journey.disbursement.paying import Call, Reply, Said
from gelombang.journey.feedback import actions as feedback
from gelombang.journey.feedback.survey import EMPLOYMENT
from gelombang.journey.learning.queries import PurchaseView
from gelombang.journey.selection import actions as selection, queries as awards
from gelombang.kit import clock
from gelombang.kit.sealing import Keyring, seal
from gelombang.web import citizens

NAME = "SITI AMINAH PERCOBAAN"
START = learning.NOW  # one day after the close of the first wave
SHORT, LONG, DEAR = learning.SHORT, learning.LONG, learning.DEAR
WALLET = "0812 0000 9911"


@dataclass
class Stage:
    """The virtual clock that pages and makers share."""

    keyring: Keyring
    face: Path
    now: datetime = START

    def __post_init__(self) -> None:
        self.set(self.now)

    def set(self, at: datetime) -> None:
        """Put the clock that the pages read."""
        self.now = at
        clock.set_face(self.face, virtual=at, rate=0)

    def later(self, **span: float) -> None:
        """Let virtual time pass."""
        self.set(self.now + timedelta(**span))


@dataclass
class Winner:
    """Somebody with an award."""

    stage: Stage
    id: UUID

    @property
    def person(self) -> SomePerson:
        return SomePerson(id=self.id, email=f"{self.id}@example.id", receipt="")

    @property
    def actor(self) -> str:
        return f"person:{self.id}"

    @property
    def award(self) -> awards.AwardView:
        return awards.award_of(person_id=self.id)

    @property
    def number(self) -> str:
        """The number of the latest certificate."""
        return certificates.certificates_of(person_id=self.id)[0].number

    def _when(self) -> dict[str, datetime]:
        return {"now": self.stage.now, "real_now": clock.real_now()}

    def _office(self) -> dict[str, object]:
        told = {"keyring": self.stage.keyring, "base_url": settings.GELOMBANG.base_url}
        return told | self._when()

    def browser(self) -> Client:
        """A browser in which they have signed in just now."""
        browser = Client()
        session = browser.session
        real_now = clock.real_now()
        session[citizens.PERSON], session[citizens.SEEN] = str(self.id), real_now.timestamp()
        citizens.note_code(session, real_now=real_now)
        session.save()
        browser.cookies[settings.SESSION_COOKIE_NAME] = session.session_key
        return browser

    def accept(self) -> None:
        selection.accept(
            person_id=self.id, award_id=self.award.id, actor=self.actor, **self._when()
        )

    def buy(self, course: str = SHORT) -> PurchaseView:
        return learning.buy(self.id, course, now=self.stage.now)

    def report(self, purchase: PurchaseView, *sequences: int, **members: object) -> None:
        """The provider reports these sequences."""
        client = f"lp-{purchase.course.provider_code}"
        for sequence in sequences:
            status, said = learning.report(
                self.stage.keyring, client, purchase.redeem_code, sequence=sequence, **members
            )
            assert status == 200, said

    def finish(self, purchase: PurchaseView) -> None:
        self.report(purchase, *range(1, purchase.course.sessions + 1), 999)

    def certify(self) -> str:
        """Buy, finish, and hold the certificate; its number."""
        self.finish(self.buy())
        self.issue()
        return self.number

    def issue(self) -> None:
        certification.issue(**self._office())

    def revoke(self, reason: str = "Bukti kehadiran ternyata dipalsukan") -> None:
        certification.revoke(
            number=self.number, reason=reason, actor="staff:petugas", **self._when()
        )

    def review(self, rating: int = 4, words: str = "Contohnya mudah diikuti.") -> None:
        feedback.review(
            person_id=self.id, certificate_number=self.number, rating=rating, words=words,
            actor=self.actor, **self._when(),
        )  # fmt: skip

    def answer_survey(self) -> None:
        answers = {each.code: each.options[0].code for each in EMPLOYMENT.questions}
        feedback.answer_survey(person_id=self.id, answers=answers, actor=self.actor, **self._when())

    def state_account(self, account_no: str = WALLET, partner: str = "gopay") -> None:
        disbursement.state_account(
            person_id=self.id, partner=partner, account_no=account_no,
            keyring=self.stage.keyring, actor=self.actor, **self._when(),
        )  # fmt: skip

    def partner_says(
        self, *, partner: str = "gopay", name: str = NAME, active: bool = True
    ) -> None:
        """The partner answers about every open question."""
        questions = disbursement.claim_account_questions(
            partner=partner, limit=10, keyring=self.stage.keyring,
            real_now=clock.real_now() + timedelta(minutes=5),
        )  # fmt: skip
        found = HolderFound(name, active, "ab" * 32)
        answers = [money.answer(question, found) for question in questions]
        disbursement.record_account_answers(answers=answers, **self._office())

    def link(self, account_no: str = WALLET, partner: str = "gopay") -> None:
        self.state_account(account_no, partner)
        self.partner_says(partner=partner)

    def fall_due(self) -> None:
        """What the sweeps of instalments do."""
        disbursement.plan(now=self.stage.now, limit=100)
        disbursement.fall_due(limit=100, **self._office())

    def send(self, *, partner: str = "gopay") -> list[disbursement.ToPay]:
        """What is due leaves, by three officers; nobody has answered yet."""
        when = self._when()
        disbursement.fund_float(
            partner=partner, amount=50_000_000, funding_id=uuid4(),
            reason="Dana untuk pembayaran percobaan", actor="staff:satu", **when,
        )  # fmt: skip
        batch = disbursement.make_batch(actor="staff:satu", **when)
        disbursement.approve_batch(reference=batch.reference, actor="staff:dua", **when)
        disbursement.release_batch(reference=batch.reference, actor="staff:tiga", **when)
        return disbursement.claim_payouts(
            partner=partner, limit=10, keyring=self.stage.keyring, lease_seconds=30, **when
        )

    def told(self, sent: list[disbursement.ToPay], said: Said, **more: object) -> None:
        """What the partner said to these payments."""
        replies = [
            Reply(payout_id=each.payout_id, attempt=each.attempt, call=Call.PAY, said=said, **more)
            for each in sent
        ]
        disbursement.record_replies(replies=replies, **self._office())

    def paid(self) -> None:
        """What is due arrives."""
        sent = self.send()
        for each in sent:
            self.told([each], Said.PAID, amount=each.amount)


def _award(keyring: Keyring, count: int) -> list[UUID]:
    """People with an open award; their entries stand as the worker writes them."""
    people = [drawn.Someone() for _ in range(count)]
    drawn.load(quota=count)
    drawn.add(keyring, people)
    for place, each in enumerate(people, start=1):
        put_in_wave(
            SomePerson(id=each.person_id, email="", receipt=""),
            at=drawn.DURING, ticket=f"W01-{place:012d}",
        )  # fmt: skip
    drawn.close()
    drawn.freeze(keyring)
    drawn.draw()
    drawn.award_all(keyring)
    return [each.person_id for each in people]


def winners(keyring: Keyring, face: Path, count: int = 1) -> list[Winner]:
    """People with an open award, registered and verified, and a catalogue."""
    stage = Stage(keyring, face)
    people = _award(keyring, count)
    learning.load_courses(keyring)
    with connection.cursor() as cursor:
        cursor.execute(
            "UPDATE verification_identity SET name_sealed = %s",
            [seal(keyring, NAME, purpose="name")],
        )
    for person_id in people:
        register(keyring, person_id, f"{person_id}@example.id", at=START - timedelta(days=5))
    return [Winner(stage, person_id) for person_id in people]
