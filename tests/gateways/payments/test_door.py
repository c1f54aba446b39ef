"""What the invented partner does not let in, told by calls signed by the second reading."""

import base64
import json
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Any

import pytest
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import padding, rsa
from tests.gateways.payments.paying import (
    AMOUNT,
    KEY,
    Shop,
    second_hash,
    second_signature,
)

from gelombang.gateways.partner import OurFault
from gelombang.gateways.payments.client import SnapClient
from gelombang.kit import clock

TOKEN_PATH = "/v1.0/access-token/b2b"
PATHS = {"gopay": "/v1.0/emoney/topup", "bni": "/v1.0/transfer-intrabank"}
GRANT = {"grantType": "client_credentials", "additionalInfo": {}}


@dataclass
class Caller:
    """Speaks to the fake without our client."""

    shop: Shop
    token: str = ""
    serial: int = 1000

    async def post(self, path: str, body: bytes, headers: dict[str, str]) -> tuple[int, Any]:
        url = f"{self.shop.account.base_url}{path}"
        whole = {"Content-Type": "application/json", **headers}
        async with self.shop.session.post(url, data=body, headers=whole) as answer:
            return answer.status, await answer.json()

    async def ask_token(self, *, key: str = KEY, late: float = 0, **other: str) -> tuple[int, Any]:
        now = _stamp(late)
        client = self.shop.account.client_key
        private = serialization.load_pem_private_key(key.encode(), password=None)
        signed = private.sign(f"{client}|{now}".encode(), padding.PKCS1v15(), hashes.SHA256())
        headers = {"X-TIMESTAMP": now, "X-CLIENT-KEY": client,
                   "X-SIGNATURE": base64.b64encode(signed).decode()}  # fmt: skip
        return await self.post(TOKEN_PATH, json.dumps(GRANT).encode(), headers | other)

    async def enter(self) -> None:
        _, answer = await self.ask_token()
        self.token = answer["accessToken"]

    def body(self, reference: str = "PKJ-1", **other: Any) -> bytes:
        account = self.shop.account
        place = "beneficiaryAccountNo" if account.kind == "bank" else "customerNumber"
        whole = {
            "partnerReferenceNo": reference, place: self.shop.number.removeprefix("+"),
            "amount": {"value": f"{AMOUNT}.00", "currency": "IDR"},
            "transactionDate": "2020-04-13T12:00:00+07:00",
        }  # fmt: skip
        source = {"sourceAccountNo": account.source_account} if account.kind == "bank" else {}
        return json.dumps(whole | source | other, separators=(",", ":")).encode()

    def headers(self, body: bytes, *, late: float = 0, **other: str) -> dict[str, str]:
        account, now = self.shop.account, _stamp(late)
        self.serial += 1
        text = f"POST:{PATHS[account.code]}:{self.token}:{second_hash(body)}:{now}"
        signed = second_signature(account.client_secret, text, account.signature_encoding)
        return {
            "Authorization": f"Bearer {self.token}", "X-TIMESTAMP": now, "X-SIGNATURE": signed,
            "X-PARTNER-ID": account.partner_id, "X-EXTERNAL-ID": str(self.serial),
            "CHANNEL-ID": account.channel_id, **other,
        }  # fmt: skip

    async def pay(self, *, sent: bytes | None = None, body: bytes = b"", **headers: Any) -> str:
        signed = body or self.body()
        path = PATHS[self.shop.account.code]
        status, answer = await self.post(path, sent or signed, self.headers(signed, **headers))
        assert answer["responseCode"].startswith(str(status))
        return answer["responseCode"][:3] + "-" + answer["responseCode"][5:]


def _stamp(late: float) -> str:
    at = clock.real_now().astimezone(clock.WIB) - timedelta(seconds=late)
    return at.isoformat(timespec="seconds")


@pytest.fixture
async def caller(shop) -> Caller:
    caller = Caller(shop)
    await caller.enter()
    return caller


async def test_the_second_reading_is_let_in(caller):
    assert await caller.pay() == "200-00"
    assert await caller.shop.booked() == (1, AMOUNT)


@pytest.mark.parametrize(
    ("headers", "code"),
    [
        ({"X-SIGNATURE": "AAAA"}, "401-00"),
        ({"X-SIGNATURE": "ä"}, "401-00"),
        ({"late": 301}, "401-00"),
        ({"late": -301}, "401-00"),
        ({"X-TIMESTAMP": "2020-04-13"}, "400-01"),
        ({"X-TIMESTAMP": "yesterday"}, "400-01"),
        ({"Authorization": "Bearer other"}, "401-03"),
        ({"Authorization": "Basic x"}, "401-03"),
        ({"X-PARTNER-ID": "somebody"}, "404-16"),
        ({"CHANNEL-ID": "1"}, "401-00"),
        ({"X-EXTERNAL-ID": "a1"}, "400-01"),
        ({"X-EXTERNAL-ID": "1" * 37}, "400-01"),
    ],
)
async def test_a_wrong_header_pays_nothing(caller, headers, code):
    assert await caller.pay(**headers) == code
    assert await caller.shop.booked() == (0, 0)


