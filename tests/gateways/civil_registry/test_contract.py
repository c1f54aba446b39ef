"""The client of the civil registry against the invented one, through sockets (standards §1)."""

import asyncio
import json
from dataclasses import replace
from datetime import datetime, timedelta

import pytest
from aiohttp import ClientSession
from tests.gateways.conftest import NOON
from tests.gateways.invented_people import ACCOUNT, BUDI, SITI, registry, registry_client, stated
from tests.gateways.serving import Canned, serving

from gelombang.gateways.civil_registry import client as wire
from gelombang.gateways.civil_registry.client import read_answer
from gelombang.gateways.civil_registry.fake import TEXTS
from gelombang.gateways.civil_registry.protocol import ABOUT_THE_PERSON, Match, ResponseCode
from gelombang.gateways.partner import (
    OurFault,
    OutsideHours,
    QuotaSpent,
    Throttled,
    WrongPerson,
)
from gelombang.kit import clock
from gelombang.kit.errors import Outage

EXACT = ("nik", "family_card_no", "birth_date", "sex", "province")
ALIKE = {
    "NIK": "Sesuai",
    "NO_KK": "Sesuai",
    "NAMA_LGKP": "Sesuai (100)",
    "TMPT_LHR": "Sesuai (100)",
    "TGL_LHR": "Sesuai",
    "JENIS_KLMIN": "Sesuai",
    "NO_PROP": "Sesuai",
}


@pytest.fixture
def fake(tmp_path, held_clock):
    return registry(tmp_path)


@pytest.fixture
async def address(fake, serve) -> str:
    return await serve(fake.application())


@pytest.fixture
def client(session, address):
    return registry_client(session, address)


async def set_contract(session: ClientSession, address: str, **terms: object) -> None:
    async with session.put(f"{address}/_admin/contract", json=terms) as answer:
        assert answer.status == 200


async def test_a_question_has_the_registrys_form(session, serve):
    partner = Canned({"content": [ALIKE], "quotaLimiter": 56616})
    client = registry_client(session, await serve(partner.application()), threshold=85)
    answer = await client.compare(stated(SITI))
    assert partner.asked == [
        (
            "POST",
            "/dukcapil/get_json/prakerja/CALL_VERIFY_BY_ELEMEN",
            {
                "USER_ID": "prakerja01",
                "PASSWORD": "rahasia-sekali",
                "IP_USER": "127.0.0.1",
                "TRESHOLD": "85",
                "NIK": "3174015708959911",
                "NO_KK": "3174010101109911",
                "NAMA_LGKP": "SITI CONTOH",
                "TMPT_LHR": "JAKARTA",
                "TGL_LHR": "17-08-1995",
                "JENIS_KLMIN": "Perempuan",
                "NO_PROP": "31",
            },
        )
    ]
    assert answer.quota_left == 56616


async def test_the_truth_agrees_in_every_element(client):
    answer = await client.compare(stated(BUDI))
    assert answer.code == ResponseCode.FOUND
    assert answer.matches == {
        **dict.fromkeys(EXACT, Match(agrees=True)),
        "name": Match(agrees=True, score=100),
        "birth_place": Match(agrees=True, score=100),
    }
    assert len(answer.answer_sha256) == 64


@pytest.mark.parametrize(
    ("element", "other"),
    [
        ("family_card_no", "3174010101109999"),
        ("sex", "male"),
        ("birth_date", datetime(1995, 8, 18, tzinfo=clock.WIB).date()),
        ("province", "32"),
        ("name", "ZULKIFLI"),
        ("birth_place", "MEDAN"),
    ],
)
async def test_only_the_element_that_differs_is_said_to_differ(client, element, other):
    answer = await client.compare(stated(SITI, **{element: other}))
    assert {name for name, match in answer.matches.items() if not match.agrees} == {element}


