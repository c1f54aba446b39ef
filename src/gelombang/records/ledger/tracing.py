"""One rupiah explained: the way of an award's money, and the sum that it must come to."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, fields
from datetime import datetime

from gelombang.records.ledger.rules import AccountKind, Purse, TransferKind

HELD_BY_AWARD = (
    AccountKind.COMMITTED,
    AccountKind.TRAINING_BALANCE,
    AccountKind.INSTALMENTS_DUE,
    AccountKind.PAID_OUT,
)
ALWAYS = frozenset({TransferKind.BUDGET, TransferKind.COMMIT})
LEARNING = frozenset(
    {TransferKind.PURCHASE_HOLD, TransferKind.PURCHASE_POST, TransferKind.PURCHASE_VOID}
)
PAYING = frozenset(
    {
        TransferKind.PAYOUT_RESERVE,
        TransferKind.PAYOUT_POST,
        TransferKind.PAYOUT_VOID,
        TransferKind.LATE_PAID,
        TransferKind.FLOAT_OUT,
    }
)


@dataclass(frozen=True, slots=True)
class Step:
    """One transfer on the way of a rupiah; whole rupiah, virtual instant."""

    kind: str
    amount: int
    debit: Purse
    credit: Purse
    happened_at: datetime
    reference: str

    @property
    def subject(self) -> str:
        """What its reference is about: a purchase's number, a payment's reference."""
        return self.reference.partition(":")[2]


@dataclass(frozen=True, slots=True)
class Equation:
    """Where the benefit of one award lies, in whole rupiah (money.md)."""

    benefit: int
    committed: int
    training_balance: int
    held: int
    earned_by_providers: int
    due: int
    in_clearing: int
    paid_out: int
    forfeited: int

    @property
    def total(self) -> int:
        """Everything but the benefit, added up."""
        everything: int = sum(getattr(self, term.name) for term in fields(self))
        return everything - self.benefit

    @property
    def adds_up(self) -> bool:
        """Whether every rupiah is somewhere, and no more than that."""
        return self.benefit == self.total


def purses_of(steps: Iterable[Step], *, award_id: int) -> list[Purse]:
    """The purses that hold an award's money for itself alone: its own, and of its purchases."""
    own = [Purse(kind, f"award:{award_id}") for kind in HELD_BY_AWARD]
    held = {step.credit for step in steps if step.kind == TransferKind.PURCHASE_HOLD}
    return [*own, *sorted(held)]


def equation_of(steps: Sequence[Step], *, balances: Mapping[Purse, int]) -> Equation:
    """The sum of an award: what its purses hold now, and what left them by its transfers.

    `balances` are the database's own sums of `purses_of`: they are compared with the transfers,
    so a transfer that the story lacks shows.
    """
    held_by: dict[AccountKind, int] = {}
    for purse, balance in balances.items():
        held_by[purse.kind] = held_by.get(purse.kind, 0) + balance
    booked: dict[str, int] = {}
    for step in steps:
        booked[step.kind] = booked.get(step.kind, 0) + step.amount
    resolved = booked.get(TransferKind.PAYOUT_POST, 0) + booked.get(TransferKind.PAYOUT_VOID, 0)
    return Equation(
        benefit=booked.get(TransferKind.COMMIT, 0),
        committed=held_by.get(AccountKind.COMMITTED, 0),
        training_balance=held_by.get(AccountKind.TRAINING_BALANCE, 0),
        held=held_by.get(AccountKind.PROVIDER_HELD, 0),
        earned_by_providers=booked.get(TransferKind.PURCHASE_POST, 0),
        due=held_by.get(AccountKind.INSTALMENTS_DUE, 0),
        in_clearing=booked.get(TransferKind.PAYOUT_RESERVE, 0) - resolved,
        paid_out=held_by.get(AccountKind.PAID_OUT, 0),
        forfeited=booked.get(TransferKind.FORFEIT, 0),
    )


def chain_to(
    steps: Sequence[Step], *, reference: str, instalments: Mapping[str, int]
) -> list[Step]:
    """The steps that one transfer or payment rests on, and those that followed from it.

    `instalments` tells the instalment of each payment reference. A commit is followed by
    everything, so all is shown.
    """
    asked = next((step for step in steps if step.reference == reference), None)
    kind, subject = (asked.kind, asked.subject) if asked else (None, reference)
    if kind in LEARNING:
        return [s for s in steps if _leads(s, {TransferKind.GRANT}) or _is_of(s, LEARNING, subject)]
    if kind == TransferKind.DUE:
        return _payments_of(steps, int(subject), instalments)
    if kind is None or kind in PAYING:
        return _payments_of(steps, instalments.get(subject), instalments)
    if asked is not None and kind == TransferKind.FORFEIT:
        is_balance = asked.debit.kind == AccountKind.TRAINING_BALANCE
        before = {TransferKind.GRANT} if is_balance else set()
        return [s for s in steps if _leads(s, before) or s.reference == reference]
    return list(steps)


def _payments_of(
    steps: Sequence[Step], instalment: int | None, instalments: Mapping[str, int]
) -> list[Step]:
    attempts = {payout for payout, number in instalments.items() if number == instalment}
    return [
        step
        for step in steps
        if _leads(step, set())
        or step.reference == f"due:{instalment}"
        or (step.kind in PAYING and step.subject in attempts)
    ]


def _leads(step: Step, also: set[TransferKind]) -> bool:
    return step.kind in ALWAYS or step.kind in also


def _is_of(step: Step, kinds: frozenset[TransferKind], subject: str) -> bool:
    return step.kind in kinds and step.subject == subject
