"""All invented partners on one port, with the people whom every demo knows."""

import pytest
from tests.gateways.invented_people import ACCOUNT, registry_client, stated

from gelombang.gateways import serve as fakes, well_known
from gelombang.gateways.education.client import EducationClient
from gelombang.gateways.social_aid.client import SocialAidClient


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


async def test_one_page_shows_the_meters_of_all(session, address):
    async with session.get(f"{address}/_admin/meter") as answer:
        meters = await answer.json()
    assert meters.keys() == {"dukcapil", "pendidikan", "bansos"}
    assert {reading["calls"] for reading in meters.values()} == {0}
