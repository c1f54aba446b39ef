"""The admin pages of an invented partner: its accounts, and its honest statement."""

import pytest
from tests.gateways.payments.paying import AMOUNT, SITI


@pytest.mark.parametrize(
    "account",
    [
        {}, {"account_no": "1"}, {"account_no": "1", "name": "A", "status": "asleep"},
        {"account_no": "1", "name": "A", "fault": "odd"},
        {"account_no": "1", "name": "A", "limit": -1},
        {"account_no": "1", "name": "A", "limit": 1.5},
        {"account_no": "1", "name": "A", "colour": "red"}, "text",
    ],
)  # fmt: skip
async def test_an_incomplete_account_is_refused_whole(shop, account):
    good = {"account_no": "628120001", "name": "B"}
    assert "problem" in await shop.admin("PUT", "accounts", [good, account])
    assert (await shop.admin("GET", "totals"))["accounts"] == 1


async def test_a_later_account_replaces_the_earlier_and_all_may_go(shop):
    await shop.keep(name="SITI LAIN")
    found = await shop.client.inquire(account_no=shop.number, at=shop.order().at)
    assert found.holder_name == "SITI LAIN"
    assert (await shop.admin("DELETE", "accounts")) == {"accounts": 0}
    assert (await shop.admin("GET", "totals"))["accounts"] == 0


async def test_the_statement_pages_by_reference(shop):
    for number in range(5):
        await shop.pay(f"PKJ-{number}", amount=AMOUNT + number)
    await shop.enquire("PKJ-4")
    first = await shop.admin("GET", "books?limit=3")
    after = first["by_reference"][-1]["reference"]
    rest = await shop.admin("GET", f"books?limit=3&after={after}")
    rows = first["by_reference"] + rest["by_reference"]
    assert [row["reference"] for row in rows] == [f"PKJ-{n}" for n in range(5)]
    assert sum(row["amount"] for row in rows) == first["amount"] == 5 * AMOUNT + 10
    assert {row["times_booked"] for row in rows} == {1}
    assert [row["enquiries"] for row in rows] == [0, 0, 0, 0, 1]
    assert {row["account"] for row in rows} == {shop.number[-4:]}
    assert SITI not in str(first)
    assert (await shop.admin("GET", "books?limit=x"))["payments"] == 5


async def test_totals_count_everything(shop):
    await shop.pay("PKJ-1")
    await shop.keep(fault="timeout_never")
    await shop.pay("PKJ-2")
    await shop.keep(fault="limit")
    await shop.pay("PKJ-3")
    await shop.keep(fault="in_progress")
    await shop.pay("PKJ-4")
    assert await shop.admin("GET", "totals") == {
        "payments": 1, "amount": AMOUNT, "pending": 1, "refused": 1, "lost": 1,
        "booked_twice": 0, "calls": 4, "enquiries": 0, "accounts": 1, "funds": None,
    }  # fmt: skip
    meter = await shop.admin("GET", "meter")
    assert meter["calls"] == 5, "with one for a token"


@pytest.mark.parametrize("funds", [-1, 1.5, "1"])
async def test_the_float_is_whole_rupiah(shop, funds):
    assert "problem" in await shop.admin("PUT", "float", {"funds": funds})
