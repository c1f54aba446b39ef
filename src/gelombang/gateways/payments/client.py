"""The client of a SNAP BI partner, wallet or bank, in its wire format (standards §4)."""

from __future__ import annotations

import secrets
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

import aiohttp

from gelombang.gateways.partner import OurFault, read_at_most
from gelombang.gateways.payments import answers, codes, signature
from gelombang.gateways.payments.account import PartnerAccount, load_key, wire_number
from gelombang.gateways.payments.protocol import (
    AccountFound,
    AccountUnknown,
    Enquiry,
    InProgress,
    Instruction,
    NoFunds,
    NotFound,
    NotNow,
    Paid,
    Refused,
    Unanswered,
)
from gelombang.gateways.tokens import Tokens
from gelombang.kit import clock
from gelombang.kit.errors import Outage

if TYPE_CHECKING:
    from datetime import datetime

CONNECT_SECONDS = 5.0
TIME_OUT_SECONDS = 10.0
# Bytes; a usual answer has one kilobyte, a token two. The reader of JSON also goes one call deeper
# for each bracket, and a longer row of them could use up the stack.
LONGEST_ANSWER = 16 * 1024
LONGEST_TOKEN = 2048
LONGEST_REMARK = 50  # of a bank
LONGEST_NOTES = 100  # of a wallet
LONGEST_LIFE = 24 * 3600  # seconds; no token of ours lives longer
MOST_DIGITS = 18  # of a lifetime; a longer row of them is not even read as a number
WALLET_SERVICES = (codes.WALLET_INQUIRY, codes.TOP_UP, codes.TOP_UP_STATUS)
BANK_SERVICES = (codes.BANK_INQUIRY, codes.TRANSFER, codes.TRANSFER_STATUS)


class NotSent(Outage):
    """The partner could not be reached or gave no token: the request itself never left us."""

    def __init__(self, reason: str, *, code: str = "") -> None:
        super().__init__(reason)
        self.code = code


