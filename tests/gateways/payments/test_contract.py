"""The client against the honest fake, over sockets: every outcome and every fault of an account."""

import asyncio
import time
from types import SimpleNamespace

import pytest
from tests.gateways.conftest import NOON
from tests.gateways.payments.paying import AMOUNT, SITI, WALLET_NO, account

from gelombang.gateways import tokens as tokens_of
from gelombang.gateways.partner import OurFault
from gelombang.gateways.payments.client import SnapClient
from gelombang.gateways.payments.fake import FakePaymentPartner
from gelombang.gateways.payments.protocol import (
    AccountFound,
    AccountUnknown,
    InProgress,
    Instruction,
    NoFunds,
    NotFound,
    NotNow,
    Paid,
    RefusalReason,
    Refused,
    Unanswered,
)
from gelombang.kit.errors import Outage


async def _look(shop, number=None):
    return await shop.client.inquire(account_no=number or shop.number, at=NOON)


async def test_an_honest_payment_is_paid_once_and_said_so(shop):
    _, pay, status = shop.services
    found = await _look(shop)
    assert isinstance(found, AccountFound)
    assert (found.holder_name, found.is_active, found.most_incoming) == (SITI, True, None)
    paid = await shop.pay()
    assert isinstance(paid, Paid)
    assert (paid.amount, paid.code) == (AMOUNT, f"200{pay}00")
    told = await shop.enquire()
    assert isinstance(told, Paid)
    assert (told.partner_ref, told.amount) == (paid.partner_ref, AMOUNT)
    assert told.code == f"200{status}00"
    assert len({paid.answer_sha256, told.answer_sha256, found.answer_sha256}) == 3
    assert await shop.booked() == (1, AMOUNT)


async def test_a_used_reference_is_never_refused_and_never_paid_again(shop):
    _, pay, _ = shop.services
    await shop.pay()
    again = await shop.pay(at=NOON.replace(hour=13))
    other = await shop.pay(amount=AMOUNT + 1)
    assert again == InProgress(f"409{pay}01", again.answer_sha256)
    assert other == InProgress(f"404{pay}18", other.answer_sha256)
    assert await shop.booked() == (1, AMOUNT)
    entry = (await shop.admin("GET", "books"))["by_reference"][0]
    assert (entry["times_booked"], entry["calls"], entry["account"]) == (1, 3, shop.number[-4:])


async def test_many_calls_with_one_reference_at_once_pay_once(shop):
    outcomes = await asyncio.gather(*(shop.pay() for _ in range(20)))
    assert sum(isinstance(each, Paid) for each in outcomes) == 1
    assert sum(isinstance(each, InProgress) for each in outcomes) == 19
    assert await shop.booked() == (1, AMOUNT)


@pytest.mark.parametrize("reference", [f"PKJ-{n}" for n in range(1, 5)])
async def test_accepted_and_then_no_answer_is_found_by_an_enquiry(shop, reference):
    await shop.keep(fault="accept_then_timeout")
    assert isinstance(await shop.pay(reference), Unanswered)
    assert await shop.booked() == (1, AMOUNT), "it was paid, only nobody said so"
    assert isinstance(await shop.enquire(reference), Paid)
    assert isinstance(await shop.pay(reference), InProgress), "sent again, it is not paid again"
    assert await shop.booked() == (1, AMOUNT)


async def test_a_time_out_that_paid_nothing_may_be_sent_again(shop):
    await shop.keep(fault="timeout_never")
    assert await shop.pay() == Unanswered("status 504")
    assert isinstance(await shop.enquire(), NotFound)
    assert await shop.booked() == (0, 0)
    assert isinstance(await shop.pay(), Paid)
    assert isinstance(await shop.enquire(), Paid)
    assert await shop.booked() == (1, AMOUNT)


