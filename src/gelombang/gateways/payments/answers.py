"""From the bytes of a partner to an outcome. What is not exactly as agreed is never an outcome.

No text of the partner reaches an exception.
"""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from gelombang.gateways.partner import OurFault
from gelombang.gateways.payments.codes import Meaning, is_case, meaning_of
from gelombang.gateways.payments.protocol import (
    AccountFound,
    AccountUnknown,
    InProgress,
    NoFunds,
    NotFound,
    NotNow,
    Paid,
    RefusalReason,
    Refused,
)
from gelombang.kit.errors import Outage

CURRENCY = "IDR"
LONGEST_NAME = 100
LONGEST_REF = 64
FIRST_UNREADABLE = 500  # statuses from here on are somebody's trouble, whatever their bodies say
_CODE = re.compile(r"[0-9]{7}")
_VALUE = re.compile(r"(0|[1-9][0-9]{0,15})\.00")
_LIMIT = re.compile(r"(0|[1-9][0-9]{0,15})(?:\.00)?")
_ACTIVE = frozenset({"rekening aktif", "aktif", "active", "active account", "0001"})
_REASONS = {
    Meaning.ACCOUNT: RefusalReason.ACCOUNT,
    Meaning.LIMIT: RefusalReason.LIMIT,
    Meaning.FINAL: RefusalReason.OTHER,
}


@dataclass(frozen=True, slots=True, repr=False)
class Answer:
    """An answer in the agreed form: its code, its fields, and the digest of its bytes."""

    code: str
    fields: Mapping[str, Any]
    sha256: str

    @property
    def meaning(self) -> Meaning:
        """What its code says about a payment."""
        return meaning_of(self.code)


def read_answer(raw: bytes, *, status: int, service: str) -> Answer:
    """The answer in `raw`, the body of a response with an HTTP status, of a service.

    Raises Outage for 5xx, for redirects and for anything but JSON with a code of that service
    and status.
    """
    if status >= FIRST_UNREADABLE or 300 <= status < 400:  # noqa: PLR2004 redirects
        raise Outage(f"status {status}")
    try:
        fields = json.loads(raw)
    except (ValueError, RecursionError):
        raise Outage("not the agreed JSON") from None
    code = fields.get("responseCode") if isinstance(fields, dict) else None
    if not isinstance(code, str) or not _CODE.fullmatch(code):
        raise Outage("not the agreed JSON")
    if code[:3] != str(status) or code[3:5] != service:
        raise Outage("a code of another status or service")
    return Answer(code, fields, hashlib.sha256(raw).hexdigest())


def money(amount: int) -> dict[str, str]:
    """Whole rupiah as SNAP writes them: `{"value": "600000.00", "currency": "IDR"}`."""
    return {"value": f"{amount}.00", "currency": CURRENCY}


def read_money(written: Any) -> int:
    """Whole rupiah from SNAP's form. Raises Outage for cents, other currencies and forms."""
    if not isinstance(written, dict) or written.get("currency") != CURRENCY:
        raise Outage("an unreadable amount")
    value = written.get("value")
    found = _VALUE.fullmatch(value) if isinstance(value, str) else None
    if found is None:
        raise Outage("an unreadable amount")
    return int(found[1])


def account_in(answer: Answer, *, is_bank: bool) -> AccountFound | AccountUnknown:
    """Whose account it is. Raises OurFault, or Outage when nothing certain was said."""
    if answer.meaning is Meaning.DONE:
        return _bank_account(answer) if is_bank else _wallet(answer)
    # A number that this partner would not even read is none of its own.
    if is_case(answer.code, "404-11", "400-01"):
        return AccountUnknown(answer.code, answer.sha256)
    if answer.meaning is Meaning.ACCOUNT:
        return AccountFound("", False, None, answer.code, answer.sha256)
    _refuse_ours(answer)
    raise Outage(f"code {answer.code} says nothing about the account")


