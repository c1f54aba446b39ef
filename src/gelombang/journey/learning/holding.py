"""What a purchase moves in the ledger: hold, then post or void (money.md)."""

from gelombang.journey.learning.models import Purchase
from gelombang.records.ledger.rules import (
    Transfer,
    TransferKind,
    balance_of,
    held_for,
    payable_to,
)


def hold(purchase: Purchase) -> Transfer:
    """The price leaves the balance and waits for the proof."""
    return Transfer(
        debit=balance_of(purchase.award_id),
        credit=held_for(purchase.id),
        amount=purchase.price,
        kind=TransferKind.PURCHASE_HOLD,
        reference=_held(purchase.id),
    )


def post(purchase: Purchase) -> Transfer:
    """The proof is there: the provider has earned the price."""
    return Transfer(
        debit=held_for(purchase.id),
        credit=payable_to(purchase.provider_id),
        amount=purchase.price,
        kind=TransferKind.PURCHASE_POST,
        reference=f"purchase_post:{purchase.id}",
        resolves=_held(purchase.id),
    )


def void(*, purchase_id: int, award_id: int, price: int) -> Transfer:
    """The course did not happen: the price is back on the balance."""
    return Transfer(
        debit=held_for(purchase_id),
        credit=balance_of(award_id),
        amount=price,
        kind=TransferKind.PURCHASE_VOID,
        reference=f"purchase_void:{purchase_id}",
        resolves=_held(purchase_id),
    )


def _held(purchase_id: int) -> str:
    return f"purchase_hold:{purchase_id}"
