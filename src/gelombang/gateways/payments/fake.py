"""An honest invented payment partner, wallet or bank: what it booked is what happened.

It verifies every signature, pays a reference once, and misbehaves by account where it is told to
(`PUT /_admin/accounts`), after the switches of every fake. `GET /_admin/books` is its statement.
"""

from __future__ import annotations

import hashlib
import json
import re
import zlib
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from aiohttp import web

from gelombang.gateways.faults import FaultyPartner
from gelombang.gateways.payments import codes, fake_books
from gelombang.gateways.payments.account import PartnerAccount
from gelombang.gateways.payments.fake_books import Holder, Order, Payment, PaymentBooks
from gelombang.gateways.payments.fake_door import TOKEN_SECONDS, Asked, Door, Turned
from gelombang.kit import clock

PAGE = 1000
LARGEST_PAGE = 20_000
BANK_WORDS = {
    "active": "Rekening aktif", "dormant": "Rekening dormant", "frozen": "Rekening dibekukan",
}  # fmt: skip
_VALUE = re.compile(r"([0-9]{1,16})\.([0-9]{2})")
Fields = Mapping[str, Any]


class Cut(Exception):
    """The connection ends without an answer."""


class FakePaymentPartner:
    """One partner's application, with its books in `data_dir`."""

    def __init__(self, *, data_dir: Path, account: PartnerAccount) -> None:
        self.partner = FaultyPartner()
        self.account = account
        self.books = PaymentBooks(data_dir / f"{account.code}.sqlite3", kind=account.kind)
        self.door = Door(account, self.books)
        self._is_bank = account.kind == "bank"
        self._place = "beneficiaryAccountNo" if self._is_bank else "customerNumber"

    def application(self) -> web.Application:
        """The aiohttp application: services of this kind of partner, and the admin pages."""
        app = self.partner.application()
        app.router.add_post(codes.PATHS[codes.TOKEN_SERVICE], self._issue_token)
        for service, answer in self._services().items():
            app.router.add_post(codes.PATHS[service], self._handler(service, answer))
        app.router.add_put("/_admin/accounts", self._seed)
        app.router.add_delete("/_admin/accounts", self._forget)
        app.router.add_put("/_admin/float", self._set_float)
        app.router.add_get("/_admin/books", self._show_books)
        app.router.add_get("/_admin/totals", self._show_totals)
        return app

    def _services(self) -> Mapping[str, Callable[[Fields], Fields]]:
        if self._is_bank:
            return {
                codes.BANK_INQUIRY: self._inquire,
                codes.TRANSFER: self._pay,
                codes.TRANSFER_STATUS: self._tell_status,
            }
        return {
            codes.WALLET_INQUIRY: self._inquire,
            codes.TOP_UP: self._pay,
            codes.TOP_UP_STATUS: self._tell_status,
        }

    def _handler(
        self, service: str, answer: Callable[[Fields], Fields]
    ) -> Callable[[web.Request], Any]:
        async def handle(request: web.Request) -> web.Response:
            try:
                asked = await _asked(request)
                self.door.admit(asked, clock.real_now())
                fields = answer(_fields(asked.body))
            except Turned as turned:
                return _answer(service, turned.status, turned.case, turned.message)
            except Cut:
                if request.transport is not None:
                    request.transport.close()
                return web.Response(status=503)
            return _answer(service, 200, "00", "Successful", fields)

        return handle

    async def _issue_token(self, request: web.Request) -> web.Response:
        service = codes.TOKEN_SERVICE
        try:
            asked = await _asked(request)
            _check_grant(_fields(asked.body))
            token = self.door.issue_token(asked, clock.real_now())
        except Turned as turned:
            return _answer(service, turned.status, turned.case, turned.message)
        fields = {"accessToken": token, "tokenType": "Bearer", "expiresIn": str(TOKEN_SECONDS)}
        return _answer(service, 200, "00", "Successful", fields)

    def _inquire(self, fields: Fields) -> Fields:
        number = _text(fields, self._place)
        holder = self._existing(number)
        self.partner.meter.note_answer(number)
        if self._is_bank:
            return {
                "beneficiaryAccountNo": number,
                "beneficiaryAccountName": holder.name,
                "beneficiaryAccountStatus": BANK_WORDS[holder.status],
                "beneficiaryAccountType": "S",
                "currency": "IDR",
            }
        _refuse_asleep(holder)
        month = (fields.get("transactionDate") or clock.now().astimezone(clock.WIB).isoformat())[:7]
        left = self.books.left(holder, month)
        limit = {} if left is None else {"customerMonthlyInLimit": f"{left}.00"}
        return {"customerNumber": number, "customerName": holder.name, **limit}

    def _existing(self, number: str) -> Holder:
        holder = self.books.holder(number)
        if holder is None or holder.status == "closed":
            raise Turned(404, "11", "Invalid Card/Account/Customer")
        return holder

    def _pay(self, fields: Fields) -> Fields:
        order = self._order(fields)
        # What is refused was still written down: the books are left whole before it is said.
        with self.books.whole():
            verdict = self._carry_out(order)
        if isinstance(verdict, Exception):
            raise verdict
        self.partner.meter.note_answer(order.account_no)
        return verdict

    def _order(self, fields: Fields) -> Order:
        if self._is_bank and fields.get("sourceAccountNo") != self.account.source_account:
            raise Turned(400, "01", "Invalid Field Format {sourceAccountNo}")
        same = {name: value for name, value in fields.items() if name != "transactionDate"}
        return Order(
            reference=_text(fields, "partnerReferenceNo"),
            account_no=_text(fields, self._place),
            amount=_rupiah(fields),
            at=_text(fields, "transactionDate"),
            # A repeat may be of another minute and is the same payment.
            body=hashlib.sha256(json.dumps(same, sort_keys=True).encode()).hexdigest(),
        )

    def _carry_out(self, order: Order) -> Fields | Turned | Cut:
        before = self.books.payment(order.reference)
        if before is not None and before.status in {fake_books.BOOKED, fake_books.PENDING}:
            self.books.note_repeat(order.reference)
            if before.body == order.body:
                return Turned(409, "01", "Duplicate partnerReferenceNo")
            return Turned(404, "18", "Inconsistent Request")
        holder, refused = self._judge(order)
        if holder is None or refused is not None:
            self.books.note_call(order, status=fake_books.REFUSED)
            return refused or Turned(404, "11", "Invalid Card/Account/Customer")
        fault = holder.fault if before is None else ""  # most show on a reference's first call only
        return self._before_booking(order, fault) or self._book(order, holder.fault, fault)

    def _judge(self, order: Order) -> tuple[Holder | None, Turned | None]:
        try:
            holder = self._existing(order.account_no)
            _refuse_asleep(holder)
        except Turned as turned:
            return None, turned
        if holder.fault == "inactive":
            return holder, Turned(403, "18", "Inactive Card/Account/Customer")
        left = self.books.left(holder, order.month)
        if holder.fault == "limit" or (left is not None and order.amount > left):
            return holder, Turned(403, "23", "Account Limit Exceed")
        return holder, None

    def _before_booking(self, order: Order, fault: str) -> Turned | None:
        """Take the money from the float, and what may go wrong before anything is booked."""
        if fault == "timeout_never":
            self.books.note_call(order, status=fake_books.LOST)
            return Turned(504, "00", "Timeout")
        if fault == "no_funds" or not self.books.spend(order.amount):
            self.books.note_call(order, status=fake_books.LOST)
            return Turned(403, "14", "Insufficient Funds")
        if fault == "in_progress":
            self.books.note_call(
                order, status=fake_books.PENDING, partner_ref=self._partner_ref(order)
            )
            return Turned(202, "00", "Request In Progress")
        return None

    def _book(self, order: Order, standing: str, fault: str) -> Fields | Turned | Cut:
        partner_ref = self._partner_ref(order)
        self.books.note_call(order, status=fake_books.BOOKED, partner_ref=partner_ref)
        if fault == "accept_then_timeout":
            # By turns no answer at all and a gateway's time-out.
            odd = zlib.crc32(order.reference.encode()) % 2
            return Cut() if odd else Turned(504, "00", "Timeout")
        shown = order.amount + 1 if standing == "wrong_amount" else order.amount
        return {
            "referenceNo": partner_ref,
            "partnerReferenceNo": order.reference,
            self._place: order.account_no,
            "amount": {"value": f"{shown}.00", "currency": "IDR"},
        }

    def _partner_ref(self, order: Order) -> str:
        digest = hashlib.sha256(f"{self.account.code}|{order.reference}".encode()).hexdigest()
        return f"{self.account.code[:3].upper()}{digest[:20].upper()}"

    def _tell_status(self, fields: Fields) -> Fields:
        payment = self.books.payment(_text(fields, "originalPartnerReferenceNo"))
        if payment is None:
            raise Turned(404, "01", "Transaction Not Found")
        self.books.note_enquiry(payment.reference)
        self.partner.meter.note_answer(payment.account_no)
        return _status(payment)

    async def _seed(self, request: web.Request) -> web.Response:
        try:
            written = self.books.seed(await request.json())
        except (ValueError, TypeError, AttributeError) as problem:
            return web.json_response({"problem": str(problem)}, status=422)
        return web.json_response({"written": written, "accounts": self.books.totals()["accounts"]})

    async def _forget(self, _: web.Request) -> web.Response:
        self.books.forget_accounts()
        return web.json_response({"accounts": 0})

    async def _set_float(self, request: web.Request) -> web.Response:
        funds = (await request.json()).get("funds")
        if funds is not None and (not isinstance(funds, int) or funds < 0):
            return web.json_response({"problem": "whole rupiah, or null"}, status=422)
        self.books.set_funds(funds)
        return web.json_response({"funds": funds})

    async def _show_books(self, request: web.Request) -> web.Response:
        wanted = request.query.get("limit", str(PAGE))
        limit = min(int(wanted), LARGEST_PAGE) if wanted.isdecimal() else PAGE
        page = self.books.page(after=request.query.get("after", ""), limit=limit)
        totals = self.books.totals()
        return web.json_response(
            {
                "payments": totals["payments"],
                "amount": totals["amount"],
                "by_reference": [payment.shown() for payment in page],
            }
        )

    async def _show_totals(self, _: web.Request) -> web.Response:
        return web.json_response(self.books.totals())


