"""Who is enrolled, as the education hub's records say (R060, R064)."""

from datetime import timedelta

import pytest
from tests.gateways.conftest import NOON
from tests.gateways.invented_people import BUDI, SITI

from gelombang.gateways.dci.protocol import NotAnswered
from gelombang.gateways.education.client import EducationClient
from gelombang.gateways.education.fake import fake_education


@pytest.fixture
def fake(tmp_path, held_clock):
    return fake_education(tmp_path)


@pytest.fixture
async def client(fake, session, serve):
    address = await serve(fake.application())
    return EducationClient(session, base_url=address, sender_id="prakerja")


@pytest.mark.parametrize(
    ("status", "holds", "code"),
    [
        ("active", True, "enrolled"),
        ("leave", True, "enrolled"),
        ("graduated", False, "not_enrolled"),
        ("left", False, "not_enrolled"),
    ],
)
async def test_a_state_of_enrolment_is_read(fake, client, status, holds, code):
    fake.seed([{"nik": SITI["nik"], "level": "S1", "institution_code": "1", "status": status}])
    known, unknown = await client.holding([SITI["nik"], BUDI["nik"]])
    assert (known.holds, known.code) == (holds, code)
    assert known.as_of == NOON - timedelta(hours=12), "the day of its data, in Jakarta"
    assert (unknown.holds, unknown.code, unknown.as_of) == (False, "not_found", None)


async def test_a_state_that_was_not_agreed_is_no_verdict(fake, client):
    fake.seed([{"nik": SITI["nik"], "level": "S1", "institution_code": "1", "status": "aktif"}])
    (found,) = await client.holding([SITI["nik"]])
    assert isinstance(found, NotAnswered)