async def test_the_threshold_decides_about_names_and_the_score_is_told(session, address):
    similar = stated(SITI, name="SITI CONTO")
    score = (await registry_client(session, address).compare(similar)).matches["name"].score
    assert score is not None
    assert 85 <= score < 100
    for threshold, agrees in ((score, True), (score + 1, False)):
        client = registry_client(session, address, threshold=threshold)
        assert (await client.compare(similar)).matches["name"] == Match(agrees, score)


async def test_only_what_was_asked_comes_back_always_with_status_200(session, address):
    path = f"{address}/dukcapil/get_json/prakerja/CALL_VERIFY_BY_ELEMEN"
    body = {"USER_ID": "prakerja01", "PASSWORD": "rahasia-sekali", "IP_USER": "127.0.0.1"}
    asked = {**body, "TRESHOLD": "90", "NIK": SITI["nik"], "TGL_LHR": "17-08-1995"}
    async with session.post(path, json=asked) as answer:
        found = await answer.json()
    assert found["content"] == [{"NIK": "Sesuai", "TGL_LHR": "Sesuai"}]
    assert found["quotaLimiter"] == 1_999_999
    for broken in (b"[]", b"{", json.dumps(body).encode()):
        async with session.post(path, data=broken) as answer:
            assert answer.status == 200
            assert (await answer.json())["content"][0]["RESPONSE_CODE"] == "07"


@pytest.mark.parametrize(
    ("status", "code"),
    [("deceased", "11"), ("duplicate", "12"), ("inactive", "14")],
)
async def test_what_the_registry_says_of_a_person_is_an_answer(fake, client, status, code):
    fake.seed([{**SITI, "status": status}])
    answer = await client.compare(stated(SITI))
    assert (answer.code, answer.matches) == (code, {})


@pytest.mark.parametrize(("nik", "code"), [("3174015708959999", "13"), ("12345", "15")])
async def test_a_nik_that_it_does_not_have_is_an_answer(client, nik, code):
    assert (await client.compare(stated(SITI, nik=nik))).code == code


async def test_a_nik_that_cannot_be_processed_is_neither_a_verdict_nor_our_fault(fake, client):
    fake.seed([{**SITI, "status": "not_processable"}])
    answer = await client.compare(stated(SITI))
    assert (answer.code, answer.matches) == ("08", {})
    assert answer.code not in ABOUT_THE_PERSON


@pytest.mark.parametrize(
    ("account", "code"),
    [
        (replace(ACCOUNT, password="salah"), "03"),
        (replace(ACCOUNT, ip="10.9.9.9"), "04"),
        (replace(ACCOUNT, user=""), "09"),
        (replace(ACCOUNT, ip="bukan-alamat"), "10"),
        (replace(ACCOUNT, customer="lain"), "16"),
    ],
)
async def test_a_wrong_account_is_our_fault_and_names_the_code(session, address, account, code):
    client = registry_client(session, address, account=account)
    with pytest.raises(OurFault, match=f"^code {code} ") as fault:
        await client.compare(stated(SITI))
    assert account.password not in str(fault.value)


async def test_a_missing_parameter_and_an_inactive_user_are_our_fault(session, address):
    with pytest.raises(OurFault, match=r"^code 07 "):
        await registry_client(session, address, threshold=-1).compare(stated(SITI))
    await set_contract(session, address, user_active=False)
    with pytest.raises(OurFault, match=r"^code 17 "):
        await registry_client(session, address).compare(stated(SITI))
    await set_contract(session, address, institution_active=False)
    with pytest.raises(OurFault, match=r"^code 16 "):
        await registry_client(session, address).compare(stated(SITI))


def test_every_response_code_is_mapped():
    outcomes, texts = {}, []
    for code in (f"{number:02}" for number in range(1, 19)):
        row = ALIKE if code == "01" else {"RESPONSE": "teks 3174015708959911"}
        raw = json.dumps({"content": [{**row, "RESPONSE_CODE": code}]}).encode()
        try:
            outcomes[code] = read_answer(raw).code
        except Outage as said:
            outcomes[code] = type(said)
            texts.append(str(said))
    assert not [text for text in texts if SITI["nik"] in text]
    assert outcomes == {
        "01": "01",
        **{code: code for code in ("08", "11", "12", "13", "14", "15")},
        **dict.fromkeys(("03", "04", "07", "09", "10", "16", "17"), OurFault),
        "05": QuotaSpent,
        "06": OutsideHours,
        **dict.fromkeys(("02", "18"), Outage),
    }
    assert TEXTS.keys() == set(ResponseCode) - {ResponseCode.FOUND}


