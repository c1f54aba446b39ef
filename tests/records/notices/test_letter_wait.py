"""How long a letter takes to leave: the rule, and what is read of the outbox for it."""

from datetime import UTC, datetime, timedelta

import pytest

from gelombang import store
from gelombang.records.notices import actions, rules
from gelombang.records.notices.rules import (
    SAMPLE,
    Answer,
    Delivery,
    LetterQueue,
    Owed,
    wait_for_letter,
)

REAL = datetime(2026, 11, 2, 8, 30, 30, tzinfo=UTC)
MINUTE = timedelta(minutes=1)


def queue(counted=0, *, waited=timedelta(0), numbers=(1, 1), newest=1, rate=0):
    oldest = REAL - waited if counted else None
    return LetterQueue(counted, oldest, *numbers, newest_number=newest, most_a_minute=rate)


@pytest.mark.parametrize(
    ("found", "wait"),
    [
        (queue(), None),
        (queue(50, rate=6_000), None),
        (queue(6_000, numbers=(1, 6_000), newest=6_000, rate=6_000), None),
        (queue(9_000, numbers=(1, 9_000), newest=9_000, rate=3_000), 3 * MINUTE),
        (queue(10, waited=20 * MINUTE), 20 * MINUTE),
        (queue(10, waited=20 * MINUTE, rate=6_000), 20 * MINUTE),
        (queue(SAMPLE, numbers=(1, SAMPLE), newest=1_000_000, rate=10_000), 100 * MINUTE),
        (queue(SAMPLE, numbers=(1, 2 * SAMPLE), newest=1_000_000, rate=10_000), 50 * MINUTE),
        (queue(SAMPLE, numbers=(1, SAMPLE), newest=SAMPLE, rate=10_000), None),
    ],
    ids=["nothing", "short", "a minute", "counted", "stands still", "by the oldest", "a million",
         "every other number", "just the sample"],
)  # fmt: skip
def test_the_wait_is_the_backlog_by_the_rate_or_what_the_oldest_waits(found, wait):
    assert wait_for_letter(found, real_now=REAL) == wait


@pytest.mark.django_db
class TestMeasuring:
    def owe(self, count, *, at=REAL, urgent=False, name="orang"):
        owed = [
            Owed(key=f"{name}{n}", person_id=None, kind="test", address_sealed=b"a", language="id",
                 letter_sealed=b"l", urgent=urgent)
            for n in range(count)
        ]  # fmt: skip
        with store.transaction():
            actions.owe(notices=owed, now=at, real_now=at)

    def kept(self):
        (row,) = store.fetch("SELECT * FROM letter_wait_facts")
        return row["letter_wait_seconds"], row["letter_wait_measured_at"]

    def test_what_waits_is_kept_for_the_door_and_forgotten_when_it_is_gone(self):
        self.owe(3, at=REAL - 5 * MINUTE)
        assert actions.measure_letter_wait(real_now=REAL) == 5 * MINUTE
        assert self.kept() == (300, REAL)
        claimed = actions.claim_batch(real_now=REAL, limit=10)
        actions.record(answers=[Answer(each, Delivery.TAKEN) for each in claimed], real_now=REAL)
        later = REAL + MINUTE
        assert actions.measure_letter_wait(real_now=later) is None
        assert self.kept() == (0, later)
        actions.measure_letter_wait(real_now=REAL)
        assert self.kept() == (0, later), "an older measure changes nothing"

    def test_the_measured_rate_counts(self):
        self.owe(2, name="lama")
        claimed = actions.claim_batch(real_now=REAL, limit=10)
        actions.record(answers=[Answer(each, Delivery.TAKEN) for each in claimed], real_now=REAL)
        self.owe(20)
        assert actions.measure_letter_wait(real_now=REAL) == 10 * MINUTE

    def test_a_queue_of_any_length_is_judged_by_its_head(self, monkeypatch):
        self.owe(1, name="lama")
        claimed = actions.claim_batch(real_now=REAL, limit=10)
        actions.record(answers=[Answer(each, Delivery.TAKEN) for each in claimed], real_now=REAL)
        self.owe(400)
        monkeypatch.setattr(actions, "SAMPLE", 10)
        monkeypatch.setattr(rules, "SAMPLE", 10)
        assert actions.measure_letter_wait(real_now=REAL) == 400 * MINUTE

    def test_what_goes_first_or_waits_for_its_time_is_no_queue(self):
        self.owe(3, at=REAL - 5 * MINUTE, urgent=True, name="kode")
        self.owe(3, at=REAL + 5 * MINUTE, name="nanti")
        assert actions.measure_letter_wait(real_now=REAL) is None
