"""All invented partners on one port, with the people whom every demo knows."""

import io
import json
import os
from dataclasses import replace

import pytest
from tests.gateways.conftest import NOON
from tests.gateways.invented_people import ACCOUNT, registry_client, stated

from gelombang.gateways import serve as fakes, well_known
from gelombang.gateways.education.client import EducationClient
from gelombang.gateways.payments.client import SnapClient
from gelombang.gateways.payments.protocol import Instruction, Paid
from gelombang.gateways.social_aid.client import SocialAidClient
from gelombang.settings.environment import load


@pytest.fixture
async def address(serve, tmp_path, held_clock, monkeypatch) -> str:
    for name in ("customer", "user", "password", "ip"):
        monkeypatch.setenv(f"GELOMBANG_CIVIL_REGISTRY_{name.upper()}", getattr(ACCOUNT, name))
    return await serve(fakes.application(tmp_path))


@pytest.mark.parametrize("person", well_known.PEOPLE, ids=lambda person: person.name)
async def test_a_well_known_person_meets_what_was_promised(session, address, person):
    truth = {name: getattr(person, name) for name in "nik family_card_no name sex".split()}
    truth |= {"birth_place": person.birth_place, "province": person.province}
    about = stated({**truth, "birth_date": person.birth_date})
    answer = await registry_client(session, f"{address}/dukcapil").compare(about)
    assert answer.code == ("11" if person.status == "deceased" else "01")
    assert all(match.agrees for match in answer.matches.values())
    education = EducationClient(session, base_url=f"{address}/pendidikan", sender_id="prakerja")
    aid = SocialAidClient(session, base_url=f"{address}/bansos", sender_id="prakerja")
    assert (await education.holding([person.nik]))[0].holds is person.studies
    assert (await aid.holding([person.nik]))[0].holds is bool(person.aid)
    assert person.nik[12:].startswith("99"), "nobody has such a NIK"


@pytest.mark.parametrize("code", ["gopay", "ovo", "linkaja", "bni"])
async def test_a_well_known_person_is_paid_by_the_account_of_the_environment(
    session, address, code
):
    account = replace(load().payment_accounts[code], base_url=f"{address}/{code}")
    client = SnapClient(session, account)
    for number, person in enumerate(well_known.PEOPLE):
        theirs = person.bank_account if code == "bni" else person.wallet
        found = await client.inquire(account_no=theirs, at=NOON)
        assert (found.holder_name, found.is_active) == (person.name, True)
        order = Instruction(f"PKJ-{number}", theirs, person.name, 600_000, "", NOON)
        assert isinstance(await client.pay(order), Paid)
        assert person.wallet.startswith("+6281200009"), "nobody has such a number"


async def test_a_fault_set_by_hand_outlives_the_next_start(session, serve, address, tmp_path):
    siti = {"account_no": well_known.PEOPLE[0].wallet, "name": "SITI", "fault": "in_progress"}
    async with session.put(f"{address}/ovo/_admin/accounts", json=[siti]) as answer:
        assert (await answer.json())["accounts"] == len(well_known.PEOPLE)
    again = await serve(fakes.application(tmp_path, ["ovo"]))
    account = replace(load().payment_accounts["ovo"], base_url=f"{again}/ovo")
    found = await SnapClient(session, account).inquire(account_no=siti["account_no"], at=NOON)
    assert found.holder_name == "SITI"


async def test_many_accounts_come_in_one_call(session, address):
    many = [{"account_no": f"62812{n:08d}", "name": "X" * 90} for n in range(10_000)]
    body = io.BytesIO(json.dumps(many).encode())
    async with session.put(f"{address}/ovo/_admin/accounts", data=body) as answer:
        assert (await answer.json())["written"] == 10_000


def test_only_payment_partners_with_an_account_are_served():
    assert fakes.served({}) == ("dukcapil", "pendidikan", "bansos", "drand")
    assert fakes.served(os.environ)[4:] == ("gopay", "ovo", "linkaja", "bni")


async def test_one_page_shows_the_meters_of_all(session, address):
    async with session.get(f"{address}/_admin/meter") as answer:
        meters = await answer.json()
    assert meters.keys() == set(fakes.served(os.environ)) - {"drand"}
    assert {reading["calls"] for reading in meters.values()} == {0}
