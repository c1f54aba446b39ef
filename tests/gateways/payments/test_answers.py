"""From bytes to an outcome: what is not exactly as agreed is never one."""

import json
import logging

import pytest
from hypothesis import given, strategies as st
from tests.gateways.conftest import NOON
from tests.gateways.payments.paying import AMOUNT, BANK_NO, SITI, WALLET_NO

from gelombang.gateways.partner import OurFault
from gelombang.gateways.payments import answers
from gelombang.gateways.payments.protocol import (
    AccountFound,
    AccountUnknown,
    Enquiry,
    InProgress,
    Instruction,
    NotFound,
    Paid,
    RefusalReason,
    Refused,
    Unanswered,
)
from gelombang.kit.errors import Outage

MONEY = {"value": "600000.00", "currency": "IDR"}
DONE = {"responseCode": "2003800", "referenceNo": "G1", "amount": MONEY}


def _answer(fields, service="38"):
    raw = json.dumps(fields).encode()
    return answers.read_answer(raw, status=int(fields["responseCode"][:3]), service=service)


def _pay(**other):
    return answers.payment_in(_answer(DONE | other), reference="PKJ-1")


def _status(word, **other):
    fields = {"responseCode": "2003900", "latestTransactionStatus": word, "amount": MONEY}
    return answers.status_in(_answer(fields | other, "39"), reference="PKJ-1")


@given(amount=st.integers(0, 10**16 - 1))
def test_every_amount_is_written_and_read_alike(amount):
    assert answers.read_money(answers.money(amount)) == amount


@given(
    text=st.text(max_size=20)
    | st.from_regex(r"-?0?[0-9]{1,18}([.,][0-9]{0,3})?", fullmatch=True)
    | st.floats().map(str)
)
def test_an_amount_is_read_exactly_or_not_at_all(text):
    try:
        amount = answers.read_money({"value": text, "currency": "IDR"})
    except Outage:
        return
    assert text == f"{amount}.00"
    assert amount >= 0


@pytest.mark.parametrize(
    "amount",
    [
        None, "600000.00", 600000, {}, {"value": "600000.00"}, {**MONEY, "currency": "USD"},
        {**MONEY, "value": 600000.0}, {**MONEY, "value": "600000"}, {**MONEY, "value": "600000.01"},
        {**MONEY, "value": "600.000,00"}, {**MONEY, "value": "0600000.00"},
        {**MONEY, "value": "٦٠٠٠٠٠.00"}, {**MONEY, "value": "600000.00\n"}, [],
    ],
)  # fmt: skip
def test_a_success_needs_a_readable_amount(amount):
    with pytest.raises(Outage):
        _pay(amount=amount)


@pytest.mark.parametrize("ref", [None, "", " ", 7, [], "x" * 65, "a\x00b"])
def test_a_success_needs_a_reference(ref):
    with pytest.raises(Outage):
        _pay(referenceNo=ref)


@pytest.mark.parametrize("other", ["PKJ-2", ["PKJ-1"], 1])
def test_an_answer_about_another_payment_is_none(other):
    with pytest.raises(Outage):
        _pay(partnerReferenceNo=other)
    with pytest.raises(Outage):
        _status("00", originalPartnerReferenceNo=other, referenceNo="G1")
    assert isinstance(_pay(partnerReferenceNo="PKJ-1"), Paid)


@pytest.mark.parametrize(
    ("word", "outcome"),
    [
        ("00", Paid), ("01", InProgress), ("02", InProgress), ("03", InProgress), ("04", Refused),
        ("05", Refused), ("06", Refused), ("07", NotFound),
    ],
)  # fmt: skip
def test_a_status_is_read_as_agreed(word, outcome):
    said = _status(word, originalReferenceNo="G1")
    assert isinstance(said, outcome)
    if isinstance(said, Refused):
        assert said.reason is RefusalReason.OTHER


@pytest.mark.parametrize("word", ["08", "", None, 0, "0", ["00"]])
def test_another_status_says_nothing(word):
    with pytest.raises(Outage):
        _status(word, originalReferenceNo="G1")


def test_a_status_success_needs_reference_and_amount():
    with pytest.raises(Outage):
        _status("00")
    with pytest.raises(Outage):
        _status("00", originalReferenceNo="G1", amount=None)


@pytest.mark.parametrize("code", ["4033918", "4093901", "4293900", "4003901", "4043918"])
def test_only_not_found_is_certain_among_an_enquirys_refusals(code):
    with pytest.raises(Outage) as said:
        answers.status_in(_answer({"responseCode": code}, "39"), reference="PKJ-1")
    assert not isinstance(said.value, OurFault)


@pytest.mark.parametrize("code", ["4013900", "4033901", "4043916", "4043908", "4013901"])
def test_an_enquiry_may_meet_our_own_fault(code):
    with pytest.raises(OurFault, match=code):
        answers.status_in(_answer({"responseCode": code}, "39"), reference="PKJ-1")


@pytest.mark.parametrize(
    ("raw", "status"),
    [
        (b"", 200), (b"{", 200), (b"[]", 200), (b"null", 200), (b"\xff", 200), (b"[" * 16384, 200),
        (b"<html></html>", 403), (b'{"responseCode": 2003800}', 200),
        (b'{"responseCode": "2003800"}', 202), (b'{"responseCode": "2003700"}', 200),
        (b'{"responseCode": "4033814"}', 200), (b'{"responseCode": "2003800"}', 500),
        (b'{"responseCode": "5043800"}', 504), (b'{"responseCode": "200380"}', 200),
        (b'{"responseCode": "3023800"}', 302),
    ],
)  # fmt: skip
def test_anything_else_is_an_outage(raw, status):
    with pytest.raises(Outage):
        answers.read_answer(raw, status=status, service="38")


