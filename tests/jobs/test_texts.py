"""Codes by SMS and WhatsApp over two honest providers; limits that pumping meets."""

import re
import threading
from datetime import UTC, datetime, timedelta
from uuid import uuid4

import pytest
from tests.jobs.hanging_server import HangingServer
from tests.jobs.text_provider import Running

from gelombang import store
from gelombang.gateways.messaging.sms_client import ANSWER_SECONDS, SmsAccount, SmsClient
from gelombang.jobs import notices as jobs
from gelombang.jobs.loop import Context
from gelombang.jobs.mail_providers import TEXTS_FIRST, TEXTS_SECOND, Provider
from gelombang.jobs.receipts import Watched
from gelombang.journey.registration import actions as registration, queries as registrations
from gelombang.journey.registration.pumping import (
    TEXTS_A_PREFIX_HOUR,
    TextBudget,
    TooManyTexts,
)
from gelombang.journey.registration.rules import Channel, CodeWrong, SameContact
from gelombang.kit import clock
from gelombang.kit.indexing import blind_index
from gelombang.kit.sealing import seal
from gelombang.records.notices import actions, queries
from gelombang.records.notices.rules import Via
from gelombang.records.people import actions as people, queries as people_queries
from gelombang.records.people.rules import Newcomer
from gelombang.settings.environment import load

NOW = datetime(2020, 4, 24, 3, tzinfo=UTC)
pytestmark = pytest.mark.django_db


@pytest.fixture
def a():
    with Running() as provider:
        yield provider


@pytest.fixture
def b():
    with Running() as provider:
        yield provider


@pytest.fixture
def texter(a, b):
    return jobs.Deliverer(
        [Provider(TEXTS_FIRST, a.client, 1000), Provider(TEXTS_SECOND, b.client, 1000)],
        claim=actions.claim_texts,
    )


@pytest.fixture
def context(keyring):
    return Context(now=NOW, real_now=clock.real_now(), keyring=keyring, base_url="",
                   environment=load(), stop=threading.Event())  # fmt: skip


@pytest.fixture
def make_person(keyring):
    def make():
        email = f"{uuid4().hex}@example.id"
        index = blind_index(keyring, email, purpose="email")
        newcomer = Newcomer(email_index=index, email_sealed=seal(keyring, email, purpose="email"),
                            phone_index=None, phone_sealed=None, language="id",
                            enrolled_at=NOW)  # fmt: skip
        with store.transaction():
            return people.enrol(newcomers=[newcomer])[index]

    return make


def ask(keyring, person, phone="0812 0000 9901", *, via=Via.SMS, real_now=None, an_hour=1000):
    return registration.ask_phone(
        person_id=person, phone=phone, via=via, is_stepped_up=True,
        budget=TextBudget(an_hour, 4_000_000, 400),
        keyring=keyring, now=NOW, real_now=real_now or clock.real_now(),
    )  # fmt: skip


def prove(keyring, person, code):
    return registration.prove(
        person_id=person, channel=Channel.PHONE, code=code, keyring=keyring, base_url="",
        now=NOW, real_now=clock.real_now(),
    )  # fmt: skip


def code_in(text):
    return re.search(r"\b\d{6}\b", text)[0]


def test_a_number_proves_itself_by_the_code_that_came(keyring, make_person, a, texter, context):
    person = make_person()
    ask(keyring, person, via=Via.WHATSAPP)
    assert texter.run(context) == 1
    (message,) = a.fake.messages.values()
    assert (message["to"], message["channel"]) == ("+6281200009901", "whatsapp")
    code = code_in(message["text"])
    with pytest.raises(CodeWrong):
        prove(keyring, person, f"{(int(code) + 1) % 10**6:06d}")
    prove(keyring, person, code)
    contact = people_queries.contact_of(person_id=person)
    assert registrations.has_confirmed_phone(person_id=person, phone_index=contact.phone_index)
    with pytest.raises(SameContact):
        ask(keyring, person, "+62 812 0000 9901")
    assert queries.backlog() == 1, "the address is told by a letter"


