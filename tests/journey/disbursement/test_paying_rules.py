"""What every answer does to a payout in every state; and that nothing is resent blindly."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given, strategies as st

from gelombang.journey.disbursement.paying import (
    ASKABLE,
    STRANGE,
    Call,
    Deed,
    Pace,
    Reason,
    ReasonTooShort,
    Reply,
    Said,
    Standing,
    check_reason,
    decide,
    note_of,
)
from gelombang.journey.disbursement.rules import PAYOUT_MOVES, PayoutState

SENT_AT = datetime(2020, 5, 4, 20, tzinfo=UTC)
PACE = Pace(timedelta(seconds=90), 3, timedelta(minutes=15))
SOON, AFTER_GRACE = SENT_AT + timedelta(seconds=95), SENT_AT + timedelta(minutes=15)
SENT = Standing(PayoutState.SENT, 1, 0, 600_000, SENT_AT)
UNKNOWN = replace(SENT, state=PayoutState.UNKNOWN, enquiries=1)
FAILED = replace(SENT, state=PayoutState.FAILED, reason=Reason.LIMIT)
K, W, R = Deed.KEEP, Deed.WAIT, Deed.RESEND


def heard(said: Said, call: Call = Call.PAY, **changes: object) -> Reply:
    amount = 600_000 if said is Said.PAID else None
    return Reply(**({"payout_id": 1, "attempt": 1, "call": call, "said": said, "amount": amount}
                    | changes))  # fmt: skip


TABLE = {
    # said: (paying while sent, paying after the lease ran out, enquiring while unknown)
    Said.PAID: (Deed.SETTLE, Deed.SETTLE, Deed.SETTLE),
    Said.REFUSED: (Deed.FAIL, Deed.FAIL, Deed.FAIL),
    Said.IN_PROGRESS: (W, K, W),
    Said.UNANSWERED: (W, K, W),
    Said.NOT_NOW: (R, R, W),
    Said.NO_FUNDS: (R, R, W),
    Said.OUR_FAULT: (R, R, W),
    Said.NOT_FOUND: (W, K, W),
}


@pytest.mark.parametrize("said", Said)
def test_every_answer_in_every_open_state(said):
    found = (
        decide(SENT, heard(said), pace=PACE, now=SOON).deed,
        decide(UNKNOWN, heard(said), pace=PACE, now=SOON).deed,
        decide(UNKNOWN, heard(said, Call.ENQUIRE), pace=PACE, now=SOON).deed,
    )
    assert found == TABLE[said]


@pytest.mark.parametrize("said", Said)
def test_an_answer_to_an_earlier_sending_counts_only_where_it_is_a_success(said):
    for standing in (replace(SENT, attempts=2), replace(UNKNOWN, attempts=2)):
        for call in Call:
            deed = decide(standing, heard(said, call), pace=PACE, now=AFTER_GRACE).deed
            assert deed is (Deed.SETTLE if said is Said.PAID else Deed.KEEP)


def test_another_amount_is_never_settled_and_never_enquired_away():
    step = decide(SENT, heard(Said.PAID, amount=600_001), pace=PACE, now=SOON)
    assert (step.deed, step.reason, step.next_step_at) == (Deed.DOUBT, "amount_differs", None)
    doubtful = replace(UNKNOWN, reason=Reason.AMOUNT_DIFFERS)
    for said in Said:
        for call in Call:
            assert decide(doubtful, heard(said, call), pace=PACE, now=AFTER_GRACE).deed is K


def test_not_found_counts_only_after_the_grace_and_is_then_sent_again():
    told = heard(Said.NOT_FOUND, Call.ENQUIRE)
    early = decide(UNKNOWN, told, pace=PACE, now=SOON)
    assert (early.deed, early.next_step_at) == (W, AFTER_GRACE), "asked when it says something"
    late = decide(replace(UNKNOWN, enquiries=3), told, pace=PACE, now=AFTER_GRACE)
    assert (late.deed, late.next_step_at) == (R, AFTER_GRACE)
    still = replace(UNKNOWN, reason=Reason.OLDER_PAID)
    step = decide(still, told, pace=PACE, now=AFTER_GRACE)
    assert (step.deed, step.reason) == (Deed.FAIL, "superseded"), "an older attempt arrived"


def test_a_newer_attempt_stays_marked_until_its_fate_is_known():
    """Else it would be sent again after an older attempt had arrived: paid twice."""
    for standing in (replace(SENT, reason=Reason.OLDER_PAID),
                     replace(UNKNOWN, reason=Reason.OLDER_PAID)):  # fmt: skip
        for said in Said:
            for call in Call:
                step = decide(standing, heard(said, call), pace=PACE, now=SOON)
                assert step.deed is not Deed.RESEND
                assert step.deed in {Deed.KEEP, Deed.FAIL} or step.reason == Reason.OLDER_PAID


def test_enquiries_end_after_three_with_growing_gaps():
    gaps = []
    for made in (1, 2, 3):
        told = heard(Said.IN_PROGRESS, Call.ENQUIRE)
        step = decide(replace(UNKNOWN, enquiries=made), told, pace=PACE, now=SOON)
        gaps.append(step.next_step_at and (step.next_step_at - SOON).total_seconds())
    assert gaps == [90, 180, None]


def test_an_enquiry_refused_for_our_fault_does_not_count():
    step = decide(replace(UNKNOWN, enquiries=3), heard(Said.OUR_FAULT, Call.ENQUIRE), pace=PACE,
                  now=SOON)  # fmt: skip
    assert (step.deed, step.gives_back_enquiry) == (W, True)


def test_after_a_failure_only_a_success_is_news():
    for call in Call:
        assert decide(FAILED, heard(Said.PAID, call), pace=PACE, now=SOON).deed is Deed.ASK_LATE
    for said in set(Said) - {Said.PAID, Said.REFUSED, Said.NOT_FOUND}:
        assert decide(FAILED, heard(said, Call.ENQUIRE), pace=PACE, now=SOON).deed is K
    said_paid = replace(FAILED, reason=Reason.SAID_PAID)
    step = decide(said_paid, heard(Said.PAID, Call.ENQUIRE), pace=PACE, now=SOON)
    assert (step.deed, step.reason) == (Deed.ASK_LATE, Reason.SAID_PAID), "until it is settled"
    step = decide(said_paid, heard(Said.REFUSED, Call.ENQUIRE), pace=PACE, now=SOON)
    assert (step.deed, step.reason) == (Deed.REST, Reason.SAID_PAID), "for people to look at"
    for said in (Said.REFUSED, Said.NOT_FOUND):
        assert decide(FAILED, heard(said, Call.ENQUIRE), pace=PACE, now=SOON).deed is Deed.REST
    for strange in STRANGE - ASKABLE:
        told = heard(Said.PAID, Call.ENQUIRE)
        assert decide(replace(FAILED, reason=strange), told, pace=PACE, now=SOON).deed is K


STANDINGS = st.builds(
    Standing,
    state=st.sampled_from(PayoutState),
    attempts=st.integers(1, 3),
    enquiries=st.integers(0, 3),
    amount=st.just(600_000),
    sent_at=st.just(SENT_AT),
    reason=st.sampled_from(["", *Reason]),
    may_resend=st.booleans(),
)
REPLIES = st.builds(
    Reply,
    payout_id=st.just(1),
    attempt=st.integers(1, 3),
    call=st.sampled_from(Call),
    said=st.sampled_from(Said),
    amount=st.sampled_from([None, 599_999, 600_000]),
    reason=st.sampled_from([Reason.ACCOUNT, Reason.LIMIT, Reason.OTHER]),
)
ENDS = {
    Deed.SETTLE: PayoutState.PAID,
    Deed.FAIL: PayoutState.FAILED,
    Deed.WAIT: PayoutState.UNKNOWN,
    Deed.RESEND: PayoutState.UNKNOWN,
    Deed.DOUBT: PayoutState.UNKNOWN,
    Deed.REST: PayoutState.FAILED,
    Deed.ASK_LATE: PayoutState.FAILED,
}


@given(standing=STANDINGS, reply=REPLIES, minutes=st.integers(0, 60))
def test_no_answer_ever_asks_for_a_forbidden_move_or_a_blind_resend(standing, reply, minutes):
    now = SENT_AT + timedelta(minutes=minutes)
    step = decide(standing, reply, pace=PACE, now=now)
    if step.deed is Deed.KEEP:
        return
    end = ENDS[step.deed]
    assert end == standing.state or end in PAYOUT_MOVES[standing.state]
    if step.deed is Deed.SETTLE:
        assert (reply.said, reply.amount) == (Said.PAID, standing.amount)
    if step.deed is Deed.FAIL:
        assert reply.attempt == standing.attempts
        assert reply.said is not Said.UNANSWERED
    if step.deed is Deed.RESEND:
        never = reply.call is Call.PAY and reply.said in {
            Said.NOT_NOW, Said.NO_FUNDS, Said.OUR_FAULT,
        }  # fmt: skip
        not_found = reply.said is Said.NOT_FOUND and now >= SENT_AT + PACE.grace
        assert reply.attempt == standing.attempts
        assert never or not_found
    if step.next_step_at is not None:
        assert step.next_step_at >= now


def test_reasons_and_notes():
    assert check_reason("  Daftar keliru sekali ") == "Daftar keliru sekali"
    with pytest.raises(ReasonTooShort):
        check_reason("!!!!!!!!!! 12345")
    assert note_of("completion_incentive", number=2, times=4) == "Insentif Prakerja 2/4"
    assert len(note_of("survey_incentive", number=10, times=10)) <= 50
