"""All invented partners on one port, with the people whom every demo knows."""

import io
import json
import os
from dataclasses import replace
from typing import Any

import pytest
from tests.gateways.conftest import NOON
from tests.gateways.invented_people import ACCOUNT, registry_client, stated

from gelombang.gateways import serve as fakes, well_known
from gelombang.gateways.education.client import EducationClient
from gelombang.gateways.employment.status import EmploymentStatusClient
from gelombang.gateways.exclusions.client import ExclusionsClient
from gelombang.gateways.fault_script import ScriptInvalidError, read_scripts
from gelombang.gateways.payments.client import SnapClient
from gelombang.gateways.payments.protocol import Instruction, Paid
from gelombang.gateways.social_aid.client import SocialAidClient
from gelombang.settings.environment import load


@pytest.fixture
async def address(serve, tmp_path, held_clock, monkeypatch) -> str:
    for name in ("customer", "user", "password", "ip"):
        monkeypatch.setenv(f"GELOMBANG_CIVIL_REGISTRY_{name.upper()}", getattr(ACCOUNT, name))
    return await serve(fakes.application(tmp_path))


def trusted(partner: str) -> dict[str, Any]:
    """Sender and keys that our own side is set up with."""
    trust = load().registry_trust(partner, sender_id="gelombang")
    assert trust.signer
    assert trust.partner_key
    return {"sender_id": "gelombang", "trust": trust}


@pytest.mark.parametrize("person", well_known.PEOPLE, ids=lambda person: person.name)
async def test_a_well_known_person_meets_what_was_promised(session, address, person):
    truth = {name: getattr(person, name) for name in "nik family_card_no name sex".split()}
    truth |= {"birth_place": person.birth_place, "province": person.province}
    about = stated({**truth, "birth_date": person.birth_date})
    answer = await registry_client(session, f"{address}/dukcapil").compare(about)
    assert answer.code == ("11" if person.status == "deceased" else "01")
    assert all(match.agrees for match in answer.matches.values())
    education = EducationClient(session, base_url=f"{address}/pendidikan", **trusted("education"))
    aid = SocialAidClient(session, base_url=f"{address}/bansos", **trusted("social_aid"))
    assert (await education.holding([person.nik]))[0].holds is person.studies
    assert (await aid.holding([person.nik]))[0].holds is bool(person.aid)
    work = EmploymentStatusClient(session, base_url=f"{address}/bpjstk", **trusted("employment"))
    lists = ExclusionsClient(session, base_url=f"{address}/pengecualian", **trusted("exclusions"))
    code = "not_employed" if person.lost_work else "not_found"
    assert (await work.holding([person.nik]))[0].code == code
    assert (await lists.holding([person.nik]))[0].holds is bool(person.lists)
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
    always = (
        "dukcapil", "pendidikan", "bansos", "bpjstk", "pengecualian", "drand", "sms-a", "sms-b",
    )  # fmt: skip
    assert fakes.served({}) == always
    assert fakes.served(os.environ)[8:] == ("gopay", "ovo", "linkaja", "bni")


async def test_one_page_shows_the_meters_of_all(session, address):
    async with session.get(f"{address}/_admin/meter") as answer:
        meters = await answer.json()
    assert meters.keys() == set(fakes.served(os.environ))
    assert {reading["calls"] for reading in meters.values()} == {0}


def test_fakes_are_chosen_by_gateway_or_path():
    assert fakes.chosen(["civil_registry", "bansos"], {}) == ("dukcapil", "bansos")
    assert fakes.chosen([], {}) == fakes.served({})
    with pytest.raises(fakes.UnknownFakeError, match="no fake is called dukcapl; there are"):
        fakes.chosen(["dukcapl"], {})


async def test_scripts_come_at_the_start_or_later_by_either_name(session, serve, tmp_path):
    scripts = read_scripts(
        {"civil_registry": {"calls_per_second": 8, "error_rate": 1}, "education": {"hang": 1}}
    )
    address = await serve(fakes.application(tmp_path, ["dukcapil"], scripts))

    async def faults() -> dict[str, Any]:
        async with session.get(f"{address}/dukcapil/_admin/faults") as answer:
            return await answer.json()

    assert (await faults())["error_rate"] == 1
    async with session.get(f"{address}/_admin/meter") as answer:
        assert (await answer.json())["dukcapil"]["calls_per_second"] == 8
    later = {"dukcapil": {"too_many": 0.5}}
    async with session.put(f"{address}/_admin/script", json=later) as answer:
        assert answer.status == 200
    assert ((await faults())["error_rate"], (await faults())["too_many"]) == (0, 0.5)
    for wrong in ({"dukcapl": {}}, {"dukcapil": {"x": 1}}):
        async with session.put(f"{address}/_admin/script", json=wrong) as answer:
            assert answer.status == 422
    with pytest.raises(ScriptInvalidError, match="no fake is called"):
        fakes.application(tmp_path, ["dukcapil"], read_scripts({"dukcapl": {}}))
