"""Whom an invented payment partner lets in: signatures, tokens, timestamps and external ids."""

from __future__ import annotations

import base64
import binascii
import hmac
import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.padding import PKCS1v15
from cryptography.hazmat.primitives.hashes import SHA256

from gelombang.gateways.payments import signature
from gelombang.gateways.payments.account import PartnerAccount, load_key
from gelombang.gateways.payments.fake_books import PaymentBooks
from gelombang.kit.clock import WIB

TOKEN_SECONDS = 900
TOLERANCE = timedelta(minutes=5)
LONGEST_EXTERNAL_ID = 36
SECONDS_OF_TIMESTAMP = 25  # characters of yyyy-MM-ddTHH:mm:ss+07:00


class Turned(Exception):
    """A request that goes no further: HTTP status, case and sentence of the answer."""

    def __init__(self, status: int, case: str, message: str) -> None:
        self.status, self.case, self.message = status, case, message
        super().__init__(f"{status}-{case}")


@dataclass(frozen=True, slots=True)
class Asked:
    """What of a request is signed."""

    endpoint: str
    headers: Mapping[str, str]
    body: bytes


class Door:
    """Checks every call of one client, as its partner's gateway does. Tokens live in memory."""

    def __init__(self, account: PartnerAccount, books: PaymentBooks) -> None:
        self._account = account
        self._public_key = load_key(account.private_key_pem).public_key()
        self._books = books
        self._tokens: dict[str, datetime] = {}
        self._day = ""

    def issue_token(self, asked: Asked, now: datetime) -> str:
        """A new token for whoever signed with our key. Raises Turned."""
        stamp = _fresh_stamp(asked, now)
        if asked.headers.get("X-CLIENT-KEY") != self._account.client_key:
            raise Turned(401, "00", "Unauthorized. [Unknown Client]")
        try:
            signed = base64.b64decode(asked.headers.get("X-SIGNATURE", ""), validate=True)
            text = f"{self._account.client_key}|{stamp}".encode()
            self._public_key.verify(signed, text, PKCS1v15(), SHA256())
        except (binascii.Error, InvalidSignature):
            raise Turned(401, "00", "Unauthorized. [Signature]") from None
        self._tokens = {each: end for each, end in self._tokens.items() if end > now}
        token = secrets.token_urlsafe(32)
        self._tokens[token] = now + timedelta(seconds=TOKEN_SECONDS)
        return token

    def admit(self, asked: Asked, now: datetime) -> None:
        """Let a signed call pass. Raises Turned.

        The external id is used up only by a call that was really ours.
        """
        token = self._live_token(asked, now)
        self._check_signature(asked, token, _fresh_stamp(asked, now))
        if asked.headers.get("X-PARTNER-ID") != self._account.partner_id:
            raise Turned(404, "16", "Partner Not Found")
        if asked.headers.get("CHANNEL-ID") != self._account.channel_id:
            raise Turned(401, "00", "Unauthorized. [Channel]")
        self._use_external_id(asked.headers.get("X-EXTERNAL-ID", ""), now)

    def _live_token(self, asked: Asked, now: datetime) -> str:
        scheme, _, token = asked.headers.get("Authorization", "").partition(" ")
        if scheme != "Bearer" or token not in self._tokens:
            raise Turned(401, "03", "Token Not Found (B2B)")
        if self._tokens[token] <= now:
            raise Turned(401, "01", "Invalid Token (B2B)")
        return token

    def _check_signature(self, asked: Asked, token: str, stamp: str) -> None:
        text = signature.string_to_sign(
            method="POST", endpoint=asked.endpoint, token=token, body=asked.body, timestamp=stamp
        )
        right = signature.request_signature(
            text, secret=self._account.client_secret, encoding=self._account.signature_encoding
        )
        given = asked.headers.get("X-SIGNATURE", "")
        if not hmac.compare_digest(given.encode(), right.encode()):
            raise Turned(401, "00", "Unauthorized. [Signature]")

    def _use_external_id(self, number: str, now: datetime) -> None:
        if not (number.isdecimal() and number.isascii() and len(number) <= LONGEST_EXTERNAL_ID):
            raise Turned(400, "01", "Invalid Field Format {X-EXTERNAL-ID}")
        today = now.astimezone(WIB).date().isoformat()
        if today != self._day:
            self._books.forget_external(today)
            self._day = today
        if not self._books.note_external(today, number):
            raise Turned(409, "00", "Conflict")


def _fresh_stamp(asked: Asked, now: datetime) -> str:
    stamp = asked.headers.get("X-TIMESTAMP", "")
    try:
        at = datetime.fromisoformat(stamp)
    except ValueError:
        raise Turned(400, "01", "Invalid Field Format {X-TIMESTAMP}") from None
    if at.tzinfo is None or len(stamp) != SECONDS_OF_TIMESTAMP:
        raise Turned(400, "01", "Invalid Field Format {X-TIMESTAMP}")
    if abs(now - at) > TOLERANCE:
        raise Turned(401, "00", "Unauthorized. [Timestamp]")
    return stamp
