"""The admission is shared by what each process is offered, and never more than whole."""

from hypothesis import given, strategies as st

from gelombang.frontdoor.line import Line
from gelombang.frontdoor.meters import Meters
from gelombang.frontdoor.queues import HOUSE, Queue, Queues, part_of, parts_of

OFFERED = st.lists(st.integers(0, 10_000), min_size=1, max_size=12)


@given(OFFERED)
def test_all_parts_together_are_the_whole(offered):
    parts = [part_of(processes=len(offered), offered=sum(offered), own=own) for own in offered]
    assert abs(sum(parts) - 1) < 1e-9
    assert all(part >= 1 / (3 * len(offered)) - 1e-9 for part in parts)


def test_who_is_offered_everything_lets_in_most():
    busy, idle = (part_of(processes=2, offered=1000, own=own) for own in (1000, 0))
    assert busy > 4 * idle


def test_nobody_known_is_one_process_alone():
    assert part_of(processes=0, offered=0, own=0) == 1


WAITING = st.dictionaries(st.text(min_size=1, max_size=3), st.integers(1, 5_000), max_size=6)


@given(st.integers(1, 5_000), WAITING)
def test_all_queues_together_are_called_at_the_rate(rate, waiting):
    parts = parts_of(rate, waiting)
    assert parts.keys() == waiting.keys()
    assert all(part >= 1 for part in parts.values())
    assert sum(parts.values()) <= max(rate, len(waiting))
    if waiting and rate >= len(waiting):
        assert sum(parts.values()) >= min(rate, sum(waiting.values()))  # nothing is left idle


@given(st.integers(1, 5_000), WAITING)
def test_who_needs_an_equal_part_has_one(rate, waiting):
    for subject, part in parts_of(rate, waiting).items():
        assert part >= min(waiting[subject], rate // len(waiting))


def test_registration_and_waves_are_let_in_from_one_allowance_and_the_house_from_its_own():
    line = Line("postgresql://nowhere", name="tests", connect_seconds=1)
    queues = Queues(line=line, meters=Meters(), processes=1)

    def let_in(subject: str) -> int:
        return sum(queues.of(subject).lets_in(monotonic=5.0, rate=10) for _ in range(100))

    first, second = let_in("registration"), let_in("PKJ-2020-W02")
    assert (first, second) == (40, 0)  # four seconds' worth at once, for both together
    assert let_in(HOUSE) == 40


def test_a_short_queue_holds_no_newcomer_up_and_a_long_one_does():
    queue = Queue()
    for _ in range(100):
        queue.hand_out(5_000_000)
    assert not queue.has_waiting(rate=100)
    queue.hand_out(5_000_000)
    assert queue.has_waiting(rate=100)


def test_counts_that_could_not_be_told_are_told_later():
    queue = Queue()
    queue.hand_out(5_000_000)
    taken = queue.take_issued()
    assert (queue.untold, dict(taken)) == (0, {5: 1})
    queue.hand_out(6_000_000)
    queue.take_back(taken)
    assert (queue.untold, dict(queue.issued)) == (2, {5: 1, 6: 1})