def _wallet(**fields):
    answer = _answer({"responseCode": "2003700", "customerName": SITI, **fields}, "37")
    return answers.account_in(answer, is_bank=False)


def test_a_wallet_may_tell_its_limit_or_not():
    assert _wallet().most_incoming is None
    assert _wallet(customerMonthlyInLimit="").most_incoming is None
    assert _wallet(customerMonthlyInLimit="2000000").most_incoming == 2_000_000
    assert _wallet(customerMonthlyInLimit="2000000.00").most_incoming == 2_000_000
    for odd in ("-1", "2.000.000", "2e6", 5, "2000000.50"):
        with pytest.raises(Outage):
            _wallet(customerMonthlyInLimit=odd)


@pytest.mark.parametrize("name", [None, "", "  ", 7, "x" * 101, "SITI\x00"])
def test_an_account_needs_a_name(name):
    with pytest.raises(Outage):
        _wallet(customerName=name)


@pytest.mark.parametrize(
    ("words", "active"),
    [("Rekening aktif", True), ("AKTIF", True), ("0001", True), ("Rekening tidak aktif", False),
     ("Rekening dormant", False), ("0009", False)],
)  # fmt: skip
def test_a_bank_tells_the_state_in_words(words, active):
    fields = {
        "responseCode": "2001500", "beneficiaryAccountName": SITI,
        "beneficiaryAccountStatus": words,
    }  # fmt: skip
    assert answers.account_in(_answer(fields, "15"), is_bank=True).is_active is active
    with pytest.raises(Outage):
        answers.account_in(_answer(fields | {"beneficiaryAccountStatus": ""}, "15"), is_bank=True)


@pytest.mark.parametrize(
    ("code", "outcome"),
    [
        ("4043711", AccountUnknown), ("4003701", AccountUnknown), ("4033718", AccountFound),
        ("4033709", AccountFound), ("4013700", OurFault), ("4033701", OurFault),
        ("4293700", Outage), ("4033706", Outage), ("4033723", Outage),
    ],
)  # fmt: skip
def test_an_inquirys_refusal(code, outcome):
    answer = _answer({"responseCode": code}, "37")
    if issubclass(outcome, Outage):
        with pytest.raises(Outage) as said:
            answers.account_in(answer, is_bank=False)
        assert type(said.value) is outcome
    else:
        said = answers.account_in(answer, is_bank=False)
        assert isinstance(said, outcome)
        assert getattr(said, "is_active", False) is False


async def test_an_answer_about_another_account_is_none(examined):
    for code, number, place in (
        ("gopay", WALLET_NO, "customerNumber"), ("bni", BANK_NO, "beneficiaryAccountNo"),
    ):  # fmt: skip
        examiner, client = await examined(code)
        service = "17" if code == "bni" else "38"
        said = DONE | {"responseCode": f"200{service}00"}
        order = Instruction("PKJ-1", number, SITI, AMOUNT, "", NOON)
        examiner.answer = lambda _, said=said, place=place: said | {place: "6281200009999"}
        assert await client.pay(order) == Unanswered("an answer about another account")
        examiner.answer = lambda _, said=said, place=place: said | {place: "62812****9911"}
        assert isinstance(await client.pay(order), Paid), "masked"


async def test_nothing_personal_is_shown_or_logged(examined, caplog):
    caplog.set_level(logging.DEBUG)
    examiner, client = await examined()
    order = Instruction("PKJ-1", WALLET_NO, SITI, AMOUNT, "", NOON)
    shown = [repr(order), repr(client._account), repr(examiner.account)]
    for said in ({"responseCode": "2003800", "customerName": SITI}, {"note": WALLET_NO}, b"{SITI"):
        examiner.answer = lambda _, said=said: said
        shown += [repr(await client.pay(order)), repr(await client.enquire(_enquiry()))]
        with pytest.raises(Outage) as trouble:
            await client.inquire(account_no=WALLET_NO, at=NOON)
        shown.append(repr(trouble.value))
    shown += [repr(AccountFound(SITI, True, None, "2003700", "")), caplog.text]
    whole = "\n".join(shown)
    for secret in ("SITI", WALLET_NO[3:], "rahasia-sekali", "PRIVATE KEY", "token-1"):
        assert secret not in whole


def _enquiry():
    return Enquiry("PKJ-1", AMOUNT, NOON)


@pytest.mark.parametrize("reference", ["", "x" * 36, "PKJ_1", "PKJ 1", "PKJ-1\n", "é"])
def test_a_reference_is_of_the_agreed_letters(reference):
    with pytest.raises(ValueError, match="reference"):
        Instruction(reference, WALLET_NO, SITI, AMOUNT, "", NOON)
    with pytest.raises(ValueError, match="reference"):
        Enquiry(reference, AMOUNT, NOON)


@pytest.mark.parametrize("amount", [0, -1])
def test_a_payment_is_of_something(amount):
    with pytest.raises(ValueError, match="rupiah"):
        Instruction("PKJ-1", WALLET_NO, SITI, amount, "", NOON)
