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


def test_who_is_late_takes_in_less_and_comes_back():
    late = after(LATE_SECONDS + 0.1, LATE_SECONDS + 0.1)
    assert late < 0.5
    assert after(LATE_SECONDS + 0.1, LATE_SECONDS + 0.1, 0.0) > late
    assert after(LATE_SECONDS + 0.1, *[0.0] * 30) == 1.0


def test_a_late_loop_counts_like_a_late_answer():
    strain = Strain()
    assert strain.look(loop_late=LATE_SECONDS + 1) < 1.0


def test_between_the_two_nothing_changes():
    between = (LATE_SECONDS + EASY_SECONDS) / 2
    assert after(1.0, between, between) == after(1.0)


@given(st.lists(st.floats(0, 60), max_size=200))
def test_the_set_figure_is_never_exceeded_and_nobody_is_shut_out(seconds):
    assert 0.3 <= after(*seconds) <= 1.0