async def test_the_day_quota_starts_anew_at_midnight_in_jakarta(
    client, session, address, held_clock
):
    await set_contract(session, address, daily_quota=2)
    left = [(await client.compare(stated(who))).quota_left for who in (SITI, BUDI)]
    assert left == [1, 0]
    midnight = NOON.replace(hour=0) + timedelta(days=1)
    for instant in (NOON, midnight - timedelta(seconds=1)):
        clock.set_face(held_clock, virtual=instant, rate=0)
        with pytest.raises(QuotaSpent):
            await client.compare(stated(SITI))
    clock.set_face(held_clock, virtual=midnight, rate=0)
    assert (await client.compare(stated(SITI))).quota_left == 1


async def test_hours_of_access_run_by_virtual_time_in_jakarta(client, session, address, held_clock):
    await set_contract(session, address, opens="07:00", closes="18:00")
    for hour, minute, is_open in ((12, 0, True), (17, 59, True), (18, 0, False), (30, 59, False)):
        midnight = NOON.replace(hour=0)
        instant = midnight + timedelta(hours=hour, minutes=minute)
        clock.set_face(held_clock, virtual=instant, rate=0)
        if is_open:
            assert (await client.compare(stated(SITI))).code == "01"
            continue
        with pytest.raises(OutsideHours):
            await client.compare(stated(SITI))


@pytest.mark.parametrize(
    "row",
    [
        {**ALIKE, "NIK": "sesuai"},
        {**ALIKE, "NAMA_LGKP": "Sesuai (101)"},
        {**ALIKE, "NAMA_LGKP": "Sesuai (1000)"},
        {**ALIKE, "TMPT_LHR": "Sesuai(100)"},
        {**ALIKE, "NO_PROP": None},
        {name: word for name, word in ALIKE.items() if name != "TGL_LHR"},
        {"RESPONSE_CODE": 13},
        {"RESPONSE_CODE": ["13"]},
        {"RESPON": "Sedang ada perbaikan"},
        "Sesuai",
    ],
)
def test_a_row_that_was_not_agreed_is_an_outage(row):
    with pytest.raises(Outage) as outage:
        read_answer(json.dumps({"content": [row]}).encode())
    assert outage.type is Outage


@pytest.mark.parametrize(
    "raw", [b"", b"null", b"[]", b"{}", b'{"content": []}', b"[" * 5_000, b"\xff{"]
)
def test_bytes_that_were_not_agreed_are_an_outage(raw):
    with pytest.raises(Outage) as outage:
        read_answer(raw)
    assert outage.type is Outage


def test_scores_are_read_with_their_word():
    row = {**ALIKE, "NAMA_LGKP": "Tidak Sesuai (59)", "TMPT_LHR": "Sesuai"}
    matches = read_answer(json.dumps({"content": [row]}).encode()).matches
    assert matches["name"] == Match(agrees=False, score=59)
    assert matches["birth_place"] == Match(agrees=True)


async def test_an_answer_without_end_is_not_read_to_the_end(session, serve):
    partner = Canned(b" " * (wire.LONGEST_ANSWER + 1))
    client = registry_client(session, await serve(partner.application()))
    with pytest.raises(Outage, match="without end"):
        await client.compare(stated(SITI))


async def test_credentials_and_people_do_not_follow_a_redirection(session, serve):
    thief, gateway = Canned({"content": [ALIKE]}), Canned()
    gateway.status = 307
    gateway.headers = {"Location": await serve(thief.application())}
    client = registry_client(session, await serve(gateway.application()))
    with pytest.raises(Outage, match="status 307"):
        await client.compare(stated(SITI))
    assert thief.asked == []


