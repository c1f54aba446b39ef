"""What calls say of a partner, and a partner of us, and what of it holds for calls that wait."""

from datetime import timedelta
from time import monotonic

import pytest

from gelombang.gateways.partner import OurFault, Throttled
from gelombang.jobs.calls import Call
from gelombang.jobs.signs import hold_back, is_down, rest_of
from gelombang.kit.errors import Outage

ONE_SECOND = timedelta(seconds=1)


def refused(*, began: float, seconds: float, retry_after: timedelta = ONE_SECOND) -> Call:
    return Call([], Throttled("too many", retry_after=retry_after), seconds, began)


def test_a_rest_counts_from_the_answer_and_not_from_when_it_is_gathered():
    assert rest_of([refused(began=10.0, seconds=0.25)], at=10.75) == 0.5


def test_the_longest_rest_of_several_counts():
    calls = [refused(began=10.0, seconds=0.0), refused(began=9.0, seconds=0.0), Call([])]
    assert (
        rest_of([*calls, refused(began=9.0, seconds=0.0, retry_after=3 * ONE_SECOND)], at=10) == 2
    )


def test_a_rest_that_is_over_is_none():
    assert rest_of([refused(began=1.0, seconds=0.1)], at=10.0) <= 0
    assert rest_of([Call([])], at=10.0) == 0


def test_a_partner_that_asks_for_a_rest_is_not_down():
    cut = Call([], Outage("cut"))
    assert is_down([cut] * 20)
    assert not is_down([*[cut] * 20, refused(began=0.0, seconds=0.0)])
    assert not is_down([cut] * 19)


class Waiting:
    """Calls that wait, as far as it matters here."""

    def __init__(self) -> None:
        self.told: list[str] = []

    def halt(self) -> None:
        self.told.append("halt")

    def pause(self, seconds: float) -> None:
        self.told.append(f"pause {round(seconds)}")


@pytest.mark.parametrize(
    ("calls", "told"),
    [
        ([Call([], OurFault("password"))], ["halt"]),
        ([Call([], Outage("cut"))] * 20, ["halt"]),
        ([Call([], Outage("cut"))], []),
        ([], []),
    ],
)
def test_calls_that_wait_are_held_back_by_what_a_partner_says_about_us(calls, told):
    waiting = Waiting()
    hold_back(waiting, calls)
    assert waiting.told == told


def test_calls_that_wait_rest_as_long_as_the_partner_asked():
    waiting = Waiting()
    hold_back(waiting, [refused(began=monotonic(), seconds=0.0, retry_after=5 * ONE_SECOND)])
    assert waiting.told == ["pause 5"]
