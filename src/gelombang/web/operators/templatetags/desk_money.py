"""Amounts in words, partners by name, and people without the prefix of the trail."""

from __future__ import annotations

from django import template

from gelombang.journey.disbursement.rules import PARTNERS
from gelombang.kit.money import idr_in_words
from gelombang.web import reading
from gelombang.web.operators.money_words import Said, payout_state

register = template.Library()


@register.filter
def in_words(amount: int) -> str:
    """`dua miliar rupiah`, in the reader's language."""
    return idr_in_words(amount, reading.language())


@register.filter
def partner(code: str) -> str:
    """A payment partner as people know it."""
    return PARTNERS.get(code, code)


@register.filter
def payout_words(state: str) -> Said:
    """The state of a payout in words, with its tone."""
    return payout_state(state)


@register.filter
def colleague(actor: str) -> str:
    """`keuangan1` of `staff:keuangan1`."""
    return actor.removeprefix("staff:")
