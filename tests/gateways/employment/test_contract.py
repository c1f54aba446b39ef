"""The employment insurer's clients against the invented one, through sockets (standards §2.3)."""

import base64
import json
import subprocess
from dataclasses import replace
from datetime import date, datetime, timedelta

import pytest
from tests.gateways.conftest import NOON
from tests.gateways.serving import Canned

from gelombang.gateways.dci.fake_trust import FakeTrust, invented_key
from gelombang.gateways.dci.protocol import NotAnswered
from gelombang.gateways.dci.signature import Signer
from gelombang.gateways.dci.trust import Trust
from gelombang.gateways.employment.client import (
    Account,
    EmploymentClient,
    bearer,
    read_answer,
)
from gelombang.gateways.employment.fake import FakeEmploymentInsurer
from gelombang.gateways.employment.protocol import BANDS, Employee, NoMembership, band_of
from gelombang.gateways.employment.status import EmploymentStatusClient
from gelombang.gateways.partner import OurFault, QuotaSpent, WrongPerson
from gelombang.kit import clock
from gelombang.kit.errors import Outage

ACCOUNT = Account("prakerja", "sandi-rahasia", "kunci-rahasia")
MONTH = date(2020, 3, 1)
SITI = {
    "nik": "3174015708959911",
    "name": "SITI CONTOH",
    "sex": "female",
    "birth_date": "1995-08-17",
    "membership": "active",
    "monthly_wage": 4_000_000,
}
BUDI = {**SITI, "nik": "3273011203909912", "name": "BUDI PERCOBAAN", "sex": "male"}
ABOUT = Employee(SITI["nik"], "SITI CONTOH", "female", date(1995, 8, 17))
KEY = invented_key("employment")


@pytest.fixture
def fake(tmp_path, held_clock) -> FakeEmploymentInsurer:
    trust = FakeTrust(signer=Signer("employment", "1", KEY))
    insurer = FakeEmploymentInsurer(tmp_path, ACCOUNT, trust)
    insurer.seed([SITI, BUDI])
    return insurer


@pytest.fixture
async def address(fake, serve) -> str:
    return await serve(fake.application())


@pytest.fixture
def client(session, address) -> EmploymentClient:
    return EmploymentClient(session, base_url=address, account=ACCOUNT)


def test_bands_are_those_of_the_insurer():
    wages = (0, 2_500_000, 2_500_001, 4_000_000, 8_500_001, 20_500_000, 20_500_001)
    assert [band_of(wage) for wage in wages] == [
        "0-2.5JT", "0-2.5JT", "2.5-3.5JT", "3.5-4.5JT", "8.5-12.5JT", "12.5-20.5JT", ">20.5JT",
    ]  # fmt: skip
    assert len(set(BANDS)) == 10
    with pytest.raises(ValueError, match="negative"):
        band_of(-1)


async def test_a_question_has_the_insurers_form(session, serve):
    partner = Canned({"ret": "-2", "msg": "data tidak ditemukan"})
    asking = EmploymentClient(session, base_url=await serve(partner.application()), account=ACCOUNT)
    assert isinstance(await asking.score(ABOUT, month=MONTH), NoMembership)
    ((method, path, body),) = partner.asked
    assert (method, path) == ("POST", "/api/ClrTKByFieldScore")
    assert body == {
        "data": {
            "namaLengkap": "SITI CONTOH",
            "nomorIdentitas": "3174015708959911",
            "jenisKelamin": "P",
            "tglLahir": "17-08-1995",
            "paket": "JHT,JKK,JKM,JPN",
            "blthUpah": "03-2020",
            "upahRange": "",
            "handphone": "",
            "namaPerusahaan": "",
        }
    }


def test_the_token_is_the_one_that_openssl_makes():
    head, body, signature = bearer(ACCOUNT, request_id="r1").split(".")
    parts = [json.loads(base64.urlsafe_b64decode(p + "=" * (-len(p) % 4))) for p in (head, body)]
    assert parts == [
        {"typ": "JWT", "alg": "HS256", "pwd": "sandi-rahasia"},
        {"username": "prakerja", "reqId": "r1", "api": "ClrTKByFieldScore"},
    ]
    made = subprocess.run(
        ["openssl", "dgst", "-sha256", "-hmac", ACCOUNT.secret, "-binary"],
        input=f"{head}.{body}".encode(), capture_output=True, check=True,
    )  # fmt: skip
    assert base64.urlsafe_b64decode(signature + "==") == made.stdout