def _check_grant(fields: Fields) -> None:
    if fields.get("grantType") != "client_credentials":
        raise Turned(400, "02", "Invalid Mandatory Field {grantType}")


def _refuse_asleep(holder: Holder) -> None:
    if holder.status == "dormant":
        raise Turned(403, "09", "Dormant Account")
    if holder.status == "frozen":
        raise Turned(403, "18", "Inactive Card/Account/Customer")


def _status(payment: Payment) -> Fields:
    found = {
        "originalPartnerReferenceNo": payment.reference,
        "latestTransactionStatus": fake_books.STATUS_CODES[payment.status],
        "transactionStatusDesc": payment.status,
        "amount": {"value": f"{payment.amount}.00", "currency": "IDR"},
    }
    if payment.partner_ref:
        found["originalReferenceNo"] = payment.partner_ref
    return found


async def _asked(request: web.Request) -> Asked:
    return Asked(
        endpoint=request.raw_path, headers=request.headers, body=bytes(await request.read())
    )


def _fields(body: bytes) -> dict[str, Any]:
    try:
        fields = json.loads(body)
    except ValueError:
        fields = None
    if not isinstance(fields, dict):
        raise Turned(400, "00", "Bad Request")
    return fields


def _text(fields: Fields, name: str) -> str:
    value = fields.get(name)
    if not isinstance(value, str) or not value:
        raise Turned(400, "02", f"Invalid Mandatory Field {{{name}}}")
    return value


def _rupiah(fields: Fields) -> int:
    amount = fields.get("amount")
    value = amount.get("value") if isinstance(amount, dict) else None
    found = _VALUE.fullmatch(value) if isinstance(value, str) else None
    if found is None or not isinstance(amount, dict) or amount.get("currency") != "IDR":
        raise Turned(400, "01", "Invalid Field Format {amount}")
    if found[2] != "00" or int(found[1]) == 0:
        raise Turned(404, "13", "Invalid Amount")
    return int(found[1])


def _answer(
    service: str, status: int, case: str, message: str, fields: Fields | None = None
) -> web.Response:
    head = {"responseCode": f"{status}{service}{case}", "responseMessage": message}
    return web.json_response({**head, **(fields or {})}, status=status)
