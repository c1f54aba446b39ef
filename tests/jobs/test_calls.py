"""Calls in an event loop: each leaves at its moment, and none of what has ended is lost."""

import asyncio
import time
from datetime import timedelta

import pytest

from gelombang.jobs.calls import TICK, TOGETHER, Call, Sender, Unsent, departure
from gelombang.journey.verification.rules import Answer, Fact, Question

LATEST = timedelta(seconds=5)


def question(number: int) -> Question:
    return Question(number, 1, "", None)


def answer_to(number: int) -> Answer:
    return Answer(number, 1, Fact("ok"), "ab" * 32)


def test_what_ends_after_a_look_is_there_at_the_next():
    async def story() -> None:
        may_answer = asyncio.Event()

        async def ask(questions):
            await may_answer.wait()
            return [answer_to(each.check_id) for each in questions]

        sender = Sender(ask)
        sender.begin([(timedelta(), [question(1)])], since=time.monotonic(), latest=LATEST)
        await asyncio.sleep(0.1)
        assert sender.take_ended() == []
        may_answer.set()
        await asyncio.sleep(0.05)
        (call,) = sender.take_ended()
        assert isinstance(call, Call)
        assert call.answers == [answer_to(1)]
        assert sender.under_way == 0

    asyncio.run(story())


def test_calls_that_are_due_close_to_each_other_leave_together_and_never_early():
    left: dict[int, float] = {}

    async def story() -> float:
        async def ask(questions):
            left[questions[0].check_id] = time.monotonic()
            return []

        sender, since = Sender(ask), time.monotonic()
        planned = [(timedelta(milliseconds=20 + n), [question(n)]) for n in range(40)]
        sender.begin(planned, since=since, latest=LATEST)
        await asyncio.sleep(0.3)
        assert sender.under_way == 0
        return since

    since = asyncio.run(story())
    assert len(left) == 40
    assert all(at >= since + 0.020 + n / 1000 for n, at in left.items())
    dues = [since + 0.020 + n / 1000 for n in range(40)]
    assert len({departure(due) for due in dues}) <= 0.039 / TOGETHER + 2
    assert all(0 <= departure(due) - due <= TOGETHER + TICK for due in dues)


@pytest.mark.parametrize("why", ["halted", "late"])
def test_a_call_that_is_not_wanted_or_late_is_not_made(why):
    async def story() -> list[Call | Unsent]:
        async def ask(questions):
            raise AssertionError

        sender = Sender(ask)
        age = LATEST.total_seconds() + 1 if why == "late" else 0.0
        planned = [(timedelta(milliseconds=30), [question(1)])]
        sender.begin(planned, since=time.monotonic() - age, latest=LATEST)
        if why == "halted":
            sender.halt()
        await asyncio.sleep(0.1)
        assert sender.under_way == 0
        return sender.take_ended()

    assert asyncio.run(story()) == [Unsent([question(1)])]


def test_a_pause_costs_the_moments_that_it_lasts():
    async def story() -> list[Call | Unsent]:
        async def ask(questions):
            return [answer_to(each.check_id) for each in questions]

        sender = Sender(ask)
        waits = {1: 50, 2: 250}
        planned = [(timedelta(milliseconds=wait), [question(n)]) for n, wait in waits.items()]
        sender.begin(planned, since=time.monotonic(), latest=LATEST)
        sender.pause(0.15)
        await asyncio.sleep(0.4)
        return sender.take_ended()

    unsent, call = asyncio.run(story())
    assert unsent == Unsent([question(1)])
    assert isinstance(call, Call)
    assert call.answers == [answer_to(2)]


def test_a_pause_is_for_what_waits_and_not_for_what_comes():
    async def story() -> list[Call | Unsent]:
        async def ask(questions):
            return [answer_to(each.check_id) for each in questions]

        sender = Sender(ask)
        sender.pause(3600)
        sender.begin([(timedelta(), [question(1)])], since=time.monotonic(), latest=LATEST)
        await asyncio.sleep(0.1)
        return sender.take_ended()

    (call,) = asyncio.run(story())
    assert isinstance(call, Call), "whoever begins it knows that the partner may be asked again"


def test_calls_under_way_are_forgotten_when_it_stops():
    async def story() -> None:
        async def ask(questions):
            await asyncio.sleep(60)

        sender = Sender(ask)
        sender.begin([(timedelta(), [question(1)])], since=time.monotonic(), latest=LATEST)
        await asyncio.sleep(0.05)
        await sender.stop()
        assert sender.take_ended() == []

    asyncio.run(story())
