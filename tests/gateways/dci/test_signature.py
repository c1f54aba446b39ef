"""Signed DCI messages, checked by a published vector and by a second implementation."""

import base64
import hashlib
import json
import re
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from tests.gateways.dci.ed25519 import verifies
from tests.gateways.invented_people import BUDI, SITI
from tests.gateways.serving import Canned

from gelombang.gateways.dci.client import DciClient, Registry
from gelombang.gateways.dci.fake_trust import FakeTrust, invented_key
from gelombang.gateways.dci.protocol import Found
from gelombang.gateways.dci.signature import (
    LEEWAY,
    LIFETIME,
    SignatureWrong,
    Signer,
    canonical,
    check,
    read_private_key,
    read_public_key,
    signing_string,
)
from gelombang.gateways.dci.trust import TokenAccount, Trust
from gelombang.gateways.education.client import RECORD_TYPE, REG_TYPE
from gelombang.gateways.education.fake import fake_education
from gelombang.gateways.partner import OurFault
from gelombang.kit.errors import Outage

VECTOR = json.loads(
    (Path(__file__).parent / "vectors" / "dci_signature_vector.json").read_text(encoding="utf-8")
)
SENDER = "prakerja.example.id"
SIGNED_AT = datetime.fromtimestamp(1772417730, UTC)
REGISTRY = Registry("education", REG_TYPE, RECORD_TYPE, "prakerja", "hub")
NIKS = [SITI["nik"], BUDI["nik"]]
ACCOUNT = TokenAccount("gelombang", "sangat-rahasia")
OURS, HUBS = invented_key("ours"), invented_key("hub")


def public_bytes(key: Ed25519PrivateKey) -> bytes:
    return key.public_key().public_bytes_raw()


class TestTheVector:
    seed = bytes.fromhex(VECTOR["ed25519_seed_hex"])
    public = Ed25519PublicKey.from_public_bytes(bytes.fromhex(VECTOR["ed25519_public_hex"]))
    envelope = VECTOR["envelope"]

    def test_canonical_form_and_signing_string(self):
        both = {name: self.envelope[name] for name in ("header", "message")}
        assert canonical(both).decode() == VECTOR["canonical_payload"]
        created = int(SIGNED_AT.timestamp())
        said = signing_string(**both, created=created, expires=created + 300)
        assert said.decode() == VECTOR["signing_string"]

    def test_we_sign_it_alike(self):
        signer = Signer(SENDER, "k1", Ed25519PrivateKey.from_private_bytes(self.seed))
        header, message = self.envelope["header"], self.envelope["message"]
        assert signer.sign(header, message, at=SIGNED_AT) == self.envelope["signature"]

    def test_we_take_it(self):
        check(self.envelope, sender_id=SENDER, key=self.public, at=SIGNED_AT)

    def test_the_second_implementation_takes_it(self):
        assert second_opinion(self.envelope, bytes.fromhex(VECTOR["ed25519_public_hex"]))


def second_opinion(envelope: dict[str, Any], public: bytes) -> bool:
    """Checks a message by itself: own canonical form, own reading of the field, own curve."""

    def plain(value: Any) -> str:
        if isinstance(value, dict):
            return "{" + ",".join(f"{plain(n)}:{plain(value[n])}" for n in sorted(value)) + "}"
        if isinstance(value, list):
            return "[" + ",".join(map(plain, value)) + "]"
        return json.dumps(value, ensure_ascii=False)

    said = envelope["signature"]

    def part(name: str) -> str:
        return re.search(rf'\b{name}="([^"]+)"', said)[1]

    body = plain({"message": envelope["message"], "header": envelope["header"]})
    digest = base64.b64encode(hashlib.sha256(body.encode()).digest()).decode()
    signed = f"(created): {part('created')}\n(expires): {part('expires')}\ndigest: SHA-256={digest}"
    return verifies(public, signed.encode(), base64.b64decode(part("signature")))


def test_the_second_implementation_refuses_what_was_changed():
    envelope = json.loads(json.dumps(VECTOR["envelope"]))
    envelope["message"]["transaction_id"] = "T-20260302-0002"
    assert not second_opinion(envelope, bytes.fromhex(VECTOR["ed25519_public_hex"]))


def signed(**header: Any) -> dict[str, Any]:
    whole = {"sender_id": SENDER, "action": "search", "total_count": 1, **header}
    message = {"transaction_id": "T-1", "name": "Siti “Contoh” ñ"}
    signature = Signer(SENDER, "k1", OURS).sign(whole, message, at=SIGNED_AT)
    return {"signature": signature, "header": whole, "message": message}


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"signature": ""}, "err.signature.missing"),
        ({"signature": None}, "err.signature.missing"),
        ({"signature": "Signature: nonsense"}, "err.signature.invalid"),
        ({"header": {"sender_id": SENDER}}, "err.signature.invalid"),
        ({"message": {"transaction_id": "T-2"}}, "err.signature.invalid"),
        ({"message": {"amount": 1.5}}, "err.signature.invalid"),
    ],
)
def test_a_changed_message_is_refused(change, code):
    with pytest.raises(SignatureWrong, match=code):
        check({**signed(), **change}, sender_id=SENDER, key=OURS.public_key(), at=SIGNED_AT)


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ('algorithm="ed25519"', 'algorithm="none"'),
        ("|k1|ed25519", "|k1|hmac"),
        (SENDER + "|", "lain.example.id|"),
        ('headers="(created) (expires) digest"', 'headers="(created)"'),
        ('expires="1772418030"', 'expires="1772418031"'),
    ],
)
def test_the_message_does_not_say_how_it_is_checked(old, new):
    envelope = signed()
    assert old in envelope["signature"]
    envelope["signature"] = envelope["signature"].replace(old, new)
    with pytest.raises(SignatureWrong):
        check(envelope, sender_id=SENDER, key=OURS.public_key(), at=SIGNED_AT)


