"""The outbox: owed once, claimed by one, recorded in sets, tried again with patience."""

import threading
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta

import pytest
from django.db import IntegrityError, connections, transaction
from hypothesis import given, strategies as st

from gelombang import store
from gelombang.kit.sealing import SealBroken, seal
from gelombang.records.notices import actions, queries
from gelombang.records.notices.rules import (
    LEASE,
    MOST_ATTEMPTS,
    Answer,
    Claimed,
    Delivery,
    NoticeState,
    Owed,
    attempts_after,
    open_letter,
    pause_after,
    seal_letter,
    state_after,
)

NOW = datetime(2020, 4, 24, 3, tzinfo=UTC)
REAL = datetime(2026, 11, 2, 8, 30, tzinfo=UTC)


def owed(key, *, urgent=False):
    return Owed(key=key, person_id=None, kind="test.letter", address_sealed=key.encode(),
                language="id", letter_sealed=b"letter", urgent=urgent)  # fmt: skip


def owe(*notices, real_now=REAL):
    with store.transaction():
        return actions.owe(notices=notices, now=NOW, real_now=real_now)


def claim(limit=10, real_now=REAL):
    return actions.claim_batch(real_now=real_now, limit=limit)


def record(delivery, *notices, real_now=REAL):
    answers = [Answer(notice=notice, delivery=delivery) for notice in notices]
    return actions.record(answers=answers, real_now=real_now)


def keys(notices):
    return [notice.address_sealed.decode() for notice in notices]


def state_of(key):
    return store.fetch_value("SELECT state FROM notices_notice WHERE key = %s", [key])


@pytest.mark.django_db
class TestOutbox:
    def test_the_same_key_is_owed_once(self):
        assert owe(owed("a"), owed("b"), owed("a")) == 2
        assert owe(owed("b"), owed("c")) == 1
        assert owe() == 0
        assert queries.backlog() == 3

    def test_urgent_ones_go_first_and_batches_are_bounded(self):
        owe(*(owed(f"{n}") for n in range(5)))
        owe(owed("code-1", urgent=True), owed("code-2", urgent=True))
        assert sorted(keys(claim(limit=3))) == ["0", "code-1", "code-2"]
        assert sorted(keys(claim(limit=3))) == ["1", "2", "3"]
        assert keys(claim(limit=3)) == ["4"]
        assert claim() == []

    def test_a_lease_ends_after_a_crash(self):
        owe(owed("a"))
        first = claim()
        assert claim(real_now=REAL + LEASE - timedelta(seconds=1)) == []
        second = claim(real_now=REAL + LEASE)
        assert [each.attempts for each in first + second] == [1, 2]

    def test_a_late_answer_changes_nothing_unless_the_letter_was_taken(self):
        owe(owed("a"), owed("b"))
        a, b = sorted(claim(), key=lambda notice: notice.id)
        claim(real_now=REAL + LEASE)
        assert record(Delivery.UNKNOWN_ADDRESS, a) == 0
        record(Delivery.DEFERRED, a)
        assert claim(real_now=REAL + LEASE + timedelta(minutes=1)) == []
        assert state_of("a") == "owed"
        assert record(Delivery.TAKEN, b) == 1
        assert record(Delivery.TAKEN, b) == 0

    def test_what_was_taken_or_has_no_reader_is_over(self):
        owe(owed("a"), owed("b"))
        taken, gone = sorted(claim(), key=lambda notice: notice.id)
        assert record(Delivery.TAKEN, taken) == 1
        assert record(Delivery.UNKNOWN_ADDRESS, gone) == 1
        assert (state_of("a"), state_of("b"), queries.backlog()) == ("sent", "given_up", 0)
        assert claim(real_now=REAL + timedelta(days=9)) == []
        sent_at = store.fetch("SELECT sent_at FROM notices_notice ORDER BY key")
        assert [row["sent_at"] for row in sent_at] == [REAL, None]
        assert store.fetch_value("SELECT count(*) FROM audit_move") == 2

    @pytest.mark.parametrize("delivery", [Delivery.DEFERRED, Delivery.REFUSED, Delivery.SILENCE])
    def test_patience_grows_and_ends(self, delivery):
        owe(owed("a"))
        real, pauses = REAL, []
        for _ in range(MOST_ATTEMPTS):
            (notice,) = claim(real_now=real)
            record(delivery, notice, real_now=real)
            pauses.append(pause_after(Answer(notice=notice, delivery=delivery)))
            if queries.backlog():
                assert claim(real_now=real + pauses[-1] - timedelta(seconds=1)) == []
            real += pauses[-1]
        assert state_of("a") == "given_up"
        assert pauses[:3] == [timedelta(seconds=10), timedelta(seconds=20), timedelta(seconds=40)]
        assert timedelta(hours=20) < real - REAL < timedelta(days=2)

    def test_an_outage_costs_no_attempt(self):
        owe(owed("a"))
        for _ in range(MOST_ATTEMPTS + 5):
            (notice,) = claim()
            assert notice.attempts == 1
            record(Delivery.UNTRIED, notice)
        assert state_of("a") == "owed"

    def test_a_sent_notice_is_never_owed_again(self):
        owe(owed("a"))
        record(Delivery.TAKEN, *claim())
        with pytest.raises(IntegrityError, match="may not become owed"), transaction.atomic():
            store.execute("UPDATE notices_notice SET state = 'owed'")

    @pytest.mark.usefixtures("database_url")
    def test_deliverers_at_once_never_get_the_same_notice(self):
        owe(*(owed(f"{n}") for n in range(200)))
        start = threading.Barrier(4)

        def deliver():
            start.wait(10)
            got = []
            try:
                while batch := claim(limit=7):
                    got += keys(batch)
            finally:
                connections.close_all()
            return got

        with ThreadPoolExecutor(4) as pool:
            got = [future.result(30) for future in [pool.submit(deliver) for _ in range(4)]]
        everything = [key for each in got for key in each]
        assert len(everything) == len(set(everything)) == 200


@given(st.integers(1, 60), st.sampled_from(Delivery))
def test_every_answer_ends_somewhere_sensible(attempts, delivery):
    answer = Answer(notice=Claimed(1, attempts, REAL, b"", b""), delivery=delivery)
    state = state_after(answer)
    assert (state is NoticeState.SENT) == (delivery is Delivery.TAKEN)
    assert timedelta(0) <= pause_after(answer) <= timedelta(hours=1)
    assert attempts_after(answer) in {attempts, attempts - 1}
    if delivery is Delivery.UNTRIED:
        assert state is NoticeState.OWED


@given(st.text(), st.text())
def test_a_sealed_letter_opens_to_the_same_words(keyring, subject, body):
    letter = open_letter(keyring, seal_letter(keyring, subject, body))
    assert (letter.subject, letter.body) == (subject, body)


def test_a_seal_for_something_else_is_no_letter(keyring):
    with pytest.raises(SealBroken):
        open_letter(keyring, seal(keyring, "{}", purpose="email"))