def test_b_takes_over_with_the_same_code(keyring, make_person, a, b, texter, context):
    a.fake.partner.switch(outage=True)
    people_ = [make_person() for _ in range(12)]
    for number, person in enumerate(people_):
        ask(keyring, person, f"0812 1{number:03} 9901")
    began = clock.real_now()
    assert texter.run(context) == 12
    assert (clock.real_now() - began) < timedelta(seconds=30)
    assert (len(a.texts), len(b.texts)) == (0, 12)
    assert len(set(b.fake.messages)) == 12


def test_b_has_a_single_code_soon_where_a_hangs(keyring, make_person, b, context):
    """Counted, not timed: each call that A left without an answer takes five seconds."""
    with HangingServer() as hanging:
        account = SmsAccount(f"http://127.0.0.1:{hanging.port}", "kunci")
        client = SmsClient(account, answer_seconds=ANSWER_SECONDS / 10)
        texter = jobs.Deliverer(
            [Provider(TEXTS_FIRST, client, 1000), Provider(TEXTS_SECOND, b.client, 1000)],
            claim=actions.claim_texts, take=Watched().take,
        )  # fmt: skip
        ask(keyring, make_person())
        assert texter.run(context) == 1
        assert len(b.texts) == 1
        assert 0 < len(hanging.unanswered) * ANSWER_SECONDS <= 30
        client.close()


def test_an_answer_that_got_lost_sends_one_message(keyring, make_person, a, texter, context):
    """The provider took it, its answer was cut short: the same reference is not sent again."""
    person = make_person()
    ask(keyring, person)
    texter.run(context)
    store.execute("ALTER TABLE notices_notice DISABLE TRIGGER USER")
    store.execute("UPDATE notices_notice SET state = 'owed', next_attempt_at = %s",
                  [clock.real_now()])  # fmt: skip
    store.execute("ALTER TABLE notices_notice ENABLE TRIGGER USER")
    assert texter.run(context) == 1
    assert len(a.texts) == 1


def test_a_failed_receipt_sends_the_same_code_once_more(keyring, make_person, a, texter, context):
    person = make_person()
    ask(keyring, person)
    texter.run(context)
    number = store.fetch_value("SELECT id FROM notices_notice WHERE channel = 'sms'")
    real_now = clock.real_now()
    assert actions.text_failed(notice_id=number, now=NOW, real_now=real_now)
    assert not actions.text_failed(notice_id=number, now=NOW, real_now=real_now), "told twice"
    texter.run(context)
    assert len({code_in(text) for text in a.texts}) == 1
    assert len(a.texts) == 2
    actions.text_arrived(notice_id=number, real_now=real_now)
    arrived = "SELECT arrived_at IS NOT NULL FROM notices_notice WHERE id = %s"
    assert store.fetch_value(arrived, [number])


def test_pumping_meets_its_limits_and_others_still_get_through(keyring, make_person):
    real_now = datetime(2026, 11, 2, 8, 30, tzinfo=UTC)
    attacker, sent = make_person(), 0
    for number in range(40):
        try:
            ask(keyring, attacker, f"0812 3456 {number:04}", real_now=real_now + timedelta(
                hours=number // 10, minutes=number % 10 * 6), an_hour=30)  # fmt: skip
        except TooManyTexts:
            continue
        sent = store.fetch_value("SELECT count(*) FROM notices_notice WHERE channel = 'sms'")
    assert sent <= 5, "one person has a day's few"
    for number in range(70):
        try:
            ask(keyring, make_person(), f"0813 3333 {number:04}", real_now=real_now)
        except TooManyTexts:
            break
    ask(keyring, make_person(), "0857 1111 2222", real_now=real_now)
    total = store.fetch_value("SELECT used FROM notices_allowance WHERE scope = 'sms:all'"
                              " ORDER BY used DESC LIMIT 1")  # fmt: skip
    assert total <= 5 + TEXTS_A_PREFIX_HOUR + 1


def test_everybody_together_has_an_hours_budget(keyring, make_person):
    real_now = datetime(2026, 11, 2, 8, 30, tzinfo=UTC)
    for number in range(10):
        ask(keyring, make_person(), f"08{11 + number} 3456 0001", real_now=real_now, an_hour=20)
    with pytest.raises(TooManyTexts):
        ask(keyring, make_person(), "0857 1111 2222", real_now=real_now, an_hour=20)
    later = real_now + timedelta(hours=1)
    ask(keyring, make_person(), "0857 1111 2222", real_now=later, an_hour=20)