async def test_a_tampered_body_pays_nothing(caller):
    dearer = caller.body(amount={"value": f"{AMOUNT}0.00", "currency": "IDR"})
    assert await caller.pay(sent=dearer) == "401-00"
    assert await caller.shop.booked() == (0, 0)


@pytest.mark.parametrize(
    ("other", "code"),
    [
        ({"amount": {"value": "600000", "currency": "IDR"}}, "400-01"),
        ({"amount": {"value": "600000.00", "currency": "USD"}}, "400-01"),
        ({"amount": {"value": "600000.50", "currency": "IDR"}}, "404-13"),
        ({"amount": {"value": "0.00", "currency": "IDR"}}, "404-13"),
        ({"amount": 600000}, "400-01"),
        ({"partnerReferenceNo": ""}, "400-02"),
        ({"transactionDate": None}, "400-02"),
    ],
)
async def test_a_wrong_order_pays_nothing(caller, other, code):
    assert await caller.pay(body=caller.body(**other)) == code
    assert await caller.shop.booked() == (0, 0)


async def test_what_is_no_json_is_a_bad_request(caller):
    assert await caller.pay(body=b"[1]") == "400-00"
    assert await caller.pay(body=b"{") == "400-00"


async def test_a_bank_pays_from_our_account_alone(open_shop):
    shop = await open_shop("bni")
    await shop.keep()
    caller = Caller(shop)
    await caller.enter()
    assert await caller.pay(body=caller.body(sourceAccountNo="99")) == "400-01"


async def test_an_external_id_is_used_once_a_day(caller, monkeypatch):
    assert await caller.pay(**{"X-EXTERNAL-ID": "77"}) == "200-00"
    body = caller.body("PKJ-2")
    assert await caller.pay(body=body, **{"X-EXTERNAL-ID": "77"}) == "409-00"
    assert await caller.shop.booked() == (1, AMOUNT)
    tomorrow = clock.real_now() + timedelta(days=1)
    monkeypatch.setattr(clock, "real_now", lambda: tomorrow)
    await caller.enter()
    assert await caller.pay(body=body, **{"X-EXTERNAL-ID": "77"}) == "200-00"


async def test_a_token_lives_for_fifteen_minutes(caller, monkeypatch):
    start = clock.real_now()
    for seconds, code in ((899, "200-00"), (901, "401-01")):
        then = start + timedelta(seconds=seconds - 1)
        monkeypatch.setattr(clock, "real_now", lambda then=then: then)
        assert await caller.pay(body=caller.body(f"PKJ-{seconds}")) == code


async def test_an_expired_token_is_renewed_by_our_client(shop, monkeypatch):
    await shop.pay("PKJ-1")
    later = clock.real_now() + timedelta(seconds=901)
    monkeypatch.setattr(clock, "real_now", lambda: later)
    await shop.pay("PKJ-2")
    assert await shop.booked() == (2, 2 * AMOUNT)


async def test_a_token_needs_our_key(caller):
    other = rsa.generate_private_key(public_exponent=65537, key_size=2048).private_bytes(
        serialization.Encoding.PEM,
        serialization.PrivateFormat.PKCS8,
        serialization.NoEncryption(),
    )
    assert (await caller.ask_token(key=other.decode()))[0] == 401
    assert (await caller.ask_token(late=301))[0] == 401
    assert (await caller.ask_token(**{"X-CLIENT-KEY": "other"}))[0] == 401
    assert (await caller.ask_token(**{"X-SIGNATURE": "%%"}))[0] == 401
    status, answer = await caller.ask_token()
    assert (status, answer["responseCode"], answer["expiresIn"]) == (200, "2007300", "900")


@pytest.mark.parametrize(
    ("wrong", "code"),
    [
        ({"client_secret": "other"}, "00"),
        ({"partner_id": "other"}, "16"),
        ({"client_key": "other"}, "00"),
    ],
)
async def test_a_wrong_setting_is_our_fault_and_pays_nothing(shop, wrong, code):
    client = SnapClient(shop.session, replace(shop.account, **wrong))
    with pytest.raises(OurFault) as fault:
        await client.pay(shop.order())
    assert fault.value.reason.endswith(code)
    with pytest.raises(OurFault):
        await client.inquire(account_no=shop.number, at=shop.order().at)
    assert await shop.booked() == (0, 0)