async def test_in_progress_is_final_after_the_first_enquiry(shop):
    await shop.keep(fault="in_progress")
    assert isinstance(await shop.pay(), InProgress)
    assert await shop.booked() == (0, 0)
    assert isinstance(await shop.enquire(), InProgress)
    assert isinstance(await shop.enquire(), Paid)
    assert await shop.booked() == (1, AMOUNT)


async def test_no_funds_executes_nothing_and_passes(shop):
    await shop.keep(fault="no_funds")
    assert isinstance(await shop.pay(), NoFunds)
    assert await shop.booked() == (0, 0)
    assert isinstance(await shop.pay(), Paid)


async def test_the_float_ends_exactly(shop):
    assert (await shop.admin("PUT", "float", {"funds": AMOUNT + AMOUNT - 1}))["funds"]
    first, second = await shop.pay("PKJ-1"), await shop.pay("PKJ-2")
    assert (type(first), type(second)) == (Paid, NoFunds)
    await shop.admin("PUT", "float", {"funds": AMOUNT})
    assert isinstance(await shop.pay("PKJ-2"), Paid)
    totals = await shop.admin("GET", "totals")
    assert (totals["funds"], totals["payments"], totals["booked_twice"]) == (0, 2, 0)


async def test_another_amount_is_shown_as_the_answer_says_it(shop):
    await shop.keep(fault="wrong_amount")
    said = await shop.pay()
    assert isinstance(said, Paid)
    assert said.amount == AMOUNT + 1
    assert (await shop.enquire()).amount == AMOUNT, "the truth"


@pytest.mark.parametrize(
    ("state", "reason", "case"),
    [
        ({"fault": "limit"}, RefusalReason.LIMIT, "23"),
        ({"limit": AMOUNT - 1}, RefusalReason.LIMIT, "23"),
        ({"fault": "inactive"}, RefusalReason.ACCOUNT, "18"),
        ({"status": "frozen"}, RefusalReason.ACCOUNT, "18"),
        ({"status": "dormant"}, RefusalReason.ACCOUNT, "09"),
        ({"status": "closed"}, RefusalReason.ACCOUNT, "11"),
    ],
)
async def test_a_refusal_is_final_and_pays_nothing(shop, state, reason, case):
    await shop.keep(**state)
    refused = await shop.pay()
    assert isinstance(refused, Refused)
    assert (refused.reason, refused.code[5:]) == (reason, case)
    assert isinstance(await shop.enquire(), Refused)
    assert await shop.booked() == (0, 0)


async def test_nobody_has_the_account(shop):
    other = shop.number[:-2] + "77"
    assert isinstance(await _look(shop, other), AccountUnknown)
    refused = await shop.pay(account_no=other)
    assert (refused.reason, refused.code[5:]) == (RefusalReason.ACCOUNT, "11")


async def test_an_inquiry_tells_the_state(shop):
    is_bank = shop.account.kind == "bank"
    for status in ("dormant", "frozen"):
        await shop.keep(status=status)
        found = await _look(shop)
        assert (found.is_active, found.holder_name) == (False, SITI if is_bank else "")
    await shop.keep(status="closed")
    assert isinstance(await _look(shop), AccountUnknown)


async def test_a_wallets_limit_is_of_one_month(open_shop):
    shop = await open_shop("ovo")
    await shop.keep(limit=2 * AMOUNT)
    await shop.pay("PKJ-1")
    assert (await _look(shop)).most_incoming == AMOUNT
    assert isinstance(await shop.pay("PKJ-2"), Paid)
    assert isinstance(await shop.pay("PKJ-3"), Refused)
    later = NOON.replace(month=5)
    assert (await shop.client.inquire(account_no=WALLET_NO, at=later)).most_incoming == 2 * AMOUNT
    assert isinstance(await shop.pay("PKJ-4", at=later), Paid)


@pytest.mark.parametrize("written", ["081200009911", "6281200009911", "+62 812-0000-9911"])
async def test_a_wallet_is_the_same_however_its_number_is_written(open_shop, written):
    shop = await open_shop("linkaja")
    await shop.keep()
    assert (await _look(shop, written)).holder_name == SITI


