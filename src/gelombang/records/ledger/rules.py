"""Kinds of accounts and transfers, and what the ledger refuses."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import ClassVar

from gelombang.kit.errors import Refusal
from gelombang.kit.words import Text

CURRENCY = "IDR"


class AccountKind(StrEnum):
    """Whose purse it is. Each has a holder, e.g. `programme:PKJ-2020:apbn` or `award:17`."""

    TREASURY = "treasury"
    """Where money comes from; may be below zero."""
    PROGRAMME_FUND = "programme_fund"
    """What a funder's budget still allows to promise."""
    COMMITTED = "committed"
    """The whole benefit promised to one award."""
    TRAINING_BALANCE = "training_balance"
    """What a recipient may spend on training."""
    PROVIDER_HELD = "provider_held"
    """Held for a purchase until the course is proven."""
    PROVIDER_PAYABLE = "provider_payable"
    """Earned by a provider."""
    PROVIDER_PAID = "provider_paid"
    """Paid to a provider."""
    INSTALMENTS_DUE = "instalments_due"
    """Owed to a recipient now."""
    PARTNER_CLEARING = "partner_clearing"
    """On its way through a payment partner."""
    PAID_OUT = "paid_out"
    """Arrived."""
    PARTNER_FLOAT = "partner_float"
    """Lying with a payment partner."""
    PARTNER_EXTERNAL = "partner_external"
    """What the partner moved on; may be below zero."""
    RECOVERABLE = "recoverable"
    """Paid wrongly, to be had back."""
    RECOVERED = "recovered"
    """Had back."""


MAY_BE_NEGATIVE = frozenset({AccountKind.TREASURY, AccountKind.PARTNER_EXTERNAL})
SHARED = frozenset(
    {
        AccountKind.TREASURY,
        AccountKind.PROGRAMME_FUND,
        AccountKind.PAID_OUT,
        AccountKind.PROVIDER_PAID,
        AccountKind.PARTNER_CLEARING,
        AccountKind.PARTNER_FLOAT,
        AccountKind.PARTNER_EXTERNAL,
        AccountKind.RECOVERED,
    }
)
"""Accounts that everybody's money passes through: their balances are kept by snapshots."""


class TransferKind(StrEnum):
    """Why money moves."""

    BUDGET = "budget"
    """A budget version takes effect: the difference to the one before, back if it is lower."""
    COMMIT = "commit"
    """An award promises the whole benefit of its scheme at once."""
    GRANT = "grant"
    """An accepted award fills the training balance."""
    PURCHASE_HOLD = "purchase_hold"
    """A course is bought; the money waits for the proof."""
    PURCHASE_POST = "purchase_post"
    """The proof is there: the provider has earned it."""
    PURCHASE_VOID = "purchase_void"
    """The course did not happen: back to the recipient."""
    SETTLE_PROVIDER = "settle_provider"
    """The provider is paid."""
    FORFEIT = "forfeit"
    """Unused or taken back: the programme may promise it again."""
    DUE = "due"
    """An instalment becomes due."""
    LATE_PAID = "late_paid"
    """Success was reported after "failed"."""
    PAYOUT_RESERVE = "payout_reserve"
    """An instruction to pay is about to leave."""
    PAYOUT_POST = "payout_post"
    """It arrived."""
    PAYOUT_VOID = "payout_void"
    """It finally failed."""
    FLOAT_IN = "float_in"
    """A payment partner is funded."""
    FLOAT_OUT = "float_out"
    """The partner paid from its float."""
    FLOAT_BACK = "float_back"
    """The partner returned to its float."""
    RETURN = "return"
    """A partner brings money back that had arrived."""
    RECOVER_DUE = "recover_due"
    """Money was paid wrongly; a recovery case opened."""
    RECOVER = "recover"
    """It comes back."""


_A = AccountKind
WAYS: Mapping[TransferKind, frozenset[tuple[AccountKind, AccountKind]]] = {
    TransferKind.BUDGET: frozenset(
        {(_A.TREASURY, _A.PROGRAMME_FUND), (_A.PROGRAMME_FUND, _A.TREASURY)}
    ),
    TransferKind.COMMIT: frozenset({(_A.PROGRAMME_FUND, _A.COMMITTED)}),
    TransferKind.GRANT: frozenset({(_A.COMMITTED, _A.TRAINING_BALANCE)}),
    TransferKind.PURCHASE_HOLD: frozenset({(_A.TRAINING_BALANCE, _A.PROVIDER_HELD)}),
    TransferKind.PURCHASE_POST: frozenset({(_A.PROVIDER_HELD, _A.PROVIDER_PAYABLE)}),
    TransferKind.PURCHASE_VOID: frozenset({(_A.PROVIDER_HELD, _A.TRAINING_BALANCE)}),
    TransferKind.SETTLE_PROVIDER: frozenset({(_A.PROVIDER_PAYABLE, _A.PROVIDER_PAID)}),
    TransferKind.FORFEIT: frozenset(
        {
            (_A.TRAINING_BALANCE, _A.PROGRAMME_FUND),
            (_A.COMMITTED, _A.PROGRAMME_FUND),
            (_A.INSTALMENTS_DUE, _A.PROGRAMME_FUND),
        }
    ),
    TransferKind.DUE: frozenset({(_A.COMMITTED, _A.INSTALMENTS_DUE)}),
    TransferKind.LATE_PAID: frozenset({(_A.INSTALMENTS_DUE, _A.PAID_OUT)}),
    TransferKind.PAYOUT_RESERVE: frozenset({(_A.INSTALMENTS_DUE, _A.PARTNER_CLEARING)}),
    TransferKind.PAYOUT_POST: frozenset({(_A.PARTNER_CLEARING, _A.PAID_OUT)}),
    TransferKind.PAYOUT_VOID: frozenset({(_A.PARTNER_CLEARING, _A.INSTALMENTS_DUE)}),
    TransferKind.FLOAT_IN: frozenset({(_A.TREASURY, _A.PARTNER_FLOAT)}),
    TransferKind.FLOAT_OUT: frozenset({(_A.PARTNER_FLOAT, _A.PARTNER_EXTERNAL)}),
    TransferKind.FLOAT_BACK: frozenset({(_A.PARTNER_EXTERNAL, _A.PARTNER_FLOAT)}),
    TransferKind.RETURN: frozenset({(_A.PAID_OUT, _A.INSTALMENTS_DUE)}),
    TransferKind.RECOVER_DUE: frozenset({(_A.PAID_OUT, _A.RECOVERABLE)}),
    TransferKind.RECOVER: frozenset({(_A.RECOVERABLE, _A.RECOVERED)}),
}
"""From which kind of account to which each transfer may go (the table of docs/reference)."""