def _wallet(answer: Answer) -> AccountFound:
    limit = answer.fields.get("customerMonthlyInLimit") or None
    found = _LIMIT.fullmatch(limit) if isinstance(limit, str) else None
    if limit is not None and found is None:
        raise Outage("an unreadable limit")
    return AccountFound(
        holder_name=_name(answer, "customerName"),
        is_active=True,
        most_incoming=int(found[1]) if found else None,
        code=answer.code,
        answer_sha256=answer.sha256,
    )


def _bank_account(answer: Answer) -> AccountFound:
    state = answer.fields.get("beneficiaryAccountStatus")
    if not isinstance(state, str) or not state.strip():
        raise Outage("no state of the account")
    return AccountFound(
        holder_name=_name(answer, "beneficiaryAccountName"),
        is_active=state.strip().casefold() in _ACTIVE,
        most_incoming=None,
        code=answer.code,
        answer_sha256=answer.sha256,
    )


def _name(answer: Answer, place: str) -> str:
    name = answer.fields.get(place)
    if not _is_text(name, longest=LONGEST_NAME):
        raise Outage("no name of the holder")
    return str(name).strip()


def _is_text(value: Any, *, longest: int) -> bool:
    if not isinstance(value, str) or not value.strip():
        return False
    return len(value) <= longest and value.isprintable()


def payment_in(answer: Answer, *, reference: str) -> Paid | Refused | InProgress | NotNow | NoFunds:
    """What became of a payment that was just sent.

    Raises OurFault when it was certainly not carried out, Outage when nothing is certain.
    """
    meaning = answer.meaning
    if meaning is Meaning.DONE:
        _check_about(answer, "partnerReferenceNo", reference)
        return _paid(answer)
    if meaning is Meaning.IN_PROGRESS:
        return InProgress(answer.code, answer.sha256)
    if meaning in _REASONS:
        return Refused(_REASONS[meaning], answer.code, answer.sha256)
    if meaning is Meaning.NOT_NOW:
        return NotNow(answer.code, answer.sha256)
    if meaning is Meaning.NO_FUNDS:
        return NoFunds(answer.code, answer.sha256)
    _refuse_ours(answer)
    raise Outage(f"code {answer.code} says nothing certain")


def status_in(answer: Answer, *, reference: str) -> Paid | Refused | InProgress | NotFound:
    """What an enquiry says became of a payment. Raises OurFault, or Outage likewise."""
    if is_case(answer.code, "404-01"):
        return NotFound(answer.code, answer.sha256)
    if is_case(answer.code, "202-00"):
        return InProgress(answer.code, answer.sha256)
    _refuse_ours(answer)
    if answer.meaning is not Meaning.DONE:
        raise Outage(f"code {answer.code} says nothing certain")
    _check_about(answer, "originalPartnerReferenceNo", reference)
    match answer.fields.get("latestTransactionStatus"):
        case "00":
            return _paid(answer)
        case "01" | "02" | "03":
            return InProgress(answer.code, answer.sha256)
        case "04" | "05" | "06":
            return Refused(RefusalReason.OTHER, answer.code, answer.sha256)
        case "07":
            return NotFound(answer.code, answer.sha256)
    raise Outage("a status that nobody agreed on")


def _paid(answer: Answer) -> Paid:
    places = ("originalReferenceNo", "referenceNo", "referenceNumber")
    ref = next((answer.fields[each] for each in places if answer.fields.get(each)), None)
    if not _is_text(ref, longest=LONGEST_REF):
        raise Outage("a success without a reference")
    amount = read_money(answer.fields.get("amount"))
    return Paid(str(ref).strip(), amount, answer.code, answer.sha256)


def _check_about(answer: Answer, place: str, reference: str) -> None:
    """Some partners do not repeat our reference; none may answer about another one."""
    if answer.fields.get(place) not in (None, "", reference):
        raise Outage("an answer about another payment")


def check_number(answer: Answer, *, place: str, number: str) -> None:
    """Raise Outage for an answer about another account; a number that is masked says nothing."""
    said = answer.fields.get(place)
    if isinstance(said, str) and said.isdecimal() and said != number:
        raise Outage("an answer about another account")


def _refuse_ours(answer: Answer) -> None:
    if answer.meaning in {Meaning.OURS, Meaning.NO_TOKEN}:
        raise OurFault(f"code {answer.code}")