async def test_the_books_survive_a_restart(session, tmp_path, held_clock):
    people = "\n".join(json.dumps(person) for person in (SITI, {**BUDI, "status": "deceased"}))
    first = registry(tmp_path)
    async with serving(first.application()) as address:
        async with session.post(f"{address}/_admin/people", data=people) as answer:
            assert await answer.json() == {"written": 2, "people": 2}
        async with session.post(f"{address}/_admin/people", data='{"nik": "1"}') as answer:
            assert answer.status == 422
    first.books.close()
    second = type(first)(data_dir=tmp_path, account=ACCOUNT)
    async with serving(second.application()) as address:
        client = registry_client(session, address)
        assert (await client.compare(stated(SITI))).code == "01"
        assert (await client.compare(stated(BUDI))).code == "11"


async def test_many_questions_at_a_time_get_each_their_own_answer(client):
    people = [stated(SITI), stated(SITI, province="99"), stated(BUDI)] * 30
    answers = await asyncio.gather(*(client.compare(each) for each in people))
    assert [answer.matches["province"].agrees for answer in answers] == [True, False, True] * 30


def test_nothing_shows_the_person_or_the_password():
    assert SITI["nik"] not in repr(stated(SITI))
    assert ACCOUNT.password not in repr(ACCOUNT)


@pytest.mark.parametrize("name", ["RESPON", "RESPONSE"])
@pytest.mark.parametrize("with_codes", [True, False])
async def test_a_refusal_is_understood_under_both_names_and_without_its_code(
    session, fake, address, client, name, with_codes
):
    worded = {"text_name": name, "with_codes": with_codes}
    await set_contract(session, address, **worded)
    assert (await client.compare(stated(SITI, nik="3174015708959999"))).code == "13"
    fake.seed([{**SITI, "status": "inactive"}])
    assert (await client.compare(stated(SITI))).code == "14"
    await set_contract(session, address, daily_quota=0, **worded)
    with pytest.raises(QuotaSpent):
        await client.compare(stated(SITI))
    with pytest.raises(OurFault, match=r"^code 03 "):
        wrong = replace(ACCOUNT, password="salah")
        await registry_client(session, address, account=wrong).compare(stated(SITI))


async def test_an_answer_about_somebody_else_is_thrown_away(session, fake, address, client):
    fake.partner.switch(swap=True)
    answers = [await outcome(client, SITI), await outcome(client, BUDI)]
    answers += [await outcome(client, SITI) for _ in range(10)]
    assert set(answers) == {WrongPerson}
    reading = fake.partner.meter.reading()
    assert (reading["records"], reading["asked_twice"]) == (0, 0)
    fake.partner.switch(swap=False)
    assert await outcome(client, SITI) == "01"


async def outcome(client, person) -> object:
    try:
        return (await client.compare(stated(person))).code
    except Outage as said:
        told = str(said)
        kind = type(said)
    assert person["nik"] not in told
    return kind


async def test_a_partner_that_wants_fewer_calls_says_how_long(session, fake, client):
    fake.partner.switch(too_many=1.0, retry_after_seconds=7)
    with pytest.raises(Throttled) as throttled:
        await client.compare(stated(SITI))
    assert throttled.value.retry_after == timedelta(seconds=7)
    fake.partner.switch(too_many=0.0, unavailable=1.0)
    assert await outcome(client, SITI) is Outage


async def test_the_meter_knows_the_contract_and_who_was_asked_twice(session, fake, address, client):
    await set_contract(session, address, calls_per_second=3)
    for _ in range(6):
        await client.compare(stated(SITI))
    await client.compare(stated(SITI, name="SITI CONTO"))
    reading = fake.partner.meter.reading()
    assert (reading["calls_per_second"], reading["calls"]) == (3, 7)
    assert reading["overruns"] == 3
    assert (reading["asked_twice"], reading["asked_again"]) == (5, 1)