RESOLVING = {
    TransferKind.PURCHASE_POST: TransferKind.PURCHASE_HOLD,
    TransferKind.PURCHASE_VOID: TransferKind.PURCHASE_HOLD,
    TransferKind.PAYOUT_POST: TransferKind.PAYOUT_RESERVE,
    TransferKind.PAYOUT_VOID: TransferKind.PAYOUT_RESERVE,
}
"""Which reservation each of these posts or voids, once."""


@dataclass(frozen=True, slots=True, order=True)
class Purse:
    """An account by what it is and whose."""

    kind: AccountKind
    holder: str


@dataclass(frozen=True, slots=True)
class Transfer:
    """Money to be moved: whole rupiah above zero, and a reference that makes it happen once."""

    debit: Purse
    credit: Purse
    amount: int
    kind: TransferKind
    reference: str
    resolves: str | None = None


class BalanceTooLow(Refusal):
    """A transfer would take an account below zero; nothing of its set was booked."""

    sentence: ClassVar[Text] = Text(
        id="Dana yang tersedia tidak mencukupi.", en="The available funds do not suffice."
    )


class ReferenceTaken(Refusal):
    """Another transfer with other content has this reference already."""

    sentence: ClassVar[Text] = Text(
        id="Rujukan {reference} sudah dipakai untuk pemindahan lain.",
        en="The reference {reference} is taken by another transfer.",
    )


class AlreadyResolved(Refusal):
    """The reservation was posted or voided before."""

    sentence: ClassVar[Text] = Text(
        id="Pencadangan ini sudah diselesaikan.", en="This reservation was resolved already."
    )


class TransferMalformed(ValueError):
    """Code asked for a transfer that the table of kinds does not have: a bug."""


def fund_of(programme: str, funder: str) -> Purse:
    """The fund that a funder's budget for a programme fills."""
    return Purse(AccountKind.PROGRAMME_FUND, f"programme:{programme}:{funder}")


def treasury_of(funder: str) -> Purse:
    """Where a funder's money comes from."""
    return Purse(AccountKind.TREASURY, f"funder:{funder}")


def committed_to(award_id: int) -> Purse:
    """What one award was promised."""
    return Purse(AccountKind.COMMITTED, f"award:{award_id}")


def balance_of(award_id: int) -> Purse:
    """What one award may spend on training (R029)."""
    return Purse(AccountKind.TRAINING_BALANCE, f"award:{award_id}")


def due_to(award_id: int) -> Purse:
    """What is owed to the recipient of one award now."""
    return Purse(AccountKind.INSTALMENTS_DUE, f"award:{award_id}")


def paid_to(award_id: int) -> Purse:
    """What arrived of one award: kept apart, so that every rupiah of an award adds up."""
    return Purse(AccountKind.PAID_OUT, f"award:{award_id}")


def held_for(purchase_id: int) -> Purse:
    """What waits for the proof of one purchase."""
    return Purse(AccountKind.PROVIDER_HELD, f"purchase:{purchase_id}")


def payable_to(provider: str) -> Purse:
    """What one provider has earned."""
    return Purse(AccountKind.PROVIDER_PAYABLE, f"provider:{provider}")


def clearing_of(partner: str) -> Purse:
    """What is on its way through one payment partner."""
    return Purse(AccountKind.PARTNER_CLEARING, f"partner:{partner}")


def float_of(partner: str) -> Purse:
    """What lies with one payment partner."""
    return Purse(AccountKind.PARTNER_FLOAT, f"partner:{partner}")


def external_of(partner: str) -> Purse:
    """What one payment partner moved on."""
    return Purse(AccountKind.PARTNER_EXTERNAL, f"partner:{partner}")


def check_transfer(transfer: Transfer) -> None:
    """Insist on the table of kinds. Raises TransferMalformed."""
    if (transfer.debit.kind, transfer.credit.kind) not in WAYS[transfer.kind]:
        raise TransferMalformed(f"{transfer.reference}: {transfer.kind} does not go this way")
    if transfer.amount <= 0:
        raise TransferMalformed(f"{transfer.reference}: the amount must be above zero")
    if (transfer.kind in RESOLVING) != (transfer.resolves is not None):
        raise TransferMalformed(f"{transfer.reference}: resolves what it must not, or nothing")


def check_set(transfers: tuple[Transfer, ...]) -> tuple[Transfer, ...]:
    """A set in which each reference stands once. Raises TransferMalformed or ReferenceTaken."""
    seen: dict[str, Transfer] = {}
    for transfer in transfers:
        check_transfer(transfer)
        if seen.setdefault(transfer.reference, transfer) != transfer:
            raise ReferenceTaken(reference=transfer.reference)
    return tuple(seen.values())