async def test_the_truth_agrees_and_padded_words_are_read(client):
    found = await client.score(ABOUT, month=MONTH)
    assert found.agrees == dict.fromkeys(
        ("nik", "name", "sex", "birth_date", "packages", "month"), True
    )
    assert found.salary_band == "3.5-4.5JT"
    assert found.check_id == "20041300000001"
    assert len(found.answer_sha256) == 64
    assert ABOUT.nik not in f"{found!r} {ABOUT!r}"


async def test_only_what_differs_is_said_to_differ(client):
    other = replace(ABOUT, name="ZULKIFLI", birth_date=date(1995, 8, 18))
    found = await client.score(other, month=MONTH)
    assert {name for name, agrees in found.agrees.items() if not agrees} == {"name", "birth_date"}


async def test_nobody_and_never_a_member_are_no_membership(fake, client):
    fake.seed([{**SITI, "membership": "never"}])
    for about in (ABOUT, replace(ABOUT, nik="3174015708959999")):
        assert isinstance(await client.score(about, month=MONTH), NoMembership)


async def test_the_day_quota_starts_anew_at_midnight(session, address, client, held_clock):
    async with session.put(f"{address}/_admin/contract", json={"daily_quota": 1}) as answer:
        assert answer.status == 200
    await client.score(ABOUT, month=MONTH)
    with pytest.raises(QuotaSpent):
        await client.score(ABOUT, month=MONTH)
    clock.set_face(held_clock, virtual=NOON + timedelta(hours=12), rate=0)
    await client.score(ABOUT, month=MONTH)


@pytest.mark.parametrize(
    ("terms", "words"),
    [({"in_force": False}, "contract not in force"), ({"user_active": False}, "not active")],
)
async def test_what_it_says_about_us_is_our_fault(session, address, client, terms, words):
    async with session.put(f"{address}/_admin/contract", json=terms) as answer:
        assert answer.status == 200
    with pytest.raises(OurFault, match=words):
        await client.score(ABOUT, month=MONTH)


@pytest.mark.parametrize(
    "account",
    [
        replace(ACCOUNT, user="lain"),
        replace(ACCOUNT, password="salah"),
        replace(ACCOUNT, secret="salah"),
    ],
)
async def test_a_wrong_account_is_our_fault_and_stays_secret(session, address, account):
    with pytest.raises(OurFault, match="status 401") as fault:
        asking = EmploymentClient(session, base_url=address, account=account)
        await asking.score(ABOUT, month=MONTH)
    assert "salah" not in f"{fault.value!r} {account!r}"


async def test_an_answer_about_somebody_else_is_thrown_away(fake, client):
    fake.partner.switch(swap=1.0)
    with pytest.raises(WrongPerson):
        await client.score(ABOUT, month=MONTH)


SCORE = {"nomorIdentitas": "SESUAI", "namaLengkap": "SESUAI"}


@pytest.mark.parametrize(
    "said",
    [
        [],
        {},
        "x",
        {"ret": "7", "msg": "Sukses"},
        {"ret": "0", "msg": "Sukses"},
        {"ret": "0", "score": "SESUAI"},
        {"ret": "0", "score": {**SCORE, "tglLahir": "MUNGKIN"}},
        {"ret": "0", "score": {**SCORE, "tglLahir": 1}},
        {"ret": "0", "score": {**SCORE, "upahRange": "3JT"}},
    ],
    ids=range(9),
)
def test_an_answer_that_was_not_agreed_is_an_outage(said):
    with pytest.raises(Outage) as outage:
        read_answer(json.dumps(said).encode())
    assert outage.type is Outage


@pytest.mark.parametrize(
    ("membership", "code"), [("active", "employed"), ("inactive", "not_employed")]
)
async def test_the_registry_says_who_is_employed(session, fake, address, membership, code):
    fake.seed([{**SITI, "membership": membership}])
    asking = EmploymentStatusClient(
        session, base_url=address, sender_id="prakerja", trust=Trust(partner_key=KEY.public_key())
    )
    one, nobody = await asking.holding([SITI["nik"], "3174015708959999"])
    assert (one.code, one.holds) == (code, code == "employed")
    assert one.as_of == datetime(2020, 4, 13, tzinfo=clock.WIB)
    assert (nobody.code, nobody.holds) == ("not_found", False)
    fake.seed([{**SITI, "membership": "maybe"}])
    (unclear,) = await asking.holding([SITI["nik"]])
    assert isinstance(unclear, NotAnswered)
