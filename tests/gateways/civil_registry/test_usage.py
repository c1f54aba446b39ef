"""The usage report ("data balikan") against the invented desk, through sockets (standards §1.5)."""

import pytest
from aiohttp import ClientSession
from tests.gateways.invented_people import ACCOUNT, BUDI, SITI
from tests.gateways.serving import Canned

from gelombang.gateways.civil_registry.fake import FakeCivilRegistry
from gelombang.gateways.civil_registry.fake_usage import PATH
from gelombang.gateways.civil_registry.protocol import Use
from gelombang.gateways.civil_registry.usage import (
    MOST_PER_REPORT,
    Reporter,
    UsageReportClient,
)
from gelombang.gateways.partner import OurFault
from gelombang.kit.errors import Outage

TOKEN = "token-balikan"
USES = [Use("PKJ-1", SITI["nik"]), Use("PKJ-2", BUDI["nik"])]


@pytest.fixture
def fake(tmp_path, held_clock) -> FakeCivilRegistry:
    return FakeCivilRegistry(data_dir=tmp_path, account=ACCOUNT, usage_token=TOKEN)


@pytest.fixture
async def address(fake, serve) -> str:
    return await serve(fake.application())


def client(session: ClientSession, address: str, token: str = TOKEN) -> UsageReportClient:
    reporter = Reporter("001", "PMO Kartu Prakerja", token)
    return UsageReportClient(session, url=f"{address}{PATH}", reporter=reporter)


async def usage(session: ClientSession, address: str) -> dict[str, int]:
    async with session.get(f"{address}/_admin/usage") as answer:
        return await answer.json()


async def test_a_report_has_the_registrys_form(session, serve):
    partner = Canned({"message": "Success"})
    assert await client(session, await serve(partner.application())).report(USES)
    ((method, path, body),) = partner.asked
    assert (method, path) == ("POST", PATH)
    assert body == [
        {
            "id_lembaga": "001",
            "nama_lembaga": "PMO Kartu Prakerja",
            "data": [
                {"NIK": SITI["nik"], "param": [{"CUSTOMER_ID": "PKJ-1"}]},
                {"NIK": BUDI["nik"], "param": [{"CUSTOMER_ID": "PKJ-2"}]},
            ],
        }
    ]


async def test_each_use_counts_once_and_already_sent_is_as_good(session, address):
    asking = client(session, address)
    assert await asking.report(USES) is True
    assert await asking.report(USES) is False
    assert await usage(session, address) == {"reports": 1, "uses": 2, "people": 2, "repeats": 2}


async def test_a_repeat_is_known_after_a_restart(session, serve, fake, tmp_path):
    assert await client(session, await serve(fake.application())).report(USES)
    again = FakeCivilRegistry(data_dir=tmp_path, account=ACCOUNT, usage_token=TOKEN)
    assert await client(session, await serve(again.application())).report(USES) is False


async def test_a_wrong_token_is_our_fault_and_stays_secret(session, address):
    with pytest.raises(OurFault, match="status 401") as fault:
        await client(session, address, token="salah-sekali").report(USES)
    assert "salah-sekali" not in repr(fault.value)
    assert "salah-sekali" not in repr(Reporter("1", "x", "salah-sekali"))


@pytest.mark.parametrize(
    "answer", [{"message": "Gagal"}, {}, [], b"<html>", {"message": 1}], ids=range(5)
)
@pytest.mark.parametrize("status", [200, 400, 500])
async def test_any_other_answer_is_an_outage(session, serve, answer, status):
    partner = Canned(answer)
    partner.status = status
    with pytest.raises(Outage) as outage:
        await client(session, await serve(partner.application())).report(USES)
    assert outage.type is Outage
    assert SITI["nik"] not in f"{outage.value} {USES!r}"


@pytest.mark.parametrize("size", [0, MOST_PER_REPORT + 1])
async def test_a_report_of_a_size_that_was_not_agreed_is_never_sent(session, address, size):
    with pytest.raises(ValueError, match="1 to 1000"):
        await client(session, address).report(USES[:1] * size)


async def test_the_desk_refuses_what_is_no_report(session, address):
    bearer = {"Authorization": f"Bearer {TOKEN}"}
    for body in (b"{", b'{"a": 1}', b'[{"id_lembaga": "", "nama_lembaga": "x", "data": []}]'):
        async with session.post(f"{address}{PATH}", data=body, headers=bearer) as answer:
            assert answer.status == 422
