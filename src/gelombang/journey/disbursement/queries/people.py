"""Where people are paid, what they were promised, and what waits."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field
from datetime import datetime
from uuid import UUID

from gelombang import store
from gelombang.journey.disbursement.rules import PARTNERS, AccountState, InstalmentState
from gelombang.kit.sealing import Keyring, unseal
from gelombang.records.programme import queries as programmes

PACKAGE = "gelombang.journey.disbursement"


@dataclass(frozen=True, slots=True)
class AccountView:
    """One stated account. Instants are virtual; `reason` is a code of `AccountRefusal`."""

    account_id: int
    partner: str
    ending: str
    state: str
    reason: str
    asked_at: datetime
    decided_at: datetime | None
    effective_at: datetime | None
    account_no: str = field(default="", repr=False)
    """Only where a keyring was given."""

    @property
    def partner_name(self) -> str:
        """As people know the partner."""
        return PARTNERS[self.partner]


@dataclass(frozen=True, slots=True)
class PaymentView:
    """One instalment on a person's timeline: whole rupiah, codes for words, virtual instants."""

    instalment_id: int
    award_id: int
    kind: str
    number: int
    times: int
    amount: int
    state: str
    held_reason: str
    due_at: datetime | None
    """Null while its condition (the survey) is not met."""
    became_due_at: datetime | None
    paid_at: datetime | None
    look_again_at: datetime | None
    """Held, and looked at again then: the end of the cooling hours, or the next month."""
    reference: str
    """Of its latest attempt; empty before the first."""
    partner: str
    ending: str


@dataclass(frozen=True, slots=True)
class Heap:
    """Some instalments together, in whole rupiah."""

    count: int = 0
    amount: int = 0


@dataclass(frozen=True, slots=True)
class DueSummary:
    """What is owed now."""

    due: Mapping[str, Heap]
    """By partner; the empty one is of people without an account that counts now."""
    held: Mapping[str, Heap]
    """By reason."""

    @property
    def payable(self) -> Heap:
        """What a batch would take now."""
        ready = [heap for partner, heap in self.due.items() if partner]
        return Heap(sum(each.count for each in ready), sum(each.amount for each in ready))


@dataclass(frozen=True, slots=True)
class Waiting:
    """Work that the sweeps have not done yet."""

    asked: Mapping[str, int]
    """Accounts to be asked about, by partner."""
    coming_due: int
    look_again: int


def account_of(*, person_id: UUID, keyring: Keyring | None = None) -> AccountView | None:
    """The account that a person is paid to, perhaps only after its cooling; None without one."""
    return _account(person_id, (AccountState.LINKED,), keyring)


def account_question_of(*, person_id: UUID) -> AccountView | None:
    """The account that a person stated latest, while it is asked about or after it was refused.

    None when the latest one was linked, or there is none.
    """
    latest = _account(person_id, tuple(AccountState), None)
    is_answer = latest is not None and latest.state in {AccountState.ASKED, AccountState.REFUSED}
    return latest if is_answer else None


def _account(
    person_id: UUID, states: Sequence[AccountState], keyring: Keyring | None
) -> AccountView | None:
    rows = store.fetch(
        store.statement(PACKAGE, "accounts_of"),
        {"person_id": person_id, "states": [state.value for state in states]},
    )
    if not rows:
        return None
    row = rows[0]
    sealed = row.pop("account_sealed")
    number = unseal(keyring, sealed, purpose="account") if keyring and sealed else ""
    return AccountView(**row, account_no=number)


def payments_of(*, person_id: UUID) -> list[PaymentView]:
    """Every instalment of a person in the order of their days; those without a day come last."""
    rows = store.fetch(store.statement(PACKAGE, "payments_of"), {"person_id": person_id})
    return [
        PaymentView(**row | {name: row[name] or "" for name in ("reference", "partner", "ending")})
        for row in rows
    ]


def next_due_at(*, person_id: UUID) -> datetime | None:
    """The day of the next instalment that is still to come; None when no day is known."""
    days = [
        each.due_at
        for each in payments_of(person_id=person_id)
        if each.state == InstalmentState.PLANNED and each.due_at is not None
    ]
    return min(days, default=None)


def due_summary(*, now: datetime) -> DueSummary:
    """Due instalments by partner and held ones by reason, at a virtual instant."""
    rows = store.fetch(store.statement(PACKAGE, "due_summary"), {"now": now})
    heaps: dict[str, dict[str, Heap]] = {"due": {}, "held": {}}
    for row in rows:
        heaps[row["state"]][row["word"]] = Heap(row["count"], row["amount"])
    return DueSummary(due=heaps["due"], held=heaps["held"])


def waiting(*, now: datetime) -> Waiting:
    """What waits for the sweeps at a virtual instant."""
    rows = store.fetch(store.statement(PACKAGE, "waiting_counts"), {"now": now})
    asked = {row["word"]: row["count"] for row in rows if row["what"] == "asked"}
    single = {row["what"]: row["count"] for row in rows if not row["word"]}
    return Waiting(
        asked=dict.fromkeys(PARTNERS, 0) | asked,
        coming_due=single["coming_due"],
        look_again=single["look_again"],
    )


def questions_waiting(*, partner: str, limit: int, real_now: datetime) -> int:
    """How many accounts a partner may be asked about now (real instant), counted up to `limit`."""
    found = store.fetch_value(
        store.statement(PACKAGE, "questions_waiting"),
        {"partner": partner, "limit": limit, "real_now": real_now},
    )
    return int(found)


def to_recheck(*, before: datetime, limit: int) -> list[tuple[UUID, str]]:
    """People to be paid before an instant, and which answers about them expire before it."""
    params = {"before": before, "limit": limit} | asdict(programmes.needed(before="payment"))
    if not params["kinds"]:
        return []
    rows = store.fetch(store.statement(PACKAGE, "to_recheck"), params)
    return [(row["person_id"], row["kind"]) for row in rows]
