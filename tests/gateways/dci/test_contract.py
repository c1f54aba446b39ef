"""The DCI client against the invented registries, through sockets (standards §2.6 and §3)."""

import json
from datetime import datetime

import pytest
from tests.gateways.conftest import NOON
from tests.gateways.invented_people import BUDI, SITI
from tests.gateways.serving import Canned, serving

from gelombang.gateways.dci import client as wire
from gelombang.gateways.dci.client import DciClient, Registry
from gelombang.gateways.dci.protocol import Found, NotAnswered
from gelombang.gateways.education.client import RECORD_TYPE, REG_TYPE
from gelombang.gateways.education.fake import fake_education
from gelombang.gateways.partner import OurFault
from gelombang.kit.errors import Outage

REGISTRY = Registry("education", REG_TYPE, RECORD_TYPE, "prakerja", "hub")
NIKS = [SITI["nik"], BUDI["nik"]]


def student(nik: str, status: str = "active") -> dict[str, str]:
    return {"nik": nik, "level": "S1", "institution_code": "031001", "status": status}


def dci_client(session, address: str, registry: Registry = REGISTRY) -> DciClient:
    return DciClient(session, base_url=address, registry=registry)


@pytest.fixture
def fake(tmp_path, held_clock):
    hub = fake_education(tmp_path)
    hub.seed([student(SITI["nik"])])
    return hub


@pytest.fixture
async def address(fake, serve) -> str:
    return await serve(fake.application())


async def test_a_question_has_the_envelope_of_the_standard(session, serve):
    partner = Canned()
    client = dci_client(session, await serve(partner.application()))
    with pytest.raises(Outage):
        await client.search(NIKS)
    ((method, path, body),) = partner.asked
    header, message = body["header"], body["message"]
    assert (method, path) == ("POST", "/registry/sync/search")
    assert header["action"] == "search"
    assert header["total_count"] == 2
    assert (header["sender_id"], header["receiver_id"]) == ("prakerja", "hub")
    assert datetime.fromisoformat(header["message_ts"]).tzinfo is not None
    assert 0 < len(header["message_id"]) <= 99
    assert 0 < len(message["transaction_id"]) <= 99
    assert [
        (
            each["reference_id"],
            each["locale"],
            each["search_criteria"]["query_type"],
            each["search_criteria"]["query"],
            each["search_criteria"]["reg_type"],
            each["search_criteria"]["reg_record_type"],
        )
        for each in message["search_request"]
    ] == [
        (place, "ind", "idtype-value", {"type": "NIK", "value": nik}, REG_TYPE, RECORD_TYPE)
        for place, nik in enumerate(NIKS, start=0)
        for place in [str(place)]
    ]


async def test_two_hundred_people_go_in_one_call_each_with_their_own_answer(session, fake, address):
    people = [f"3174015708{number:02}99{number % 100:02}" for number in range(100)]
    people += [f"3273011203{number:02}99{number % 100:02}" for number in range(100)]
    fake.seed(student(nik) for nik in people[::2])
    found = await dci_client(session, address).search(people)
    assert fake.partner.meter.reading()["calls"] == 1
    assert len(found) == 200
    for nik, each in zip(people, found, strict=True):
        assert isinstance(each, Found)
        assert [record["nik"] for record in each.records] == ([nik] if nik in people[::2] else [])
        assert nik not in repr(each)
    assert len({each.answer_sha256 for each in found}) == 200


@pytest.mark.parametrize("size", [0, wire.MOST_PER_CALL + 1])
async def test_a_call_of_a_size_that_was_not_agreed_is_never_made(session, address, fake, size):
    with pytest.raises(ValueError, match="1 to 1000"):
        await dci_client(session, address).search([SITI["nik"]] * size)
    assert fake.partner.meter.calls == 0


async def test_answers_that_changed_places_condemn_the_whole_message(session, fake, address):
    fake.seed([student(BUDI["nik"])])
    fake.partner.switch(swap=True)
    with pytest.raises(Outage, match="somebody else") as outage:
        await dci_client(session, address).search(NIKS)
    assert not [nik for nik in NIKS if nik in str(outage.value)]


def reply(body, *, items=None, header=None, transaction=None):
    """What an honest registry says to `body`, but for what the test wants otherwise."""
    honest = [
        {
            "reference_id": each["reference_id"],
            "status": "succ",
            "data": {"reg_type": REG_TYPE, "reg_record_type": RECORD_TYPE, "reg_records": []},
        }
        for each in body["message"]["search_request"]
    ]
    return {
        "header": {"status": "succ"} if header is None else header,
        "message": {
            "transaction_id": transaction or body["message"]["transaction_id"],
            "search_response": honest if items is None else items(honest),
        },
    }


async def searched(session, serve, **otherwise):
    partner = Canned(lambda body: reply(body, **otherwise))
    return await dci_client(session, await serve(partner.application())).search(NIKS)


async def test_answers_may_come_in_any_order(session, serve):
    found = await searched(session, serve, items=lambda honest: honest[::-1])
    assert [type(each) for each in found] == [Found, Found]