class SnapClient:
    """One partner over HTTP; one session carries many calls at a time."""

    def __init__(
        self,
        session: aiohttp.ClientSession,
        account: PartnerAccount,
        *,
        seconds: float = TIME_OUT_SECONDS,
    ) -> None:
        self.code = account.code
        self._session = session
        self._account = account
        self._key = load_key(account.private_key_pem)
        self._limit = aiohttp.ClientTimeout(total=seconds, sock_connect=CONNECT_SECONDS)
        self._tokens = Tokens(self._fetch_token)
        self._is_bank = account.kind == "bank"
        services = BANK_SERVICES if self._is_bank else WALLET_SERVICES
        self._inquiry, self._payment, self._status = services

    async def inquire(self, *, account_no: str, at: datetime) -> AccountFound | AccountUnknown:
        """Whose account it is (service 15 or 37).

        Raises Outage when the partner did not answer as agreed, OurFault when we are to blame.
        """
        number = self._number(account_no)
        answer = await self._ask(self._inquiry, {self._place: number, **self._when(at)})
        answers.check_number(answer, place=self._place, number=number)
        return answers.account_in(answer, is_bank=self._is_bank)

    async def pay(
        self, instruction: Instruction
    ) -> Paid | Refused | InProgress | NotNow | NoFunds | Unanswered:
        """Pay (service 17 or 38), once: what is not certain is Unanswered, never sent again here.

        Raises OurFault only when it is certain that nothing was executed.
        """
        number = self._number(instruction.account_no)
        body = (
            self._transfer(instruction, number) if self._is_bank else _top_up(instruction, number)
        )
        try:
            answer = await self._ask(self._payment, body)
            answers.check_number(answer, place=self._place, number=number)
            return answers.payment_in(answer, reference=instruction.reference)
        except OurFault:
            raise
        except NotSent as unreached:
            return NotNow(unreached.code, "")
        except Outage as trouble:
            return Unanswered(str(trouble))

    async def enquire(self, asked: Enquiry) -> Paid | Refused | InProgress | NotFound | Unanswered:
        """What became of a payment (service 36 or 39).

        Raises OurFault when the partner refuses to tell us because of our own doing.
        """
        body = {
            "originalPartnerReferenceNo": asked.reference,
            "serviceCode": self._payment,
            "transactionDate": signature.timestamp_of(asked.at),
            "amount": answers.money(asked.amount),
        }
        try:
            answer = await self._ask(self._status, body)
            return answers.status_in(answer, reference=asked.reference)
        except OurFault:
            raise
        except Outage as trouble:
            return Unanswered(str(trouble))

    @property
    def _place(self) -> str:
        """Where requests and answers of this partner carry the number of the account."""
        return "beneficiaryAccountNo" if self._is_bank else "customerNumber"

    def _number(self, account_no: str) -> str:
        return wire_number(account_no, kind=self._account.kind)

    def _when(self, at: datetime) -> dict[str, str]:
        return {} if self._is_bank else {"transactionDate": signature.timestamp_of(at)}

    def _transfer(self, instruction: Instruction, number: str) -> dict[str, Any]:
        return {
            "partnerReferenceNo": instruction.reference,
            "amount": answers.money(instruction.amount),
            "beneficiaryAccountNo": number,
            "currency": answers.CURRENCY,
            "feeType": "OUR",
            "remark": instruction.note[:LONGEST_REMARK],
            "sourceAccountNo": self._account.source_account,
            "transactionDate": signature.timestamp_of(instruction.at),
        }

    async def _ask(self, service: str, body: Mapping[str, Any]) -> answers.Answer:
        """Call a service; a token that the partner does not take is renewed once.

        Raises NotSent, OurFault or Outage.
        """
        token = await self._tokens.current()
        answer = await self._call(service, body, token)
        if answer.meaning is not codes.Meaning.NO_TOKEN:
            return answer
        return await self._call(service, body, await self._tokens.other_than(token))

    async def _call(self, service: str, body: Mapping[str, Any], token: str) -> answers.Answer:
        url = self._account.base_url + codes.PATHS[service]
        sent = signature.compact(body)
        now = signature.timestamp_of(clock.real_now())
        signed = signature.string_to_sign(
            method="POST", endpoint=urlsplit(url).path, token=token, body=sent, timestamp=now
        )
        headers = {
            "Authorization": f"Bearer {token}",
            "X-TIMESTAMP": now,
            "X-SIGNATURE": signature.request_signature(
                signed,
                secret=self._account.client_secret,
                encoding=self._account.signature_encoding,
            ),
            "X-PARTNER-ID": self._account.partner_id,
            "X-EXTERNAL-ID": external_id(clock.real_now()),
            "CHANNEL-ID": self._account.channel_id,
        }
        return await self._post(url, service, sent, headers)

    async def _fetch_token(self) -> tuple[str, int]:
        """Service 73. Raises OurFault when we are refused, NotSent for anything else."""
        now = signature.timestamp_of(clock.real_now())
        headers = {
            "X-TIMESTAMP": now,
            "X-CLIENT-KEY": self._account.client_key,
            "X-SIGNATURE": signature.token_signature(
                self._key, client_key=self._account.client_key, timestamp=now
            ),
        }
        service = codes.TOKEN_SERVICE
        url = self._account.base_url + codes.PATHS[service]
        body = signature.compact({"grantType": "client_credentials", "additionalInfo": {}})
        try:
            answer = await self._post(url, service, body, headers)
        except NotSent:
            raise
        except Outage as trouble:
            raise NotSent(f"no token: {trouble}") from None
        return _token_in(answer)

    async def _post(
        self, url: str, service: str, body: bytes, headers: Mapping[str, str]
    ) -> answers.Answer:
        try:
            async with self._session.post(
                url,
                data=body,
                headers={**headers, "Content-Type": "application/json"},
                timeout=self._limit,
                allow_redirects=False,  # the body is for nobody else
            ) as answer:
                raw = await read_at_most(answer, LONGEST_ANSWER)
                status = answer.status
        except (aiohttp.ClientConnectorError, aiohttp.ConnectionTimeoutError) as error:
            # There was no connection yet, so no byte of the request has left.
            raise NotSent(type(error).__name__) from None
        except (TimeoutError, aiohttp.ClientError, OSError) as error:
            # The class alone: the text of an HTTP error may carry what was sent.
            raise Outage(type(error).__name__) from None
        if len(raw) > LONGEST_ANSWER:
            raise Outage("an answer without end")
        return answers.read_answer(raw, status=status, service=service)


def _top_up(instruction: Instruction, number: str) -> dict[str, Any]:
    return {
        "partnerReferenceNo": instruction.reference,
        "customerNumber": number,
        "customerName": instruction.holder_name,
        "amount": answers.money(instruction.amount),
        "feeAmount": answers.money(0),
        "transactionDate": signature.timestamp_of(instruction.at),
        "notes": instruction.note[:LONGEST_NOTES],
        "additionalInfo": {},
    }


def _token_in(answer: answers.Answer) -> tuple[str, int]:
    if answer.meaning in {codes.Meaning.OURS, codes.Meaning.FINAL, codes.Meaning.NO_TOKEN}:
        raise OurFault(f"code {answer.code}")
    token, lifetime = answer.fields.get("accessToken"), answer.fields.get("expiresIn")
    if answer.meaning is not codes.Meaning.DONE or not isinstance(token, str):
        raise NotSent("no token", code=answer.code)
    is_written = token.isascii() and token.isprintable() and 0 < len(token) <= LONGEST_TOKEN
    # SNAP writes the lifetime as a text of digits; some partners send a number.
    written = str(lifetime)
    if not is_written or not written.isdecimal() or len(written) > MOST_DIGITS:
        raise NotSent("no token", code=answer.code)
    return token, min(int(written), LONGEST_LIFE)


def external_id(real_now: datetime) -> str:
    """32 digits that no other call of ours has on the same day."""
    return f"{real_now:%Y%m%d%H%M%S%f}{secrets.randbelow(10**12):012d}"
