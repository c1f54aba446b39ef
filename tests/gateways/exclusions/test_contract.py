"""The client of exclusion lists against the invented hub, through sockets (standards §2.6)."""

from datetime import datetime

import pytest
from tests.gateways.invented_people import BUDI, SITI
from tests.gateways.serving import Canned

from gelombang.gateways.dci.protocol import NotAnswered
from gelombang.gateways.exclusions.client import LISTS, RECORD_TYPE, REG_TYPE, ExclusionsClient
from gelombang.gateways.exclusions.fake import FakeExclusions
from gelombang.gateways.partner import WrongPerson
from gelombang.kit import clock

NIKS = [SITI["nik"], BUDI["nik"]]


@pytest.fixture
def fake(tmp_path, held_clock) -> FakeExclusions:
    return FakeExclusions(tmp_path)


@pytest.fixture
async def address(fake, serve) -> str:
    return await serve(fake.application())


@pytest.fixture
def client(session, address) -> ExclusionsClient:
    return ExclusionsClient(session, base_url=address, sender_id="prakerja")


@pytest.mark.parametrize("code", LISTS)
async def test_whoever_stands_on_a_list_is_told_with_it(fake, client, code):
    fake.seed([{"nik": SITI["nik"], "lists": [code]}])
    siti, budi = await client.holding(NIKS)
    assert (siti.holds, siti.code) == (True, f"on_{code.lower()}")
    assert siti.as_of == datetime(2020, 4, 13, tzinfo=clock.WIB)
    assert (budi.holds, budi.code) == (False, "on_no_list")


async def test_a_list_that_is_not_current_makes_a_no_unknown_and_leaves_a_yes(
    session, fake, address, client
):
    fake.seed([{"nik": SITI["nik"], "lists": ["ASN"]}])
    unavailable = f"{address}/_admin/unavailable"
    async with session.put(unavailable, json={"lists": ["TNI"]}) as answer:
        assert answer.status == 200
    siti, budi = await client.holding(NIKS)
    assert siti.code == "on_asn"
    assert budi == NotAnswered("a list that is not current")
    async with session.put(unavailable, json={"lists": ["ASN"]}) as answer:
        assert answer.status == 200
    assert [type(each) for each in await client.holding(NIKS)] == [NotAnswered, NotAnswered]
    async with session.put(unavailable, json={"lists": ["LAIN"]}) as answer:
        assert answer.status == 422


async def test_answers_that_changed_places_condemn_the_whole_message(fake, client):
    fake.seed({"nik": nik, "lists": ["POLRI"]} for nik in NIKS)
    fake.partner.switch(swap=True)
    with pytest.raises(WrongPerson):
        await client.holding(NIKS)


async def test_a_list_that_was_not_agreed_is_no_answer(session, serve):
    def reply(body):
        record = {"nik": SITI["nik"], "list_code": "KADES"}
        data = {"reg_type": REG_TYPE, "reg_record_type": RECORD_TYPE, "reg_records": [record]}
        items = [{"reference_id": "0", "status": "succ", "data": data}]
        transaction = body["message"]["transaction_id"]
        message = {"transaction_id": transaction, "search_response": items}
        return {"header": {"status": "succ"}, "message": message}

    address = await serve(Canned(reply).application())
    asking = ExclusionsClient(session, base_url=address, sender_id="prakerja")
    assert await asking.holding([SITI["nik"]]) == [NotAnswered("a list that was not agreed")]
