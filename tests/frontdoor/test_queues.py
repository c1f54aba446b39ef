"""The admission is shared by what each process is offered, and never more than whole."""

from hypothesis import given, strategies as st

from gelombang.frontdoor.queues import Queue, part_of

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
