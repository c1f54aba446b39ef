"""Slow senders are cut off, quick ones never notice, and a cancelled request stays cancelled."""

import asyncio

import pytest

from gelombang.frontdoor.patience import Patience, TooSlow


async def after(seconds: float) -> str:
    await asyncio.sleep(seconds)
    return "done"


async def test_who_is_quick_gets_through():
    patience = Patience(5)
    assert await asyncio.gather(*(patience.wait_for(after(0)) for _ in range(50))) == ["done"] * 50
    assert patience._waiting == {}


async def test_who_is_slow_is_told_and_nobody_else():
    patience = Patience(0.2)
    slow = asyncio.ensure_future(patience.wait_for(after(60)))
    assert await patience.wait_for(after(0.01)) == "done"
    with pytest.raises(TooSlow):
        await slow
    assert patience._waiting == {}
    assert patience._late == set()
    assert await patience.wait_for(after(0)) == "done"  # it works on after a quiet time


async def test_a_request_that_is_cancelled_meanwhile_stays_cancelled():
    patience = Patience(30)
    gone = asyncio.ensure_future(patience.wait_for(after(60)))
    await asyncio.sleep(0)
    gone.cancel()
    with pytest.raises(asyncio.CancelledError):
        await gone
    assert patience._waiting == {}
