"""Pacing slows who is too fast, lets everybody else alone, and does not grow."""

import pytest
from hypothesis import given, settings, strategies as st

from gelombang.frontdoor.pacing import (
    SLOTS,
    Allowance,
    Pacer,
    client_of,
    network_of,
    sender_of,
)


def test_a_minute_s_worth_may_come_at_once_and_the_next_one_waits():
    pacer = Pacer()
    waits = [pacer.wait("10.0.0.1", now=100.0, per_minute=30) for _ in range(40)]
    assert waits[:31] == [0.0] * 31
    assert waits[31:] == [pytest.approx(2.0)] * 9  # who is slowed is not counted again


def test_who_waits_as_told_goes_on():
    pacer, now = Pacer(), 0.0
    for _ in range(500):
        now += pacer.wait("10.0.0.1", now=now, per_minute=60)
        assert pacer.wait("10.0.0.1", now=now + 1e-6, per_minute=60) <= 1.0
        now += 1e-6


@given(st.lists(st.integers(0, 20), min_size=1, max_size=200), st.integers(1, 600))
@settings(max_examples=200)
def test_no_sender_gets_more_than_its_rate_and_one_minute_s_worth(gaps, per_minute):
    pacer, now, passed = Pacer(), 1000.0, 0
    for gap in gaps:
        now += gap
        passed += pacer.wait("a", now=now, per_minute=per_minute) == 0.0
    assert passed <= (now - 1000.0) * per_minute / 60 + per_minute + 1


def test_another_sender_is_let_alone():
    pacer = Pacer()
    for _ in range(100):
        pacer.wait("10.0.0.1", now=5.0, per_minute=10)
    slowed = [pacer.wait(f"10.0.{i // 250}.{i % 250}", now=5.0, per_minute=10) for i in range(2000)]
    # Two tables of 65,536 slots: sharing both with one busy sender is a matter of one in 4 billion.
    assert sum(1 for each in slowed if each) <= 1


def test_memory_does_not_grow_with_the_number_of_senders():
    pacer = Pacer()
    before = len(pacer._first), len(pacer._second)
    for number in range(200_000):
        pacer.wait(str(number), now=0.0, per_minute=60)
    assert (len(pacer._first), len(pacer._second)) == before == (SLOTS, SLOTS)


@pytest.mark.parametrize(
    ("address", "network", "sender"),
    [
        ("192.0.2.7", "192.0.2", "192.0.2.7"),
        ("2001:db8:1:2:3:4:5:6", "2001:db8:1", "2001:db8:1:2"),
        ("2001:db8::5", "2001:db8:0", "2001:db8:0:0"),
        ("::1", "0:0:0", "0:0:0:0"),
        ("", "", ""),
        ("nonsense", "nonsense", "nonsense"),
    ],
)
def test_networks_and_senders(address, network, sender):
    assert (network_of(address), sender_of(address)) == (network, sender)


@pytest.mark.parametrize(
    ("peer", "forwarded", "trusted", "client"),
    [
        ("192.0.2.7:5123", "", 0, "192.0.2.7"),
        ("[2001:db8::5]:443", "", 0, "2001:db8::5"),
        ("192.0.2.7:5123", "203.0.113.9", 0, "192.0.2.7"),  # nobody of ours wrote that
        ("10.0.0.1:1", "203.0.113.9", 1, "203.0.113.9"),
        ("10.0.0.1:1", "6.6.6.6, 203.0.113.9", 1, "203.0.113.9"),  # the sender wrote the first
        ("10.0.0.1:1", "6.6.6.6, 203.0.113.9, 10.0.0.2", 2, "203.0.113.9"),
        ("10.0.0.1:1", "", 1, "10.0.0.1"),
    ],
)
def test_the_address_of_a_sender(peer, forwarded, trusted, client):
    assert client_of(peer, forwarded, trusted=trusted) == client


def test_an_allowance_is_some_seconds_worth_at_once_and_then_its_rate():
    allowance = Allowance(seconds=4)
    assert sum(allowance.take(now=0.0, rate=100) for _ in range(1000)) == 400
    assert sum(allowance.take(now=1.0, rate=100) for _ in range(1000)) == 100


def test_the_called_are_never_sent_back_and_newcomers_pay_for_them():
    allowance = Allowance(seconds=1)
    for _ in range(500):
        allowance.use(now=0.0, rate=100)
    assert not allowance.take(now=0.5, rate=100)
    assert allowance.take(now=2.5, rate=100)  # the debt is bounded by one second


@given(st.lists(st.floats(0, 2), max_size=100), st.integers(1, 50))
def test_an_allowance_is_never_exceeded(gaps, rate):
    allowance, now, taken = Allowance(seconds=2), 0.0, 0
    for gap in gaps:
        now += gap
        taken += allowance.take(now=now, rate=rate)
    assert taken <= now * rate + max(1, 2 * rate) + 1e-6
