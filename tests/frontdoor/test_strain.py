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


def test_one_slow_answer_among_quick_ones_is_no_strain():
    strain = Strain()
    for seconds in [0.01] * 99 + [3.0]:
        strain.note(seconds)
    assert strain.look(loop_late=0.0) == 1.0


def test_a_second_that_is_late_once_is_no_strain():
    assert after(0.01, LATE_SECONDS + 0.1, 0.01) == 1.0


def test_a_late_loop_counts_like_a_late_answer():
    strain = Strain()
    assert strain.look(loop_late=LATE) < 1.0


def test_between_the_two_nothing_changes():
    between = (LATE_SECONDS + EASY_SECONDS) / 2
    assert after(LATE, *[between] * 10) == after(LATE, *[between] * 20) < 1.0


@given(st.lists(st.floats(0, 60), max_size=200))
def test_the_set_figure_is_never_exceeded_and_nobody_is_shut_out(seconds):
    assert 0.3 <= after(*seconds) <= 1.0