async def test_nothing_is_known_of_a_reference_that_never_came(shop):
    assert (await shop.enquire("PKJ-99")).code[5:] == "01"
    assert isinstance(await shop.enquire("PKJ-99"), NotFound)


@pytest.mark.parametrize("switch", ["html", "truncate", "outage", "hang"])
async def test_a_broken_answer_is_no_answer(shop, switch):
    await shop.client.inquire(account_no=shop.number, at=NOON)  # has a token
    hasty = SnapClient(shop.session, shop.account, seconds=0.3 if switch == "hang" else 5.0)
    hasty._tokens = shop.client._tokens
    await shop.admin("PUT", "faults", {switch: True})
    assert isinstance(await hasty.pay(shop.order()), Unanswered)
    with pytest.raises(Outage):
        await hasty.inquire(account_no=shop.number, at=NOON)
    await shop.admin("PUT", "faults", {})
    executed = switch == "truncate"
    assert isinstance(await shop.enquire(), Paid if executed else NotFound)
    assert await shop.booked() == (executed, AMOUNT * executed)


async def test_a_500_is_no_answer(shop):
    await _look(shop)
    await shop.admin("PUT", "faults", {"error_rate": 1.0})
    assert await shop.pay() == Unanswered("status 500")
    assert await shop.enquire() == Unanswered("status 500")


async def test_a_partner_without_tokens_was_never_sent_a_payment(shop):
    await shop.admin("PUT", "faults", {"error_rate": 1.0})
    assert await shop.pay() == NotNow("", "")
    assert isinstance(await shop.enquire(), Unanswered)
    with pytest.raises(Outage):
        await _look(shop)


async def test_a_closed_port_was_never_sent_a_payment(session, unused_tcp_port):
    ours = account("gopay", f"http://127.0.0.1:{unused_tcp_port}")
    client = SnapClient(session, ours)
    order = Instruction("PKJ-1", WALLET_NO, SITI, AMOUNT, "", NOON)
    assert await client.pay(order) == NotNow("", "")


async def test_a_token_is_asked_for_once_by_many(examined):
    examiner, client = await examined()
    examiner.answer = lambda body: {
        "responseCode": "2003700", "customerName": SITI, "customerNumber": body["customerNumber"],
    }  # fmt: skip
    await asyncio.gather(*(client.inquire(account_no=WALLET_NO, at=NOON) for _ in range(20)))
    assert (examiner.tokens, len(examiner.asked), examiner.faulty) == (1, 20, [])
    ids = {headers["X-EXTERNAL-ID"] for _, _, headers in examiner.asked}
    assert len(ids) == 20
    assert all(each.isdecimal() and len(each) <= 32 for each in ids)


@pytest.mark.parametrize(("expires_in", "tokens"), [("60", 2), ("900", 1), (900, 1)])
async def test_a_token_is_renewed_a_minute_early(examined, monkeypatch, expires_in, tokens):
    examiner, client = await examined()
    examiner.expires_in = expires_in
    examiner.answer = lambda _: {"responseCode": "2003700", "customerName": SITI}
    await client.inquire(account_no=WALLET_NO, at=NOON)
    monkeypatch.setattr(tokens_of, "time", SimpleNamespace(monotonic=lambda: time.monotonic() + 2))
    await client.inquire(account_no=WALLET_NO, at=NOON)
    assert examiner.tokens == tokens


@pytest.mark.parametrize("expires_in", ["9" * 5000, "", "-1", "nine", None])
async def test_a_token_with_a_senseless_life_is_none(examined, expires_in):
    """An exception that is no outage would stop the whole worker."""
    examiner, client = await examined()
    examiner.expires_in = expires_in
    order = Instruction("PKJ-1", WALLET_NO, SITI, AMOUNT, "", NOON)
    assert isinstance(await client.pay(order), NotNow)
    assert examiner.asked == []


