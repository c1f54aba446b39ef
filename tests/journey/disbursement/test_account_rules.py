"""Account numbers, verdicts about accounts, and calendar months."""

import calendar
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, strategies as st

from gelombang.gateways.payments import protocol
from gelombang.journey.disbursement.linking import (
    ACCOUNT_REFUSALS,
    AccountMalformed,
    AccountRefusal,
    HolderFound,
    NoSuchAccount,
    account_number,
    judge_account,
)
from gelombang.journey.disbursement.rules import (
    BANKS,
    HELD_WORDS,
    INSTALMENT_WORDS,
    PARTNERS,
    WALLETS,
    HeldReason,
    InstalmentState,
    UnknownPartner,
    months_later,
    next_month,
)

JAKARTA = ZoneInfo("Asia/Jakarta")
DAYS = st.integers(0, 14 * 366 * 24 * 60).map(
    lambda minutes: datetime(2019, 1, 1, tzinfo=UTC) + timedelta(minutes=minutes)
)


def test_partners_are_those_of_the_gateways():
    assert tuple(WALLETS) == protocol.WALLETS
    assert tuple(BANKS) == protocol.BANKS
    assert tuple(PARTNERS) == protocol.PARTNERS


@pytest.mark.parametrize("typed", ["0812 0000 9901", "+62 812-0000-9901", "6281200009901"])
@pytest.mark.parametrize("partner", ["gopay", "ovo", "linkaja"])
def test_a_wallet_is_a_mobile_number(partner, typed):
    assert account_number(partner=partner, typed=typed) == "+6281200009901"


@pytest.mark.parametrize("typed", ["0099000001", " 00-9900 0001 ", "00.9900.0001"])
def test_a_bank_account_is_digits_with_its_zeros(typed):
    assert account_number(partner="bni", typed=typed) == "0099000001"


@pytest.mark.parametrize(
    ("partner", "typed"),
    [
        ("gopay", "(021) 5794 1234"),
        ("gopay", "0812"),
        ("gopay", "0812-0000-99XX"),
        ("gopay", "+6281200009901234567"),
        ("ovo", ""),
        ("bni", "12345"),
        ("bni", "9" * 35),
        ("bni", "99000OOO01"),
        ("bni", "\N{ARABIC-INDIC DIGIT ONE}" * 10),
        ("bni", "9900000001\x00"),
        ("bni", ""),
    ],
)
def test_what_is_no_number_of_the_partner_is_refused(partner, typed):
    with pytest.raises(AccountMalformed) as refused:
        account_number(partner=partner, typed=typed)
    assert refused.value.field == "account_no"
    assert typed == "" or typed not in str(refused.value)


@pytest.mark.parametrize("partner", ["", "dana", "GOPAY", "gopay "])
def test_another_partner_is_refused(partner):
    with pytest.raises(UnknownPartner):
        account_number(partner=partner, typed="081200009901")


def test_an_account_is_judged_by_its_state_and_then_by_its_name():
    def judge(outcome):
        return judge_account(outcome, verified_name="SITI AMINAH", least_score=80)

    assert judge(NoSuchAccount("")).refusal is AccountRefusal.UNKNOWN_ACCOUNT
    assert judge(HolderFound("SITI AMINAH", False, "")).refusal is AccountRefusal.INACTIVE
    wrong = judge(HolderFound("BUDI SANTOSO", True, ""))
    assert wrong.refusal is AccountRefusal.NAME
    assert wrong.score < 80
    own = judge(HolderFound("Hj. Siti Aminah", True, ""))
    assert (own.refusal, own.score) == (None, 100)
    assert "BUDI" not in repr(HolderFound("BUDI SANTOSO", True, ""))


def test_the_threshold_is_the_programmes():
    outcome = HolderFound("SITI AMINA", True, "")
    score = judge_account(outcome, verified_name="SITI AMINAH", least_score=0).score
    assert judge_account(outcome, verified_name="SITI AMINAH", least_score=score).refusal is None
    stricter = judge_account(outcome, verified_name="SITI AMINAH", least_score=score + 1)
    assert stricter.refusal is AccountRefusal.NAME


def test_every_code_has_its_words():
    assert set(ACCOUNT_REFUSALS) == set(AccountRefusal)
    assert set(HELD_WORDS) == set(HeldReason)
    assert set(INSTALMENT_WORDS) == set(InstalmentState)


@pytest.mark.parametrize(
    ("start", "months", "expected"),
    [
        ("2020-01-31T10:00", 1, "2020-02-29T10:00"),
        ("2021-01-31T10:00", 1, "2021-02-28T10:00"),
        ("2020-01-31T10:00", 2, "2020-03-31T10:00"),
        ("2020-08-31T23:59", 1, "2020-09-30T23:59"),
        ("2020-12-15T00:00", 1, "2021-01-15T00:00"),
        ("2020-11-30T00:00", 3, "2021-02-28T00:00"),
        ("2020-05-05T03:31", 0, "2020-05-05T03:31"),
    ],
)
def test_months_are_those_of_the_local_calendar(start, months, expected):
    begins = datetime.fromisoformat(start).replace(tzinfo=JAKARTA)
    ends = months_later(begins.astimezone(UTC), months=months, zone=JAKARTA)
    assert ends == datetime.fromisoformat(expected).replace(tzinfo=JAKARTA)


def test_the_local_day_counts_and_not_the_one_of_greenwich():
    evening = datetime(2020, 1, 30, 18, tzinfo=UTC)  # 31 January, 01.00 in Jakarta
    assert months_later(evening, months=1, zone=JAKARTA) == datetime(2020, 2, 28, 18, tzinfo=UTC)


@given(DAYS, st.integers(0, 60))
def test_a_month_later_is_the_same_day_or_the_last_one(start, months):
    begins = start.astimezone(JAKARTA)
    ends = months_later(start, months=months, zone=JAKARTA).astimezone(JAKARTA)
    assert (ends.year * 12 + ends.month) - (begins.year * 12 + begins.month) == months
    last = calendar.monthrange(ends.year, ends.month)[1]
    assert ends.day == min(begins.day, last)
    assert ends.time() == begins.time()


@given(DAYS, st.integers(0, 30), st.integers(1, 30))
def test_later_months_come_later(start, months, more):
    first = months_later(start, months=months, zone=JAKARTA)
    assert first < months_later(start, months=months + more, zone=JAKARTA)


@given(DAYS)
def test_the_next_month_begins_at_its_first_midnight(now):
    begins = next_month(now, zone=JAKARTA).astimezone(JAKARTA)
    assert begins > now
    assert (begins.day, begins.hour, begins.minute) == (1, 0, 0)
    assert (begins - now).days <= 31