@pytest.mark.parametrize(
    "otherwise",
    [
        {"transaction": "lain"},
        {"items": lambda honest: [honest[0], honest[0]]},
        {"items": lambda honest: [*honest, {**honest[0], "reference_id": "2"}]},
        {"items": lambda honest: [*honest, "lain"]},
        {"items": lambda _: None},
        {"header": {"status": "pdng"}},
        {"header": {}},
        {"header": []},
    ],
    ids=range(8),
)
async def test_a_message_that_was_not_agreed_is_an_outage(session, serve, otherwise):
    with pytest.raises(Outage) as outage:
        await searched(session, serve, **otherwise)
    assert not issubclass(outage.type, OurFault)


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        ({"status": "rjct", "status_reason_code": "rjct.filter.invalid"}, "rjct.filter.invalid"),
        ({"status": "rjct", "status_reason_code": f"no {SITI['nik']}"}, "no reason"),
        ({"status": "pdng"}, "no reason"),
        ({"data": None}, "no data"),
        (
            {"data": {"reg_type": "x", "reg_record_type": "y", "reg_records": []}},
            "another register",
        ),
        (
            {"data": {"reg_type": REG_TYPE, "reg_record_type": RECORD_TYPE, "reg_records": {}}},
            "no records",
        ),
    ],
)
async def test_one_answer_that_cannot_be_used_leaves_the_others(session, serve, change, reason):
    found = await searched(
        session, serve, items=lambda honest: [{**honest[0], **change}, honest[1]]
    )
    assert found[0] == NotAnswered(reason)
    assert isinstance(found[1], Found)


async def test_a_person_without_an_answer_is_not_answered(session, serve):
    found = await searched(session, serve, items=lambda honest: honest[1:])
    assert found[0] == NotAnswered("missing")
    assert isinstance(found[1], Found)


async def test_a_rejected_message_is_our_fault(session, address, serve):
    stranger = Registry("education", REG_TYPE, RECORD_TYPE, "", "hub")
    with pytest.raises(OurFault, match=r"err\.sender_id\.invalid"):
        await dci_client(session, address, stranger).search(NIKS)
    told = {"status": "rjct", "status_reason_code": f"who is {SITI['nik']}"}
    with pytest.raises(OurFault) as fault:
        await searched(session, serve, header=told)
    assert SITI["nik"] not in str(fault.value)


@pytest.mark.parametrize("status", [401, 403])
async def test_a_closed_door_is_our_fault(session, serve, status):
    partner = Canned()
    partner.status = status
    with pytest.raises(OurFault, match=str(status)):
        await dci_client(session, await serve(partner.application())).search(NIKS)


async def test_people_do_not_follow_a_redirection(session, serve):
    thief, gateway = Canned(reply), Canned()
    gateway.status = 307
    gateway.headers = {"Location": await serve(thief.application())}
    with pytest.raises(Outage, match="status 307"):
        await dci_client(session, await serve(gateway.application())).search(NIKS)
    assert thief.asked == []


async def test_another_register_is_refused_by_the_registry(session, address):
    other = Registry("education", "ns:org:RegistryType:Social", "SRPerson", "prakerja", "hub")
    found = await dci_client(session, address, other).search(NIKS)
    assert found == [NotAnswered("rjct.search_criteria.invalid")] * 2


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        ({"action": "subscribe"}, "rjct.action.not_supported"),
        ({"message_ts": "2020-04-13T12:00:00"}, "rjct.message_ts.invalid"),
        ({"total_count": 2}, "rjct.total_count.invalid"),
        ({"message_id": ""}, "rjct.message_id.invalid"),
    ],
)
async def test_the_fake_checks_the_envelope(session, address, change, reason):
    header = {
        "message_id": "1",
        "message_ts": "2020-04-13T12:00:00+07:00",
        "action": "search",
        "sender_id": "prakerja",
        "total_count": 1,
        **change,
    }
    message = {"transaction_id": "t", "search_request": [{"reference_id": "0"}]}
    body = {"header": header, "message": message}
    async with session.post(f"{address}/registry/sync/search", json=body) as answer:
        assert (await answer.json())["header"]["status_reason_code"] == reason


@pytest.mark.parametrize(("locale", "status"), [("ind", "succ"), ("id", "rjct"), ("IND", "rjct")])
async def test_the_fake_takes_only_locales_of_three_small_letters(session, address, locale, status):
    criteria = {
        "reg_type": REG_TYPE,
        "reg_record_type": RECORD_TYPE,
        "query_type": "idtype-value",
        "query": {"type": "NIK", "value": SITI["nik"]},
    }
    header = {
        "message_id": "1",
        "message_ts": NOON.isoformat(),
        "action": "search",
        "sender_id": "prakerja",
        "total_count": 1,
    }
    asked = [{"reference_id": "0", "search_criteria": criteria, "locale": locale}]
    body = {"header": header, "message": {"transaction_id": "t", "search_request": asked}}
    async with session.post(f"{address}/registry/sync/search", json=body) as answer:
        (item,) = (await answer.json())["message"]["search_response"]
    assert item["status"] == status


async def test_a_body_that_is_no_message_is_refused(session, address):
    async with session.post(f"{address}/registry/sync/search", data=b"[]") as answer:
        assert answer.status == 400


async def test_the_books_survive_a_restart(session, fake, tmp_path):
    people = "\n".join(json.dumps(student(nik)) for nik in NIKS)
    async with serving(fake.application()) as address:
        async with session.post(f"{address}/_admin/people", data=people) as answer:
            assert await answer.json() == {"written": 2, "people": 2}
        async with session.post(f"{address}/_admin/people", data='{"nik": "1"}') as answer:
            assert answer.status == 422
    fake.books.close()
    async with serving(fake_education(tmp_path).application()) as address:
        found = await dci_client(session, address).search(NIKS)
    assert [len(each.records) for each in found] == [1, 1]
