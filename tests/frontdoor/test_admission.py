"""Who enters the house, who waits and who is turned away."""

import pytest
from hypothesis import given, strategies as st

from gelombang.frontdoor.admission import (
    WINDOW,
    Bounds,
    Limiter,
    Priority,
    Waiter,
    priority_of,
)

BOUNDS = Bounds(fewest=2, most=10, queue=3, visit_seconds=0.5)


def visits(limiter: Limiter, seconds: float, *, count: int = WINDOW) -> None:
    """Every place is used all the time."""
    arrived = 0
    while limiter._inside < limiter.places:
        limiter.arrive(Waiter(Priority.FORM))
    while arrived < count:
        limiter.leave(seconds)
        limiter.arrive(Waiter(Priority.FORM))
        arrived += 1


@pytest.mark.parametrize(
    ("method", "path", "cookie", "priority"),
    [
        ("POST", "/api/v1/integration/payment/redeem-code/commit", "", Priority.PARTNER),
        ("GET", "/api/v1/integration/payment/redeem-code/status", "", Priority.PARTNER),
        ("POST", "/api/v1/messaging/reports", "", Priority.PARTNER),
        ("POST", "/api/v1/dci/registry/notify", "", Priority.PARTNER),
        ("POST", "/masuk", "", Priority.FORM),
        ("GET", "/saya/identitas", "bahasa=id; sesi=x", Priority.FORM),
        ("GET", "/masuk", "bahasa=id", Priority.VISITOR),
        ("GET", "/gabung/PKJ-2020-W01", "", Priority.VISITOR),
        ("GET", "/pelatihan", "", Priority.BROWSING),
        ("GET", "/angka", "sesi=x", Priority.REPORT),
        ("GET", "/undian/PKJ-2020-W01/entrants.csv", "", Priority.REPORT),
        ("GET", "/meja/nominasi/3/perlu-diperbaiki.csv", "sesi=x", Priority.REPORT),
    ],
)
def test_what_somebody_is_about_decides_how_soon_they_enter(method, path, cookie, priority):
    assert priority_of(method, path, {"cookie": cookie}) is priority


def test_slow_visits_leave_fewer_places_and_quick_ones_bring_them_back():
    limiter = Limiter(BOUNDS)
    visits(limiter, 2.0)
    assert limiter.places == 8
    for _ in range(20):
        visits(limiter, 2.0)
    assert limiter.places == BOUNDS.fewest
    for _ in range(20):
        visits(limiter, 0.1)
    assert limiter.places == BOUNDS.most


def test_a_few_slow_visits_among_quick_ones_change_nothing():
    limiter = Limiter(BOUNDS)
    for _ in range(10):
        visits(limiter, 9.0, count=WINDOW // 4)
        visits(limiter, 0.1, count=WINDOW - WINDOW // 4)
    assert limiter.places == BOUNDS.most


def test_the_full_queue_turns_the_latest_of_the_lowest_away():
    limiter = Limiter(Bounds(fewest=1, most=1, queue=3, visit_seconds=1))
    limiter.arrive(Waiter(Priority.FORM))
    first, second = Waiter(Priority.REPORT), Waiter(Priority.REPORT)
    form, partner, browser = map(Waiter, (Priority.FORM, Priority.PARTNER, Priority.BROWSING))
    for each in (first, second, form):
        assert limiter.arrive(each).shed == []
    assert limiter.arrive(partner).shed == [second]
    assert limiter.arrive(browser).shed == [first]
    assert limiter.arrive(late := Waiter(Priority.REPORT)).shed == [late]
    order = [limiter.leave(0.1).enter for _ in range(3)]
    assert order == [[partner], [form], [browser]]


def test_who_stops_waiting_is_not_called():
    limiter = Limiter(Bounds(fewest=1, most=1, queue=3, visit_seconds=1))
    limiter.arrive(Waiter(Priority.FORM))
    gone, next_one = Waiter(Priority.FORM), Waiter(Priority.FORM)
    limiter.arrive(gone)
    limiter.arrive(next_one)
    assert limiter.withdraw(gone)
    assert not limiter.withdraw(gone)
    assert limiter.leave(None).enter == [next_one]


@given(st.lists(st.tuples(st.sampled_from(["arrive", "leave"]), st.sampled_from(Priority),
                          st.floats(0, 3)), max_size=300))  # fmt: skip
def test_every_request_enters_or_waits_or_is_turned_away(steps):
    limiter = Limiter(BOUNDS)
    arrived, entered, shed, left = 0, 0, 0, 0
    for step, priority, seconds in steps:
        if step == "arrive":
            arrived += 1
            found = limiter.arrive(Waiter(priority))
        elif entered > left:
            left += 1
            found = limiter.leave(seconds)
        else:
            continue
        entered, shed = entered + len(found.enter), shed + len(found.shed)
        assert arrived == entered + shed + limiter.waiting
        assert limiter.waiting <= BOUNDS.queue
        assert entered - left <= BOUNDS.most
        assert BOUNDS.fewest <= limiter.places <= BOUNDS.most
        assert not limiter.waiting or entered - left >= limiter.places
