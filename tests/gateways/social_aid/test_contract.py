"""Who receives social aid, as the social registry's records say (R061, R065)."""

from datetime import timedelta

import pytest
from tests.gateways.conftest import NOON
from tests.gateways.invented_people import BUDI, SITI

from gelombang.gateways.dci.protocol import NotAnswered
from gelombang.gateways.social_aid.client import SocialAidClient
from gelombang.gateways.social_aid.fake import fake_social_aid


@pytest.fixture
def fake(tmp_path, held_clock):
    return fake_social_aid(tmp_path)


@pytest.fixture
async def client(fake, session, serve):
    address = await serve(fake.application())
    return SocialAidClient(session, base_url=address, sender_id="prakerja")


@pytest.mark.parametrize(
    ("programmes", "holds", "code"),
    [
        (["PKH"], True, "aid_received"),
        (["SEMBAKO", "PBI"], True, "aid_received"),
        ([], False, "no_aid"),
    ],
)
async def test_programmes_are_read(fake, client, programmes, holds, code):
    fake.seed([{"nik": SITI["nik"], "programmes": programmes, "decile": 3}])
    unknown, known = await client.holding([BUDI["nik"], SITI["nik"]])
    assert (known.holds, known.code) == (holds, code)
    assert known.as_of == NOON - timedelta(hours=12), "the day of its data, in Jakarta"
    assert (unknown.holds, unknown.code) == (False, "not_found")


async def test_a_record_without_programmes_is_no_verdict(fake, client):
    fake.records = lambda person, _: [{"nik": person["nik"], "programmes": None}]
    fake.seed([{"nik": SITI["nik"], "programmes": [], "decile": 3}])
    (found,) = await client.holding([SITI["nik"]])
    assert isinstance(found, NotAnswered)
