"""State a payout account, ask its partner, and link it to one person for ever (money.md 8)."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from gelombang import store
from gelombang.journey.disbursement import letters
from gelombang.journey.disbursement.linking import (
    ANSWER_DUE,
    DAY,
    LEASE,
    MOST_A_DAY,
    AccountAnswer,
    AccountLinkedAlready,
    AccountQuestion,
    AccountQuestionOpen,
    AccountRefusal,
    HolderFound,
    NoAward,
    NoSuchAccount,
    NotAnswered,
    TooManyAccounts,
    account_number,
    judge_account,
)
from gelombang.journey.disbursement.models import PayoutAccount
from gelombang.journey.disbursement.rules import ACCOUNT_REASONS, AccountState
from gelombang.journey.verification import queries as identities
from gelombang.kit.sealing import Keyring, seal, unseal
from gelombang.records.audit import actions as audit
from gelombang.records.keys import actions as keys
from gelombang.records.notices import actions as notices
from gelombang.records.notices.rules import letter_to
from gelombang.records.partners.rules import retry_after
from gelombang.records.people import queries as contacts
from gelombang.records.people.rules import Contact
from gelombang.records.programme import queries as programmes
from gelombang.records.programme.terms import PayoutTerms

PACKAGE = "gelombang.journey.disbursement"
INSTALMENTS = "disbursement.instalments"
"""Held while instalments are held back or roused: whoever links an account and whoever finds none
wait for each other, so that nobody is held for the lack of an account that is there."""
ENDING = 4  # digits by which people recognise an account


def state_account(
    *,
    person_id: UUID,
    partner: str,
    account_no: str,
    keyring: Keyring,
    actor: str,
    now: datetime,
    real_now: datetime,
) -> None:
    """Take down where a person wants to be paid; a job asks the partner about it soon.

    The account in use stays in use until the new one is linked. One that its partner has not
    answered about for a day is withdrawn. Raises UnknownPartner, AccountMalformed, NoAward,
    AccountQuestionOpen, AccountLinkedAlready, TooManyAccounts.
    """
    number = account_number(partner=partner, typed=account_no)
    with store.transaction():
        frontier = keys.hold(keyring=keyring)
        index = frontier.index(keyring, f"{partner}:{number}", purpose="payout_account")
        store.lock(f"disbursement.account:{person_id}")
        _refuse_statement(person_id, index, now=now)
        PayoutAccount.objects.create(
            person_id=person_id,
            partner=partner,
            account_sealed=seal(keyring, number, purpose="account"),
            account_index=index,
            ending=number[-ENDING:],
            asked_at=now,
            next_attempt_at=real_now,
        )
        audit.note(actor=actor, action="disbursement.state_account", subject=f"person:{person_id}",
                   detail={"partner": partner}, now=now, real_now=real_now)  # fmt: skip


def _refuse_statement(person_id: UUID, index: bytes, *, now: datetime) -> None:
    (standing,) = store.fetch(
        store.statement(PACKAGE, "account_standing"),
        {"person_id": person_id, "since": now - DAY, "overdue": now - ANSWER_DUE},
    )
    if not standing["has_award"]:
        raise NoAward
    if standing["is_asked"]:
        raise AccountQuestionOpen
    if standing["linked_index"] is not None and bytes(standing["linked_index"]) == index:
        raise AccountLinkedAlready
    if standing["stated_lately"] >= MOST_A_DAY:
        raise TooManyAccounts
    if standing["is_overdue"]:
        _withdraw_overdue(person_id, now=now)


def _withdraw_overdue(person_id: UUID, *, now: datetime) -> None:
    withdrawn = store.execute(
        store.statement(PACKAGE, "withdraw_overdue"),
        {
            "person_id": person_id,
            "reason": AccountRefusal.WITHDRAWN.value,
            "overdue": now - ANSWER_DUE,
            "now": now,
        },
    )
    if not withdrawn:
        raise AccountQuestionOpen  # the answer came this very moment: it counts


def claim_account_questions(
    *, partner: str, limit: int, keyring: Keyring, real_now: datetime
) -> list[AccountQuestion]:
    """Take up to `limit` accounts that a partner is asked about, under a lease (real time)."""
    with store.transaction():
        rows = store.fetch(
            store.statement(PACKAGE, "claim_questions"),
            {
                "partner": partner,
                "limit": limit,
                "real_now": real_now,
                "leased_until": real_now + LEASE,
            },
        )
    return [
        AccountQuestion(
            account_id=row["account_id"],
            attempt=row["attempt"],
            account_no=unseal(keyring, row["account_sealed"], purpose="account"),
        )
        for row in rows
    ]


@dataclass(frozen=True, slots=True)
class _Decision:
    """What becomes of one stated account."""

    account_id: int
    person_id: UUID
    partner: str
    ending: str
    index: bytes
    refusal: AccountRefusal | None
    score: int | None
    holder_sealed: bytes | None
    answer_sha256: str
    effective_at: datetime | None = None
    is_change: bool = False

    @property
    def state(self) -> AccountState:
        return AccountState.REFUSED if self.refusal else AccountState.LINKED


def record_account_answers(
    *,
    answers: Sequence[AccountAnswer],
    keyring: Keyring,
    base_url: str,
    now: datetime,
    real_now: datetime,
) -> int:
    """Write down a bounded batch of partners' answers; how many accounts were decided.

    An account whose name matches and that is nobody else's is linked: the first one of a person
    counts at once, a change after the programme's cooling hours. Whoever waited for it is looked
    at again. A fault is never a verdict. Recording an answer twice changes nothing.
    """
    unanswered = [each for each in answers if isinstance(each.outcome, NotAnswered)]
    usable = {
        each.account_id: each for each in answers if not isinstance(each.outcome, NotAnswered)
    }
    terms = _terms()
    with store.transaction():
        keys.hold(keyring=keyring)  # owners are found by the indexes that are read here
        rows = store.fetch(store.statement(PACKAGE, "lock_answered"), {"ids": sorted(usable)})
        known = identities.verified_names(
            person_ids=[row["person_id"] for row in rows], keyring=keyring
        )
        nameless = [usable[row["account_id"]] for row in rows if row["person_id"] not in known]
        _ask_again([*unanswered, *nameless], real_now=real_now)
        judged = [
            _judge(row, usable[row["account_id"]], known[row["person_id"]], terms, keyring)
            for row in rows
            if row["person_id"] in known
        ]
        decided = _link(_without_taken(judged), terms, now=now)
        _write(decided, now=now)
        _rouse(decided, now=now)
        _owe_letters(decided, keyring, base_url, now=now, real_now=real_now)
    return len(decided)


def _terms() -> PayoutTerms:
    version = programmes.current()
    return version.programme.payouts if version else PayoutTerms()


def _ask_again(answers: Sequence[AccountAnswer], *, real_now: datetime) -> None:
    if not answers:
        return
    ordered = sorted(answers, key=lambda each: each.account_id)
    store.execute_set(
        store.statement(PACKAGE, "ask_again"),
        {
            "ids": [each.account_id for each in ordered],
            "attempts": [each.attempt for each in ordered],
            "next_attempts": [
                real_now + retry_after(attempts=each.attempt, salt=each.account_id)
                for each in ordered
            ],
        },
    )


def _judge(
    row: Mapping[str, Any], answer: AccountAnswer, name: str, terms: PayoutTerms, keyring: Keyring
) -> _Decision:
    outcome = answer.outcome
    if not isinstance(outcome, HolderFound | NoSuchAccount):
        raise TypeError("only a usable answer is judged")
    judged = judge_account(outcome, verified_name=name, least_score=terms.name_score_at_least)
    holder = None
    if judged.refusal is None and isinstance(outcome, HolderFound):
        holder = seal(keyring, outcome.holder_name, purpose="name")
    return _Decision(
        account_id=row["account_id"],
        person_id=row["person_id"],
        partner=row["partner"],
        ending=row["ending"],
        index=bytes(row["account_index"]),
        refusal=judged.refusal,
        score=judged.score,
        holder_sealed=holder,
        answer_sha256=outcome.answer_sha256,
    )


def _without_taken(judged: Sequence[_Decision]) -> list[_Decision]:
    """Claim each matching account for its person; what somebody else owns is refused."""
    matching = [each for each in judged if each.refusal is None]
    if not matching:
        return list(judged)
    indexes = [each.index for each in matching]
    store.execute_set(
        store.statement(PACKAGE, "own"),
        {"indexes": indexes, "people": [each.person_id for each in matching]},
    )
    rows = store.fetch_set(store.statement(PACKAGE, "owners"), {"indexes": indexes})
    owners = {bytes(row["account_index"]): row["person_id"] for row in rows}
    return [
        each
        if each.refusal is not None or owners[each.index] == each.person_id
        else replace(each, refusal=AccountRefusal.TAKEN, holder_sealed=None)
        for each in judged
    ]


def _link(judged: Sequence[_Decision], terms: PayoutTerms, *, now: datetime) -> list[_Decision]:
    """Retire the accounts that people change away from, and say from when the new ones count."""
    people = sorted({each.person_id for each in judged if each.refusal is None})
    rows = (
        store.fetch_set(store.statement(PACKAGE, "replace_linked"), {"people": people})
        if people
        else []
    )
    changing = {row["person_id"] for row in rows}
    cooling = timedelta(hours=terms.cooling_hours)
    return [
        each
        if each.refusal is not None
        else replace(
            each,
            effective_at=now + cooling if each.person_id in changing else now,
            is_change=each.person_id in changing,
        )
        for each in judged
    ]


def _write(decided: Sequence[_Decision], *, now: datetime) -> None:
    if not decided:
        return
    store.execute_set(
        store.statement(PACKAGE, "decide_accounts"),
        {
            "ids": [each.account_id for each in decided],
            "states": [each.state.value for each in decided],
            "reasons": [each.refusal.value if each.refusal else "" for each in decided],
            "scores": [each.score for each in decided],
            "holders": [each.holder_sealed for each in decided],
            "effective": [each.effective_at for each in decided],
            "sha256s": [each.answer_sha256 for each in decided],
            "now": now,
        },
    )


def _rouse(decided: Sequence[_Decision], *, now: datetime) -> None:
    linked = [each for each in decided if each.refusal is None]
    if not linked:
        return
    store.lock(INSTALMENTS)
    store.execute_set(
        store.statement(PACKAGE, "rouse_of_people"),
        {
            "people": [each.person_id for each in linked],
            "effective": [each.effective_at for each in linked],
            "reasons": [reason.value for reason in ACCOUNT_REASONS],
            "now": now,
        },
    )


def _owe_letters(
    decided: Sequence[_Decision],
    keyring: Keyring,
    base_url: str,
    *,
    now: datetime,
    real_now: datetime,
) -> None:
    reachable = contacts.contacts(person_ids=[each.person_id for each in decided])
    owed = []
    for each in decided:
        contact = reachable.get(each.person_id)
        if contact is None:
            continue  # erased meanwhile: there is nobody to write to
        kind, letter = _letter(each, contact, base_url)
        owed.append(
            letter_to(
                contact,
                letter,
                key=f"disbursement.account:{each.account_id}",
                kind=f"disbursement.{kind}",
                person_id=each.person_id,
                keyring=keyring,
                urgent=each.is_change,  # whoever did not ask for it has 72 hours to say so
            )
        )
    notices.owe(notices=owed, now=now, real_now=real_now)


def _letter(decision: _Decision, contact: Contact, base_url: str) -> tuple[str, letters.Letter]:
    about: dict[str, Any] = {
        "language": contact.language,
        "partner": decision.partner,
        "ending": decision.ending,
        "base_url": base_url,
    }
    if decision.refusal is not None:
        return "account_refused", letters.account_refused(reason=decision.refusal, **about)
    if decision.is_change and decision.effective_at is not None:
        return "account_changed", letters.account_changed(
            effective_at=decision.effective_at, **about
        )
    return "account_linked", letters.account_linked(**about)
