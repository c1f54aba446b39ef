"""A provider that takes text messages and delivers them late, or never, loses the work in time."""

import threading
from collections import deque
from datetime import UTC, datetime, timedelta

import pytest
from django.test import Client
from pydantic import SecretStr
from tests.jobs.text_provider import Running

from gelombang import store
from gelombang.gateways.messaging.signing import sign
from gelombang.jobs import notices as jobs, receipts
from gelombang.jobs.loop import Context
from gelombang.jobs.mail_providers import TEXTS_FIRST, TEXTS_SECOND, Provider
from gelombang.kit import clock
from gelombang.kit.sealing import seal
from gelombang.records.notices import actions
from gelombang.records.notices.rules import (
    ADDRESS,
    FEWEST_TEXTS,
    TIMELY,
    Owed,
    TextTaken,
    Via,
    has_slow_receipts,
    seal_letter,
)
from gelombang.settings.environment import load

NOW = datetime(2020, 4, 24, 3, tzinfo=UTC)
START = datetime(2026, 11, 2, 8, 30, tzinfo=UTC)
SECRET = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"
SECOND = timedelta(seconds=1)


class Post:
    """Receipts on their way: signed, and delivered to the house when their second has come."""

    def __init__(self):
        self.clock, self._waiting, self._lock = START, deque(), threading.Lock()

    def tell(self, report, *, kind, after=0.0):
        assert kind == "application/json"
        with self._lock:
            self._waiting.append((self.clock + timedelta(seconds=after), report))

    def deliver(self):
        with self._lock:
            due = [each for each in self._waiting if each[0] <= self.clock]
            self._waiting = deque(each for each in self._waiting if each[0] > self.clock)
        for _, body in due:
            at = str(int(self.clock.timestamp()))
            signature = sign(SECRET, id="msg_1", timestamp=at, body=body)
            headers = {
                "webhook-id": "msg_1", "webhook-timestamp": at, "webhook-signature": signature,
            }  # fmt: skip
            answer = Client().generic(
                "POST", "/api/v1/messaging/receipts", body, "application/json", headers=headers
            )
            assert answer.status_code == 204


class Day:
    """One person a second asks for a code, and the worker runs."""

    def __init__(self, post, a, b, keyring):
        self.post, self.a, self.b, self.keyring = post, a, b, keyring
        self.asked = 0
        self.texter = jobs.Deliverer(
            [Provider(TEXTS_FIRST, a.client, 1000), Provider(TEXTS_SECOND, b.client, 1000)],
            claim=actions.claim_texts, take=receipts.Watched().take,
        )  # fmt: skip

    def go_on(self, *, seconds, every=1):
        """Who got the messages of these seconds, in their order."""
        got = []
        for second in range(seconds):
            self.post.clock += SECOND
            self.post.deliver()
            if second % every:
                continue
            before = len(self.a.fake.messages)
            self._ask()
            context = Context(
                now=NOW, real_now=clock.real_now(), keyring=self.keyring, base_url="",
                environment=load(), stop=threading.Event(),
            )  # fmt: skip
            assert self.texter.run(context) == 1
            got.append("a" if len(self.a.fake.messages) > before else "b")
        return "".join(got)

    def _ask(self):
        self.asked += 1
        owed = Owed(
            key=f"text:{self.asked}", person_id=None, kind="registration.phone_code",
            address_sealed=seal(self.keyring, f"+6281200{self.asked:06}", purpose=ADDRESS),
            language="id", letter_sealed=seal_letter(self.keyring, "", "204816 adalah kode Anda."),
            urgent=True, channel=Via.SMS,
        )  # fmt: skip
        with store.transaction():
            actions.owe(notices=[owed], now=NOW, real_now=clock.real_now())


@pytest.fixture
def day(db, keyring, settings, monkeypatch):
    settings.GELOMBANG = settings.GELOMBANG.model_copy(
        update={"messaging_secret": SecretStr(SECRET)}
    )
    post = Post()
    monkeypatch.setattr(clock, "real_now", lambda: post.clock)
    with Running(post) as a, Running(post) as b:
        yield Day(post, a, b, keyring)


@pytest.mark.parametrize("every", [1, 5])
@pytest.mark.parametrize("fault", [{"receipts_lost": 1.0}, {"receipts_late_seconds": 45.0}])
def test_b_takes_over_within_half_a_minute(day, fault, every):
    assert "b" not in day.go_on(seconds=40, every=every), "a well provider keeps the work"
    day.a.fake.partner.switch(**fault)
    got = day.go_on(seconds=30, every=every)
    assert got[-1] == "b"
    after = day.go_on(seconds=60, every=every)
    assert 1 <= after.count("a") <= len(after) / receipts.A_PROBE + 1, "a few find out"


def test_a_gets_the_work_back_when_its_messages_arrive_again(day):
    day.a.fake.partner.switch(receipts_lost=1.0)
    assert day.go_on(seconds=40)[-1] == "b"
    day.a.fake.partner.switch(receipts_lost=0.0)
    day.go_on(seconds=80)
    assert "b" not in day.go_on(seconds=10)


def test_nothing_that_was_taken_is_sent_by_the_other_too(day):
    day.go_on(seconds=10)
    day.a.fake.partner.switch(receipts_lost=1.0)
    day.go_on(seconds=60)
    day.a.fake.partner.switch(receipts_late_seconds=45.0, receipts_lost=0.0)
    day.go_on(seconds=60)
    assert not set(day.a.fake.messages) & set(day.b.fake.messages)
    assert len(day.a.fake.messages) + len(day.b.fake.messages) == day.asked


def test_a_slow_provider_is_better_than_none(day):
    for provider in (day.a, day.b):
        provider.fake.partner.switch(receipts_lost=1.0)
    day.go_on(seconds=50)
    day.b.fake.partner.switch(outage=True)
    assert set(day.go_on(seconds=10)) == {"a"}


def taken(*timely):
    arrived = {True: START + TIMELY, False: None, None: START + TIMELY + SECOND}
    return [TextTaken(START, arrived[each]) for each in timely]


@pytest.mark.parametrize(
    ("latest", "slow"),
    [
        (taken(*[False] * (FEWEST_TEXTS - 1)), False),
        (taken(*[False] * FEWEST_TEXTS), True),
        (taken(*[None] * FEWEST_TEXTS), True),
        (taken(True, False, False, False, True, False, False, True, True, True), False),
        (taken(True, False, False, False, True, False, False, False, True, True), True),
        (taken(*[False] * FEWEST_TEXTS, *[True] * 6), True),
        (taken(*[True] * 10), False),
        ([], False),
    ],
)
def test_receipts_are_judged_by_the_latest_messages(latest, slow):
    assert has_slow_receipts(latest) is slow