async def test_a_token_lives_until_a_minute_before_its_end(examined, monkeypatch):
    examiner, client = await examined()
    examiner.answer = lambda _: {"responseCode": "2003700", "customerName": SITI}
    ahead = 0
    late = SimpleNamespace(monotonic=lambda: time.monotonic() + ahead)
    monkeypatch.setattr(tokens_of, "time", late)
    for ahead, tokens in ((0, 1), (830, 1), (841, 2)):  # noqa: B007 the clock reads it
        await client.inquire(account_no=WALLET_NO, at=NOON)
        assert examiner.tokens == tokens


async def test_a_forgotten_token_is_renewed_once_for_the_same_reference(shop):
    await _look(shop)
    shop.fake.door._tokens.clear()
    assert isinstance(await shop.pay(), Paid)
    assert await shop.booked() == (1, AMOUNT)


async def test_a_token_that_is_never_taken_is_our_fault(examined):
    examiner, client = await examined()
    examiner.status, examiner.answer = 401, lambda _: {"responseCode": "4013801"}
    with pytest.raises(OurFault, match="4013801"):
        await client.pay(Instruction("PKJ-1", WALLET_NO, SITI, AMOUNT, "", NOON))
    assert examiner.tokens == 2
    assert [body["partnerReferenceNo"] for _, body, _ in examiner.asked] == ["PKJ-1"] * 2


async def test_the_second_reading_agrees_with_what_both_kinds_send(examined):
    for code in ("gopay", "bni"):
        examiner, client = await examined(code)
        examiner.answer = _echo
        paid = await client.pay(Instruction("PKJ-1", "081200009911", SITI, AMOUNT, "é 1/4", NOON))
        assert isinstance(paid, Paid)
        path, body, headers = examiner.asked[0]
        assert examiner.faulty == []
        assert path.startswith("/openapi/v1.0/")
        assert body["amount"] == {"value": "600000.00", "currency": "IDR"}
        assert body["transactionDate"] == "2020-04-13T12:00:00+07:00", "virtual"
        assert headers["X-TIMESTAMP"].endswith("+07:00")
        assert not headers["X-TIMESTAMP"].startswith("2020-04-13"), "real"
        assert headers["CHANNEL-ID"] == "95001"


def _echo(body):
    service = "38" if "customerNumber" in body else "17"
    return {
        "responseCode": f"200{service}00", "referenceNo": "X1", "amount": body["amount"],
        "partnerReferenceNo": body["partnerReferenceNo"],
    }  # fmt: skip


async def test_a_redirect_is_not_followed(examined):
    examiner, client = await examined()
    examiner.status, examiner.headers = 307, {"Location": "/elsewhere"}
    outcome = await client.pay(Instruction("PKJ-1", WALLET_NO, SITI, AMOUNT, "", NOON))
    assert outcome == Unanswered("status 307")
    assert len(examiner.asked) == 1


async def test_an_answer_without_end_is_no_answer(examined):
    examiner, client = await examined()
    examiner.answer = lambda _: b" " * (17 * 1024)
    outcome = await client.pay(Instruction("PKJ-1", WALLET_NO, SITI, AMOUNT, "", NOON))
    assert outcome == Unanswered("an answer without end")


async def test_books_outlive_the_process(shop, serve, session, tmp_path):
    await shop.pay()
    shop.fake.books.close()
    again = FakePaymentPartner(data_dir=tmp_path, account=account(shop.account.code))
    address = await serve(again.application())
    client = SnapClient(session, account(shop.account.code, address))
    assert isinstance(await client.pay(shop.order()), InProgress)


async def test_it_keeps_up(shop):
    started = time.monotonic()
    for start in range(0, 400, 50):
        orders = [shop.pay(f"PKJ-{number}") for number in range(start, start + 50)]
        assert all(isinstance(each, Paid) for each in await asyncio.gather(*orders))
    assert await shop.booked() == (400, 400 * AMOUNT)
    assert time.monotonic() - started < 8, "client and fake in one process"
