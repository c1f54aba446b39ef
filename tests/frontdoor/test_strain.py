"""A process that is late takes in less, quickly; one that is quick comes back, slowly."""

from hypothesis import given, strategies as st

from gelombang.frontdoor.strain import EASY_SECONDS, LATE_SECONDS, Strain


def after(*seconds: float) -> float:
    strain = Strain()
    for each in seconds:
        strain.note(each)
        strain.look(loop_late=0.0)
    return strain.factor


def test_who_is_quick_takes_in_everything():
    assert after(*[EASY_SECONDS / 2] * 20) == 1.0


LATE = LATE_SECONDS * 3


def test_who_is_late_takes_in_less_and_comes_back():
    late = after(LATE, LATE, LATE)
    assert late < 0.5
    assert after(LATE, LATE, LATE, *[0.0] * 5) > late
    assert after(LATE, LATE, LATE, *[0.0] * 40) == 1.0


@given(st.floats(0, 60))
def test_one_commit_that_everybody_waited_for_is_no_strain(stalled):
    assert after(0.01, stalled, 0.01) == 1.0


def test_seconds_that_are_late_one_after_the_other_are():
    assert after(0.01, 3.0, 3.0) < 1.0
    assert after(0.01, 3.0, 3.0, *[0.01] * 12) == 1.0, "and it comes back soon"


def test_a_late_loop_counts_like_a_late_answer():
    strain = Strain()
    assert [strain.look(loop_late=LATE) for _ in range(2)][-1] < 1.0


def test_between_the_two_nothing_changes():
    between = (LATE_SECONDS + EASY_SECONDS) / 2
    late = after(LATE, LATE, *[between] * 10)
    assert late == after(LATE, LATE, *[between] * 20) < 1.0


@given(st.lists(st.floats(0, 60), max_size=200))
def test_the_set_figure_is_never_exceeded_and_nobody_is_shut_out(seconds):
    assert 0.3 <= after(*seconds) <= 1.0