def test_another_key_and_another_time_are_refused():
    with pytest.raises(SignatureWrong):
        check(signed(), sender_id=SENDER, key=HUBS.public_key(), at=SIGNED_AT)
    second = timedelta(seconds=1)
    for at in (SIGNED_AT - LEEWAY, SIGNED_AT + LIFETIME + LEEWAY - second):
        check(signed(), sender_id=SENDER, key=OURS.public_key(), at=at)
    for at in (SIGNED_AT - LEEWAY - second, SIGNED_AT + LIFETIME + LEEWAY):
        with pytest.raises(SignatureWrong):
            check(signed(), sender_id=SENDER, key=OURS.public_key(), at=at)


def test_keys_are_read_and_never_repeated():
    seed = bytes(range(32))
    text = base64.b64encode(seed).decode()
    assert read_private_key(text).private_bytes_raw() == seed
    assert read_public_key(base64.b64encode(public_bytes(OURS)).decode()) == OURS.public_key()
    for wrong in ("%%%", base64.b64encode(b"short").decode()):
        with pytest.raises(ValueError, match=r"is not base64|bytes") as refused:
            read_private_key(wrong)
        assert wrong not in str(refused.value)


@pytest.fixture
def hub(tmp_path, held_clock):
    trust = FakeTrust(Signer("hub", "1", HUBS), OURS.public_key(), ACCOUNT)
    fake = fake_education(tmp_path, trust)
    student = {"level": "S1", "institution_code": "1", "status": "active"}
    fake.seed({"nik": nik, **student} for nik in NIKS)
    return fake


def client(session, address: str, **other: Any) -> DciClient:
    agreed = {
        "signer": Signer("prakerja", "1", OURS),
        "partner_key": HUBS.public_key(),
        "account": ACCOUNT,
        **other,
    }
    return DciClient(session, base_url=address, registry=REGISTRY, trust=Trust(**agreed))


async def test_both_sides_sign_and_trust_each_other(session, serve, hub):
    found = await client(session, await serve(hub.application())).search(NIKS)
    assert [type(each) for each in found] == [Found, Found]


async def test_what_goes_over_the_wire_holds_for_the_second_implementation(session, serve, hub):
    partner = Canned()
    with pytest.raises(Outage):
        await client(session, await serve(partner.application()), account=None).search(NIKS)
    ((_, _, asked),) = partner.asked
    assert second_opinion(asked, public_bytes(OURS))
    address = await serve(hub.application())
    async with session.post(
        f"{address}/oauth2/client/token",
        json={
            "grant_type": "client_credentials",
            "client_id": ACCOUNT.client_id,
            "client_secret": ACCOUNT.client_secret,
        },
    ) as answer:
        token = (await answer.json())["access_token"]
    bearer = {"Authorization": f"Bearer {token}"}
    url = f"{address}/registry/sync/search"
    async with session.post(url, json=asked, headers=bearer) as answer:
        said = await answer.json()
    assert said["header"]["status"] == "succ"
    assert second_opinion(said, public_bytes(HUBS))


@pytest.mark.parametrize("signer", [None, Signer("prakerja", "1", HUBS), Signer("lain", "1", OURS)])
async def test_a_message_that_we_do_not_sign_as_agreed_is_our_fault(session, serve, hub, signer):
    with pytest.raises(OurFault, match=r"err\.signature\.(missing|invalid)"):
        await client(session, await serve(hub.application()), signer=signer).search(NIKS)


async def test_an_answer_with_another_signature_is_an_outage(session, serve, hub):
    address = await serve(hub.application())
    with pytest.raises(Outage, match=r"err\.signature\.invalid") as outage:
        await client(session, address, partner_key=OURS.public_key()).search(NIKS)
    assert not isinstance(outage.value, OurFault)
    assert hub.partner.meter.calls == 2  # a token, and the question


async def test_a_token_is_kept_and_fetched_again_when_it_expires(session, serve, hub):
    asking = client(session, await serve(hub.application()))
    for _ in range(3):
        await asking.search(NIKS)
    assert hub.partner.meter.calls == 4
    hub.partner.switch(expire_tokens=True)
    with pytest.raises(Outage, match="token had expired") as outage:
        await asking.search(NIKS)
    assert type(outage.value) is Outage
    hub.partner.switch(expire_tokens=False)
    assert await asking.search(NIKS)


async def test_a_wrong_account_is_our_fault_and_stays_secret(session, serve, hub):
    wrong = TokenAccount("gelombang", "salah-sekali")
    with pytest.raises(OurFault, match="token refused") as fault:
        await client(session, await serve(hub.application()), account=wrong).search(NIKS)
    assert "salah-sekali" not in f"{fault.value!r} {wrong!r}"
