"""What SNAP's response codes mean for money (standards §4.4).

A code is seven digits: HTTP status, service, case. What stands here for a status and a case holds
for a *payment*; what does not stand here says nothing certain.
"""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum
from types import MappingProxyType

TOKEN_SERVICE = "73"  # noqa: S105 the number of a service
BANK_INQUIRY, TRANSFER, TRANSFER_STATUS = "15", "17", "36"
WALLET_INQUIRY, TOP_UP, TOP_UP_STATUS = "37", "38", "39"
PATHS: Mapping[str, str] = MappingProxyType(
    {
        TOKEN_SERVICE: "/v1.0/access-token/b2b",
        BANK_INQUIRY: "/v1.0/account-inquiry-internal",
        TRANSFER: "/v1.0/transfer-intrabank",
        TRANSFER_STATUS: "/v1.0/transfer/status",
        WALLET_INQUIRY: "/v1.0/emoney/account-inquiry",
        TOP_UP: "/v1.0/emoney/topup",
        TOP_UP_STATUS: "/v1.0/emoney/topup-status",
    }
)


class Meaning(StrEnum):
    """What an answer to a payment says."""

    DONE = "done"
    """Carried out (an enquiry: answered)."""
    IN_PROGRESS = "in_progress"
    """The partner has it, or had it before: ask what became of it."""
    ACCOUNT = "account"
    """Final: the account cannot take money."""
    LIMIT = "limit"
    """Final: the account cannot take so much."""
    FINAL = "final"
    """Final: refused for another reason."""
    NOT_NOW = "not_now"
    """Not carried out; may be sent again."""
    NO_FUNDS = "no_funds"
    """Not carried out: our float is empty."""
    NO_TOKEN = "no_token"  # noqa: S105 a word
    """The token is not valid any more: get another."""
    OURS = "ours"
    """Not carried out: our contract or setting is wrong."""
    UNCERTAIN = "uncertain"
    """Nothing certain."""


_CASES: Mapping[Meaning, tuple[str, ...]] = {
    Meaning.DONE: ("200-00",),
    Meaning.IN_PROGRESS: ("202-00", "404-00", "404-18", "409-01"),
    Meaning.ACCOUNT: ("403-09", "403-18", "404-11"),
    Meaning.LIMIT: ("403-02", "403-23"),
    Meaning.FINAL: (
        "400-00", "400-01", "400-02", "403-00", "403-05", "403-07", "403-08", "403-10", "403-11",
        "403-12", "403-15", "403-17", "403-21", "403-22", "404-02", "404-03", "404-04", "404-09",
        "404-10", "404-12", "404-13", "404-19", "405-01",
    ),
    Meaning.NOT_NOW: ("403-04", "403-06", "403-20", "409-00", "429-00"),
    Meaning.NO_FUNDS: ("403-14",),
    Meaning.NO_TOKEN: ("401-01", "401-03"),
    Meaning.OURS: (
        "401-00", "401-02", "401-04", "403-01", "403-19", "404-05", "404-08", "404-16", "404-17",
        "405-00",
    ),
}  # fmt: skip
_MEANINGS = {case: meaning for meaning, cases in _CASES.items() for case in cases}


def meaning_of(code: str) -> Meaning:
    """What the seven digits say about a payment. Suspicion, reviews and 5xx are uncertain."""
    return _MEANINGS.get(f"{code[:3]}-{code[5:]}", Meaning.UNCERTAIN)


def is_case(code: str, *cases: str) -> bool:
    """Whether a code is one of some cases, each written `404-11`."""
    return f"{code[:3]}-{code[5:]}" in cases
