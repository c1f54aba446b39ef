"""An invented partner and our client of it; and a second reading of how SNAP signs."""

import base64
import hashlib
import hmac
import json
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from aiohttp import ClientSession, web
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import padding
from tests.gateways.conftest import NOON

from gelombang.gateways.payments.account import PartnerAccount
from gelombang.gateways.payments.client import SnapClient
from gelombang.gateways.payments.fake import FakePaymentPartner
from gelombang.gateways.payments.protocol import Enquiry, Instruction

DATA = Path(__file__).parents[2] / "data/snap"
VECTORS = json.loads((DATA / "signature_vectors.json").read_text())
KEY = VECTORS["test_only_rsa_private_key_pkcs8_pem"]
SITI = "SITI CONTOH"
WALLET_NO, BANK_NO = "+6281200009911", "9900000011"
AMOUNT = 600_000


def account(code: str = "gopay", base_url: str = "http://127.0.0.1:9", **other) -> PartnerAccount:
    settings = {
        "code": code,
        "kind": "bank" if code == "bni" else "wallet",
        "base_url": base_url,
        "client_key": f"PRAKERJA-{code}",
        "client_secret": "rahasia-sekali",
        "private_key_pem": KEY,
        "partner_id": "prakerja",
        "channel_id": "95001",
        "signature_encoding": "hex" if code == "bni" else "base64",
        "source_account": "0100000099" if code == "bni" else "",
    }
    return PartnerAccount(**(settings | other))


@dataclass
class Shop:
    """One invented partner behind a real socket, and our client of it."""

    session: ClientSession
    fake: FakePaymentPartner
    account: PartnerAccount
    client: SnapClient

    @property
    def number(self) -> str:
        return BANK_NO if self.account.kind == "bank" else WALLET_NO

    @property
    def services(self) -> tuple[str, str, str]:
        return ("15", "17", "36") if self.account.kind == "bank" else ("37", "38", "39")

    async def admin(self, method: str, path: str, body: Any = None) -> Any:
        url = f"{self.account.base_url}/_admin/{path}"
        async with self.session.request(method, url, json=body) as answer:
            return await answer.json()

    async def keep(self, **account: Any) -> None:
        """Seed our person's account."""
        whole = {"account_no": self.number, "name": SITI, **account}
        assert (await self.admin("PUT", "accounts", [whole]))["written"] == 1

    def order(self, reference: str = "PKJ-1", **other: Any) -> Instruction:
        whole = {
            "reference": reference, "account_no": self.number, "holder_name": SITI,
            "amount": AMOUNT, "note": "Insentif 1/4", "at": NOON, **other,
        }  # fmt: skip
        return Instruction(**whole)

    async def pay(self, reference: str = "PKJ-1", **other: Any) -> Any:
        return await self.client.pay(self.order(reference, **other))

    async def enquire(self, reference: str = "PKJ-1", amount: int = AMOUNT) -> Any:
        return await self.client.enquire(Enquiry(reference, amount, NOON))

    async def booked(self) -> tuple[int, int]:
        """How many payments the partner carried out, and their rupiah."""
        books = await self.admin("GET", "books")
        return books["payments"], books["amount"]


def second_hash(body: bytes) -> str:
    """The hash of a body whose blanks outside of strings are dropped, read sign by sign."""
    kept, inside, escaped = bytearray(), False, False
    for sign in body:
        if inside:
            inside = escaped or sign != 0x22
            escaped = not escaped and sign == 0x5C
        elif sign in b" \t\r\n":
            continue
        else:
            inside = sign == 0x22
        kept.append(sign)
    return hashlib.sha256(bytes(kept)).hexdigest()


def second_signature(secret: str, text: str, encoding: str) -> str:
    mac = hmac.HMAC(bytes(secret, "utf-8"), digestmod="sha512")
    mac.update(bytes(text, "utf-8"))
    return mac.hexdigest() if encoding == "hex" else base64.encodebytes(mac.digest()).replace(
        b"\n", b""
    ).decode()  # fmt: skip


def second_check(text: str, signed: str) -> None:
    """Raise InvalidSignature unless `signed` (base64) is our RSA key's over the text."""
    public = serialization.load_pem_public_key(VECTORS["rsa_public_key_pem"].encode())
    public.verify(base64.b64decode(signed), text.encode(), padding.PKCS1v15(), hashes.SHA256())


@dataclass
class Examiner:
    """A partner that examines every signature by the second reading and answers as it is told."""

    account: PartnerAccount
    answer: Callable[[dict[str, Any]], Any] = lambda _: {}
    status: int = 200
    expires_in: Any = "900"
    headers: dict[str, str] = field(default_factory=dict)
    tokens: int = 0
    asked: list[tuple[str, dict[str, Any], dict[str, str]]] = field(default_factory=list)
    faulty: list[str] = field(default_factory=list)

    def application(self) -> web.Application:
        app = web.Application()
        app.router.add_post("/{tail:.*}", self._take)
        return app

    async def _take(self, request: web.Request) -> web.Response:
        raw, headers = await request.read(), request.headers
        stamp = headers["X-TIMESTAMP"]
        if request.path.endswith("/access-token/b2b"):
            second_check(f"{headers['X-CLIENT-KEY']}|{stamp}", headers["X-SIGNATURE"])
            self.tokens += 1
            return web.json_response(
                {"responseCode": "2007300", "accessToken": f"token-{self.tokens}",
                 "tokenType": "Bearer", "expiresIn": self.expires_in}
            )  # fmt: skip
        token = headers["Authorization"].removeprefix("Bearer ")
        text = ":".join(["POST", request.path_qs, token, second_hash(raw), stamp])
        secret, encoding = self.account.client_secret, self.account.signature_encoding
        if headers["X-SIGNATURE"] != second_signature(secret, text, encoding):
            self.faulty.append(request.path)
        body = json.loads(raw)
        self.asked.append((request.path, body, dict(headers)))
        said = self.answer(body)
        if isinstance(said, bytes):
            return web.Response(body=said, status=self.status, headers=self.headers)
        return web.json_response(said, status=self.status, headers=self.headers)
