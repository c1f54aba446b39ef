"""How many a queue calls: ahead at first, then at its rate; and the speed that is told of it."""

import asyncio

import pytest
from tests.frontdoor.standing import load_programme

from gelombang.frontdoor.line import Line
from gelombang.frontdoor.queues import standings_of
from gelombang.frontdoor.tables import statement
from gelombang.frontdoor.waiting import SECOND_US

NOW = 1_790_000_000  # real seconds since 1970
RATE = 100


@pytest.fixture(scope="module")
def url(postgres_server) -> str:
    found = postgres_server.copy_template("calling")
    load_programme(found)
    return found


class Queue:
    """One queue in the database, second by second."""

    def __init__(self, url: str, subject: str) -> None:
        self._url = url
        self._subject = subject

    def hand_out(self, second: int, count: int) -> None:
        self._ask("insert_queue_tallies", [self._subject], [second], [count])

    def call(self, second: int, *, rate: int = RATE) -> int:
        """How many this second called."""
        self._ask("call_queue", self._subject, second, second * SECOND_US, rate)
        return self._last("called")

    def speed(self, second: int) -> float:
        rows = self._ask("read_queues", [self._subject], second)
        return standings_of(rows)[self._subject].served_per_second

    def forget_speeds(self) -> None:
        sql = "UPDATE queue_call SET per_second = DEFAULT WHERE subject = $1"
        self._ask_sql(sql, self._subject)

    @property
    def spare(self) -> int:
        return self._last("spare")

    def _last(self, column: str) -> int:
        sql = f"SELECT {column} FROM queue_call WHERE subject = $1 ORDER BY tick DESC LIMIT 1"
        return self._ask_sql(sql, self._subject)[0][0]

    def _ask(self, name: str, *values):
        return self._ask_sql(statement(name), *values)

    def _ask_sql(self, sql: str, *values):
        async def ask():
            line = Line(self._url, name="test", connect_seconds=10)
            try:
                return await line.fetch(sql, *values)
            finally:
                await line.close()

        return asyncio.run(ask())


def test_what_the_first_call_does_not_need_the_next_ones_have(url):
    queue = Queue(url, "ahead")
    queue.hand_out(NOW - 1, 300)
    assert queue.call(NOW) == 300
    assert queue.spare == 7 * RATE
    queue.hand_out(NOW, 500)
    assert queue.call(NOW + 1) == 500
    queue.hand_out(NOW + 1, 5_000)
    assert queue.call(NOW + 2) == 4 * RATE, "three seconds ahead were left, and this one"
    assert queue.call(NOW + 3) == RATE
    assert queue.spare == 0


def test_a_call_that_comes_late_makes_up_for_ten_seconds_at_the_most(url):
    queue = Queue(url, "late")
    queue.hand_out(NOW - 1, 50_000)
    assert queue.call(NOW) == 10 * RATE
    assert queue.call(NOW + 3) == 3 * RATE
    assert queue.call(NOW + 60) == 10 * RATE
    assert queue.call(NOW + 60) == 10 * RATE, "a second is called once"


def test_a_lower_rate_forgets_what_a_higher_one_spared(url):
    queue = Queue(url, "lower")
    queue.hand_out(NOW - 1, 10)
    queue.call(NOW)
    assert queue.spare == 10 * RATE - 10
    queue.hand_out(NOW, 5_000)
    assert queue.call(NOW + 1, rate=5) == 50


def test_where_few_wait_the_speed_says_how_fast_many_would_be_called(url):
    queue = Queue(url, "trickle")
    for second in range(NOW, NOW + 20):
        queue.hand_out(second - 1, 1)
        assert queue.call(second) == 1
    assert queue.speed(NOW + 20) == RATE


def test_calls_of_a_front_door_of_before_say_nothing_of_the_speed(url):
    queue = Queue(url, "before")
    queue.hand_out(NOW - 1, 50_000)
    queue.call(NOW)
    queue.forget_speeds()
    assert queue.speed(NOW + 1) == 0.0


def test_the_speed_that_is_told_is_that_of_the_calls_from_the_first_second_on(url):
    queue = Queue(url, "speed")
    queue.hand_out(NOW - 1, 50_000)
    assert queue.speed(NOW) == 0.0, "nobody was called: the set figure is told instead"
    for second in range(NOW, NOW + 50):
        queue.call(second)
        assert queue.speed(second) == pytest.approx(RATE), second - NOW
