"""What partners do wrong is never a verdict: every client against its faulty fake, over sockets."""

import asyncio
import logging
import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from datetime import timedelta

import pytest
from aiohttp import ClientSession, web
from tests.gateways.conftest import NOON
from tests.gateways.invented_people import BUDI, SITI, registry, registry_client, stated

from gelombang.gateways.civil_registry import client as civil_wire
from gelombang.gateways.dci import client as dci_wire
from gelombang.gateways.education.client import EducationClient
from gelombang.gateways.education.fake import fake_education
from gelombang.gateways.faults import FaultyPartner
from gelombang.gateways.social_aid.client import SocialAidClient
from gelombang.gateways.social_aid.fake import fake_social_aid
from gelombang.jobs.askers import person_asker, registry_asker
from gelombang.jobs.calls import make_call
from gelombang.journey.verification.rules import Question, StatedIdentity, Unknown
from gelombang.kit import clock
from gelombang.kit.errors import Outage

PATIENCE = 0.3  # seconds; the clients' own time-out is for real networks
NIKS = [SITI["nik"], BUDI["nik"]]
Ask = Callable[[ClientSession, str], Awaitable[object]]


@dataclass
class Case:
    """A partner in front of its books, and one question to it."""

    app: web.Application
    partner: FaultyPartner
    ask: Ask
    asker: Callable[[ClientSession, str], object]
    questions: list[Question] = field(default_factory=list)


def _question(number: int, person: dict[str, str], *, whole: bool) -> Question:
    about = stated(person)
    names = StatedIdentity.__dataclass_fields__
    said = StatedIdentity(**{name: getattr(about, name) for name in names}) if whole else None
    return Question(check_id=number, attempt=1, nik=person["nik"], stated=said)


def _civil_registry(directory) -> Case:
    fake = registry(directory)
    return Case(
        fake.application(),
        fake.partner,
        lambda session, address: registry_client(session, address).compare(stated(SITI)),
        lambda session, address: registry_asker(registry_client(session, address)),
        [_question(1, SITI, whole=True)],
    )


def _education(directory) -> Case:
    fake = fake_education(directory)
    fake.seed([{"nik": SITI["nik"], "level": "S1", "institution_code": "1", "status": "active"}])

    def client(session: ClientSession, address: str) -> EducationClient:
        return EducationClient(session, base_url=address, sender_id="prakerja")

    return Case(
        fake.application(),
        fake.partner,
        lambda session, address: client(session, address).holding(NIKS),
        lambda session, address: person_asker(client(session, address)),
        [_question(1, SITI, whole=False), _question(2, BUDI, whole=False)],
    )


def _social_aid(directory) -> Case:
    fake = fake_social_aid(directory)
    fake.seed([{"nik": SITI["nik"], "programmes": ["PKH"], "decile": 1}])

    def client(session: ClientSession, address: str) -> SocialAidClient:
        return SocialAidClient(session, base_url=address, sender_id="prakerja")

    return Case(
        fake.application(),
        fake.partner,
        lambda session, address: client(session, address).holding(NIKS),
        lambda session, address: person_asker(client(session, address)),
        [_question(1, SITI, whole=False), _question(2, BUDI, whole=False)],
    )


@pytest.fixture(params=[_civil_registry, _education, _social_aid])
def case(request, tmp_path, held_clock, monkeypatch) -> Case:
    monkeypatch.setattr(civil_wire, "TIME_OUT_SECONDS", PATIENCE)
    monkeypatch.setattr(dci_wire, "TIME_OUT_SECONDS", PATIENCE)
    return request.param(tmp_path)


@pytest.fixture
async def address(case, serve) -> str:
    return await serve(case.app)


async def switch(session: ClientSession, address: str, **faults: object) -> None:
    async with session.put(f"{address}/_admin/faults", json=faults) as answer:
        assert answer.status == 200, await answer.text()


FAULTS = [
    {"latency_ms": 600},
    {"unavailable": 1.0},
    {"error_rate": 1.0},
    {"html": True},
    {"truncate": True},
    {"outage": True},
    {"hang": True},
    {"outage_until": (NOON + timedelta(hours=1)).isoformat()},
]


@pytest.mark.parametrize("faults", FAULTS, ids=lambda faults: next(iter(faults)))
async def test_a_fault_is_an_outage_without_a_verdict_or_a_nik(
    case, session, address, faults, caplog
):
    caplog.set_level(logging.DEBUG)
    await switch(session, address, **faults)
    with pytest.raises(Outage) as outage:
        await case.ask(session, address)
    assert outage.type is Outage, "it says nothing about us either"
    call = await make_call(case.asker(session, address), case.questions)
    assert [answer.outcome for answer in call.answers] == [Unknown("Outage")] * len(case.questions)
    seen = f"{outage.value!r} {outage.value} {call.trouble!r} {caplog.text}"
    assert not [nik for nik in NIKS if nik in seen]
    assert "rahasia" not in seen


async def test_with_the_switches_off_again_it_answers(case, session, address):
    await switch(session, address, outage=True)
    with pytest.raises(Outage):
        await case.ask(session, address)
    await switch(session, address)
    assert await case.ask(session, address)
    call = await make_call(case.asker(session, address), case.questions)
    assert call.trouble is None
    assert not [each for each in call.answers if isinstance(each.outcome, Unknown)]


async def test_a_short_delay_is_waited_for(case, session, address):
    await switch(session, address, latency_ms=100)
    begun = time.monotonic()
    assert await case.ask(session, address)
    assert time.monotonic() - begun >= 0.1


async def test_an_outage_ends_at_its_virtual_instant(case, session, address, held_clock):
    ends = NOON + timedelta(hours=1)
    await switch(session, address, outage_until=ends.isoformat())
    with pytest.raises(Outage):
        await case.ask(session, address)
    clock.set_face(held_clock, virtual=ends, rate=0)
    assert await case.ask(session, address)


async def test_some_calls_fail_at_a_rate_and_the_meter_counts_all(case, session, address):
    await switch(session, address, error_rate=0.5)
    results = await asyncio.gather(
        *(case.ask(session, address) for _ in range(40)), return_exceptions=True
    )
    failed = [each for each in results if isinstance(each, Outage)]
    assert 8 <= len(failed) <= 32
    assert not [each for each in results if isinstance(each, Exception) and each not in failed]
    async with session.get(f"{address}/_admin/meter") as answer:
        reading = await answer.json()
    assert reading["calls"] == 40
    assert reading["records"] == (40 - len(failed)) * len(case.questions)
    assert reading["people"] == reading["asked_again"] == len(case.questions)
    assert 1 <= reading["peak_per_second"] <= 40


async def test_an_unknown_switch_is_refused(case, session, address):
    async with session.put(f"{address}/_admin/faults", json={"latencyms": 1}) as answer:
        assert answer.status == 422
        assert await answer.json() == {"problem": "no switch is called latencyms"}


async def test_nobody_there_is_an_outage(case, session, unused_tcp_port):
    with pytest.raises(Outage) as outage:
        await case.ask(session, f"http://127.0.0.1:{unused_tcp_port}")
    assert outage.type is Outage
    assert not [nik for nik in NIKS if nik in str(outage.value)]
