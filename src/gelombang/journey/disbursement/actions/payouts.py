"""What was heard about payouts, written down in sets, once, whatever came between (money.md).

A success settles the payout whichever call heard of it; a final refusal voids it and the
instalment is owed again; everything else leaves it unknown, and the rules say what is asked next.
"""

from collections.abc import Mapping, Sequence
from datetime import datetime

from gelombang import store
from gelombang.journey.disbursement.actions.booking import Row, owe_again, post, statement, void
from gelombang.journey.disbursement.actions.late import settle_late
from gelombang.journey.disbursement.actions.sending import pace
from gelombang.journey.disbursement.actions.telling import Office, tell_paid
from gelombang.journey.disbursement.models import Payout
from gelombang.journey.disbursement.paying import (
    STRANGE,
    Deed,
    NoSuchPayout,
    NotAskable,
    Reason,
    Reply,
    Standing,
    Step,
    decide,
)
from gelombang.journey.disbursement.rules import PayoutState
from gelombang.kit.sealing import Keyring
from gelombang.records.audit import actions as audit
from gelombang.records.ledger import actions as ledger

STATES: Mapping[Deed, PayoutState] = {
    Deed.SETTLE: PayoutState.PAID,
    Deed.FAIL: PayoutState.FAILED,
    Deed.WAIT: PayoutState.UNKNOWN,
    Deed.RESEND: PayoutState.UNKNOWN,
    Deed.DOUBT: PayoutState.UNKNOWN,
    Deed.REST: PayoutState.FAILED,
    Deed.ASK_LATE: PayoutState.FAILED,
}
FINAL = frozenset({Deed.SETTLE, Deed.FAIL})

Change = tuple[Row, Reply, Step]


def record_replies(
    *, replies: Sequence[Reply], keyring: Keyring, base_url: str, now: datetime, real_now: datetime
) -> int:
    """Write down what calls came to; how many payouts got their final answer by it.

    Payments and enquiries alike; each set is one transaction, and may be recorded again after a
    crash, since a settled payout takes no second answer. A success of a payout that had failed is
    settled as late, each in a transaction of its own (money.md, rule 7).
    """
    office = Office(keyring, base_url, now, real_now)
    final = 0
    for each in _each_payout_once(replies):
        changes = _record_set(each, office)
        final += sum(1 for _, _, step in changes if step.deed in FINAL)
        final += sum(
            settle_late(reply=reply, office=office)
            for _, reply, step in changes
            if step.deed is Deed.ASK_LATE
        )
    return final


def _each_payout_once(replies: Sequence[Reply]) -> list[list[Reply]]:
    """Sets in which no payout stands twice, in the order in which the replies came."""
    sets: list[list[Reply]] = []
    seen: dict[int, int] = {}
    for reply in replies:
        place = seen.get(reply.payout_id, 0)
        seen[reply.payout_id] = place + 1
        if place == len(sets):
            sets.append([])
        sets[place].append(reply)
    return sets


def _record_set(replies: Sequence[Reply], office: Office) -> list[Change]:
    with store.transaction():
        heard = {reply.payout_id: reply for reply in replies}
        rows = store.fetch(statement("standings"), {"ids": sorted(heard)})
        waits = pace()
        changes = [
            (row, reply, decide(_standing(row), reply, pace=waits, now=office.now))
            for row, reply in ((row, heard[row["id"]]) for row in rows)
        ]
        _add_answers(replies, now=office.now, real_now=office.real_now)
        _write_steps([each for each in changes if each[2].deed is not Deed.KEEP], office)
        return changes


def _standing(row: Row) -> Standing:
    return Standing(
        state=PayoutState(row["state"]),
        attempts=row["attempts"],
        enquiries=row["enquiries"],
        amount=row["amount"],
        sent_at=row["sent_at"],
        reason=row["reason"],
        may_resend=row["may_resend"],
    )


def _add_answers(replies: Sequence[Reply], *, now: datetime, real_now: datetime) -> None:
    store.execute(
        statement("add_answers"),
        {
            "ids": [reply.payout_id for reply in replies],
            "calls": [str(reply.call) for reply in replies],
            "attempts": [reply.attempt for reply in replies],
            "outcomes": [str(reply.said) for reply in replies],
            "codes": [reply.code for reply in replies],
            "amounts": [reply.amount for reply in replies],
            "digests": [reply.answer_sha256 for reply in replies],
            "now": now,
            "real_now": real_now,
        },
    )


def _write_steps(changes: Sequence[Change], office: Office) -> None:
    if not changes:
        return
    store.execute(statement("record_steps"), _columns(changes) | {"now": office.now})
    paid = [row for row, _, step in changes if step.deed is Deed.SETTLE]
    failed = [(row, Reason(step.reason)) for row, _, step in changes if step.deed is Deed.FAIL]
    ledger.transfer(
        transfers=[
            *(booking for row in paid for booking in post(row)),
            *(void(row) for row, _ in failed),
        ],
        now=office.now,
    )
    if paid:
        store.execute(
            statement("pay_instalments"),
            {"ids": sorted(row["instalment_id"] for row in paid), "now": office.now},
        )
        tell_paid(paid, office)
    owe_again(failed, now=office.now)


def _columns(changes: Sequence[Change]) -> dict[str, object]:
    return {
        "ids": [row["id"] for row, _, _ in changes],
        "states": [str(STATES[step.deed]) for _, _, step in changes],
        "reasons": [str(step.reason) for _, _, step in changes],
        "codes": [reply.code for _, reply, _ in changes],
        "partner_refs": [reply.partner_ref for _, reply, _ in changes],
        "answered": [
            reply.amount if step.deed is Deed.DOUBT else None for _, reply, step in changes
        ],
        "next_steps": [step.next_step_at for _, _, step in changes],
        "resends": [step.deed is Deed.RESEND for _, _, step in changes],
        "back": [step.gives_back_enquiry for _, _, step in changes],
        "finals": [step.deed in FINAL for _, _, step in changes],
    }


def ask_again(*, reference: str, actor: str, now: datetime, real_now: datetime) -> None:
    """Ask the partner once more about a payout that failed, or that nobody knows about any more.

    A success of a failed one is settled as late and blocks every newer attempt (money.md, rule 7).
    What was strange about it is cleared, and judged anew by the answer; the answers stay. Raises
    NoSuchPayout, and NotAskable for a payout that is enquired about by itself or has another state.
    """
    with store.transaction():
        payout = Payout.objects.select_for_update().filter(reference=reference).first()
        if payout is None:
            raise NoSuchPayout
        if payout.state not in {PayoutState.FAILED, PayoutState.UNKNOWN}:
            raise NotAskable
        if payout.next_step_at is not None or payout.sent_at is None:
            raise NotAskable
        detail = {"state": payout.state, "reason": payout.reason}
        payout.enquiries, payout.next_step_at = 0, now
        if payout.reason in STRANGE - {Reason.OLDER_PAID}:
            payout.reason = Reason.ASKED
        payout.save(update_fields=["enquiries", "next_step_at", "reason"])
        audit.note(actor=actor, action="disbursement.ask_again", subject=f"payout:{reference}",
                   detail=detail, now=now, real_now=real_now)  # fmt: skip
